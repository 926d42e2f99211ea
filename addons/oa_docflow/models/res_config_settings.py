from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of the flow of one administration."""

    _inherit = "res.config.settings"

    docflow_resolver_function = fields.Selection(related="company_id.docflow_resolver_function", readonly=False, required=True)

    docflow_remind_before = fields.Integer(related="company_id.docflow_remind_before", readonly=False)
    docflow_remind_on_day = fields.Boolean(related="company_id.docflow_remind_on_day", readonly=False)
    docflow_remind_late = fields.Integer(related="company_id.docflow_remind_late", readonly=False)
    docflow_escalate_after = fields.Integer(related="company_id.docflow_escalate_after", readonly=False)
    docflow_escalate_again_after = fields.Integer(related="company_id.docflow_escalate_again_after", readonly=False)
    docflow_warn_silence_before = fields.Integer(related="company_id.docflow_warn_silence_before", readonly=False)

    docflow_refusal = fields.Selection(related="company_id.docflow_refusal", readonly=False, required=True)
    docflow_work_level = fields.Selection(related="company_id.docflow_work_level", readonly=False, required=True)
    docflow_certify_level = fields.Selection(related="company_id.docflow_certify_level", readonly=False, required=True)
    docflow_internal_issuers = fields.Text(related="company_id.docflow_internal_issuers", readonly=False)
    docflow_seal_message = fields.Text(related="company_id.docflow_seal_message")

    def action_load_standard_procedures(self):
        self.company_id.action_load_standard_procedures()
        return self.env["ir.actions.act_window"]._for_xml_id("oa_docflow.oa_procedure_action")
