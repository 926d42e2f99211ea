from odoo import Command
from odoo.tests import tagged

from .common import RegistryCase


@tagged("post_install", "-at_install")
class TestJournalSettings(RegistryCase):
    """Whoever changes a setting or a right leaves the old and the new value."""

    def setUp(self):
        super().setUp()
        self.journal = self.env["oa.journal.entry"]
        self.start = self.journal.search([], order="id desc", limit=1).id

    def read_rows(self, model):
        return self.journal.search([("id", ">", self.start), ("res_model", "=", model)], order="id")

    def test_a_changed_setting_keeps_the_old_and_the_new_value(self):
        self.official.with_user(self.head_registrar).name = "Официален регистър"

        row = self.read_rows("oa.register")
        self.assertEqual((row.action, row.user_id, row.company_id), ("settings", self.head_registrar, self.company))
        self.assertIn("Официален регистър", row.new_value)
        self.assertNotIn("Официален регистър", row.old_value)

    def test_writing_the_same_again_is_no_change(self):
        self.official.name = self.official.name
        self.assertFalse(self.read_rows("oa.register"))

    def test_a_new_and_a_deleted_setting_are_written(self):
        parent = self.env["oa.case.class"].search([("company_id", "=", self.company.id), ("parent_id", "=", False)], limit=1)
        fresh = self.env["oa.case.class"].create(
            {"name": "Проверки", "code": "99-01", "parent_id": parent.id, "company_id": self.company.id}
        )
        fresh.unlink()

        made, gone = self.read_rows("oa.case.class")
        self.assertIn("Проверки", made.new_value)
        self.assertFalse(made.old_value)
        self.assertIn("Проверки", gone.old_value)
        self.assertFalse(gone.new_value)

    def test_groups_of_a_person_are_named(self):
        group = self.env.ref("oa_registry.oa_registry_group_archivist")
        self.expert.with_user(self.administrator).group_ids = [Command.link(group.id)]

        row = self.read_rows("res.users")
        self.assertEqual((row.action, row.category), ("rights", "access"))
        self.assertIn(group.display_name, row.new_value)
        self.assertNotIn(group.display_name, row.old_value)

    def test_a_new_password_is_a_change_without_its_text(self):
        self.expert.password = "нова-Тайна-2026"

        row = self.read_rows("res.users")
        self.assertEqual(len(row), 1)
        self.assertNotIn("Тайна", f"{row.old_value} {row.new_value} {row.details}")

    def test_a_person_who_changes_the_own_page_changes_no_right(self):
        self.expert.signature = "<p>С уважение</p>"
        self.assertFalse(self.read_rows("res.users"))

    def test_parameters_of_ours_are_written_and_secrets_are_not_told(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("oa_registry.upload_limit", "77")
        parameters.set_param("oa_registry.some_secret", "abc123")
        parameters.set_param("web.something", "x")

        told = "\n".join(f"{row.old_value} → {row.new_value}" for row in self.read_rows("ir.config_parameter"))
        self.assertIn("77", told)
        self.assertIn("oa_registry.some_secret", told)
        self.assertNotIn("abc123", told)
        self.assertNotIn("web.something", told)

    def test_many_changes_are_one_statement(self):
        registers = self.env["oa.register"].search([("company_id", "=", self.company.id)])

        def write(records):
            before = self.cr.sql_log_count
            self.journal._write_rows([
                {**self.journal._prepare_subject_vals(record), "action": "settings", "old_value": "1"} for record in records
            ])  # fmt: skip
            return self.cr.sql_log_count - before

        write(registers)
        self.assertEqual((write(registers[:2]), write(registers)), (1, 1))

    def test_an_export_names_each_document(self):
        documents = self.create_registered() | self.create_registered()
        self.clerk.group_ids = [Command.link(self.env.ref("base.group_allow_export").id)]

        documents.with_user(self.clerk).export_data(["number", "subject"])
        self.env["res.partner"].with_user(self.clerk).browse(self.applicant.id).export_data(["name"])

        rows = self.journal.search([("id", ">", self.start), ("action", "=", "export")])
        self.assertEqual(rows.document_id, documents)
        self.assertEqual(rows.filtered(lambda row: row.res_model == "res.partner").details, "name")
