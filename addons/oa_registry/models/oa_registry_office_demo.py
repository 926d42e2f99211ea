import csv
from typing import NamedTuple

from odoo import Command, api, models
from odoo.tools import file_open


class _Unit(NamedTuple):
    code: str
    latin: str
    name: str


_INDEXES = {"vidin": "000911", "vratsa": "000912", "montana": "000913"}
"""Fictitious: the national indexes of regional administrations were not found."""
_UNITS = {
    "Ръководство": _Unit("Р", "lead", "Ръководство"),
    "АПОФУС": _Unit("АПОФУС", "apofus", "Дирекция „Административно-правно обслужване, финанси и управление на собствеността“"),
    "АКРРДС": _Unit("АКРРДС", "akrrds", "Дирекция „Административен контрол, регионално развитие и държавна собственост“"),
}
_GROUPS = {
    "governor": ("expert", "overview"),
    "secretary_general": ("expert", "overview"),
    "clerk": ("clerk", "personal_data"),
    "head_registrar": ("head_registrar", "personal_data"),
    "archivist": ("archivist",),
    "auditor": ("auditor",),
    "administrator": ("administrator",),
}


class OaRegistryOffice(models.Model):
    """Demo administrations with their people; called by demo data only."""

    _inherit = "oa.registry.office"

    @api.model
    def _load_demo(self):
        self._name_record("company_vidin", self.env.ref("base.main_company"))
        self.env["res.lang"]._activate_lang("bg_BG")
        with file_open("oa_registry/demo/demo_people.csv") as stream:
            people = list(csv.DictReader(stream))
        for administration, index in _INDEXES.items():
            company = self.env.ref(f"oa_registry.company_{administration}")
            company._load_registry_template(index, one_series=administration == "vidin")
            self._load_demo_people(company, [person for person in people if person["administration"] == administration])
            company.oa_default_office_id.write(
                {"address": f"{company.street}, {company.zip} {company.city}", "email": company.email, "phone": company.phone}
            )

    def _load_demo_people(self, company, people):
        units = {
            unit: self.env["hr.department"].create(
                {"name": _UNITS[unit].name, "registry_code": _UNITS[unit].code, "company_id": company.id}
            )
            for unit in dict.fromkeys(person["unit"] for person in people)
        }
        users = (
            self.env["res.users"]
            .with_context(no_reset_password=True, tracking_disable=True)
            .create([self._prepare_demo_user(person, company) for person in people])
        )
        employees = self.env["hr.employee"].create(
            [
                {
                    "name": person["name"],
                    "user_id": user.id,
                    "company_id": company.id,
                    "department_id": units[person["unit"]].id,
                    "job_title": person["position"],
                    "work_email": person["email"],
                }
                for person, user in zip(people, users, strict=True)
            ]
        )
        for person, user, employee in zip(people, users, employees, strict=True):
            self._name_record(f"user_{person['login'].replace('.', '_')}", user)
            if person["role"] == "governor" or "director." in person["login"]:
                units[person["unit"]].manager_id = employee
        for unit, record in units.items():
            self._name_record(f"department_{people[0]['administration']}_{_UNITS[unit].latin}", record)
        clerks = users.filtered(lambda user: user.has_group("oa_registry.oa_registry_group_clerk"))
        company.oa_default_office_id.user_ids = [Command.set(clerks.ids)]

    def _prepare_demo_user(self, person, company):
        roles = _GROUPS.get(person["role"], ("expert",))
        groups = [self.env.ref("base.group_user").id, *(self.env.ref(f"oa_registry.oa_registry_group_{role}").id for role in roles)]
        # Where OdooBot is installed, it would greet every person with unread messages.
        bot = {"odoobot_state": "disabled"} if "odoobot_state" in self.env["res.users"]._fields else {}
        return bot | {
            "name": person["name"],
            "login": person["login"],
            "password": person["login"],
            "email": person["email"],
            "lang": "bg_BG",
            "tz": "Europe/Sofia",
            "company_id": company.id,
            "company_ids": [Command.set(company.ids)],
            "group_ids": [Command.set(groups)],
        }

    def _name_record(self, name, record):
        self.env["ir.model.data"]._update_xmlids([{"xml_id": f"oa_registry.{name}", "record": record, "noupdate": True}])
