from datetime import timedelta

import psycopg2
from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DocflowCase


@tagged("post_install", "-at_install")
class TestSubstitution(DocflowCase):
    """Whoever is absent is substituted by a registered order, in its days and within its scope; every act shows both."""

    def setUp(self):
        super().setUp()
        self.order = self.make_order()

    def make_order(self):
        """A registered order of the governor."""
        kind = self.env.ref("oa_registry.oa_document_kind_memo")
        order = self.as_(self.clerk, self.env["oa.document"]).create(
            {"kind_id": kind.id, "company_id": self.company.id, "subject": "Заповед за заместване"}
        )
        order.sudo()._register_in(order.sudo().register_id)
        self.env["oa.register.entry"]._allot_pending()
        order.sudo()._grant(self.governor | self.director | self.expert | self.secretary, "Заместване")
        return order.sudo()

    def write_mandate(self, holder=None, substitute=None, days=3, **vals):
        holder, substitute = holder or self.governor, substitute or self.secretary
        today = self.env["oa.substitution"]._get_today()
        return self.as_(holder, self.env["oa.substitution"]).create({
            "holder_id": holder.id, "substitute_id": substitute.id, "company_id": self.company.id, "date_from": today,
            "date_to": today + timedelta(days=days), "order_id": self.order.id, "ground": "Платен отпуск", **vals,
        })  # fmt: skip

    def substitute(self, *args, **vals):
        mandate = self.write_mandate(*args, **vals)
        mandate.action_confirm()
        return mandate

    # ------------------------------------------------------------ who has the turn
    def test_what_waits_and_what_comes_goes_to_the_substitute_and_comes_back_at_the_end(self):
        waiting = self.register(self.receive()).sudo()
        mandate = self.substitute()
        later = self.register(self.receive()).sudo()

        for document in waiting | later:
            self.assertEqual((document.waiting_for_id, document.waiting_holder_id), (self.secretary, self.governor))
            self.assertEqual(self.activities_of(self.secretary, document).activity_type_id.category, "default")
            self.assertFalse(self.activities_of(self.governor, document))

        self.as_(self.governor, mandate)._end("Върна се по-рано")

        for document in waiting | later:
            self.assertEqual((document.waiting_for_id, document.waiting_holder_id.id), (self.governor, False))
            self.assertTrue(self.activities_of(self.governor, document))
            self.assertFalse(self.activities_of(self.secretary, document))

    def test_it_begins_and_ends_with_its_days_by_itself(self):
        document = self.register(self.receive()).sudo()
        today = self.env["oa.substitution"]._get_today()
        mandate = self.substitute(date_from=today + timedelta(days=2), date_to=today + timedelta(days=4))
        self.assertEqual(document.waiting_for_id, self.governor)

        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            self.env["oa.substitution"]._cron_turn_over()
            self.assertEqual(document.waiting_for_id, self.secretary)
        with freeze_time(fields.Datetime.now() + timedelta(days=5)):
            self.env["oa.substitution"]._cron_turn_over()
            self.assertEqual(document.waiting_for_id, self.governor)
        self.assertEqual(mandate.state, "ended")

    def test_a_first_day_that_nobody_turned_over_is_made_up_for_the_next_day(self):
        document = self.register(self.receive()).sudo()
        today = self.env["oa.substitution"]._get_today()
        self.substitute(date_from=today + timedelta(days=1), date_to=today + timedelta(days=4))

        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            self.env["oa.substitution"]._cron_turn_over()
            self.assertEqual(document.waiting_for_id, self.secretary)

    def test_the_substitute_sees_a_restricted_document_while_acting_and_not_afterwards(self):
        document = self.register(self.receive(access_level="restricted")).sudo()
        self.assertFalse(self.as_(self.lawyer, document).has_access("read"))
        mandate = self.substitute(substitute=self.lawyer)
        self.assertTrue(self.as_(self.lawyer, document).has_access("read"))
        self.as_(self.governor, mandate)._end("край")
        self.assertFalse(self.as_(self.lawyer, document).has_access("read"))

    # ------------------------------------------------------------ acts
    def test_a_resolution_in_the_place_of_the_governor_shows_both_and_is_accepted_by_the_governor(self):
        document = self.register(self.receive())
        mandate = self.substitute()
        wizard = self.as_(self.secretary, self.env["oa.document.resolve"]).create({
            "document_ids": [Command.set(document.ids)], "document_id": document.id, "text": "За изпълнение.",
            "responsible_id": self.director.id,
        })  # fmt: skip
        wizard.action_confirm()

        task = document.sudo().task_ids
        self.assertEqual((task.resolution_id.user_id, task.resolution_id.substitution_id), (self.secretary, mandate))
        self.assertEqual(task.assigner_id, self.governor)
        row = document.sudo().journal_ids.filtered(lambda row: row.action == "resolve")
        self.assertEqual((row.user_id, row.acting_for_id), (self.secretary, self.governor))
        self.assertIn(mandate.order_number, row.capacity)

    def test_a_step_taken_for_another_keeps_the_mandate_and_its_digest(self):
        draft = self.submit()
        self.assertEqual(draft.sudo().waiting_for_id, self.director)
        mandate = self.substitute(self.director, self.colleague)

        self.as_(self.colleague, draft).action_agree()

        step = draft.sudo().route_id.step_ids.filtered("acted_at")
        self.assertEqual((step.user_id, step.acted_by_id, step.substitution_id), (self.director, self.colleague, mandate))
        self.assertEqual(step.mandate_digest, self.order.register_entry_id.digest)
        self.assertIn(self.director.name, step.capacity)

    def test_a_task_is_reported_by_whoever_acts_for_the_executor(self):
        task = self.delegate(self.make_task())
        self.substitute(self.expert, self.colleague)
        self.assertEqual(task.waiting_for_id, self.colleague)
        self.as_(self.colleague, self.env["oa.task.report"]).create(
            {"task_id": task.id, "document_id": task.document_id.id, "text": "Изпълнено."}
        ).action_confirm()
        self.assertEqual(task.state, "reported")
        row = task.document_id.journal_ids.filtered(lambda row: row.action == "report")
        self.assertEqual((row.user_id, row.acting_for_id), (self.colleague, self.expert))

    def test_outside_the_days_or_the_scope_the_act_is_refused_at_the_moment_of_acting(self):
        draft = self.submit()
        mandate = self.substitute(self.director, self.colleague)
        self.assertFalse(self.as_(self.colleague, draft)._get_agree_blockers())
        with freeze_time(fields.Datetime.now() + timedelta(days=4)), self.assertRaisesRegex(UserError, "waits for"):
            # Nobody has turned over yet: the day decides, not the list.
            self.as_(self.colleague, draft).action_agree()

        self.as_(self.director, mandate)._end("край")
        other_kind = self.env.ref("oa_registry.oa_document_kind_letter_in")
        self.substitute(self.director, self.colleague, kind_ids=[Command.set(other_kind.ids)])
        self.assertEqual(draft.sudo().waiting_for_id, self.director)
        with self.assertRaises(UserError):
            self.as_(self.colleague, draft).action_agree()

    def test_the_absent_person_may_still_act(self):
        draft = self.submit()
        self.substitute(self.director, self.colleague)
        self.as_(self.director, draft).action_agree()
        step = draft.sudo().route_id.step_ids.filtered("acted_at")
        self.assertEqual((step.acted_by_id, step.substitution_id.id), (self.director, False))

    def test_the_signature_itself_says_in_whose_place_and_by_which_order(self):
        draft = self.submit()
        self.agree_all(draft)
        self.env["oa.register.entry"]._allot_pending()
        self.assertEqual(draft.sudo().waiting_act, "sign")
        mandate = self.substitute()
        roles = self.as_(self.secretary, draft)._get_claimed_roles()
        self.assertEqual(len(roles), 1)
        self.assertIn(self.governor.name, roles[0])
        self.assertIn(mandate.order_number, roles[0])
        self.assertFalse(self.as_(self.governor, draft)._get_claimed_roles())

    def test_whoever_gives_work_reads_that_the_person_is_absent(self):
        document = self.register(self.receive())
        self.substitute(self.director, self.colleague)
        wizard = self.as_(self.governor, self.env["oa.document.resolve"]).new({
            "document_ids": [Command.set(document.ids)], "responsible_id": self.director.id,
        })  # fmt: skip
        self.assertIn(self.director.name, wizard.absence_note)
        self.assertIn(self.colleague.name, wizard.absence_note)

    # ------------------------------------------------------------ the mandate itself
    def test_a_mandate_needs_a_registered_order_and_gives_no_right_backwards(self):
        today = self.env["oa.substitution"]._get_today()
        for vals, sentence in (
            ({"order_id": False}, "registered order"),
            ({"date_from": today - timedelta(days=1)}, "backwards"),
        ):
            with self.assertRaisesRegex(UserError, sentence):
                self.substitute(**vals)

    def test_one_person_is_substituted_by_one_and_nobody_hands_on(self):
        self.substitute()
        with self.assertRaisesRegex(UserError, "already"):
            self.substitute(substitute=self.director)
        with self.assertRaisesRegex(UserError, "acts for"):
            self.substitute(self.secretary, self.director)
        with self.assertRaisesRegex(UserError, "absent too"):
            self.substitute(self.director, self.governor)

    def test_one_decides_about_the_own_absence_only_and_the_management_about_all(self):
        with self.assertRaises(AccessError):
            self.as_(self.expert, self.env["oa.substitution"]).create({
                "holder_id": self.governor.id, "substitute_id": self.expert.id, "company_id": self.company.id,
                "date_to": fields.Date.context_today(self.env.user), "order_id": self.order.id,
            })  # fmt: skip
        mandate = self.write_mandate(self.expert, self.colleague)
        for stranger in (self.colleague, self.director):
            with self.assertRaises(AccessError):
                self.as_(stranger, mandate).action_confirm()
        self.as_(self.secretary, mandate).action_confirm()
        self.assertEqual(mandate.state, "active")

    def test_a_confirmed_mandate_is_changed_by_nobody_and_ended_with_a_reason(self):
        mandate = self.substitute()
        for act in (
            lambda: mandate.write({"substitute_id": self.director.id}),
            lambda: mandate.write({"state": "draft"}),
            lambda: mandate.unlink(),
            lambda: self.env["oa.substitution"].with_user(self.governor).create({"state": "active"}),
        ):
            with self.assertRaises(AccessError):
                act()
        for change in ("substitute_id = 2", "date_to = '2030-01-01'", "state = 'draft'"):
            with self.assertRaises(psycopg2.Error), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self.env.cr.execute(f"UPDATE oa_substitution SET {change} WHERE id = %s", [mandate.id])
        with self.assertRaisesRegex(UserError, "why"):
            self.as_(self.governor, mandate)._end(" ")
        self.as_(self.governor, mandate)._end("Отзован")
        with self.assertRaisesRegex(UserError, "in force"):
            self.as_(self.governor, mandate)._end("Отново")

    def test_confirming_and_ending_are_in_the_journal_and_the_substitute_is_told(self):
        mandate = self.substitute()
        self.as_(self.governor, mandate)._end("Отзован")
        rows = self.env["oa.journal.entry"].search([("res_model", "=", "oa.substitution"), ("res_id", "=", mandate.id)])
        self.assertEqual(set(rows.mapped("action")), {"substitution", "substitution_end"})
        told = mandate.sudo().message_ids.notified_partner_ids
        self.assertIn(self.secretary.partner_id, told)

    def test_handing_over_many_costs_no_more_per_document_than_its_access(self):
        def hand_over(size):
            documents = self.register(self.receive(size)).sudo()
            mandate = self.write_mandate()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            mandate.action_confirm()
            self.env.flush_all()
            count = self.env.cr.sql_log_count - before
            self.assertEqual(documents.waiting_for_id, self.secretary)
            self.as_(self.governor, mandate)._end("край")
            return count

        few, many = hand_over(2), hand_over(12)
        self.assertLess(many - few, 60, (few, many))
