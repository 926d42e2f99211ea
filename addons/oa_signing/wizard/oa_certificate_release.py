from odoo import fields, models


class OaCertificateRelease(models.TransientModel):
    """Asks why a certificate is taken from its person."""

    _name = "oa.certificate.release"
    _description = "Take a certificate from its person"

    certificate_id = fields.Many2one("oa.certificate", required=True, readonly=True)
    user_id = fields.Many2one(related="certificate_id.user_id", string="Person")
    reason = fields.Text(required=True)

    def action_confirm(self):
        self.ensure_one()
        self.certificate_id._release(self.reason)
        return {"type": "ir.actions.act_window_close"}
