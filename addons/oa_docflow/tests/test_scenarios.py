"""The demonstration scenarios of the brief, each as one story: the number in the name is the number of the scenario.

Those that are signed with a real token (1, 4, 9) are told by `test_scenarios_signed.py`.
"""

from datetime import date

from freezegun import freeze_time
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import REGISTRY, DocflowCase


@tagged("post_install", "-at_install")
class TestScenarios(DocflowCase):
    def receive_kind(self, name, **vals):
        return self.register(self.receive(kind_id=self.env.ref(f"oa_registry.oa_document_kind_{name}").id, **vals))

    def suspend(self, document, day, *, is_resumption=False, reason="Повод"):
        self.as_(self.director, self.env["oa.term.suspend"]).create(
            {"document_id": document.id, "day": day, "reason": reason, "is_resumption": is_resumption}
        ).action_confirm()

    def list_acts(self, documents):
        return documents.sudo().journal_ids.sorted("id").mapped("action")

    def test_scenario_3_an_unclear_request_for_information_stops_its_clock_and_is_extended(self):
        with freeze_time("2026-11-02 08:00:00"):
            request = self.receive_kind("foi_application")
            task = self.resolve(request, due_on=request.due_on or date(2026, 11, 16))
            self.assertEqual(request.due_on, date(2026, 11, 16), "14 days")
        with freeze_time("2026-11-04 08:00:00"):
            self.suspend(request, date(2026, 11, 4), reason="Неясно заявление: указание за уточняване, чл. 29 от ЗДОИ")
            list(self.env["oa.notice"]._remind_in_batches(self.company))
        self.assertFalse(request.due_on)
        with freeze_time("2026-11-17 08:00:00"):
            list(self.env["oa.notice"]._remind_in_batches(self.company))
            self.assertFalse(self.env["oa.notice"].sudo().search([("user_id", "=", self.director.id)]), "the clock stands still")
            self.suspend(request, date(2026, 11, 17), is_resumption=True, reason="Заявлението е уточнено")
        self.assertEqual(request.due_on, date(2026, 11, 30))
        with freeze_time("2026-11-25 08:00:00"):
            self.as_(self.director, task)._ask_extension(date(2026, 12, 10), "Голям обем, чл. 31 от ЗДОИ")
            self.as_(self.governor, task.extension_ids)._decide(date(2026, 12, 10), "До 10 дни")
        self.assertEqual((task.due_on, task.extension_ids.old_due_on), (date(2026, 12, 10), date(2026, 11, 30)))
        for words in ("спрян на 04.11.2026", "продължава да тече от 17.11.2026", "30.11.2026"):
            self.assertIn(words, request.term_explanation)
        acts = self.list_acts(request)
        self.assertLess(acts.index("term_suspend"), acts.index("term_resume"))
        self.assertLess(acts.index("extend_ask"), acts.index("extend"))

    def test_scenario_10_a_number_is_annulled_and_replaced_and_nothing_waits_for_it_any_more(self):
        wrong, right = self.register(self.receive()), self.register(self.receive())
        task = self.resolve(wrong)
        keeper = new_test_user(
            self.env, "test.keeper", f"base.group_user,{REGISTRY}head_registrar", company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )  # fmt: skip
        self.as_(self.governor, task)._withdraw("Въведено два пъти")
        self.as_(keeper, wrong)._annul("Въведен два пъти", self.as_(keeper, right).register_entry_id)
        self.assertEqual((wrong.state, wrong.waiting_for_id.id), ("annulled", False))
        self.assertTrue(wrong.number, "the number stays in the book")
        self.assertFalse(self.activities_of(self.governor, wrong))
        with self.assertRaises(UserError):
            self.resolve(wrong)
        third = self.register(self.receive())
        numbers = [document.register_entry_id.sequence for document in (wrong, right, third)]
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 3)))

    def test_scenario_11_a_late_task_is_told_of_raised_extended_or_marked(self):
        with freeze_time("2026-11-16 08:00:00"):
            task = self.delegate(self.make_task(), due_on=date(2026, 11, 25))
        for day in ("2026-11-24", "2026-11-25", "2026-11-26", "2026-11-30"):
            with freeze_time(f"{day} 06:00:00"):
                list(self.env["oa.notice"]._remind_in_batches(self.company))
        kinds = (
            self.env["oa.notice"]
            .sudo()
            .search([("user_id", "=", self.expert.id), ("res_model", "=", "oa.task")], order="id")
            .mapped("kind")
        )
        self.assertEqual(kinds, ["before", "due", "late"])
        self.assertEqual(task.escalated_to_id, self.secretary)
        with freeze_time("2026-12-01 08:00:00"):
            self.as_(self.expert, task)._report("Готово, със закъснение.", self.env["oa.document"])
            self.as_(self.director, task).action_confirm_report()
        self.assertEqual((task.state, task.escalated_to_id.id), ("confirmed_late", False))
        self.env.flush_all()
        row = self.env["oa.figure.work"].sudo().search([("company_id", "=", self.company.id), ("state", "=", "confirmed_late")])
        self.assertEqual((row.done_late_count, row.unit_id), (1, self.directorate))

    def test_scenario_12_the_year_turns_at_midnight_in_sofia_for_numbers_and_terms(self):
        with freeze_time("2026-12-31 21:59:30"):
            last = self.register(self.receive())
        with freeze_time("2026-12-31 22:00:30"):
            first = self.register(self.receive())
        self.assertIn("31.12.2026", last.uri)
        self.assertIn("01.01.2027", first.uri)
        # Seven working days; 1 January is free, so are the week-ends.
        self.assertEqual(last.due_on, date(2027, 1, 12))
        self.assertEqual(first.due_on, date(2027, 1, 12))
        self.assertIn("Нова година", last.term_explanation)
        with freeze_time("2026-12-31 22:30:00"):
            self.assertEqual(self.env["oa.calendar.day"]._get_today(), date(2027, 1, 1))
            task = self.resolve(first, due_on=date(2026, 12, 31))
            self.assertTrue(self.as_(self.director, task).is_overdue)
