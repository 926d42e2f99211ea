"""Random documents, grants and denials, and a plain oracle that knows nothing of the SQL."""

from dataclasses import dataclass, field
from random import Random

from odoo.addons.oa_registry.tests.common import PDF
from odoo.fields import Command
from odoo.tests import new_test_user

from .common import DocflowCase

DOCUMENTS, ACTS, SEED = 60, 90, 20261122
REGISTRY = "oa_registry.oa_registry_group_"
OTHERS = {
    "other_clerk": (REGISTRY + "clerk", "directorate"),
    "keeper": (REGISTRY + "head_registrar", "head_office"),
    "archivist": (REGISTRY + "archivist", "head_office"),
    "auditor": (REGISTRY + "auditor", "head_office"),
    "administrator": (REGISTRY + "administrator", "head_office"),
}


@dataclass
class Person:
    """What the oracle knows of a person."""

    user: object
    roles: set
    units: set
    leads: set
    offices: set
    here: bool = True

    @property
    def reads(self):
        return bool(self.roles)


@dataclass
class Paper:
    """What the oracle knows of a document."""

    record: object
    author: object
    access: str
    unit: object
    office: object
    registered_by: object = None
    grants: list = field(default_factory=list)
    doers: list = field(default_factory=list)
    """Who executes a task of this document."""
    opens_case: bool = False


