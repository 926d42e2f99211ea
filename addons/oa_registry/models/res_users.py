from odoo import SUPERUSER_ID, api, fields, models, tools

from ..core.numbering import OFFICIAL_ZONE

ACCESS_ROLES = ("overview", "head_registrar", "archivist", "clerk", "expert")


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        # Between midnight in Sofia and midnight in UTC "today" would be another day than that of the registers.
        users = super().create(vals_list)
        users.filtered(lambda user: not user.tz).tz = OFFICIAL_ZONE.key
        return users

    @api.private
    @api.model
    def _set_official_zone(self):
        """Whoever has no time zone, the scheduler too, works in that of the registers."""
        self.with_context(active_test=False).search([("tz", "=", False)]).tz = OFFICIAL_ZONE.key

    @api.model
    def _get_access_roles(self):
        """Hook: roles that access rules may name, each with the XML id of its group."""
        return {role: f"oa_registry.oa_registry_group_{role}" for role in ACCESS_ROLES}

    def _get_capacity(self):
        """The position in which the person acts today in the chosen administration."""
        return self._read_capacity(self.env.company.id, fields.Date.today())

    @tools.ormcache("self.id", "company_id", "day")
    def _read_capacity(self, company_id, day):
        # Everybody may know the position in which a colleague acted, also who cannot read employees.
        return self.sudo().employee_id.job_title or ""

    @tools.ormcache("self.id")
    def _get_access_principals(self):
        """Under which names the person may see documents: self, units, registry offices, roles."""
        return self._map_access_principals()[self.id]

    @tools.ormcache("self.id")
    def _get_book_principals(self):
        """Under which names the person may see lines of books: also those of restricted documents of the own office."""
        principals = self._get_access_principals()
        return principals + tuple(f"m{word[1:]}" for word in principals if word.startswith("o:"))

    def _map_access_principals(self):
        """The names of many persons in a constant number of queries."""
        # Persons may not be allowed to read employees, units and groups.
        users_sudo = self.sudo().with_context(active_test=True)
        units, offices, roles = users_sudo._map_units(), users_sudo._map_offices(), users_sudo._map_roles()
        return {
            user.id: (
                f"u:{user.id}",
                *units[user.id],
                *offices[user.id],
                *(f"r:{company_id}:{role}" for company_id in sorted(user.company_ids.ids) for role in roles[user.id]),
            )
            # Who has left sees nothing; the system itself is an inactive user.
            if user.active or user.id == SUPERUSER_ID
            else ()
            for user in users_sudo
        }

    def _map_units(self):
        employees = self.env["hr.employee"].search([("user_id", "in", self.ids)])
        employees = employees.filtered(lambda employee: employee.company_id in employee.user_id.company_ids)
        led = self.env["hr.department"].search([("manager_id", "in", employees.ids)])
        below = self.env["hr.department"].search([("id", "child_of", led.ids)])
        words = {}
        for user in self:
            own_employees = employees.filtered(lambda employee, user=user: employee.user_id == user)
            own = own_employees.department_id
            own_led = led.filtered(lambda unit, own_employees=own_employees: unit.manager_id in own_employees)
            led_below = below.filtered(lambda unit, own_led=own_led: set(_list_path(unit)) & set(own_led.ids))
            above = {unit_id for unit in own | own_led for unit_id in _list_path(unit)}
            words[user.id] = (
                *(f"d:{unit_id}" for unit_id in sorted((own | led_below).ids)),
                *(f"t:{unit_id}" for unit_id in sorted(above)),
                *(f"h:{unit_id}" for unit_id in sorted(led_below.ids)),
            )
        return words

    def _map_offices(self):
        offices = self.env["oa.registry.office"].search([("user_ids", "in", self.ids)])
        return {
            user.id: tuple(f"o:{office.id}" for office in offices if user in office.user_ids and office.company_id in user.company_ids)
            for user in self
        }

    def _map_roles(self):
        holders = {
            role: set(group.all_user_ids.ids)
            for role, xml_id in self._get_access_roles().items()
            if (group := self.env.ref(xml_id, raise_if_not_found=False))
        }
        return {user.id: tuple(role for role, user_ids in holders.items() if user.id in user_ids) for user in self}


def _list_path(unit):
    return [int(unit_id) for unit_id in (unit.parent_path or "").split("/") if unit_id]
