from typing import NamedTuple

import psycopg2
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..core.configuration import compare, read_file, write_file
from ..core.errors import ConfigurationError
from .messages import get_sentence

_PLAIN = {"char", "text", "html", "integer", "float", "boolean", "selection", "date"}
_NEVER = frozenset({"company_id", *models.MAGIC_COLUMNS})
_SECRET_WORDS = ("password", "secret", "token", "pin", "private")
_SEPARATOR = " / "


class Section(NamedTuple):
    """One sort of settings: its model and the fields that name a row."""

    name: str
    model: str
    key: tuple[str, ...]
    fields: tuple[str, ...] = ()
    """Only these; empty means all that are settings."""
    parts: tuple[str, ...] = ()
    """Rows inside the row that belong to it alone and are replaced together."""


class Outcome(NamedTuple):
    """What a file does, what of it does not fit, and what is left out."""

    changes: list
    problems: list
    notes: list


class _UndoneError(Exception):
    """Ends a trial; nothing of it stays."""


class OaConfiguration(models.AbstractModel):
    """Everything that an administrator sets, as one file: written, compared and brought in by codes, never by ids."""

    _name = "oa.configuration"
    _description = "Configuration of an administration"

    @api.model
    def _get_sections(self):
        """Hook: the sorts of settings in the order in which they are brought in."""
        return [
            Section("offices", "oa.registry.office", ("code",)),
            Section("classes", "oa.case.class", ("year", "code")),
            Section("registers", "oa.register", ("code",)),
            Section("kinds", "oa.document.kind", ("direction", "code")),
            Section("series", "oa.register.series", ("register_id", "direction", "kind_id")),
            Section("discrepancies", "oa.discrepancy", ("code",)),
            Section("rules", "oa.intake.rule", ("sender", "subject", "recipient")),
            Section("system", "ir.config_parameter", ("key",), ("value",)),
            Section("settings", "res.company", ()),
            Section("people", "res.users", ("login",), ("oa_roles",)),
        ]

    @api.model
    def _get_references(self):
        """Hook: how records are named that the file points to and does not bring."""
        return {"res.users": ("login",), "hr.department": ("name",)}

    @api.model
    def _get_setting_prefixes(self):
        """Hook: how the names of an administration's own settings begin."""
        return ("oa_",)

    @api.model
    def _check_may_configure(self):
        if not self.env.user.has_group("oa_registry.oa_registry_group_administrator"):
            raise AccessError(self.env._("Only administrators change the settings."))

    def _speak(self, company):
        """Names are those of the administration's language, and so are the sentences about them."""
        speaking = self.with_company(company).with_context(active_test=False, tracking_disable=True)
        return speaking.with_context(lang=company._get_official_language())

    # ------------------------------------------------------------ writing
    @api.model
    def _write_file(self, company):
        """Name and bytes of the file of the administration."""
        self._check_may_configure()
        speaking = self._speak(company)
        head = {"administration": company.name, "made_at": f"{fields.Datetime.now():%Y-%m-%dT%H:%M:%SZ}", "made_by": self.env.user.name}
        sections = {section.name: speaking._read_rows(section, company) for section in self._get_sections()}
        sections["people"] = {login: row for login, row in sections["people"].items() if row["oa_roles"]}
        data = write_file(head, sections)
        self.env["oa.journal.entry"]._log(company, "export", self.env._("Configuration"))
        return f"Настройки {company.name} {fields.Date.context_today(self):%Y-%m-%d}.json", data

    def _read_rows(self, section, company):
        rows = {}
        for record in self._find_records(section, company):
            rows[self._get_key(section.key, record)] = {
                name: self._write_value(record, name) for name in self._list_fields(section) if name not in section.key
            } | {name: self._write_value(record, name) for name in section.key}
        return rows

    def _find_records(self, section, company):
        model = self.env[section.model].with_company(company).with_context(active_test=False)
        if section.model == "res.company":
            return model.browse(company.id)
        if section.model == "res.users":
            return self._find_people(company)
        return model.search([("company_id", "=", company.id)] if "company_id" in model._fields else [(1, "=", 1)])

    def _find_people(self, company):
        return self.env["res.users"].search([("company_ids", "in", company.id), ("share", "=", False)], order="login")

    def _list_fields(self, section):
        """The fields that are settings; what another addon adds to the model comes along."""
        if section.fields:
            return section.fields
        return tuple(name for name, field in self.env[section.model]._fields.items() if self._is_setting(section, name, field))

    def _is_setting(self, section, name, field):
        if name in _NEVER or any(word in name for word in _SECRET_WORDS):
            return False
        if section.model == "res.company" and not name.startswith(self._get_setting_prefixes()):
            return False
        if not (field.store or field.company_dependent) or field.related or (field.readonly and name not in section.key):
            return False
        if field.groups and not self.env.user.has_groups(field.groups):
            return False
        known = {other.model for other in self._get_sections() if other.key} | set(self._get_references())
        return field.type in _PLAIN or (field.type in {"many2one", "many2many"} and field.comodel_name in known)

    def _get_key(self, names, record):
        return _SEPARATOR.join(str(self._write_value(record, name) or "") for name in names)

    def _write_value(self, record, name):
        field, value = record._fields[name], record[name]
        if field.type == "many2one":
            return self._get_key(self._get_key_of(field.comodel_name), value) if value else None
        if field.type == "many2many":
            return sorted(self._get_key(self._get_key_of(field.comodel_name), item) for item in value)
        if field.type == "date":
            return value.isoformat() if value else None
        if field.type == "html":
            return str(value) if value else None
        return value if field.type in {"boolean", "integer", "float"} else value or None

    def _get_key_of(self, model):
        return (
            next((section.key for section in self._get_sections() if section.model == model and section.key), None)
            or (self._get_references()[model])
        )

    # ------------------------------------------------------------ bringing in
    @api.model
    def _read_file(self, data):
        """The file as it was written; a sentence when it is none of ours."""
        try:
            return read_file(data)
        except ConfigurationError as error:
            raise UserError(get_sentence(self.env, error)) from error

    @api.model
    def _try_file(self, company, body):
        """What would come of the file: everything is done and undone, so that nothing is guessed."""
        self._check_may_configure()
        trial = Outcome([], [], [])
        try:
            with self.env.cr.savepoint():
                trial = self._apply(company, body)
                raise _UndoneError
        except _UndoneError:
            self.env.invalidate_all(flush=False)
            self.env.registry.clear_cache()
        return trial

    @api.model
    def _bring_file(self, company, body):
        """Bring all of it in, or nothing."""
        self._check_may_configure()
        outcome = self._apply(company, body)
        if outcome.problems:
            raise UserError("\n".join(outcome.problems))
        details = self.env._("Configuration brought in: %(count)s changes", count=len(outcome.changes))
        self.env["oa.journal.entry"]._log(company, "settings", details)
        return outcome

    def _apply(self, company, body):
        speaking = self._speak(company)
        outcome = Outcome([], [], [])
        known = {section.name: section for section in self._get_sections()}
        for name in body["sections"]:
            if name not in known:
                outcome.problems.append(self.env._("The file has a part “%(part)s” that this system does not know.", part=name))
        for section in known.values():
            wanted = speaking._leave_out_strangers(section, company, body["sections"].get(section.name, {}), outcome.notes)
            for change in compare(section.name, speaking._read_rows(section, company), wanted):
                if problem := speaking._try_change(section, company, change):
                    outcome.problems.append(problem)
                else:
                    outcome.changes.append(change)
        return outcome

    def _leave_out_strangers(self, section, company, wanted, notes):
        """Accounts are made by people, never by a file: who has none here is named and left out."""
        logins = set(self._find_people(company).mapped("login"))
        if section.model == "res.users":
            for login in sorted(set(wanted) - logins):
                notes.append(self.env._("%(login)s has no account here; the roles are left out.", login=login))
            if wanted.get(self.env.user.login, {}).get("oa_roles", self.env.user.oa_roles) != self.env.user.oa_roles:
                notes.append(self.env._("Your own roles stay as they are; another administrator changes them."))
            return {login: row for login, row in wanted.items() if login in logins and login != self.env.user.login}
        named = [name for name in self._list_fields(section) if self.env[section.model]._fields[name].comodel_name == "res.users"]
        if strangers := {login for row in wanted.values() for name in named for login in row.get(name) or []} - logins:
            people = ", ".join(sorted(strangers))
            notes.append(
                self.env._("%(what)s: without accounts here and left out: %(people)s.", what=self._get_label(section), people=people)
            )
        return {
            key: row | {name: [login for login in row[name] or [] if login in logins] for name in named if name in row}
            for key, row in wanted.items()
        }

    def _try_change(self, section, company, change):
        try:
            with self.env.cr.savepoint():
                self._change(section, company, change)
        except (UserError, ValidationError, AccessError) as error:
            reason = str(error.args[0])
        except (psycopg2.Error, ValueError, TypeError, KeyError):
            reason = self.env._("the values do not fit")
        else:
            return ""
        return self.env._("%(what)s: %(reason)s", what=f"{self._get_label(section)} {change.key}".strip(), reason=reason)

    def _change(self, section, company, change):
        vals = {name: self._read_value(section, company, name, value) for name, value in change.values.items()}
        record = self._find_by_key(section, company, change.key)
        if record:
            record.write(vals)
        elif section.model in {"res.users", "res.company"}:
            raise UserError(self.env._("There is no such person here. Create the account first."))
        else:
            model = self.env[section.model].with_company(company)
            model.create(
                {**vals, "company_id": company.id} if "company_id" in model._fields and model._fields["company_id"].store else vals
            )
        self.env.flush_all()

    def _find_by_key(self, section, company, key):
        return self._find_records(section, company).filtered(lambda record: self._get_key(section.key, record) == key)[:1]

    def _read_value(self, section, company, name, value):
        field = self.env[section.model]._fields.get(name)
        if field is None or name not in {*self._list_fields(section), *section.key}:
            raise UserError(self.env._("This system does not know the field “%(field)s”.", field=name))
        if field.type == "many2one":
            return self._find_named(field.comodel_name, company, value).id if value else False
        if field.type == "many2many":
            return [fields.Command.set([self._find_named(field.comodel_name, company, item).id for item in value])]
        if field.type == "selection" and value is not None and value not in field.get_values(self.env):
            raise UserError(self.env._("“%(value)s” is no value of “%(field)s”.", value=value, field=field._description_string(self.env)))
        expected = {"boolean": bool, "integer": int, "float": (int, float)}.get(field.type, (str, type(None)))
        if not isinstance(value, expected) or (field.type == "integer" and isinstance(value, bool)):
            raise UserError(self.env._("“%(value)s” is no value of “%(field)s”.", value=value, field=field._description_string(self.env)))
        return False if value is None else value

    def _find_named(self, model, company, key):
        section = next((item for item in self._get_sections() if item.model == model and item.key), None)
        if section and model != "res.users":
            found = self._find_by_key(section, company, key)
        else:
            (name,) = self._get_references()[model]
            domain = [(name, "=", key)] + ([("company_id", "in", (company.id, False))] if model == "hr.department" else [])
            found = self.env[model].search(domain, limit=1)
        if not found:
            raise UserError(self.env._("There is no “%(key)s” here to which it points.", key=key))
        return found

    def _get_label(self, section):
        return {
            "offices": self.env._("Registry office"), "classes": self.env._("Class"), "registers": self.env._("Register"),
            "kinds": self.env._("Document kind"), "series": self.env._("Series"), "discrepancies": self.env._("Reason for refusal"),
            "rules": self.env._("Routing rule"), "system": self.env._("System setting"),
            "settings": self.env._("Settings"), "people": self.env._("Person"),
        }.get(section.name, self.env[section.model]._description)  # fmt: skip