class AccessWorld(DocflowCase):
    """People, papers and what the oracle says about them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = Random(SEED)
        cls.sector = cls.env["hr.department"].create({"name": "Сектор", "company_id": cls.company.id, "parent_id": cls.directorate.id})
        cls._hire_others()
        cls._describe_people()
        cls._make_papers()
        cls._play()
        cls.env.flush_all()

    # ------------------------------------------------------------ the world
    @classmethod
    def _hire_others(cls):
        for name, (group, unit) in OTHERS.items():
            user = new_test_user(
                cls.env, f"oracle.{name}", f"base.group_user,{group}", company_id=cls.company.id, company_ids=[Command.set(cls.company.ids)]
            )
            setattr(cls, name, user)
            cls.env["hr.employee"].create({
                "name": user.name, "user_id": user.id, "company_id": cls.company.id, "department_id": getattr(cls, unit).id,
            })  # fmt: skip
        elsewhere = cls.env["res.company"].create({"name": "Друга администрация"})
        cls.outsider = new_test_user(
            cls.env,
            "oracle.outsider",
            f"base.group_user,{REGISTRY}head_registrar",
            company_id=elsewhere.id,
            company_ids=[Command.set(elsewhere.ids)],
        )
        cls.colleague.with_company(cls.company).employee_id.department_id = cls.sector
        cls.sector.manager_id = cls.expert.with_company(cls.company).employee_id
        cls.main_office = cls.company.oa_default_office_id
        cls.side_office = cls.env["oa.registry.office"].create({"name": "Приемна", "code": "П", "company_id": cls.company.id})
        cls.main_office.user_ids = [Command.set((cls.clerk | cls.lawyer).ids)]
        cls.side_office.user_ids = [Command.set((cls.other_clerk | cls.colleague).ids)]

    @classmethod
    def _describe_people(cls):
        top, middle, low = cls.head_office, cls.directorate, cls.sector
        main, side = cls.main_office, cls.side_office
        clerk_roles, head_roles = {"expert", "clerk", "overview"}, {"expert", "overview"}
        cls.people = [
            Person(cls.clerk, clerk_roles, {top}, set(), {main}),
            Person(cls.other_clerk, clerk_roles, {middle}, set(), {side}),
            Person(cls.keeper, clerk_roles | {"head_registrar"}, {top}, set(), set()),
            Person(cls.governor, head_roles | {"governor"}, {top}, {top}, set()),
            Person(cls.secretary, head_roles | {"secretary_general"}, {top}, set(), set()),
            Person(cls.director, {"expert", "director"}, {middle}, {middle}, set()),
            Person(cls.lawyer, {"expert", "lawyer"}, {top}, set(), {main}),
            Person(cls.expert, {"expert"}, {middle}, {low}, set()),
            Person(cls.colleague, {"expert"}, {low}, set(), {side}),
            Person(cls.archivist, {"expert", "archivist"}, {top}, set(), set()),
            Person(cls.auditor, set(), {top}, set(), set()),
            Person(cls.administrator, set(), {top}, set(), set()),
            Person(cls.outsider, clerk_roles | {"head_registrar"}, set(), set(), set(), here=False),
        ]
        cls.parents = {low: middle, middle: top, top: None}
        export = cls.env.ref("base.group_allow_export")
        for person in cls.people:
            person.user.group_ids = [Command.link(export.id)]

    @classmethod
    def _make_papers(cls):
        letter = cls.env.ref("oa_registry.oa_document_kind_letter_in")
        memo = cls.env.ref("oa_registry.oa_document_kind_memo")
        sender = [Command.create({"partner_id": cls.applicant.id, "role": "sender"})]
        cls.papers, pick = [], cls.random.choice
        for number in range(DOCUMENTS):
            is_letter = cls.random.random() < 0.75
            author = pick([cls.clerk, cls.other_clerk, cls.keeper] if is_letter else [cls.expert, cls.colleague, cls.director, cls.clerk])
            unit = pick([None, cls.head_office, cls.directorate, cls.sector])
            office, access = pick([cls.main_office, cls.side_office]), pick(["free", "free", "restricted"])
            opens_case = is_letter and cls.random.random() < 0.4
            record = cls.env["oa.document"].with_user(author).create({
                "subject": f"Тема-{number:03d}-клен", "kind_id": (letter if is_letter else memo).id, "company_id": cls.company.id,
                "access_level": access, "unit_id": unit and unit.id, "office_id": office.id, "is_initiating": opens_case,
                "correspondent_ids": sender if is_letter else [],
            })  # fmt: skip
            record._add_file(f"Файл-{number:03d}-клен.pdf", PDF, "main")
            record.message_post(body=f"Бележка-{number:03d}-клен")
            cls.papers.append(Paper(record.sudo().with_user(1), author, access, unit, office, opens_case=opens_case))
            if is_letter and cls.random.random() < 0.8:
                record.action_register()
                cls.papers[-1].registered_by = author
        cls.env["oa.register.entry"]._allot_pending()
        for paper in cls.papers:
            paper.record = cls.env["oa.document"].browse(paper.record.id)
            if paper.registered_by:
                # The flow gives it to whoever writes the resolution.
                paper.grants.append((False, cls.governor))

    @classmethod
    def _play(cls):
        """Cases, tasks, links, grants, denials and withdrawals, by chance."""
        pick, papers = cls.random.choice, cls.papers
        cases = [paper.record.case_id for paper in papers if paper.record.case_id]
        for paper in cls.random.sample([paper for paper in papers if not paper.record.case_id], 18):
            paper.record._write_system({"case_id": pick(cases).id})
        waiting = [paper for paper in papers if paper.registered_by]
        for paper in cls.random.sample(waiting, 10):
            cls._give_task(paper, pick([cls.director, cls.expert, cls.lawyer]))
        holders = [person.user for person in cls.people if person.reads and person.here]
        holders += [cls.head_office, cls.directorate, cls.sector, cls.main_office, cls.side_office]
        holders += [cls.env.ref(REGISTRY + "archivist"), cls.env.ref("oa_docflow.oa_docflow_group_director")]
        for act in range(ACTS):
            paper, holder, is_denied = pick(papers), pick(holders), cls.random.random() < 0.35
            (paper.record._deny if is_denied else paper.record._grant)(holder, f"повод {act}")
            row = paper.record.grant_ids[-1]
            if cls.random.random() < 0.25:
                row._withdraw("край")
            else:
                paper.grants.append((is_denied, holder))
        for number in range(30):
            one, other = cls.random.sample(papers, 2)
            cls.env["oa.document.link"].create({"document_id": one.record.id, "target_id": other.record.id})
            if number % 3 == 0 and not one.registered_by:
                one.record._write_system({"reply_to_id": other.record.id})
        cls._move_about([*cases, cls.env["oa.case"]])
        for case in cls.random.sample(cases, 4):
            case._write_system({"state": "closed"})
        for user in (cls.expert, cls.lawyer):
            for paper in cls.random.sample(papers, 4):
                activity_model = cls.env["mail.activity"].with_context(mail_activity_quick_update=True)
                activity_model.create({
                    "res_model_id": cls.env["ir.model"]._get_id("oa.document"), "res_id": paper.record.id, "user_id": user.id,
                    "summary": f"Виж {paper.record.subject}",
                })  # fmt: skip

    @classmethod
    def _move_about(cls, cases):
        """Documents change their case, with their tasks and without."""
        given = [paper for paper in cls.papers if paper.doers]
        for paper in given[:4] + cls.random.sample(cls.papers, 12):
            paper.record._write_system({"case_id": cls.random.choice(cases).id})

    @classmethod
    def _give_task(cls, paper, responsible):
        paper.record.invalidate_recordset()
        wizard = cls.env["oa.document.resolve"].with_user(cls.governor).create({
            "document_ids": [Command.set(paper.record.ids)], "text": "За изпълнение.", "responsible_id": responsible.id,
            "company_id": cls.company.id,
        })  # fmt: skip
        wizard.action_confirm()
        paper.doers.append(responsible)

    # ------------------------------------------------------------ the oracle
    def above(self, unit):
        while unit:
            yield unit
            unit = self.parents[unit]

    def is_meant(self, holder, person):
        if holder._name == "res.users":
            return holder == person.user
        if holder._name == "hr.department":
            return any(holder in self.above(unit) for unit in person.units | person.leads)
        if holder._name == "oa.registry.office":
            return holder in person.offices
        roles = {self.env.ref(xml_id): role for role, xml_id in self.env["res.users"]._get_access_roles().items()}
        return roles[holder] in person.roles

    def sees(self, person, paper):
        if not person.here or not person.reads:
            return False
        if any(is_denied and self.is_meant(holder, person) for is_denied, holder in paper.grants):
            return False
        if person.user in (paper.author, paper.registered_by) or "head_registrar" in person.roles:
            return True
        if any(self.is_meant(holder, person) for _is_denied, holder in paper.grants) or self.works_on(person, paper):
            return True
        if paper.access != "free":
            return False
        in_unit = bool(paper.unit) and (paper.unit in person.units or any(unit in person.leads for unit in self.above(paper.unit)))
        in_office = bool(paper.registered_by) and paper.office in person.offices
        archived = "archivist" in person.roles and paper.record.case_id.state == "closed"
        return "overview" in person.roles or in_unit or in_office or archived

    def works_on(self, person, paper):
        """Tasks are given by the governor; they open the document, and the free documents of its case."""
        case = paper.record.case_id
        shared = [other for other in self.papers if case and other.record.case_id == case] if paper.access == "free" else []
        doers = {doer for other in [paper, *shared] for doer in other.doers}
        units = [] if paper.access != "free" else [unit for known in self.people if known.user in doers for unit in known.units]
        is_above = any(above in person.leads for unit in units for above in self.above(unit))
        return person.user in doers or is_above or (person.user == self.governor and bool(doers))

    def lists(self, person, paper):
        """Whether the line in the book is seen."""
        if not paper.registered_by:
            return False
        denied = any(is_denied and self.is_meant(holder, person) for is_denied, holder in paper.grants)
        in_office = person.here and person.reads and paper.office in person.offices and not denied
        return self.sees(person, paper) or in_office
