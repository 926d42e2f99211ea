import base64
import json

from odoo import Command
from odoo.tests import tagged

from .common import DocflowCase


@tagged("post_install", "-at_install")
class TestConfiguration(DocflowCase):
    """Procedures, templates, days off and choices of the flow go in the file of the administration."""

    def setUp(self):
        super().setUp()
        groups = "base.group_user,base.group_erp_manager,oa_registry.oa_registry_group_administrator"
        self.keeper = self.make_user("keeper", groups, lang="bg_BG")
        # The index of the official register is one administration's only.
        official = self.env["oa.register"].search([("company_id", "=", self.company.id), ("code", "=", "ОДР")])
        official.write({"index": False, "number_template": "{seq}-{dd.MM.yyyy}"})
        self.configuration = self.env["oa.configuration"].with_user(self.keeper)
        domain = [("company_id", "=", self.company.id), ("step_ids", "!=", False), ("state", "=", "published")]
        self.procedure = self.env["oa.procedure"].search(domain, limit=1)

    def export(self, company=None):
        company = company or self.company
        return json.loads(self.configuration.with_context(allowed_company_ids=company.ids)._write_file(company)[1])

    def bring(self, body, company=None):
        company = company or self.company
        return self.configuration.with_context(allowed_company_ids=company.ids)._bring_file(company, body)

    def describe(self, procedure):
        steps = [(step.sequence, step.name, step.act, step.function, step.signature_level) for step in procedure.step_ids]
        terms = [(term.speed, term.amount, term.unit, term.legal_ground) for term in procedure.term_ids]
        return procedure.resolver_function, procedure.kind_id, procedure.initiating_kind_ids, procedure.template_id.name, steps, terms

    def test_an_empty_administration_gets_the_same_procedures(self):
        self.company.docflow_remind_before = 5
        body = self.export()
        company = self.env["res.company"].create({"name": "Празна област"})
        self.keeper.company_ids = [Command.link(company.id)]

        self.bring(body, company)

        brought = self.export(company)["sections"]
        for part in ("procedures", "templates", "days", "settings", "system"):
            self.assertEqual(brought[part], body["sections"][part], part)
        own, copies = (
            self.env["oa.procedure"].search([("company_id", "=", item.id), ("state", "=", "published")]) for item in (self.company, company)
        )
        self.assertTrue(own)
        self.assertEqual(list(map(self.describe, copies)), list(map(self.describe, own)))

    def test_steps_and_terms_are_replaced_together_and_make_one_version(self):
        body, version = self.export(), self.procedure.version
        key = next(key for key in body["sections"]["procedures"] if key.endswith(self.procedure.name))
        row = body["sections"]["procedures"][key]
        row["step_ids"] = [row["step_ids"][-1] | {"name": "Единствена стъпка"}]

        self.bring(body)

        newest = self.procedure._find_versions()[:1]
        self.assertEqual((newest.step_ids.mapped("name"), newest.version, newest.state), (["Единствена стъпка"], version + 1, "published"))
        self.assertEqual(self.procedure.state, "retired")
        self.assertFalse(self.configuration._try_file(self.company, self.export()).changes)

    def test_a_version_that_somebody_is_writing_is_not_published_by_a_file(self):
        body = self.export()
        key = next(key for key in body["sections"]["procedures"] if key.endswith(self.procedure.name))
        body["sections"]["procedures"][key]["legal_ground"] = "друго"
        draft = self.procedure._make_draft()
        self.assertIn("is being written", "\n".join(self.configuration.with_context(lang="en_US")._try_file(self.company, body).problems))
        self.assertEqual(draft.state, "draft")

    def test_a_plan_that_cannot_be_is_refused_with_its_sentence(self):
        body = self.export()
        row = next(iter(body["sections"]["procedures"].values()))
        row["step_ids"] = [row["step_ids"][0] | {"function": "nobody"}]
        self.assertIn("nobody", "\n".join(self.configuration._try_file(self.company, body).problems))
        self.assertNotIn("nobody", self.procedure.step_ids.mapped("function"))

    def test_a_step_of_somebody_without_an_account_says_who_is_left_out(self):
        draft = self.procedure._make_draft()
        draft.step_ids[0].write({"function": "persons", "user_ids": [Command.set([self.expert.id, self.lawyer.id])]})
        draft.action_publish()
        body = self.export()
        text = json.dumps(body).replace(self.expert.login, "stranger")
        trial = self.configuration._try_file(self.company, json.loads(text))
        self.assertFalse(trial.problems)
        self.assertIn("stranger", "\n".join(trial.notes))

    def test_the_preview_shows_steps_as_words(self):
        body = self.export()
        row = next(row for row in body["sections"]["procedures"].values() if row["step_ids"])
        row["step_ids"][0]["name"] = "Друга стъпка"
        wizards = self.env["oa.configuration.import"].with_user(self.keeper)
        wizard = wizards.create({"content": base64.b64encode(json.dumps(body).encode()), "company_id": self.company.id})
        wizard.action_preview()
        self.assertIn("Друга стъпка", wizard.preview)
        self.assertNotIn("{&#39;", wizard.preview)
