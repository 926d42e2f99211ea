from odoo import fields, models


class OaIntakeUpload(models.TransientModel):
    """Asks for letters that were saved as files."""

    _name = "oa.intake.upload"
    _description = "Add letters from files"

    office_id = fields.Many2one(
        "oa.registry.office", "Registry office", required=True, default=lambda self: self.env["oa.document"]._default_office()
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Letters (.eml)", required=True)

    def action_confirm(self):
        self.env["oa.intake.mail"]._receive_files(self.office_id, self.attachment_ids)
        return self.env["ir.actions.act_window"]._for_xml_id("oa_registry.oa_intake_mail_action")
