import base64
import json

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import RegistryCase


@tagged("post_install", "-at_install")
class TestConfiguration(RegistryCase):
    """Everything an administrator sets goes through one file, by codes."""

    def setUp(self):
        super().setUp()
        self.administrator.company_ids = [Command.link(self.other_company.id)]
        self.configuration = self.env["oa.configuration"].with_user(self.administrator)
        self.official.index = False
        self.official.number_template = "{seq}-{dd.MM.yyyy}"

    def export(self, company=None):
        company = company or self.company
        speaking = self.configuration.with_context(allowed_company_ids=company.ids)
        return json.loads(speaking._write_file(company)[1])

    def create_empty(self):
        company = self.env["res.company"].create({"name": "Празна област"})
        self.administrator.company_ids = [Command.link(company.id)]
        return company

    def bring(self, body, company=None):
        company = company or self.company
        return self.configuration.with_context(allowed_company_ids=company.ids)._bring_file(company, body)

    def try_file(self, body, company=None):
        company = company or self.company
        return self.configuration.with_context(allowed_company_ids=company.ids)._try_file(company, body)

    def ask(self, body):
        wizards = self.env["oa.configuration.import"].with_user(self.administrator)
        wizard = wizards.create({"content": base64.b64encode(json.dumps(body).encode()), "company_id": self.company.id})
        wizard.action_preview()
        return wizard

    def test_nothing_in_the_file_is_an_id(self):
        body = self.export()
        kind = next(row for row in body["sections"]["kinds"].values() if row["class_id"])
        self.assertRegex(kind["class_id"], r"^\d{4} / \d\d-\d\d$")
        self.assertEqual(body["sections"]["registers"]["ОДР"]["office_id"], "Ц")
        self.assertEqual(body["sections"]["people"]["test.clerk"]["oa_roles"], "oa_registry.oa_registry_group_clerk")

    def test_an_empty_administration_becomes_the_same(self):
        self.company.oa_closing_email = "архив@example.bg"
        self.env["oa.intake.rule"].create({"sender": "@vidin.bg", "kind_id": self.letter.id, "company_id": self.company.id})
        self.env["oa.registry.office"].create({"name": "Приемна", "code": "П", "company_id": self.company.id, "phone": "094 1"})
        body, company = self.export(), self.create_empty()

        self.bring(body, company)

        parts = set(body["sections"]) - {"people"}
        brought = self.export(company)["sections"]
        for part in parts:
            self.assertEqual(brought[part], body["sections"][part], part)
        self.assertFalse(self.try_file(body, company).changes)

    def test_a_kind_that_is_missing_is_made_again(self):
        kind = self.env["oa.document.kind"].create({"name": "Пробен вид", "code": "ЯЯ", "direction": "incoming", "is_case_opening": True})
        body = self.export()
        kind.unlink()
        self.bring(body)
        again = self.env["oa.document.kind"].search([("code", "=", "ЯЯ")])
        self.assertEqual((again.name, again.is_case_opening), ("Пробен вид", True))

    def test_the_preview_says_what_differs_and_changes_nothing(self):
        body = self.export()
        body["sections"]["offices"]["Ц"]["phone"] = "094 600 600"
        body["sections"]["offices"]["Н"] = {"code": "Н", "name": "Нова регистратура"}
        wizard = self.ask(body)

        self.assertTrue(wizard.is_ready)
        for words in ("Нова регистратура", "094 600 600"):
            self.assertIn(words, wizard.preview)
        self.assertFalse(self.env["oa.registry.office"].search([("code", "=", "Н"), ("company_id", "=", self.company.id)]))
        self.assertFalse(self.company.oa_default_office_id.phone)

        wizard.action_confirm()

        self.assertEqual(self.company.oa_default_office_id.phone, "094 600 600")
        self.assertTrue(self.env["oa.registry.office"].search([("code", "=", "Н"), ("company_id", "=", self.company.id)]))

    def test_a_register_with_entries_keeps_its_numbering(self):
        document = self.create_registered()
        self.env.invalidate_all()
        body = self.export()
        body["sections"]["registers"]["ОДР"]["first_number"] = 500
        body["sections"]["offices"]["Ц"]["phone"] = "094 600 600"
        wizard = self.ask(body)

        self.assertFalse(wizard.is_ready)
        self.assertIn("keeps its numbering", wizard.preview)
        with self.assertRaisesRegex(UserError, "keeps its numbering"):
            wizard.action_confirm()
        self.assertEqual((self.official.first_number, document.register_id), (1, self.official))

    def test_what_does_not_fit_is_said_in_sentences(self):
        body = self.export()
        body["sections"]["kinds"]["incoming / X"] = {"code": "X", "direction": "incoming", "name": "Вид", "register_id": "НЯМА"}
        body["sections"]["kinds"]["sideways / Y"] = {"code": "Y", "direction": "sideways", "name": "Вид"}
        body["sections"]["offices"]["Ц"]["active"] = "да"
        body["sections"]["registers"]["ВН"]["number_template"] = "без номер"
        body["sections"]["registers"]["ДГ"]["access"] = 1
        body["sections"]["nonsense"] = {}
        problems = "\n".join(self.try_file(body).problems)
        for words in ("НЯМА", "sideways", "know the field", "{seq}", "nonsense"):
            self.assertIn(words, problems)

    def test_what_is_no_file_of_settings_is_refused(self):
        for data, words in (
            (b"\xff\xfe", "cannot be read"),
            (b"[]", "no file of settings"),
            (b'{"format": "oa.configuration", "version": 99}', "another version"),
            (b'{"format": "oa.configuration", "version": 1, "sections": {"offices": []}}', "damaged"),
        ):
            with self.assertRaisesRegex(UserError, words):
                self.configuration._read_file(data)

    def test_roles_go_to_people_who_have_accounts_and_never_to_oneself(self):
        body = self.export()
        body["sections"]["people"]["test.expert"]["oa_roles"] = "oa_registry.oa_registry_group_archivist"
        body["sections"]["people"]["test.administrator"]["oa_roles"] = "oa_registry.oa_registry_group_head_registrar"
        body["sections"]["people"]["stranger"] = {"login": "stranger", "oa_roles": "oa_registry.oa_registry_group_clerk"}
        trial = self.try_file(body)
        self.assertEqual([change.key for change in trial.changes], ["test.expert"])
        self.assertEqual(len(trial.notes), 2)

        self.bring(body)

        self.assertTrue(self.expert.has_group("oa_registry.oa_registry_group_archivist"))
        self.assertFalse(self.administrator.has_group("oa_registry.oa_registry_group_head_registrar"))
        self.assertFalse(self.env["res.users"].search([("login", "=", "stranger")]))

    def test_only_administrators_write_and_bring_it(self):
        body = self.export()
        for user in (self.head_registrar, self.clerk, self.archivist):
            with self.assertRaises(AccessError):
                self.env["oa.configuration"].with_user(user)._write_file(self.company)
            with self.assertRaises(AccessError):
                self.env["oa.configuration"].with_user(user)._bring_file(self.company, body)
            with self.assertRaises(AccessError):
                self.env["oa.configuration.import"].with_user(user).create({"content": b"e30="})

    def test_another_administration_is_left_alone(self):
        before = self.export(self.other_company)["sections"]
        body = self.export()
        body["sections"]["offices"]["Ц"]["name"] = "Друго име"
        self.bring(body)
        after = self.export(self.other_company)["sections"]
        self.assertEqual(after["offices"], before["offices"])

    def test_the_journal_knows_who_brought_it(self):
        body = self.export()
        body["sections"]["offices"]["Ц"]["phone"] = "094 600 600"
        self.bring(body)
        rows = self.env["oa.journal.entry"].search([("user_id", "=", self.administrator.id), ("action", "=", "settings")])
        self.assertIn("res.company", rows.mapped("res_model"))
        self.assertIn("oa.registry.office", rows.mapped("res_model"))


@tagged("post_install", "-at_install")
class TestConfigurationFile(RegistryCase, HttpCase):
    def test_the_file_is_for_administrators_of_the_administration(self):
        self.administrator.password = "administrator-password"
        self.clerk.password = "clerk-password"
        self.env.flush_all()
        self.authenticate("test.administrator", "administrator-password")
        answer = self.url_open(f"/oa/configuration/{self.company.id}")
        self.assertEqual(json.loads(answer.content)["administration"], self.company.name)
        self.assertEqual(self.url_open(f"/oa/configuration/{self.other_company.id}").status_code, 404)
        self.authenticate("test.clerk", "clerk-password")
        self.assertEqual(self.url_open(f"/oa/configuration/{self.company.id}").status_code, 404)
