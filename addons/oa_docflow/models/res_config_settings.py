from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of the flow of one administration."""

    _inherit = "res.config.settings"

    docflow_resolver_function = fields.Selection(related="company_id.docflow_resolver_function", readonly=False, required=True)

    def action_load_standard_procedures(self):
        self.company_id.action_load_standard_procedures()
        return self.env["ir.actions.act_window"]._for_xml_id("oa_docflow.oa_procedure_action")
