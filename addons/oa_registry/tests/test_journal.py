from unittest.mock import patch

from freezegun import freeze_time
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import PDF, RegistryCase


@tagged("post_install", "-at_install")
class TestJournal(RegistryCase):
    def actions_of(self, document):
        return document.journal_ids.sorted("id").mapped("action")

    def test_each_act_leaves_person_moment_and_capacity(self):
        document = self.create_document()
        document._add_file("молба.pdf", PDF, "main")
        self.register(document)

        self.assertEqual(self.actions_of(document)[:3], ["create", "add_file", "register"])
        row = document.journal_ids.filtered(lambda entry: entry.action == "register")
        self.assertEqual((row.user_id, row.capacity, row.company_id), (self.clerk, "Длъжност clerk", self.company))
        self.assertRegex(row.moment, r"\.\d{3}$")

    def test_opening_a_document_is_one_view_and_a_list_is_none(self):
        document = self.create_registered().with_user(self.governor)
        document.web_read({"subject": {}, "number": {}})
        document.web_read({"subject": {}, "number": {}})
        self.env["oa.document"].with_user(self.governor).web_search_read([], {"subject": {}})

        views = document.journal_ids.filtered(lambda entry: entry.action == "view")
        self.assertEqual(views.user_id, self.governor)
        self.assertEqual(len(views), 1)

    def test_the_journal_is_not_written_by_people(self):
        journal = self.env["oa.journal.entry"].with_user(self.administrator)
        with self.assertRaises(AccessError):
            journal.create({"action": "view"})
        row = self.create_registered().journal_ids[0]
        for user in (self.auditor, self.head_registrar, self.env.ref("base.user_root")):
            with self.assertRaises(AccessError):
                row.with_user(user).write({"details": "x"})
            with self.assertRaises(AccessError):
                row.with_user(user).unlink()

    def test_the_subject_is_not_told_to_the_auditor(self):
        document = self.create_registered(access_level="restricted", subject="Поверителен сигнал")
        self.env["oa.journal.entry"]._log(
            document, "change", "Поверителен отчет", old_value="Поверителен стар", new_value="Поверителен нов"
        )
        journal = self.env["oa.journal.entry"].with_user(self.auditor)
        rows = journal.search([("res_model", "=", "oa.document"), ("res_id", "=", document.id)])

        shown = [name for name in journal._fields if journal._has_field_access(journal._fields[name], "read")]
        told = str(rows.read(shown)) + str(rows.mapped("display_name"))
        self.assertIn(document.number, told)
        self.assertNotIn("Поверителен", told)
        self.assertFalse(journal.search([("summary", "ilike", "Поверителен")]))
        for hidden in ("document_id", "case_id", "details", "old_value"):
            with self.assertRaises(AccessError):
                rows.read([hidden])

    def test_a_draft_is_told_to_the_auditor_without_its_subject(self):
        draft = self.create_document(subject="Поверителна чернова")
        row = self.env["oa.journal.entry"].with_user(self.auditor).search([("res_model", "=", "oa.document"), ("res_id", "=", draft.id)])
        self.assertNotIn("Поверителна", row.object_label)
        self.assertIn(str(draft.id), row.object_label)

    def test_whoever_takes_part_reads_and_nobody_else(self):
        document = self.create_registered(access_level="restricted")
        other = self.create_registered()
        journal = self.env["oa.journal.entry"]
        domain = [("res_model", "=", "oa.document"), ("res_id", "=", document.id)]
        self.assertFalse(journal.with_user(self.colleague).search(domain))

        document._grant(self.colleague, "съизпълнител")

        rows = journal.with_user(self.colleague).search(domain)
        self.assertIn("register", rows.mapped("action"))
        self.assertEqual(rows.document_id, document)
        self.assertFalse(journal.with_user(self.colleague).search([("document_id", "=", other.id)]))

    def test_acts_on_the_case_are_read_by_whoever_sees_one_of_its_documents(self):
        document = self.create_registered(access_level="restricted")
        journal = self.env["oa.journal.entry"]
        row = journal._log(document.case_id, "case_continue")
        self.assertFalse(row.with_user(self.colleague).has_access("read"))

        document._grant(self.colleague, "съизпълнител")
        self.env.invalidate_all()

        self.assertTrue(row.with_user(self.colleague).has_access("read"))
        self.assertEqual(
            document.case_id.with_user(self.colleague).journal_count, journal.search_count([("case_id", "=", document.case_id.id)])
        )

    def test_whoever_loses_access_loses_the_journal_with_it(self):
        document = self.create_registered(kind=self.memo, user=self.clerk)
        row = self.env["oa.journal.entry"].with_user(self.colleague)._log(document.with_user(self.colleague), "change", "Тайна")
        document._deny(self.colleague, "конфликт на интереси")
        self.assertFalse(row.with_user(self.colleague).has_access("read"))

    def test_own_acts_without_a_document_are_read_and_those_of_others_are_not(self):
        journal = self.env["oa.journal.entry"]
        own = journal.with_user(self.expert)._log(self.expert, "login")
        self.assertTrue(own.with_user(self.expert).has_access("read"))
        self.assertFalse(own.with_user(self.colleague).has_access("read"))
        self.assertTrue(own.with_user(self.auditor).has_access("read"))
        self.assertFalse(own.with_user(self.outsider).has_access("read"))

    def test_rows_are_found_by_number_also_by_the_auditor(self):
        document = self.create_registered()
        journal = self.env["oa.journal.entry"].with_user(self.auditor)
        rows = journal.search([("object_label", "=", document.number)])
        self.assertIn("create", rows.mapped("action"))
        self.assertEqual(set(rows.mapped("object_label")), {document.number})

    def test_the_author_of_a_draft_is_no_reader_and_others_are(self):
        draft = self.create_document(user=self.clerk)
        for user in (self.clerk, self.head_registrar):
            draft.with_user(user).web_read({"subject": {}})
        self.assertEqual(draft.journal_ids.filtered(lambda row: row.action == "view").user_id, self.head_registrar)

    def test_reading_again_after_a_while_is_another_view(self):
        document = self.create_registered().with_user(self.governor)
        for moment in ("2026-11-22 10:00:00", "2026-11-22 10:01:59", "2026-11-22 10:04:10"):
            with freeze_time(moment):
                document.web_read({"subject": {}})
        self.assertEqual(len(document.journal_ids.filtered(lambda row: row.action == "view")), 2)

    def test_jobs_write_in_the_language_of_the_administration(self):
        self.env["res.lang"]._activate_lang("bg_BG")
        self.env.ref("base.user_root").lang = "bg_BG"
        said = []
        with patch.object(type(self.env["ir.actions.server"]), "run", lambda action: said.append(action.env.context.get("lang"))):
            cron = self.env.ref("oa_registry.oa_journal_seal_cron")
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
        self.assertEqual(said, ["bg_BG"])

    def test_an_unknown_act_is_refused(self):
        with self.assertRaises(ValueError):
            self.env["oa.journal.entry"]._log(self.create_document(), "fly")

    def test_the_list_of_acts_is_printed_and_that_is_an_act(self):
        document = self.create_registered()
        name, data = document.with_user(self.clerk)._make_trail()

        self.assertTrue(data.startswith(b"%PDF"))
        self.assertTrue(name.endswith(".pdf"))
        self.assertEqual(document.journal_ids.sorted("id")[-1].action, "print")
        with self.assertRaises(AccessError):
            document.with_user(self.outsider)._make_trail()
