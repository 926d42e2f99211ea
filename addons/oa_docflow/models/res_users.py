from odoo import api, fields, models
from odoo.modules.module import get_module_icon

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
    def _get_activity_groups(self):
        """What waits by the flow is counted by the database: a person may have thousands of it, and all others few."""
        activities = self.env["mail.activity"]
        groups = super(ResUsers, self.with_env(activities._without_flow().env))._get_activity_groups()
        known = {group["model"]: group for group in groups}
        for model, (overdue, today, planned) in activities._count_flow().items():
            group = known.get(model)
            if not group:
                group = known[model] = self._prepare_activity_group(model)
                groups.append(group)
            counts = {"overdue_count": overdue, "today_count": today, "planned_count": planned, "total_count": overdue + today}
            for name, count in counts.items():
                group[name] += count
        return groups

    def _prepare_activity_group(self, model):
        record = self.env["ir.model"]._get(model)
        return {
            "id": record.id, "name": record.name, "model": model, "type": "activity",
            "icon": get_module_icon(self.env[model]._original_module),
            "domain": [("active", "in", [True, False])] if "active" in self.env[model] else [],
            "total_count": 0, "today_count": 0, "overdue_count": 0, "planned_count": 0,
            "view_type": getattr(self.env[model], "_systray_view", "list"),
        }  # fmt: skip

    @api.model
    def _get_access_roles(self):
        """Access is given to positions in the flow as well."""
        return super()._get_access_roles() | {position: f"oa_docflow.oa_docflow_group_{position}" for position in _POSITIONS}
