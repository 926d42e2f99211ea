from odoo import api, fields, models

from .oa_signature import LEVELS


class OaSignatureAugmentation(models.Model):
    """What was added to a signature later: a proof of time, revocation data; each addition is a row."""

    _name = "oa.signature.augmentation"
    _inherit = "oa.signing.append.only"
    _description = "Augmentation of a signature"
    _order = "id desc"
    _rec_name = "level"

    signature_id = fields.Many2one("oa.signature", ondelete="restrict", required=True, index=True, readonly=True)
    level = fields.Selection(LEVELS, "Level reached", required=True, readonly=True)
    timestamp_at = fields.Datetime("Proved time", readonly=True)
    signed_digest = fields.Char("SHA-256 of the file", required=True, readonly=True)
    attachment_id = fields.Many2one("ir.attachment", "File", ondelete="restrict", required=True, readonly=True)
    added_at = fields.Datetime("Added", required=True, readonly=True, default=fields.Datetime.now)
    company_id = fields.Many2one(related="signature_id.company_id")

    @api.private
    def _append(self, vals_list):
        rows = super()._append(vals_list)
        rows.signature_id.invalidate_recordset(["level", "state", "timestamp_at", "augmentation_ids"])
        return rows

    def _get_access_subject(self):
        return self.signature_id
