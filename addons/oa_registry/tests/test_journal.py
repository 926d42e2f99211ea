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
