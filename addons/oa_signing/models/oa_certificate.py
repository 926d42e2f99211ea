import base64
import re

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.errors import SigningError
from ..core.policy import read_facts
from ..core.specs import SignerIdentity

_SUBJECT_PART = re.compile(r"\b([A-Z][A-Za-z/]+(?: [A-Z][a-z]+)*): ")
"""How the attributes of a name are called in the stored text."""


class OaCertificate(models.Model):
    """A certificate that signs, with what people read about it."""

    _name = "oa.certificate"
    _description = "Certificate"
    _order = "valid_to desc, id desc"

    name = fields.Char("Holder", required=True, readonly=True)
    subject = fields.Char("Name in the certificate", readonly=True)
    subject_words = fields.Char("Subject", compute="_compute_subject_words")
    identifier = fields.Char("Personal or organisation identifier", readonly=True)
    organisation = fields.Char(readonly=True)
    issuer = fields.Char(readonly=True)
    serial = fields.Char("Serial number", readonly=True)
    fingerprint = fields.Char("SHA-256 fingerprint", required=True, readonly=True)
    valid_from = fields.Datetime("Valid from", readonly=True)
    valid_to = fields.Datetime("Valid until", readonly=True)
    is_qualified = fields.Boolean("Issued as qualified", readonly=True)
    is_seal = fields.Boolean("Of an organisation (seal)", readonly=True)
    pem = fields.Text("Certificate (PEM)", readonly=True)
    chain_pem = fields.Text("Issuers (PEM)", readonly=True)
    user_id = fields.Many2one("res.users", "Person", ondelete="restrict", index=True, readonly=True)
    company_id = fields.Many2one("res.company", "Administration", ondelete="restrict", readonly=True)
    key_ids = fields.One2many("oa.signing.key", "certificate_id", "Keys")
    state = fields.Selection(
        [("future", "Not valid yet"), ("valid", "In term"), ("expired", "Expired"), ("revoked", "Revoked")],
        compute="_compute_state",
    )
    checked_at = fields.Datetime("Last check", readonly=True)
    check_code = fields.Char("Code of the outcome", readonly=True)
    check_message = fields.Text("Outcome of the check", readonly=True)

    _fingerprint_unique = models.Constraint("UNIQUE (fingerprint)", "This certificate is known already.")

    @api.depends("valid_from", "valid_to", "check_code")
    def _compute_state(self):
        now = fields.Datetime.now()
        for certificate in self:
            if certificate.check_code == "policy.revoked":
                certificate.state = "revoked"
            elif certificate.valid_to and certificate.valid_to < now:
                certificate.state = "expired"
            elif certificate.valid_from and certificate.valid_from > now:
                certificate.state = "future"
            else:
                certificate.state = "valid"

    @api.depends("subject")
    @api.depends_context("lang")
    def _compute_subject_words(self):
        for certificate in self:
            certificate.subject_words = self._translate_subject(certificate.subject)

    @api.model
    def _translate_subject(self, text):
        """The name in a certificate with its attributes in the language of the reader."""
        labels = self._get_subject_labels()
        return re.sub(_SUBJECT_PART, lambda part: f"{labels.get(part[1], part[1])}: ", text or "")

    def _get_subject_labels(self):
        return {
            "Common Name": self.env._("Name"),
            "Given Name": self.env._("Given name"),
            "Surname": self.env._("Surname"),
            "Serial Number": self.env._("Identifier"),
            "Organization": self.env._("Organisation"),
            "Organization Identifier": self.env._("Identifier of the organisation"),
            "Organizational Unit": self.env._("Unit"),
            "Title": self.env._("Position"),
            "Email Address": self.env._("E-mail"),
            "Country": self.env._("Country"),
            "State/Province": self.env._("Region"),
            "Locality": self.env._("Settlement"),
        }

    def action_check(self):
        """Ask now whether the certificate may sign, and say the answer."""
        self.check_access("read")
        for certificate in self:
            certificate._check_now()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if all(item.check_code == "good" for item in self) else "warning",
                "title": self.env._("Check of the certificate"),
                "message": "\n".join(self.mapped("check_message")),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _check_now(self):
        self.ensure_one()
        messages = self.env["oa.signing.messages"]
        try:
            notes = self.env["oa.signing.ports"]._get_documents().check_certificate(self._get_identity())
        except SigningError as error:
            code, message = error.code, messages._explain(error)
        else:
            code = notes[0] if notes else "good"
            message = messages._explain_code(code)
        if code.startswith("service."):
            raise UserError(message)
        # Readers may ask; the answer is written for all who read the certificate.
        self.sudo().write({"checked_at": fields.Datetime.now(), "check_code": code, "check_message": message})

    def _belongs_to(self, user):
        """Whether the certificate is this person's; one that is found to be, is linked to them."""
        self.ensure_one()
        if not self._is_of(user):
            return False
        # Ownership was decided above, not by the right to write certificates.
        self.sudo().user_id = user
        return True

    def _is_of(self, user):
        """Linked to this person, or of the same person as a certificate that is.

        A renewed certificate carries the same personal identifier, so it needs no new link.
        """
        self.ensure_one()
        # Whose certificates there are, is asked here for the person, who may not read those of others.
        certificate_sudo = self.sudo()
        if certificate_sudo.user_id or not certificate_sudo.identifier or certificate_sudo.is_seal:
            return bool(certificate_sudo.user_id) and certificate_sudo.user_id == user
        domain = [("identifier", "=", certificate_sudo.identifier), ("user_id", "!=", False), ("is_seal", "=", False)]
        return certificate_sudo.search(domain).user_id == user

    def _get_identity(self):
        """The certificate with its issuers, as the core wants it."""
        self.ensure_one()
        return SignerIdentity(self._to_der(self.pem)[0], tuple(self._to_der(self.chain_pem or "")))

    @api.model
    def _import(self, certificate, chain=()):
        """The record of a certificate given as DER; known ones are found by their fingerprint."""
        vals = self._prepare_import_vals(certificate, chain)
        # Certificates are public; only this method makes their records, from tokens and signed files.
        certificates_sudo = self.sudo()
        known = certificates_sudo.search([("fingerprint", "=", vals["fingerprint"])])
        return known or certificates_sudo.create(vals)

    @api.model
    def _prepare_import_vals(self, certificate, chain=()):
        facts = read_facts(certificate)
        return {
            "name": facts.common_name or facts.subject,
            "subject": facts.subject,
            "identifier": facts.identifier,
            "organisation": facts.organisation,
            "issuer": facts.issuer,
            "serial": facts.serial,
            "fingerprint": facts.fingerprint,
            "valid_from": facts.valid_from.replace(tzinfo=None),
            "valid_to": facts.valid_to.replace(tzinfo=None),
            "is_qualified": facts.is_qualified,
            "is_seal": facts.is_seal,
            "pem": self._to_pem([certificate]),
            "chain_pem": self._to_pem(chain),
        }

    @api.model
    def _to_pem(self, ders):
        blocks = []
        for der in ders:
            body = base64.encodebytes(der).decode()
            blocks.append(f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n")
        return "".join(blocks)

    @api.model
    def _to_der(self, pem):
        bodies = [part.split("-----END")[0] for part in pem.split("-----BEGIN CERTIFICATE-----")[1:]]
        return [base64.b64decode(body) for body in bodies]
