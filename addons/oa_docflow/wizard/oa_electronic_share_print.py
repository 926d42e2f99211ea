from odoo import fields, models


class OaElectronicSharePrint(models.TransientModel):
    """Asks for the period of the printed page."""

    _name = "oa.electronic.share.print"
    _description = "Print the share of electronic documents"

    company_id = fields.Many2one("res.company", "Administration", required=True, default=lambda self: self.env.company)
    date_from = fields.Date("From", required=True, default=lambda self: fields.Date.start_of(fields.Date.context_today(self), "month"))
    date_to = fields.Date("To", required=True, default=lambda self: fields.Date.end_of(fields.Date.context_today(self), "month"))

    def action_confirm(self):
        self.ensure_one()
        url = f"/oa_docflow/electronic-share/{self.company_id.id}/{self.date_from}/{self.date_to}"
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}
