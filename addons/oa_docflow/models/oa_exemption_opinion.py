from odoo import api, fields, models

RESULTS = [("agreed", "Agreed"), ("agreed_with_notes", "Agreed with notes"), ("refused", "Not agreed")]


class OaExemption(models.Model):
    """What was asked of the ministry, and what it answered."""

    _inherit = "oa.exemption"

    request_document_id = fields.Many2one(
        "oa.document", "Request in the register", domain="[('company_id', '=', company_id), ('direction', '=', 'outgoing')]",
        ondelete="restrict",
    )  # fmt: skip
    request_number = fields.Char("Request to the ministry (УРИ)", copy=False)
    request_on = fields.Date("Date of the request", copy=False)
    opinion_document_id = fields.Many2one(
        "oa.document", "Opinion in the register", domain="[('company_id', '=', company_id), ('direction', '=', 'incoming')]",
        ondelete="restrict", copy=False,
    )  # fmt: skip
    opinion_number = fields.Char("Opinion No.", copy=False)
    opinion_on = fields.Date("Date of the opinion", copy=False)
    opinion_result = fields.Selection(RESULTS, "Result", copy=False)
    opinion_conditions = fields.Text("Notes and conditions", copy=False)
    opinion_file = fields.Binary("File of the opinion", attachment=True, copy=False)
    opinion_file_name = fields.Char(copy=False)

    @api.onchange("request_document_id")
    def _onchange_request_document(self):
        if document := self.request_document_id:
            self.request_number, self.request_on = document.uri or document.number, document._get_official_day(document.registered_at)

    @api.onchange("opinion_document_id")
    def _onchange_opinion_document(self):
        if document := self.opinion_document_id:
            self.opinion_number, self.opinion_on = document.sender_number, document.sender_date

    @api.model_create_multi
    def create(self, vals_list):
        exemptions = super().create(vals_list)
        for vals in vals_list:
            self._check_opinion_file(vals)
        return exemptions

    def write(self, vals):
        self._check_opinion_file(vals)
        return super().write(vals)

    def _check_opinion_file(self, vals):
        if vals.get("opinion_file"):
            self.env["oa.document"]._check_upload(vals.get("opinion_file_name") or "opinion.pdf", vals["opinion_file"])
