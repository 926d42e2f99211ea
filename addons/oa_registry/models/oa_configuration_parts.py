from odoo import api, fields, models
from odoo.exceptions import UserError

from .oa_configuration import Section


class OaConfiguration(models.AbstractModel):
    """Rows inside rows, as the steps of a procedure, and the few settings that hold for all administrations."""

    _inherit = "oa.configuration"

    @api.model
    def _make_section(self, name, model, key, parts=()):
        """For the hook `_get_sections` of other addons."""
        return Section(name, model, key, (), parts)

    @api.model
    def _get_system_parameters(self):
        """Hook: settings of the whole system that belong to the configuration, each with its least and greatest value."""
        return {"oa_registry.upload_limit": (1, 2000)}

    # ------------------------------------------------------------ settings of the system
    def _find_records(self, section, company):
        if section.model != "ir.config_parameter":
            return super()._find_records(section, company)
        # Only the named ones are read; they hold no secret.
        return self.env["ir.config_parameter"].sudo().search([("key", "in", list(self._get_system_parameters()))])

    def _change(self, section, company, change):
        if section.model != "ir.config_parameter":
            super()._change(section, company, change)
            return
        least, most = self._get_system_parameters().get(change.key, (1, 0))
        value = str(change.values.get("value") or "")
        if not value.isdigit() or not least <= int(value) <= most:
            raise UserError(self.env._("“%(value)s” is no value of “%(field)s”.", value=value, field=change.key))
        if not self.env.is_admin():
            raise UserError(self.env._("What holds for all administrations is changed by an administrator of the system."))
        # The right has been asked as the page of settings asks it.
        self.env["ir.config_parameter"].sudo().set_param(change.key, value)

    # ------------------------------------------------------------ rows inside rows
    def _get_part(self, field):
        return Section("", field.comodel_name, (field.inverse_name,))

    def _list_part_fields(self, part):
        return [name for name in self._list_fields(part) if name not in part.key]

    def _is_setting(self, section, name, field):
        if field.type == "one2many":
            return name in section.parts
        return super()._is_setting(section, name, field)

    def _write_value(self, record, name):
        field = record._fields[name]
        if field.type != "one2many":
            return super()._write_value(record, name)
        names = self._list_part_fields(self._get_part(field))
        return [{part_name: self._write_value(row, part_name) for part_name in names} for row in record[name]]

    def _read_value(self, section, company, name, value):
        field = self.env[section.model]._fields.get(name)
        if field is None or field.type != "one2many" or name not in section.parts:
            return super()._read_value(section, company, name, value)
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise UserError(self.env._("“%(value)s” is no value of “%(field)s”.", value=value, field=field._description_string(self.env)))
        part = self._get_part(field)
        rows = [{key: self._read_value(part, company, key, item) for key, item in row.items() if key not in part.key} for row in value]
        return [fields.Command.clear(), *map(fields.Command.create, rows)]

    def _leave_out_strangers(self, section, company, wanted, notes):
        wanted = super()._leave_out_strangers(section, company, wanted, notes)
        for name in section.parts:
            part = self._get_part(self.env[section.model]._fields[name])
            people = [key for key in self._list_part_fields(part) if self.env[part.model]._fields[key].comodel_name == "res.users"]
            wanted = {key: self._without_strangers(row, name, people, company, notes) for key, row in wanted.items()}
        return wanted

    def _without_strangers(self, row, name, people, company, notes):
        """The row without accounts that are not here; who is left out is said."""
        if not people or not isinstance(row.get(name), list):
            return row
        logins = set(self._find_people(company).mapped("login"))
        named = {login for part in row[name] for key in people for login in part.get(key) or []}
        if strangers := ", ".join(sorted(named - logins)):
            notes.append(self.env._("%(what)s: without accounts here and left out: %(people)s.", what=row.get("name"), people=strangers))
        parts = [part | {key: [login for login in part.get(key) or [] if login in logins] for key in people} for part in row[name]]
        return row | {name: parts}
