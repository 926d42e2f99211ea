import base64

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class OaSigningFile(models.Model):
    """A file that belongs to no other record: upload, sign, let others sign, download."""

    _name = "oa.signing.file"
    _inherit = "oa.signable.mixin"
    _description = "File to sign"
    _order = "id desc"
    _rec_name = "file_name"

    data = fields.Binary("File", required=True)
    file_name = fields.Char("File name", required=True)
    can_seal = fields.Boolean("I may seal", compute="_compute_can_seal")
    is_certified = fields.Boolean("First signature certifies", help="After the first signature the PDF may only be signed further.")
    signed_data = fields.Binary("Signed file", readonly=True, copy=False)
    signed_name = fields.Char("Name of the signed file", compute="_compute_signed_name")
    user_id = fields.Many2one("res.users", "Owner", ondelete="restrict", required=True, readonly=True, default=lambda self: self.env.user)
    signer_ids = fields.Many2many("res.users", string="Others who sign", domain=[("share", "=", False)])
    company_id = fields.Many2one(
        "res.company",
        "Administration",
        ondelete="restrict",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )

    @api.depends_context("uid")
    def _compute_can_seal(self):
        keys = self.env["oa.signing.key"]
        # Which administrations have a seal that the person may use, is no secret.
        seals = keys.sudo().search([("is_seal", "=", True), ("state", "=", "active")]).filtered(lambda key: not key._get_use_blockers())
        for file in self:
            file.can_seal = file.company_id in seals.company_id and not file._get_seal_blockers()

    @api.depends("file_name", "signed_data")
    def _compute_signed_name(self):
        for file in self:
            # Whoever reads the file may see how it was signed.
            boxed = file.sudo().signature_ids.filtered(lambda signature: signature.format.startswith("asic"))[:1]
            stem, dot, ending = (file.file_name or "").rpartition(".")
            file.signed_name = boxed.attachment_id.name or (f"{stem}-signed.{ending}" if dot else f"{file.file_name}-signed")

    def action_seal(self):
        """Put the seal of the administration on the files; what cannot be sealed now is sealed when the seal is open."""
        self.check_access("read")
        self._seal_later()
        # What the seal waits for is told to whoever may use it.
        seal_sudo = self.env["oa.signing.key"]._get_seal(self.company_id[:1]).sudo()
        is_open = seal_sudo.opening == "open"
        message = self.env._("The files are being sealed; the signatures come by themselves.") if is_open else seal_sudo._explain_closed()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success" if is_open else "warning", "message": message, "sticky": not is_open},
        }

    def _get_seal_blockers(self):
        # The program seals what it was told to seal.
        if not self.env.user._is_superuser() and self.env.user not in self.user_id | self.signer_ids:
            return [self.env._("Only the owner and the people named seal this file.")]
        # Whoever reads the file may see how it was signed.
        is_sealed = any(signature.is_seal for signature in self.sudo().signature_ids)
        return [self.env._("The file is sealed already.")] if is_sealed else []

    def write(self, vals):
        if {"data", "file_name"} & set(vals) and any(file.signature_count for file in self):
            raise UserError(self.env._("The file is signed; upload a changed file as a new one."))
        # The signed file is written by signing only, which borrows the right; nobody can send that from outside.
        if "signed_data" in vals and not self.env.su:
            raise AccessError(self.env._("The signed file comes from signing only."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        if any(file.signature_count for file in self):
            raise UserError(self.env._("A signed file is not deleted."))

    def _get_signing_payload(self):
        self.ensure_one()
        file = self.with_context(bin_size=False)
        return self.file_name, base64.b64decode(file.signed_data or file.data or b"")

    def _get_sign_blockers(self):
        self.ensure_one()
        if self.env.user not in self.user_id | self.signer_ids:
            return [self.env._("Only the owner and the people named sign this file.")]
        if self.env.user in self.signature_ids.user_id:
            return [self.env._("You have signed this file already.")]
        return []

    def _get_signing_format(self):
        """Whoever signs next follows whoever signed first."""
        # Whoever reads the file may see how it was signed.
        first = self.sudo().signature_ids[-1:].format
        # A second signature inside the same XML would break the first.
        return "cades" if first == "xades" else first

    def _can_choose_format(self):
        # Whoever signs next follows whoever signed first.
        return self.user_id == self.env.user and not self.signature_count

    def _get_signer_count(self):
        return len(self.user_id | self.signer_ids)

    def _is_certified_by_first(self):
        return self.is_certified

    def _store_signed_payload(self, name, data, signature):
        if signature._is_detached():
            # The file stays as it is; the signature keeps its own.
            return
        # Whoever signs may not write the file of another person; the outcome of signing is written for them.
        self.sudo().signed_data = base64.b64encode(data)