class ResUsers(models.Model):
    _inherit = "res.users"

    oa_roles = fields.Char(
        "Roles in the document flow", compute="_compute_oa_roles", inverse="_inverse_oa_roles", search="_search_oa_roles", store=False
    )

    def _get_role_groups(self):
        """{external name: group} of the roles that our addons bring."""
        # Which roles there are is no secret.
        data_sudo = (
            self.env["ir.model.data"].sudo().search([("model", "=", "res.groups"), ("module", "=like", r"oa\_%")], order="module, name")
        )
        groups = self.env["res.groups"].sudo().browse(data_sudo.mapped("res_id")).exists()  # as above
        return {f"{row.module}.{row.name}": groups.browse(row.res_id) for row in data_sudo if row.res_id in groups._ids}

    @api.depends("group_ids")
    def _compute_oa_roles(self):
        roles = self._get_role_groups()
        for user in self:
            user.oa_roles = ", ".join(name for name, group in roles.items() if group in user.sudo().group_ids) or False  # as above

    def _inverse_oa_roles(self):
        roles = self._get_role_groups()
        for user in self:
            wanted = {name.strip() for name in (user.oa_roles or "").split(",") if name.strip()}
            if unknown := wanted - set(roles):
                raise UserError(self.env._("This system does not know the role %(role)s.", role=", ".join(sorted(unknown))))
            if user == self.env.user:
                raise UserError(self.env._("Your own roles are changed by another administrator."))
            user.group_ids = [
                fields.Command.link(group.id) if name in wanted else fields.Command.unlink(group.id) for name, group in roles.items()
            ]

    def _search_oa_roles(self, operator, value):
        if operator not in {"!=", "not in"}:
            return NotImplemented
        return [("group_ids", "in", [group.id for group in self._get_role_groups().values()])]
