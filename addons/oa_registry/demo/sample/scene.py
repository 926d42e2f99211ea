"""Where the sample takes place: administrations with units, people, kinds and books of their own."""

import random
from dataclasses import dataclass, field
from itertools import accumulate

from odoo import Command

from .subjects import Subjects
from .words import PLACES

SHARES = (45, 30, 25)
"""Of a hundred documents, those of the first, second and third administration."""
MARK = "-П"
"""Stands in the codes of the sample's books."""
UNITS = (
    ("Отдел „Държавна собственост“", "ДС", 44),
    ("Отдел „Регионално развитие“", "РР", 3),
    ("Отдел „Административен контрол“", "АК", 9),
    ("Отдел „Устройство на територията“", "УТ", 8),
    ("Отдел „Административно обслужване“", "АО", 10),
    ("Отдел „Правно обслужване“", "ПО", 6),
    ("Отдел „Финанси и счетоводство“", "ФС", 6),
    ("Отдел „Обществени поръчки“", "ОП", 4),
    ("Отдел „Човешки ресурси“", "ЧР", 3),
    ("Отдел „Отбрана и кризи“", "ОМП", 3),
    ("Отдел „Демографско развитие“", "ДР", 2),
    ("Отдел „Информационно обслужване“", "ИО", 2),
)
"""Name, code and how many of a hundred documents of the administration are the unit's."""
READERS = {"sample.big": 0, "sample.usual": 1, "sample.newcomer": None}
"""Ordinary people of the first administration by their unit; the password is the login."""
DIRECTION_SHARES = {"incoming": 58, "outgoing": 14, "internal": 28}


@dataclass
class Unit:
    id: int
    code: str
    authors: list[int]
    head: int


@dataclass(frozen=True)
class Kind:
    id: int
    code: str
    name: str
    direction: str
    is_case_opening: bool
    access_level: str
    register: object
    class_id: int | None


@dataclass
class Office:
    """One administration."""

    company: object
    office_id: int
    subjects: Subjects
    units: list[Unit]
    unit_weights: list[int]
    clerks: list[int]
    head: int
    registrar: int
    kinds: dict[str, list[Kind]]
    readers: dict[str, int] = field(default_factory=dict)
    correspondents: list[int] = field(default_factory=list)

    @property
    def id(self):
        return self.company.id

    def choose_unit(self, rng):
        return rng.choices(self.units, cum_weights=self.unit_weights)[0]


def build_offices(env, companies, seed):
    """Each administration with new units, experts and books."""
    env = env(context={**env.context, "tracking_disable": True})
    registers = env["oa.register"].with_context(active_test=False)
    run = registers.search_count([("code", "=like", f"%{MARK}%"), ("company_id", "in", companies.ids)])
    return [_build_office(env, company, number, f"{seed} {run} {number}") for number, company in enumerate(companies)]


def _build_office(env, company, number, seed):
    region = next((name for name in PLACES if name == company.city), list(PLACES)[number % len(PLACES)])
    people = env["res.users"].search(
        [("company_ids", "in", company.ids), ("share", "=", False), ("id", "!=", env.ref("base.user_admin").id)]
    )

    def having(role):
        return [user.id for user in people if user.has_group(f"oa_registry.oa_registry_group_{role}")]

    registers = {register: _copy_register(register) for register in env["oa.register"].search([("company_id", "=", company.id)])}
    office = Office(
        company=company,
        office_id=company.oa_default_office_id.id,
        subjects=Subjects(random.Random(seed), region),  # noqa: S311 - invented data
        units=_build_units(env, company),
        unit_weights=list(accumulate(weight for _name, _code, weight in UNITS)),
        clerks=[user for user in having("clerk") if user not in having("head_registrar")] or having("clerk"),
        head=next((user for user in having("overview") if user not in having("clerk")), having("overview")[0]),
        registrar=next(iter(having("head_registrar")), None),
        kinds=_list_kinds(env, company, registers),
    )
    if number == 0:
        office.readers = _hire_readers(env, company, office.units)
    return office


def _copy_register(register):
    """A book for documents of earlier years, which the books in use could not take any more."""
    registers = register.env["oa.register"].with_context(active_test=False)
    number = registers.search_count([("company_id", "=", register.company_id.id), ("code", "=like", f"{register.code}{MARK}%")]) + 1
    vals = {"code": f"{register.code}{MARK}{number}", "name": f"{register.name} (пренесен, {number})", "index": False}
    if register.index:
        taken = set(registers.search([("index", "!=", False)]).mapped("index"))
        vals["index"] = next(text for step in range(1, 10**6) if (text := f"{int(register.index) + 100 * step:06}") not in taken)
    return register.copy(vals)


def _build_units(env, company):
    departments = env["hr.department"]
    parents = departments.search([("company_id", "=", company.id), ("parent_id", "=", False), ("manager_id", "!=", False)]).sorted("id")
    units = []
    for place, (name, code, _weight) in enumerate(UNITS):
        parent = parents[1 + place % (len(parents) - 1)] if len(parents) > 1 else parents
        unit = departments.search([("company_id", "=", company.id), ("registry_code", "=", code)], limit=1) or departments.create(
            {"name": name, "registry_code": code, "company_id": company.id, "parent_id": parent.id}
        )
        experts = [_hire(env, company, f"sample.{company.id}.{place * 2 + number}", unit) for number in (1, 2)]
        units.append(Unit(unit.id, code, [user.id for user in experts], parent.manager_id.user_id.id or experts[0].id))
    return units


def _hire_readers(env, company, units):
    readers = {}
    for login, place in READERS.items():
        unit = env["hr.department"].browse(units[place].id if place is not None else ())
        user = _hire(env, company, login, unit)
        user.password = login
        readers[login] = user.id
    return readers


def _hire(env, company, login, unit):
    users = env["res.users"].with_context(no_reset_password=True)
    if known := users.search([("login", "=", login)]):
        return known
    name = _name_person(login)
    groups = [env.ref("base.group_user").id, env.ref("oa_registry.oa_registry_group_expert").id]
    user = users.create({
        "name": name, "login": login, "lang": "bg_BG", "tz": "Europe/Sofia", "company_id": company.id,
        "company_ids": [Command.set(company.ids)], "group_ids": [Command.set(groups)],
    })  # fmt: skip
    env["hr.employee"].create(
        {"name": name, "user_id": user.id, "company_id": company.id, "department_id": unit.id, "job_title": "Старши експерт"}
    )
    return user


def _name_person(login):
    from .people import name_person  # people need no units, units need names

    return name_person(random.Random(login))[0]  # noqa: S311 - invented data


def _list_kinds(env, company, registers):
    kinds = {direction: [] for direction in DIRECTION_SHARES}
    for kind in env["oa.document.kind"].with_company(company).search([], order="id"):  # pylint: disable=no-search-all
        fallback = next((register for register in registers if register._accepts(kind.direction)), None)
        register = kind.register_id if kind.register_id in registers else fallback
        kinds[kind.direction].append(
            Kind(
                kind.id,
                kind.code,
                kind.name,
                kind.direction,
                kind.is_case_opening,
                kind.access_level,
                registers[register],
                kind.class_id.id,
            )
        )
    return kinds
