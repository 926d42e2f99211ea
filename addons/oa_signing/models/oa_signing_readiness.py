from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..core.errors import SigningError

GOOD, WARNING, BAD = "good", "warning", "bad"
_SOON = 30


class _Found(NamedTuple):
    """What is known of a key: all tokens, the provider's answer about its certificate, and whether that is new."""

    tokens: dict | None
    answer: list | SigningError | None
    is_renewed: bool


class OaSigningReadiness(models.TransientModel):  # pylint: disable=no-wizard-in-models  # a list, nobody fills it in
    """Who and what is ready to sign now, and what to do when not; looked at anew each time it is opened."""

    _name = "oa.signing.readiness"
    _description = "Readiness for signing"
    _order = "sequence, name"

    sequence = fields.Integer()
    kind = fields.Selection([("service", "Service"), ("person", "Person"), ("seal", "Seal")], readonly=True)
    name = fields.Char("What", readonly=True)
    state = fields.Selection([(GOOD, "Ready"), (WARNING, "Soon not ready"), (BAD, "Not ready")], readonly=True)
    finding = fields.Text(readonly=True)
    fix = fields.Text("What to do", readonly=True)
    valid_to = fields.Datetime("Certificate until", readonly=True)
    key_id = fields.Many2one("oa.signing.key", readonly=True)
    certificate_id = fields.Many2one("oa.certificate", readonly=True)

    @api.model
    def action_look(self):
        """Look at everything and show the list, the worst first."""
        if not self.env.user.has_group("oa_signing.oa_signing_group_administrator"):
            raise AccessError(self.env._("Only an administrator of signatures looks at the readiness of people."))
        rows = [*self._look_at_services(), *self._look_at_people()]
        order = {BAD: 0, WARNING: 1, GOOD: 2}
        # Rows are made by looking only; nobody else has the right to create them.
        found = self.sudo().create([{**row, "sequence": order[row["state"]]} for row in rows])
        action = self.env["ir.actions.act_window"]._for_xml_id("oa_signing.oa_signing_readiness_action")
        return {**action, "domain": [("id", "in", found.ids)]}

    def action_open_key(self):
        """The key of the row; a service has its place in the settings."""
        self.ensure_one()
        if not self.key_id:
            return False
        return {"type": "ir.actions.act_window", "res_model": "oa.signing.key", "res_id": self.key_id.id, "views": [(False, "form")]}

    def action_discover_keys(self):
        """Find keys on tokens and look anew."""
        action = self.env["oa.signing.key"].action_discover_keys()
        return {**action, "params": {**action["params"], "next": self.action_look()}}

    def _look_at_services(self):
        ports = self.env["oa.signing.ports"]
        return [
            self._try(
                self.env._("Token service"),
                lambda: ports._get_token().ping(),
                self.env._("Start the token service; its address is in Settings."),
            ),
            self._try(
                self.env._("Document service"),
                lambda: ports._get_documents().ping(),
                self.env._("Start the document service; its address is in Settings."),
            ),
            self._try(
                self.env._("Timestamps"),
                lambda: ports._get_documents().check_timestamps(),
                self.env._(
                    "Check the address of the timestamp service in Settings. Until it answers, signatures wait for their proof of time."
                ),
            ),
            self._try(
                self.env._("Trusted certificates"),
                lambda: ports._get_documents().check_trust(),
                self.env._("Put the PEM files of the trusted roots into the folder named in Settings."),
            ),
        ]

    def _try(self, name, question, fix):
        row = {"kind": "service", "name": name, "state": GOOD, "finding": self.env._("It answers.")}
        try:
            question()
        except SigningError as error:
            row |= {"state": BAD, "finding": self.env["res.config.settings"]._explain_oa_signing(error), "fix": fix}
        return row

    def _look_at_people(self):
        keys = self.env["oa.signing.key"].search([("state", "=", "active")])
        offered = self._read_tokens()
        renewed = keys._take_renewed(offered or {})
        found = self._ask_revocation(keys)
        rows = [self._look_at_key(key, _Found(offered, found.get(key.id), key in renewed)) for key in keys]
        with_key = keys.user_id
        signers = self.env.ref("oa_signing.oa_signing_group_signer").all_user_ids.filtered(
            lambda user: user.active and not user.share and user.company_ids & self.env.companies
        )
        rows += [self._look_at_keyless(user) for user in signers - with_key]
        return rows

    def _read_tokens(self):
        """Keys on tokens by their labels; None when the service does not answer."""
        try:
            return {(key.token_label, key.key_label): key for key in self.env["oa.signing.ports"]._get_token().get_keys()}
        except SigningError:
            return None

    def _ask_revocation(self, keys):
        """What the providers say of all certificates, asked in one go; nothing when the service does not answer."""
        identities = {key.id: key.certificate_id._get_identity() for key in keys}
        try:
            answers = self.env["oa.signing.ports"]._get_documents().check_certificates(list(identities.values()))
        except SigningError:
            # The service has a row of its own.
            return {}
        return dict(zip(identities, answers, strict=True))

    def _look_at_key(self, key, found):
        certificate = key.certificate_id
        row = {
            "kind": "seal" if key.is_seal else "person",
            "name": key.user_id.name or key.name,
            "valid_to": certificate.valid_to,
            "key_id": key.id,
            "certificate_id": certificate.id,
        }
        for check in (self._check_certificate, self._check_token, self._check_revocation, self._check_seal, self._check_term):
            if trouble := check(key, found):
                return {**row, **trouble}
        return {**row, "state": GOOD, "finding": self._praise(key, found)}

    def _praise(self, key, found):
        if key.provider_id:
            return self.env._("The certificate is valid; the key is kept by %(provider)s.", provider=key.provider_id.name)
        if found.is_renewed:
            return self.env._("The token has a new certificate of the same holder; it was taken just now.")
        return self.env._("The certificate is valid and the key is on its token.")

    def _check_certificate(self, key, _found):
        if key.certificate_id.state in ("valid", False):
            return None
        return {
            "state": BAD,
            # What is said about a key is said as its owner would hear it.
            "finding": "\n".join(key.with_user(key.user_id or self.env.user).sudo()._get_use_blockers()[-1:]),
            "fix": self.env._("Ask the provider for a new certificate, put it on the token and press “Find keys on tokens”."),
        }

    def _check_token(self, key, found):
        offered = found.tokens
        if offered is None or key.provider_id:
            return None
        place = (key.token_label, key.key_label)
        if place not in offered:
            return {
                "state": BAD,
                "finding": self.env._("The token „%(token)s“ is not there.", token=key.token_label),
                "fix": self.env._("Insert the token into the server, then look again."),
            }
        if offered[place].certificate != key.certificate_id._get_identity().certificate:
            return {
                "state": BAD,
                "finding": self.env._("The token holds another certificate."),
                "fix": self.env._(
                    "It is of another holder or of an issuer who is not trusted. Make sure whose it is, then find keys anew."
                ),
            }
        if not self.env["oa.signing.ports"]._get_token().get_attempts_left(key.token_label):
            return {
                "state": BAD,
                "finding": self.env._("The key is locked after wrong PINs."),
                "fix": self.env._("Make sure who typed them, then press “Unlock” on the key."),
            }
        return None

    def _check_revocation(self, _key, found):
        if isinstance(found.answer, SigningError):
            return {
                "state": BAD,
                "finding": self.env["oa.signing.messages"]._explain(found.answer),
                "fix": self.env._("Without a good certificate nothing is signed with this key; use another one."),
            }
        if found.answer:
            return {
                "state": WARNING,
                "finding": self.env["oa.signing.messages"]._explain_code(found.answer[0]),
                "fix": self.env._("Check that the server reaches the hosts named under Revocation in Settings."),
            }
        return None

    def _check_seal(self, key, _found):
        if key.opening != "lost":
            return None
        return {"state": BAD, "finding": key._explain_closed(), "fix": self.env._("Press “Open the seal” on the key and enter its PIN.")}

    def _check_term(self, key, _found):
        left = (key.certificate_id.valid_to - fields.Datetime.now()).days
        if left > _SOON:
            return None
        return {
            "state": WARNING,
            "finding": self.env._("The certificate ends in %(days)s days.", days=left),
            "fix": self.env._("Ask the provider for a new one now."),
        }

    def _look_at_keyless(self, user):
        return {
            "kind": "person",
            "name": user.name,
            "state": WARNING,
            "finding": self.env._("The person may sign and has no key on the server."),
            "fix": self.env._("Nothing to do when the person signs with an own card; else put the key on a token and find it."),
        }
