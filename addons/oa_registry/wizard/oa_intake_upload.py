from odoo import fields, models
from odoo.exceptions import UserError

_SCANS = (".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png")


class OaIntakeUpload(models.TransientModel):
    """Asks for letters that were saved as files and for scans of several letters."""

    _name = "oa.intake.upload"
    _description = "Add letters from files"

    office_id = fields.Many2one(
        "oa.registry.office", "Registry office", required=True, default=lambda self: self.env["oa.document"]._default_office()
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Letters and scans", required=True)

    def action_confirm(self):
        letters = self.attachment_ids.filtered(lambda file: file.name.lower().endswith(".eml"))
        scans = self.attachment_ids.filtered(lambda file: file.name.lower().endswith(_SCANS))
        if wrong := self.attachment_ids - letters - scans:
            raise UserError(self.env._("“%(name)s” is neither a letter (.eml) nor a scan (.pdf, .tif, .jpg, .png).", name=wrong[0].name))
        self.env["oa.intake.mail"]._receive_files(self.office_id, letters)
        batches = self.env["oa.scan.batch"]._receive_files(self.office_id, scans)
        if len(batches) == 1 and not letters:
            return batches._open_form()
        action = "oa_scan_batch_action" if batches else "oa_intake_mail_action"
        return self.env["ir.actions.act_window"]._for_xml_id(f"oa_registry.{action}")

    def action_print_separator(self):
        return {"type": "ir.actions.act_url", "url": "/oa/separator", "target": "new"}
