from odoo import fields, models

from .oa_function import FUNCTIONS


class ResCompany(models.Model):
    """Choices of one administration about its flow."""

    _inherit = "res.company"

    docflow_resolver_function = fields.Selection(
        FUNCTIONS,
        string="Who writes resolutions",
        required=True,
        default="governor",
        help="The function that gets incoming documents for resolution when the procedure names nobody else.",
    )

    def action_load_standard_procedures(self):
        """Put the shipped procedures at the disposal of this administration."""
        self.env["oa.procedure"].check_access("create")
        for company in self:
            self.env["oa.procedure"]._load_standard(company)
