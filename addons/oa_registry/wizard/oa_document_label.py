from odoo import fields, models


class OaDocumentLabel(models.TransientModel):
    """Asks on what labels are printed."""

    _name = "oa.document.label"
    _description = "Print labels"

    document_ids = fields.Many2many("oa.document", string="Documents", required=True)
    format = fields.Selection(
        [("roll", "Roll, 62 × 29 mm"), ("sheet", "A4 sheet, 3 × 8 labels of 70 × 37 mm")],
        required=True,
        default=lambda self: self.env.company.oa_label_format,
    )
    first = fields.Integer("First free label of the sheet", default=1)
    copies = fields.Integer("Copies of each", default=1)

    def action_confirm(self):
        ids = ",".join(map(str, self.document_ids.ids))
        url = f"/oa/labels?documents={ids}&format={self.format}&first={self.first}&copies={self.copies}"
        return {"type": "ir.actions.act_url", "url": url, "target": "new", "close": True}
