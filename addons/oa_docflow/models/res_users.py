from odoo import api, fields, models

from .oa_notice import CHANNELS

_POSITIONS = ("lawyer", "director", "secretary_general", "governor")


class ResUsers(models.Model):
    _inherit = "res.users"

    docflow_channel = fields.Selection(
        CHANNELS,
        string="How I am told",
        required=True,
        default="inbox",
        help="What waits for you is on “What waits for me” in any case; this is how you hear of it.",
    )
    docflow_led_unit_ids = fields.Many2many("hr.department", string="Heads the units", compute="_compute_docflow_led_unit_ids")
    docflow_digest_on = fields.Date("Last digest", readonly=True)

    def _compute_docflow_led_unit_ids(self):
        for user in self:
            # Who heads which unit is known to everybody.
            user.docflow_led_unit_ids = self.env["hr.department"].sudo().search([("manager_id.user_id", "=", user.id)])

    @property
    def SELF_READABLE_FIELDS(self):  # noqa: N802 - the name is of Odoo
        return [*super().SELF_READABLE_FIELDS, "docflow_channel"]

    @property
    def SELF_WRITEABLE_FIELDS(self):  # noqa: N802 - the name is of Odoo
        return [*super().SELF_WRITEABLE_FIELDS, "docflow_channel"]

    @api.model
    def _get_access_roles(self):
        """Access is given to positions in the flow as well."""
        return super()._get_access_roles() | {position: f"oa_docflow.oa_docflow_group_{position}" for position in _POSITIONS}
