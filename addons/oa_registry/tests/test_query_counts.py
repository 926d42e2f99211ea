"""Few and many cost the same number of queries."""

from odoo.tests import tagged

from .common import PDF, RegistryCase

LIST = ("name", "registered_at", "direction", "kind_id", "subject", "correspondent_name", "due_on", "state", "unit_id", "file_count")


@tagged("post_install", "-at_install")
class TestQueryCounts(RegistryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.documents = cls.env["oa.document"]
        for number in range(40):
            cls.documents |= cls.create_document(cls, subject=f"Заявление {number}")
        cls.documents[0]._add_file("молба.pdf", PDF, "main")
        cls.register(cls, *cls.documents)

    def count(self, act):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        act()
        return self.cr.sql_log_count - before

    def assert_flat(self, act):
        # Caches of the process (rules, groups) are warm in both runs, those of the records in neither.
        self.count(lambda: act(40))
        few, many = self.count(lambda: act(2)), self.count(lambda: act(40))
        self.assertEqual(few, many)

    def test_a_list_of_documents(self):
        document_model = self.env["oa.document"].with_user(self.clerk)
        spec = {name: {} for name in LIST}
        self.assert_flat(lambda count: document_model.web_search_read([("company_id", "=", self.company.id)], spec, limit=count))

    def test_a_book(self):
        entry_model = self.env["oa.register.entry"].with_user(self.clerk)
        spec = {name: {} for name in ("name", "subject", "is_annulled", "annulment_note", "registered_by_id")}
        self.assert_flat(lambda count: entry_model.web_search_read([("company_id", "=", self.company.id)], spec, limit=count))

    def test_the_journal(self):
        spec = {name: {} for name in ("at", "user_id", "capacity", "action", "object_label", "summary", "old_text", "address")}
        for user in (self.clerk, self.auditor):
            journal = self.env["oa.journal.entry"].with_user(user)
            self.assert_flat(lambda count, journal=journal: journal.web_search_read([], spec, limit=count))

    def test_an_act_on_many_is_one_statement(self):
        journal = self.env["oa.journal.entry"].with_user(self.clerk)

        def log(count):
            documents = self.documents[:count]
            documents.sudo().mapped("case_id.name")
            before = self.cr.sql_log_count
            journal._log(documents, "print")
            return self.cr.sql_log_count - before

        log(40)
        self.assertEqual((log(1), log(40)), (1, 1))

    def test_cases_and_their_figures(self):
        case_model = self.env["oa.case"].with_user(self.clerk)
        spec = {name: {} for name in ("name", "document_count", "class_id", "state")}
        self.assert_flat(lambda count: case_model.web_search_read([("company_id", "=", self.company.id)], spec, limit=count))

    def test_lists_of_whoever_sees_few_documents(self):
        self.patch(type(self.env["oa.document"]), "_is_few", lambda _self, _principals: True)
        spec = {name: {} for name in ("display_name", "company_id")}
        for model in ("oa.document", "oa.register.entry", "oa.case", "oa.journal.entry"):
            reader = self.env[model].with_user(self.clerk)
            with self.subTest(model):
                self.assert_flat(
                    lambda count, reader=reader: reader.web_search_read([("company_id", "=", self.company.id)], spec, limit=count)
                )

    def test_positions_in_the_case(self):
        self.assert_flat(lambda count: self.documents[:count].with_user(self.clerk).mapped("case_position"))

    def test_registers_and_their_figures(self):
        registers = self.env["oa.register"].with_user(self.clerk).search([("company_id", "=", self.company.id)])
        spec = {name: {} for name in ("name", "entry_count", "last_number", "number_preview")}
        self.assert_flat(lambda count: registers[: min(count, 12)].web_read(spec))

    def test_taking_many_numbers_visits_the_register_once(self):
        def take(count):
            documents = self.env["oa.document"].with_user(self.clerk).create([
                {"subject": "Писмо", "kind_id": self.memo.id} for _number in range(count)
            ])  # fmt: skip
            documents._register_in(self.internal)
            documents.invalidate_recordset()
            return self.count(self.env["oa.register.entry"]._allot_pending)

        take(2)
        self.assertLess(take(40) - take(2), 60)
