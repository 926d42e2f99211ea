import base64
import hashlib
import secrets
import time
from datetime import timedelta

from asn1crypto import x509
from odoo import api, fields, models
from odoo.tools.misc import format_date

from ..core import raw_signatures
from ..core.errors import SigningError

_EXPIRES_SOON = timedelta(days=30)
_SKEW_ALLOWED = 120
"""Seconds by which the clock of a computer may differ before signatures begin to look odd."""


class OaSigningSelftest(models.AbstractModel):
    """The test of signing for the help desk: each step says in one sentence what is wrong and how it is mended.

    A step is {name, state: good | warning | bad, message}; the page adds those that only the browser can see.
    """

    _name = "oa.signing.selftest"
    _description = "Test of signing"

    @api.model
    def check_server(self, browser_time):
        """What the server can say without a card: services, time, keys of the person."""
        steps = [self._check_clock(browser_time), self._check_documents(), self._check_timestamps(), self._check_trust()]
        return [*steps, self._check_token(), self._check_proof()]

    @api.model
    def check_certificate(self, chain):
        """What the certificate of the card says: whose it is, its term, its issuer, whether it is revoked."""
        requests = self.env["oa.signature.request"]
        ders = requests._decode_chain(chain)
        certificates = self.env["oa.certificate"]
        vals = certificates._prepare_import_vals(ders[0], tuple(ders[1:]))
        # It is only looked at: a test leaves no record of a card that is not known yet.
        known = certificates.sudo().search([("fingerprint", "=", vals["fingerprint"])])
        certificate_sudo = known or certificates.sudo().new(vals)
        steps = [self._check_holder(certificate_sudo), self._check_term(certificate_sudo)]
        messages = self.env["oa.signing.messages"]
        try:
            notes = self.env["oa.signing.ports"]._get_documents().check_certificate(certificate_sudo._get_identity())
        except SigningError as error:
            steps.append(self._make_step("chain", "bad", messages._explain(error)))
        else:
            code = notes[0] if notes else "good"
            steps.append(self._make_step("chain", "good" if code == "good" else "warning", messages._explain_code(code)))
        return steps

    @api.model
    def make_trial(self, chain):
        """Something worthless to be signed, so that card and PIN are tried; it cannot be taken for a document."""
        certificate = self.env["oa.signature.request"]._decode_chain(chain)[0]
        text = f"Проба на подписването, не е документ: {secrets.token_hex(16)}".encode()
        proof = self.env["oa.signature.request"]._get_proof()
        algorithm = raw_signatures.choose_digest(x509.Certificate.load(certificate))
        content = hashlib.new(algorithm, text).digest() if proof else text
        return {
            "text": base64.b64encode(text).decode(),
            "job": {
                "lines": [{"id": 0, "content": base64.b64encode(content).decode()}],
                "content_type": "digest" if proof else "data",
                "hash_algorithm": algorithm.upper(),
                "certificate": base64.b64encode(certificate).decode(),
                "proofs": [base64.b64encode(proof.prove(content)).decode()] if proof else [],
                "proof_certificate": base64.b64encode(proof.get_certificate()).decode() if proof else "",
                "confirm_text": [self.env._("Trial of signing; no document is signed.")],
            },
        }

    @api.model
    def check_trial(self, chain, text, signature):
        """Did this card sign the trial?"""
        requests = self.env["oa.signature.request"]
        certificate = x509.Certificate.load(requests._decode_chain(chain)[0])
        octets, raw = (base64.b64decode(str(item)) for item in (text, signature))
        try:
            raw = raw_signatures.normalise(certificate, raw)
            raw_signatures.verify(certificate, octets, raw, raw_signatures.choose_digest(certificate))
        except SigningError:
            return self._make_step(
                "trial",
                "bad",
                self.env._(
                    "The card signed, but the signature does not fit its certificate. Choose the certificate of the same card; "
                    "if it stays so, the card is faulty."
                ),
            )
        return self._make_step("trial", "good", self.env._("The card signed the trial: reader, card and PIN are in order."))

    def _check_clock(self, browser_time):
        skew = abs(time.time() - float(browser_time))
        if skew <= _SKEW_ALLOWED:
            return self._make_step("clock", "good", self.env._("The clock of this computer agrees with the server."))
        return self._make_step(
            "clock",
            "bad",
            self.env._(
                "The clock of this computer differs from the server by %(minutes)s minutes. Turn on the automatic setting of time.",
                minutes=max(1, round(skew / 60)),
            ),
        )

    def _check_documents(self):
        return self._ask(
            "documents",
            lambda ports: ports._get_documents().ping(),
            lambda count: self.env._("The document service answers."),
        )

    def _check_timestamps(self):
        return self._ask(
            "timestamps",
            lambda ports: ports._get_documents().check_timestamps(),
            lambda name: self.env._("A timestamp was given by: %(name)s.", name=name),
        )

    def _check_trust(self):
        return self._ask(
            "trust",
            lambda ports: ports._get_documents().check_trust(),
            lambda counts: self.env._("Trusted roots: %(roots)s, issuers under them: %(issuers)s.", roots=counts[0], issuers=counts[1]),
        )

    def _check_token(self):
        """The person's key on the server, if there is one: is its token there, is it locked?"""
        key = self.env["oa.signing.key"]._get_usable_keys()[:1] if self.env["oa.signing.key"].has_access("read") else None
        if not key:
            return self._make_step("token", "good", self.env._("You have no key on the server; sign with your own card."))

        def ask(ports):
            token = ports._get_token()
            found = any(item.token_label == key.token_label for item in token.get_keys())
            return found, token.get_attempts_left(key.token_label)

        try:
            found, left = ask(self.env["oa.signing.ports"])
        except SigningError as error:
            return self._make_step("token", "bad", self.env["oa.signing.messages"]._explain(error))
        if not found:
            return self._make_step("token", "bad", self.env["oa.signing.messages"]._explain_code("token.missing"))
        if not left:
            return self._make_step("token", "bad", self.env["oa.signing.messages"]._explain_code("token.locked"))
        sentence = self.env._("Your key on the server is there. Attempts left for the PIN: %(count)s.", count=left)
        return self._make_step("token", "good" if left > 1 else "warning", sentence)

    def _check_proof(self):
        try:
            proof = self.env["oa.signing.ports"]._get_proof()
        except SigningError as error:
            return self._make_step("proof", "bad", self.env["oa.signing.messages"]._explain(error))
        if proof:
            return self._make_step("proof", "good", self.env._("The server proves itself to the signing program."))
        sentence = self.env._("The server has no key to prove itself to the signing program; a program that demands it will refuse.")
        return self._make_step("proof", "warning", sentence)

    def _check_holder(self, certificate_sudo):
        if certificate_sudo._is_of(self.env.user):
            return self._make_step("holder", "good", self.env._("The certificate is yours: %(holder)s.", holder=certificate_sudo.name))
        sentence = self.env._(
            "The certificate is of %(holder)s and is not linked to you. "
            "Choose your own, or ask the administrator of signatures to link it.",
            holder=certificate_sudo.name,
        )
        return self._make_step("holder", "bad", sentence)

    def _check_term(self, certificate_sudo):
        valid_to, day = certificate_sudo.valid_to, format_date(self.env, certificate_sudo.valid_to)
        if certificate_sudo.state != "valid":
            return self._make_step(
                "term", "bad", self.env._("The certificate is not in term (until %(day)s). Renew it at the provider.", day=day)
            )
        if valid_to < fields.Datetime.now() + _EXPIRES_SOON:
            return self._make_step("term", "warning", self.env._("The certificate expires on %(day)s. Renew it in time.", day=day))
        return self._make_step("term", "good", self.env._("The certificate is valid until %(day)s.", day=day))

    def _ask(self, name, question, describe):
        try:
            answer = question(self.env["oa.signing.ports"])
        except SigningError as error:
            explain = self.env["res.config.settings"]._explain_oa_signing
            return self._make_step(name, "bad", explain(error))
        return self._make_step(name, "good", describe(answer))

    def _make_step(self, name, state, message):
        return {"name": name, "state": state, "message": message}
