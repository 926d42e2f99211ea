import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..core.content import get_mime_type
from ..core.specs import Level, SignatureFormat

LEVELS = [(str(level), str(level)) for level in Level]
FORMATS = [
    ("pades", "PAdES, in the PDF"),
    ("xades", "XAdES, in the XML"),
    ("xades_detached", "XAdES, beside the file"),
    ("cades", "CAdES, beside the file (.p7s)"),
    ("asic_xades", "ASiC-E with XAdES"),
    ("asic_cades", "ASiC-E with CAdES"),
]


class OaSignature(models.Model):
    """One signature on one record: who, what, when. Later levels and checks are rows of their own."""

    _name = "oa.signature"
    _inherit = "oa.signing.append.only"
    _description = "Signature"
    _order = "signed_at desc, id desc"
    _rec_name = "record_name"

    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", required=True, readonly=True)
    record_name = fields.Char("Document", required=True, readonly=True)
    file_name = fields.Char("File", required=True, readonly=True)
    field_name = fields.Char("Signature field", required=True, readonly=True)
    format = fields.Selection(FORMATS, default="pades", required=True, readonly=True)
    target_level = fields.Selection(LEVELS, "Level aimed at", default="B-LT", required=True, readonly=True)
    claimed_roles = fields.Text("In the capacity of", readonly=True)
    initial_level = fields.Selection(LEVELS, "Level at signing", required=True, readonly=True)
    level = fields.Selection(LEVELS, compute="_compute_level")
    state = fields.Selection([("incomplete", "Being completed"), ("complete", "Complete")], "Completeness", compute="_compute_level")
    payload_digest = fields.Char("SHA-256 of the file before signing", required=True, readonly=True)
    document_digest = fields.Char("Signed digest", required=True, readonly=True)
    signed_digest = fields.Char("SHA-256 of the signed file", required=True, readonly=True)
    signer_name = fields.Char("Signer", required=True, readonly=True)
    is_seal = fields.Boolean("Seal", readonly=True)
    certificate_id = fields.Many2one("oa.certificate", ondelete="restrict", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "User account", ondelete="restrict", required=True, readonly=True)
    company_id = fields.Many2one("res.company", "Administration", ondelete="restrict", required=True, readonly=True)
    signed_at = fields.Datetime("Signed", required=True, readonly=True)
    initial_timestamp_at = fields.Datetime("Timestamp at signing", readonly=True)
    timestamp_at = fields.Datetime("Proved time", compute="_compute_level")
    attachment_id = fields.Many2one("ir.attachment", "File at signing", ondelete="restrict", required=True, readonly=True)
    original_id = fields.Many2one("ir.attachment", "Signed file of a signature beside it", ondelete="restrict", readonly=True)
    augmentation_ids = fields.One2many("oa.signature.augmentation", string="Augmentations", compute="_compute_level")
    check_ids = fields.One2many("oa.signature.check", string="Checks", compute="_compute_verdict")
    pending_message = fields.Char("What it waits for", compute="_compute_pending")
    next_attempt_at = fields.Datetime("Next attempt", compute="_compute_pending")
    given_up_notice = fields.Char("Given up", compute="_compute_pending")
    verdict = fields.Selection(
        [("valid", "Valid"), ("indeterminate", "Indeterminate"), ("invalid", "Invalid"), ("unchecked", "Not checked yet")],
        compute="_compute_verdict",
    )

    _record_index = models.Index("(res_model, res_id)")
    _digest_index = models.Index("(signed_digest)")
    _field_unique = models.Constraint(
        "UNIQUE (res_model, res_id, document_digest, certificate_id)", "This file was signed with this signature already."
    )

    def _compute_level(self):
        # What was added to a signature is no secret to whoever sees the signature.
        rows = self.env["oa.signature.augmentation"].sudo().search([("signature_id", "in", self.ids)], order="id")
        by_signature = rows.grouped(lambda row: row.signature_id.id)
        for signature in self:
            own = by_signature.get(signature.id, rows.browse())
            best = max([signature.initial_level, *own.mapped("level")], key=lambda level: Level(level).rank)
            signature.level = best
            signature.state = "complete" if Level(best).rank >= Level(signature.target_level).rank else "incomplete"
            signature.timestamp_at = signature.initial_timestamp_at or own.filtered("timestamp_at")[:1].timestamp_at
            # From here the reader's own rights decide again.
            signature.augmentation_ids = own.sudo(self.env.su)

    def _compute_pending(self):
        # Why a signature is not complete is no secret to whoever sees the signature.
        rows = self.env["oa.signature.pending"].sudo().search([("signature_id", "in", self.ids)])
        by_signature = rows.grouped(lambda row: row.signature_id.id)
        for signature in self:
            row = by_signature.get(signature.id, rows.browse())
            signature.pending_message, signature.next_attempt_at = row.message, row.next_at
            signature.given_up_notice = row._explain_given_up()

    def _compute_verdict(self):
        # As above.
        rows = self.env["oa.signature.check"].sudo().search([("signature_id", "in", self.ids)], order="id")
        by_signature = rows.grouped(lambda row: row.signature_id.id)
        for signature in self:
            own = by_signature.get(signature.id, rows.browse())
            signature.verdict = own[-1:].outcome or "unchecked"
            # From here the reader's own rights decide again.
            signature.check_ids = own.sudo(self.env.su)

    def _get_access_subject(self):
        return self._get_record()

    def _get_record(self):
        """The signed record, or nothing when it is gone."""
        self.ensure_one()
        if self.res_model not in self.env:
            return self.browse()
        return self.env[self.res_model].browse(self.res_id).exists()

    @api.model
    def _lock_key(self, res_model, res_id):
        """One signing or augmentation of a record at a time: both write its newest file."""
        self.env.cr.execute("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", (f"oa_signing:{res_model}", res_id))

    @api.model
    def _append_signature(self, vals, name, data, original):
        """The row of a new signature with its file; the file's rights follow the signature's record."""
        kind = SignatureFormat(vals["format"])
        attachments = self._make_attachment(name, data, kind)
        links = {"attachment_id": attachments.id}
        if kind.is_detached:
            # Without the file beside it the signature says nothing.
            attachments += self._make_attachment(vals["file_name"], original)
            links["original_id"] = attachments[-1].id
        signature = self._append([{**vals, **links, "signed_digest": self._compute_digest(data)}])
        attachments.res_id = signature.id
        return signature

    @api.model
    def _make_attachment(self, name, data, kind=None, signature=None):
        # The signer may have no right to add files; this one is the outcome of signing.
        attachments_sudo = self.env["ir.attachment"].sudo()
        return attachments_sudo.create(
            {
                "name": name,
                "raw": data,
                **({"mimetype": get_mime_type(kind)} if kind else {}),
                "res_model": self._name,
                "res_id": signature.id if signature else 0,
            }
        )

    def _get_current(self):
        """The newest row with a file: the last augmentation, or the signature itself."""
        self.ensure_one()
        # Completeness of a signature is no secret to whoever sees the signature.
        return self.env["oa.signature.augmentation"].sudo().search([("signature_id", "=", self.id)], limit=1) or self.sudo()

    def _get_data(self):
        """Bytes of the newest signed file; whoever calls has checked the right to read the record."""
        self.ensure_one()
        # The caller has checked that the record may be read.
        return self._get_current().attachment_id.raw

    def _is_detached(self):
        """The signature lies beside its file."""
        self.ensure_one()
        return SignatureFormat(self.format).is_detached

    def _shares_file(self, other):
        """Both signatures are in one and the same file: a PDF or a container."""
        kinds = {SignatureFormat(signature.format) for signature in self | other}
        return kinds == {SignatureFormat.PADES} or kinds <= {SignatureFormat.ASIC_XADES, SignatureFormat.ASIC_CADES}

    def _get_original(self):
        """Bytes of the file that a signature beside it signs; nothing when the signature is in the file."""
        self.ensure_one()
        # The caller has checked that the record may be read.
        return self.sudo().original_id.raw or None

    def action_download(self):
        self.ensure_one()
        self._check_record_readable()
        # The download asks again for the right to read the record.
        attachment = self._get_current().attachment_id
        return {"type": "ir.actions.act_url", "url": f"/web/content/{attachment.id}?download=1", "target": "download"}

    def action_check(self):
        """Check the newest signed file now."""
        self.ensure_one()
        self._check_record_readable()
        check = self.env["oa.signature.check"]._validate(self.file_name, self._get_data(), self._get_record(), self)
        return check.action_open()

    def action_augment(self):
        """Complete the signature now instead of waiting for the next attempt."""
        if not self.env.user.has_group("oa_signing.oa_signing_group_administrator"):
            raise AccessError(self.env._("Only an administrator of signatures starts this by hand."))
        self.env["oa.signature.pending"]._augment(self)

    def action_open_record(self):
        self.ensure_one()
        self._check_record_readable()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    def _check_record_readable(self):
        if not self._filter_subject_readable():
            raise AccessError(self.env._("You have no right to read the signed document."))

    @api.model
    def _compute_digest(self, data):
        return hashlib.sha256(data).hexdigest()
