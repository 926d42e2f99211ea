from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import REGISTRY, DocflowCase


@tagged("post_install", "-at_install")
class TestProcedureTrial(DocflowCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls.make_user("admin", REGISTRY + "administrator")

    def try_out(self, procedure):
        action = self.as_(self.administrator, procedure).action_try_out()
        trial = self.as_(self.administrator, self.env["oa.procedure.trial"]).browse(action["res_id"])
        parts = 0
        while not trial.is_done:
            self.assertEqual(trial.action_continue()["all"], 1000)
            parts += 1
        self.assertEqual(parts, 10)
        return trial

    def draft(self, **step):
        version = self.as_(self.administrator, self.new_version(self.certificate_procedure))
        version.write({"step_ids": [Command.create({"name": "Още един", "sequence": 25, "function": "lawyer", **step})]})
        return version

    def test_publishing_first_opens_the_dry_run(self):
        version = self.draft()

        action = version.action_publish()

        self.assertEqual((action["res_model"], version.state), ("oa.procedure.trial", "draft"))

    def test_sound_version_is_published_after_its_dry_run(self):
        trial = self.try_out(self.draft())

        trial.action_publish()

        self.assertFalse(trial.has_dead_end)
        self.assertEqual(trial.procedure_id.state, "published")

    def test_step_that_nobody_takes_is_named_and_stops_the_publishing(self):
        version = self.draft(function="financial_controller", name="Предварителен контрол")
        trial = self.try_out(version)

        self.assertIn("Предварителен контрол", trial.findings)
        with self.assertRaisesRegex(UserError, "dead end"):
            trial.action_publish()
        trial.reason = "Финансовият контрольор постъпва от първи."
        trial.action_publish()

        self.assertEqual(version.state, "published")

    def test_dry_run_counts_for_the_version_as_it_was(self):
        version = self.draft()
        self.try_out(version)
        version.name = "Друго име"

        self.assertEqual(version.action_publish()["res_model"], "oa.procedure.trial")
        self.assertEqual(version.state, "draft")

    def test_change_in_the_middle_of_a_dry_run_is_noticed(self):
        version = self.draft()
        trial = self.as_(self.administrator, self.env["oa.procedure.trial"]).browse(version.action_try_out()["res_id"])
        trial.action_continue()
        version.name = "Друго име"

        with self.assertRaisesRegex(UserError, "changed meanwhile"):
            trial.action_continue()

    def test_terms_against_the_law_are_said_in_words(self):
        trial = self.try_out(self.draft(term_amount=20))

        self.assertIn("add up to", trial.findings)

    def test_shipped_procedures_have_no_dead_end_where_every_part_is_played(self):
        self.make_user("controller", "oa_docflow.oa_docflow_group_financial_controller", name="Финансов контрольор")
        self.env.registry.clear_cache()
        self.assertTrue(all(procedure.step_ids for procedure in self.procedures))
        for procedure in self.procedures:
            with self.subTest(procedure.name):
                trial = self.try_out(self.new_version(procedure))
                self.assertFalse(trial.has_dead_end, trial.findings)
                self.assertNotIn("add up to", trial.findings)
                is_by_hand = "hand" in procedure.step_ids.mapped("signature_level")
                self.assertEqual("no exemption in force covers it" in trial.findings, is_by_hand)

    def plan_absence(self, holder, **vals):
        today = self.env["oa.substitution"]._get_today()
        return self.as_(holder, self.env["oa.substitution"]).create({
            "holder_id": holder.id, "substitute_id": self.director.id, "date_from": today, "date_to": today + timedelta(days=200),
            "company_id": self.company.id, **vals,
        })  # fmt: skip

    def test_planned_absences_are_those_of_the_administration_and_are_said(self):
        order = self.register(self.receive())
        self.assertIn("No absences are planned", self.try_out(self.draft()).assumptions)
        mandate = self.plan_absence(self.lawyer, order_id=order.id)
        trial = self.try_out(self.draft())

        self.assertIn(f"{self.lawyer.name}: ", trial.assumptions)
        self.assertIn("nobody acts", trial.assumptions, "a mandate that nobody has confirmed lets nobody act")
        self.assertIn("is planned to be away", trial.findings)

        self.as_(self.lawyer, mandate).action_confirm()
        trial = self.try_out(self.draft(name="И още един"))

        self.assertIn(f"{self.director.name} acts", trial.assumptions)
        self.assertNotIn("is planned to be away", trial.findings)
        self.assertGreater(trial.tally["acts"][self.director.name], trial.tally["acts"].get(self.lawyer.name, 0))

    def test_days_off_in_the_working_calendar_count_too(self):
        employee = self.secretary.with_company(self.company).employee_id
        today = self.env["oa.substitution"]._get_today()
        self.env["resource.calendar.leaves"].create({
            "name": "Отпуск", "resource_id": employee.resource_id.id, "date_from": f"{today + timedelta(days=7)} 05:00:00",
            "date_to": f"{today + timedelta(days=20)} 15:00:00", "company_id": self.company.id,
        })  # fmt: skip

        self.assertIn(f"{self.secretary.name}: ", self.try_out(self.draft()).assumptions)

    def test_what_a_dry_run_has_shown_is_not_written_by_hand(self):
        version = self.draft(function="financial_controller")
        trial = self.as_(self.administrator, self.env["oa.procedure.trial"]).browse(version.action_try_out()["res_id"])

        for vals in ({"has_dead_end": False}, {"done_count": 1000}, {"tally": {}}):
            with self.assertRaises(AccessError):
                trial.write(vals)
        with self.assertRaises(AccessError):
            trial.create({"procedure_id": version.id, "plan_digest": "x", "seed": 1})
        with self.assertRaises(AccessError):
            self.as_(self.expert, trial).action_continue()
