from odoo import models, tools

ACCESS_ROLES = ("overview", "head_registrar", "archivist")


class ResUsers(models.Model):
    _inherit = "res.users"

    @tools.ormcache("self.id")
    def _get_access_principals(self):
        """Under which names the person may see documents: self, units, roles."""
        # The person may not be allowed to read employees and units.
        user_sudo = self.sudo()
        employees = (
            user_sudo.with_context(active_test=True)
            .env["hr.employee"]
            .search([("user_id", "=", self.id), ("company_id", "in", user_sudo.company_ids.ids)])
        )
        own_units = employees.department_id
        headed = user_sudo.env["hr.department"].search(
            [("id", "child_of", user_sudo.env["hr.department"].search([("manager_id", "in", employees.ids)]).ids)]
        )
        roles = [role for role in ACCESS_ROLES if user_sudo.has_group(f"oa_registry.oa_registry_group_{role}")]
        return (
            f"u:{self.id}",
            *(f"d:{unit_id}" for unit_id in sorted((own_units | headed).ids)),
            *(f"r:{company_id}:{role}" for company_id in sorted(user_sudo.company_ids.ids) for role in roles),
        )
