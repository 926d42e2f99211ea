from datetime import date

from freezegun import freeze_time
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import DocflowCase

CRON = "oa_docflow.ir_cron_remind"


@tagged("post_install", "-at_install")
class TestReminders(DocflowCase):
    """Terms are reminded of before, on and after their last day; each thing is said once, to whoever has the turn."""

    def setUp(self):
        super().setUp()
        self.document = self.register(self.receive(received_at="2026-11-16 08:00:00"))
        self.task = self.resolve(self.document, due_on=date(2026, 11, 25))

    def run_on(self, moment, runs=1):
        with freeze_time(moment):
            for _run in range(runs):
                list(self.env["oa.notice"]._remind_in_batches(self.company))
                self.env.invalidate_all()

    def said_to(self, user, *, silence=False):
        notices = self.env["oa.notice"].sudo().search([("user_id", "=", user.id), ("company_id", "=", self.company.id)], order="id")
        return [notice.kind for notice in notices if silence or notice.kind != "silence"]

    def test_a_term_is_reminded_of_before_on_and_after_its_day_and_each_once(self):
        for day in ("20", "23", "24", "25", "26", "27"):
            self.run_on(f"2026-11-{day} 06:00:00", runs=2)

        self.assertEqual(self.said_to(self.director), ["before", "due", "late"])
        self.assertEqual(self.env["oa.notice"].sudo().search_count([("res_model", "=", "oa.document"), ("kind", "=", "late")]), 0)

    def test_a_killed_run_goes_on_where_it_stopped(self):
        with freeze_time("2026-11-25 06:00:00"):
            self.assertEqual(next(self.env["oa.notice"]._remind_in_batches(self.company)), "oa.task")
        self.assertEqual(self.said_to(self.director), ["due"])
        other = self.resolve(self.register(self.receive(received_at="2026-11-16 08:00:00")), self.lawyer, due_on=date(2026, 11, 25))
        self.assertTrue(other)
        self.run_on("2026-11-25 06:00:00")
        self.assertEqual((self.said_to(self.director), self.said_to(self.lawyer)), (["due"], ["due"]))

    def test_the_scheduler_runs_it(self):
        with freeze_time("2026-11-25 06:00:00"):
            self.run_cron(CRON)
        self.assertEqual(self.said_to(self.director), ["due"])

    def test_nobody_is_told_anything_on_a_day_off(self):
        self.run_on("2026-11-28 06:00:00")
        self.run_on("2026-11-29 06:00:00")
        self.assertEqual(self.said_to(self.director), [])

    def test_what_was_missed_is_not_made_up(self):
        self.run_on("2026-11-27 06:00:00")
        self.assertEqual(self.said_to(self.director), ["late"])

    def test_the_day_is_the_one_in_sofia(self):
        # 24 November, 23:30 in London, is 25 November in Sofia.
        self.run_on("2026-11-24 22:30:00")
        self.assertEqual(self.said_to(self.director), ["due"])

    def test_the_head_hears_first_then_the_secretary_general_and_it_is_on_the_task_and_in_the_journal(self):
        task = self.delegate(self.task)
        self.run_on("2026-11-26 06:00:00", runs=2)
        self.assertEqual(self.said_to(self.director), ["escalated"])
        self.assertEqual((task.escalated_to_id, self.said_to(self.secretary)), (self.director, []))

        self.run_on("2026-11-30 06:00:00", runs=2)
        self.assertEqual(self.said_to(self.secretary), ["escalated_again"])
        self.assertEqual(task.escalated_to_id, self.secretary)
        self.assertEqual(self.said_to(self.expert), ["late"])
        rows = self.document.sudo().journal_ids.filtered(lambda row: row.action == "escalate")
        self.assertEqual(len(rows), 2)

    def test_escalation_and_the_warning_of_silence_are_acts_of_the_system_that_wait_for_the_seal(self):
        self.delegate(self.task)
        self.run_on("2026-11-20 06:00:00", runs=2)
        self.run_on("2026-11-26 06:00:00", runs=2)
        acts = self.document.sudo().act_ids.filtered(lambda record: record.act in ("escalate", "silence")).sorted("position")
        self.assertEqual(acts.mapped("act"), ["silence", "escalate"])
        self.assertEqual(acts.mapped("state"), ["unsealed", "unsealed"])
        said = acts[1]._read_record()
        self.assertEqual(said["person/name"], "The system, by itself")
        for name in (self.director.name, self.expert.name, "25.11.2026"):
            self.assertIn(name, acts[1].comment)
        self.assertIn("25.11.2026", acts[0].comment)
        self.assertIsNone(self.env["oa.step.record"]._verify())

    def test_a_report_ends_the_escalation(self):
        task = self.delegate(self.task)
        self.run_on("2026-11-26 06:00:00")
        self.as_(self.expert, self.env["oa.task.report"]).create(
            {"task_id": task.id, "document_id": task.document_id.id, "text": "Готово."}
        ).action_confirm()
        self.assertFalse(task.escalated_to_id)

    def test_settings_of_the_administration_decide(self):
        self.company.write(
            {"docflow_remind_before": 0, "docflow_remind_on_day": False, "docflow_remind_late": 2, "docflow_escalate_after": 0}
        )
        for day in ("24", "25", "26"):
            self.run_on(f"2026-11-{day} 06:00:00")
        self.assertEqual(self.said_to(self.director), [])
        self.run_on("2026-11-27 06:00:00")
        self.assertEqual(self.said_to(self.director), ["late"])

    def test_a_substitute_is_told_in_the_place_of_the_absent_person(self):
        order = self.register(self.receive())
        with freeze_time("2026-11-23 06:00:00"):
            mandate = self.as_(self.governor, self.env["oa.substitution"]).create({
                "holder_id": self.director.id, "substitute_id": self.lawyer.id, "date_from": date(2026, 11, 23),
                "date_to": date(2026, 11, 30), "order_id": order.id, "company_id": self.company.id,
            })  # fmt: skip
            mandate.action_confirm()
        self.assertEqual(self.task.waiting_for_id, self.lawyer)
        self.run_on("2026-11-25 06:00:00", runs=2)
        self.assertEqual((self.said_to(self.director), self.said_to(self.lawyer)), ([], ["due"]))

    def test_while_the_term_stands_still_nobody_is_reminded(self):
        with freeze_time("2026-11-19 09:00:00"):
            self.as_(self.director, self.env["oa.term.suspend"]).create(
                {"document_id": self.document.id, "day": date(2026, 11, 19), "reason": "Нередовности"}
            ).action_confirm()
        self.run_on("2026-11-26 06:00:00")
        self.assertEqual(self.said_to(self.director, silence=True), [])

    def test_before_silence_becomes_a_refusal_those_who_answer_for_it_are_warned_once(self):
        self.assertEqual(self.document.due_on, date(2026, 11, 25))
        self.run_on("2026-11-19 06:00:00")
        self.assertNotIn("silence", self.said_to(self.director, silence=True))
        self.run_on("2026-11-20 06:00:00", runs=2)
        for person in (self.director, self.governor, self.secretary):
            self.assertEqual(self.said_to(person, silence=True).count("silence"), 1, person.name)
        self.assertIn("Art. 58", self.env["oa.notice"].sudo().search([("kind", "=", "silence")], limit=1).text)
        terms = [Command.update(term.id, {"silence": "none"}) for term in self.new_version(self.certificate_procedure).term_ids]
        self.change_procedure(self.certificate_procedure, {"term_ids": terms})
        other = self.register(self.receive(received_at="2026-11-16 08:00:00"))
        self.run_on("2026-11-20 06:00:00")
        self.assertFalse(self.env["oa.notice"].sudo().search([("kind", "=", "silence"), ("res_id", "=", other.id)]))

    def test_who_does_not_see_a_document_is_not_told_what_it_is_about(self):
        task = self.delegate(self.task)
        self.document.sudo()._deny(self.director, "проверка")
        self.run_on("2026-11-26 06:00:00")
        notice = self.env["oa.notice"].sudo().search([("user_id", "=", self.director.id), ("kind", "=", "escalated")])
        self.assertTrue(notice)
        self.assertNotIn(self.document.subject, notice.text)
        self.assertFalse(self.as_(self.director, notice).subject)
        of_expert = self.env["oa.notice"].sudo().search([("user_id", "=", task.responsible_id.id), ("kind", "=", "late")])
        self.assertEqual(self.as_(self.expert, of_expert).subject, self.document.subject)

    def test_whoever_is_denied_a_document_later_no_longer_reads_in_the_own_notices_what_it_is_about(self):
        self.delegate(self.task)
        self.run_on("2026-11-26 06:00:00")
        notice = self.env["oa.notice"].sudo().search([("user_id", "=", self.director.id), ("kind", "=", "escalated")])
        self.assertEqual(self.as_(self.director, notice).subject, self.document.subject)
        self.document.sudo()._deny(self.director, "проверка")
        self.assertFalse(self.as_(self.director, notice).subject)
        self.assertNotIn(self.document.subject, str(self.as_(self.director, notice).read()))

    def test_notices_are_of_their_person_and_of_nobody_else(self):
        self.run_on("2026-11-25 06:00:00")
        own = self.env["oa.notice"].sudo().search([("user_id", "=", self.director.id)], limit=1)
        self.assertFalse(self.as_(self.secretary, self.env["oa.notice"]).search([("id", "in", own.ids)]))
        with self.assertRaises(AccessError):
            self.as_(self.secretary, own).action_read()
        for person in (self.director, self.governor):
            with self.assertRaises(AccessError):
                self.as_(person, own).write({"text": "x"})
        self.as_(self.director, own).action_read()
        self.assertTrue(own.read_at)

    def test_many_cost_as_many_queries_as_few(self):
        def prepare(count):
            documents = self.register(self.receive(count, received_at="2026-11-16 08:00:00"))
            self.as_(self.governor, self.env["oa.document.resolve"]).create({
                "document_ids": [Command.set(documents.ids)], "text": "x", "responsible_id": self.director.id, "due_on": date(2026, 11, 25),
            }).action_confirm()  # fmt: skip

        def count(day):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.run_on(day)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        self.run_on("2026-11-24 06:00:00")
        prepare(2)
        few = count("2026-11-26 06:00:00")
        prepare(40)
        many = count("2026-11-26 06:00:00")
        self.assertLessEqual(many, few + 6)
