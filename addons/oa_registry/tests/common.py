"""The cast: two administrations with the people who work there, each with the lowest rights of the role."""

from odoo import Command
from odoo.tests import TransactionCase, new_test_user

from .translation import find_untranslated  # noqa: F401  # other addons take it from here

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
ENCRYPTED_PDF = PDF.replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 5 0 R")
ROLES = ("expert", "clerk", "head_registrar", "archivist", "auditor", "administrator", "overview", "privacy_officer", "personal_data")


class RegistryCase(TransactionCase):
    """An administration with registers by the pattern and one person for each role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls._create_company("Изпитна област", "000999")
        cls.other_company = cls._create_company("Чужда област", "000998")
        cls.unit = cls.env["hr.department"].create({"name": "Отдел „Имоти“", "registry_code": "ИМ", "company_id": cls.company.id})
        cls.people = {role: cls._create_person(role) for role in ROLES}
        cls.expert, cls.clerk, cls.head_registrar = (cls.people[role] for role in ("expert", "clerk", "head_registrar"))
        cls.archivist, cls.auditor = cls.people["archivist"], cls.people["auditor"]
        cls.administrator, cls.governor = cls.people["administrator"], cls.people["overview"]
        cls.colleague = cls._create_person("expert", "colleague")
        cls.outsider = cls._create_person("clerk", "outsider", cls.other_company)
        cls.official = cls.env["oa.register"].search([("company_id", "=", cls.company.id), ("code", "=", "ОДР")])
        cls.internal = cls.env["oa.register"].search([("company_id", "=", cls.company.id), ("code", "=", "ВН")])
        cls.applicant = cls.env["res.partner"].create({"name": "Рада Пробна", "email": "rada@example.com"})
        cls.application = cls.env.ref("oa_registry.oa_document_kind_application")
        cls.letter = cls.env.ref("oa_registry.oa_document_kind_letter_in")
        cls.reply = cls.env.ref("oa_registry.oa_document_kind_reply")
        cls.memo = cls.env.ref("oa_registry.oa_document_kind_memo")

    @classmethod
    def _create_company(cls, name, index):
        company = cls.env["res.company"].create({"name": name, "email": "delovodstvo@example.com"})
        cls.env.user.company_ids = [Command.link(company.id)]
        company._load_registry_template(index)
        return company

    @classmethod
    def _create_person(cls, role, login=None, company=None):
        company = company or cls.company
        groups = f"base.group_user,oa_registry.oa_registry_group_{role}"
        if role == "overview":
            groups += ",oa_registry.oa_registry_group_expert"
        user = new_test_user(
            cls.env,
            f"test.{login or role}",
            groups,
            name=f"Изпитен {login or role}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        cls.env["hr.employee"].create({"name": user.name, "user_id": user.id, "company_id": company.id, "job_title": f"Длъжност {role}"})
        return user

    def create_document(self, kind=None, user=None, **vals):
        """A draft as the clerk makes it."""
        kind = kind or self.application
        role = {"incoming": "applicant", "outgoing": "recipient"}.get(kind.direction)
        people = [Command.create({"partner_id": self.applicant.id, "role": role})] if role else []
        vals = {"subject": "Удостоверение за имот", "kind_id": kind.id, "correspondent_ids": people, **vals}
        return self.env["oa.document"].with_user(user or self.clerk).create(vals)

    def register(self, *documents):
        """Register as the clerk and take the number now."""
        for document in documents:
            document.with_user(self.clerk).action_register()
        self.env["oa.register.entry"]._allot_pending()
        return documents[0] if len(documents) == 1 else documents

    def create_registered(self, kind=None, **vals):
        return self.register(self.create_document(kind, **vals))

    def change_by_sql(self, query, *params):
        """Change what the triggers refuse, as somebody with the keys of the database would."""
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL session_replication_role = replica")
        self.env.cr.execute(query, params)
        self.env.cr.execute("SET LOCAL session_replication_role = origin")
        self.env.invalidate_all()
