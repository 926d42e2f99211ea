from odoo.exceptions import AccessError, UserError
from odoo.fields import Date
from odoo.tests import tagged

from .common import PDF, RegistryCase


@tagged("post_install", "-at_install")
class TestAccess(RegistryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.free = cls.create_document(cls)
        cls.restricted = cls.create_document(cls, access_level="restricted")
        cls.draft = cls.create_document(cls, cls.memo, user=cls.expert)
        cls.free._add_file("молба.pdf", PDF, "main")
        cls.restricted._add_file("тайна.pdf", PDF, "main")
        cls.register(cls, cls.free, cls.restricted)

    def see(self, user):
        """What the person finds, and that reading agrees with finding."""
        documents = self.free | self.restricted | self.draft
        found = self.env["oa.document"].with_user(user).search([("id", "in", documents.ids)])
        for document in documents.with_user(user):
            self.assertEqual(document.has_access("read"), document in found, f"{user.login} {document.subject}")
        return {name for name in ("free", "restricted", "draft") if getattr(self, name) in found}

    def test_who_sees_what(self):
        expected = {
            self.clerk: {"free", "restricted", "draft"},
            self.head_registrar: {"free", "restricted", "draft"},
            self.governor: {"free", "draft"},
            self.expert: {"draft"},
            self.colleague: set(),
            self.archivist: set(),
            self.outsider: set(),
        }
        for user, names in expected.items():
            with self.subTest(user.login):
                self.assertEqual(self.see(user), names)

    def test_auditor_and_administrator_see_no_content(self):
        for user in (self.auditor, self.administrator):
            with self.assertRaises(AccessError):
                self.env["oa.document"].with_user(user).search([])

    def test_the_systems_admin_with_every_role_of_administration_sees_no_content(self):
        admin = self.env.ref("base.user_admin")
        admin.group_ids = [(4, self.env.ref("oa_registry.oa_registry_group_expert").id)]
        self.assertEqual(self.see(admin), set())

    def test_who_has_no_role_for_a_thing_reads_whose_it_is(self):
        with self.assertRaises(AccessError) as refused:
            self.env["oa.journal.seal"].with_user(self.expert).with_context(lang="bg_BG").search([])
        self.assertIn("Нямате право да виждате „Печат на журнала“", str(refused.exception))
        self.assertIn("Одитор", str(refused.exception))
        with self.assertRaises(AccessError) as refused:
            self.env["oa.register.entry"].with_user(self.head_registrar).with_context(lang="bg_BG").create({})
        self.assertIn("никой", str(refused.exception))

    def test_a_grant_opens_the_document_and_a_denial_closes_it_again(self):
        self.restricted._grant(self.colleague, "работи по преписката")
        self.assertEqual(self.see(self.colleague), {"restricted"})

        self.restricted._deny(self.colleague, "конфликт на интереси")
        self.assertEqual(self.see(self.colleague), set())

    def test_a_denial_beats_a_role(self):
        self.free._deny(self.governor, "конфликт на интереси")
        self.assertEqual(self.see(self.governor), {"draft"})

    def test_granting_twice_keeps_one_grant(self):
        self.free._grant(self.colleague, "задача")
        self.free._grant(self.colleague, "задача")
        self.assertEqual(len(self.free.grant_ids), 1)

    def test_the_unit_sees_its_free_documents(self):
        self.colleague.with_company(self.company).employee_id.department_id = self.unit
        self.free.unit_id = self.unit
        self.restricted.unit_id = self.unit
        self.assertEqual(self.see(self.colleague), {"free"})

    def test_the_head_of_a_unit_sees_the_units_below(self):
        lower = self.env["hr.department"].create({"name": "Сектор", "parent_id": self.unit.id, "company_id": self.company.id})
        self.free.unit_id = lower
        self.unit.manager_id = self.colleague.with_company(self.company).employee_id
        self.assertEqual(self.see(self.colleague), {"free"})

    def test_the_archivist_sees_closed_cases(self):
        case = self.free.case_id
        case.with_user(self.clerk).action_close()
        self.assertEqual(self.see(self.archivist), {"free"})
        self.assertTrue(case.with_user(self.archivist).has_access("read"))

    def test_what_belongs_to_a_document_follows_it(self):
        for document, is_seen in ((self.free, True), (self.restricted, False)):
            for record in (document.file_ids, document.register_entry_id, document.correspondent_ids, document.file_ids.attachment_id):
                with self.subTest(record._name, seen=is_seen):
                    self.assertEqual(record.with_user(self.governor).has_access("read"), is_seen)
                    self.assertFalse(record.with_user(self.outsider).has_access("read"))

    def test_search_and_name_search_agree_with_the_rule(self):
        for user, count in ((self.governor, 1), (self.clerk, 2), (self.colleague, 0)):
            found = self.env["oa.document"].with_user(user).name_search("000999-")
            self.assertEqual(len(found), count, user.login)

    def test_cases_follow_their_documents(self):
        self.assertTrue(self.free.case_id.with_user(self.governor).has_access("read"))
        self.assertFalse(self.restricted.case_id.with_user(self.governor).has_access("read"))

    def test_the_journal_is_for_auditors_and_for_those_who_see_the_document(self):
        journal = self.env["oa.journal.entry"]
        domain = [("res_model", "=", "oa.document"), ("res_id", "=", self.restricted.id)]
        self.assertTrue(journal.with_user(self.auditor).search(domain))
        self.assertTrue(journal.with_user(self.clerk).search(domain))
        self.assertFalse(journal.with_user(self.governor).search(domain))
        with self.assertRaises(AccessError):
            journal.with_user(self.administrator).search(domain)

    def test_access_is_given_by_author_and_registry_only(self):
        wizard = self.env["oa.document.share"]
        wizard.with_user(self.clerk).create({
            "document_id": self.restricted.id, "user_ids": self.governor.ids, "reason": "за сведение",
        }).action_confirm()  # fmt: skip
        self.assertIn("restricted", self.see(self.governor))
        with self.assertRaises(UserError):
            self.free.with_user(self.governor)._share(self.colleague, "не може", is_denied=False)

    def test_the_book_is_printed_whole_without_the_content_of_restricted_documents(self):
        today = Date.context_today(self.free)
        vals = {"format": "pdf", "date_from": today, "date_to": today}
        export = self.env["oa.register.export"].with_user(self.clerk)._ask(self.official.with_user(self.clerk), vals)
        self.assertEqual((export.state, export.line_total), ("done", 2))

    def test_an_activity_is_found_only_while_its_document_is_seen(self):
        self.restricted._grant(self.colleague, "работи по преписката")
        activity = self.restricted.activity_schedule("mail.mail_activity_data_todo", user_id=self.colleague.id)
        mine = self.env["mail.activity"].with_user(self.colleague)
        self.assertIn(activity, mine.search([]))

        self.restricted._deny(self.colleague, "конфликт на интереси")

        self.assertNotIn(activity, mine.search([]))
