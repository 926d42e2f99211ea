import psycopg2
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DocflowCase


@tagged("post_install", "-at_install")
class TestDocumentCoordination(DocflowCase):
    def test_the_button_is_there_while_the_author_still_writes_and_says_what_is_missing(self):
        draft = self.draft()
        draft.body_html = False
        self.assertTrue(draft.can_submit)
        with self.assertRaisesRegex(UserError, "no text yet"):
            draft.action_submit()
        self.assertFalse(self.as_(self.director, draft).can_submit)

    def test_the_turn_goes_from_one_person_to_the_next(self):
        draft = self.submit()

        for person in (self.director, self.lawyer, self.secretary):
            self.assertEqual(draft.waiting_for_id, person)
            self.assertEqual(self.activities_of(person, draft).activity_type_id.name, "For coordination")
            self.as_(person, draft).action_agree()
            self.assertFalse(self.activities_of(person, draft))

        self.assertEqual(draft.waiting_for_id, self.governor)

    def test_exactly_one_person_has_an_activity(self):
        draft = self.submit()

        self.assertEqual(self.env["mail.activity"].search_count([("res_model", "=", "oa.document"), ("res_id", "=", draft.id)]), 1)

    def test_nobody_gets_a_message_besides_the_activity(self):
        mails, messages = self.env["mail.mail"].search_count([]), self.env["mail.notification"].search_count([])
        draft = self.submit(self.write_memo())
        self.as_(self.director, draft).action_agree()

        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertEqual(self.env["mail.notification"].search_count([]), messages)

    def test_activity_of_the_flow_is_not_ticked_off(self):
        draft = self.submit()
        activity = self.as_(self.director, self.activities_of(self.director, draft))

        self.assertFalse(activity.can_write)
        for attempt in (activity.action_done, activity.unlink, lambda: activity.write({"user_id": self.lawyer.id})):
            with self.assertRaises(AccessError):
                attempt()

    def test_out_of_turn_is_refused_with_the_name_of_the_person(self):
        draft = self.submit()

        with self.assertRaisesRegex(UserError, self.director.name):
            self.as_(self.secretary, draft).action_agree()

    def test_wrong_person_is_refused_on_the_step_itself(self):
        draft = self.submit()
        step = draft.route_id.step_ids[0]

        with self.assertRaisesRegex(UserError, self.director.name):
            self.as_(self.lawyer, step).action_agree()

    def test_later_step_is_refused_before_its_turn(self):
        draft = self.submit()
        lawyers_step = draft.route_id.step_ids.filtered(lambda step: step.user_id == self.lawyer)

        with self.assertRaisesRegex(UserError, self.director.name):
            self.as_(self.lawyer, lawyers_step).action_agree()

    def test_double_click_agrees_once(self):
        draft = self.submit()
        step = self.as_(self.director, draft.route_id.step_ids[0])
        step.action_agree()

        with self.assertRaisesRegex(UserError, "already taken"):
            step.action_agree()

    def test_return_needs_a_reason(self):
        draft = self.submit()

        with self.assertRaisesRegex(UserError, "Write why"):
            self.as_(self.director, draft.route_id.step_ids[0]).action_return("  ")

    def test_return_gives_the_turn_to_the_author_with_the_reason(self):
        draft = self.submit()

        self.as_(self.director, draft.route_id.step_ids[0]).action_return("Липсва основание.")

        self.assertEqual((draft.state, draft.waiting_for_id, draft.waiting_act), ("returned", self.expert, "rework"))
        self.assertEqual(draft.route_id.step_ids[0].comment, "Липсва основание.")
        self.assertEqual(set(draft.route_id.step_ids[1:].mapped("state")), {"cancelled"})

    def test_new_version_goes_round_again_from_the_start(self):
        draft = self.submit()
        self.as_(self.director, draft).action_agree()
        self.as_(self.lawyer, draft.route_id.step_ids[1]).action_return("Липсва основание.")
        self.as_(self.expert, draft).body_html = "<p>Нов текст</p>"

        self.submit(draft)

        self.assertEqual(draft.route_id.round, 2)
        self.assertEqual(draft.waiting_for_id, self.director)
        self.assertEqual(
            draft.route_ids.sorted("round")[0].step_ids.mapped("state"), ["done", "returned", "cancelled", "cancelled", "cancelled"]
        )

    def test_content_changed_in_coordination_begins_anew(self):
        draft = self.submit()
        self.as_(self.director, draft).action_agree()

        self.as_(self.expert, draft).body_html = "<p>Друг текст</p>"

        self.assertEqual(draft.route_id.round, 2)
        self.assertEqual(draft.waiting_for_id, self.director)
        self.assertEqual(draft.route_ids.sorted("round")[0].state, "changed")

    def test_same_content_saved_again_keeps_the_agreements(self):
        draft = self.submit()
        self.as_(self.director, draft).action_agree()

        self.as_(self.expert, draft).body_html = draft.body_html

        self.assertEqual(draft.route_id.round, 1)
        self.assertEqual(draft.waiting_for_id, self.lawyer)

    def test_only_the_author_changes_the_text(self):
        draft = self.submit()

        with self.assertRaisesRegex(UserError, self.expert.name):
            self.as_(self.director, draft).body_html = "<p>Чужд текст</p>"

    def test_only_the_author_submits(self):
        draft = self.draft()
        draft._grant_with_case(self.colleague, "test")

        with self.assertRaisesRegex(UserError, self.expert.name):
            self.as_(self.colleague, draft).action_submit()

    def test_empty_draft_is_not_submitted(self):
        memo = self.write_memo()
        memo.body_html = "<p><br></p>"

        with self.assertRaisesRegex(UserError, "no text"):
            memo.action_submit()

    def test_author_recalls_and_submits_again(self):
        draft = self.submit()

        self.as_(self.expert, draft).action_recall()

        self.assertEqual(draft.state, "draft")
        self.assertFalse(draft.waiting_for_id)
        self.submit(draft)
        self.assertEqual(draft.route_id.round, 2)

    def test_last_agreement_freezes_and_numbers(self):
        draft = self.submit()

        self.agree_all(draft)

        self.assertEqual(draft.state, "for_signature")
        self.assertEqual(draft.register_entry_id.name, draft.number)
        self.assertTrue(draft.approved_hash)
        with self.assertRaisesRegex(UserError, "frozen"):
            self.as_(self.expert, draft).body_html = "<p>Късна промяна</p>"

    def test_frozen_text_is_refused_by_postgresql(self):
        draft = self.agree_all(self.submit())
        self.env.flush_all()

        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
            self.env.cr.execute("UPDATE oa_document SET body_html = 'x' WHERE id = %s", [draft.id])

    def test_taken_step_is_refused_by_postgresql(self):
        draft = self.submit()
        step = draft.route_id.step_ids[0]
        self.as_(self.director, draft).action_agree()
        self.env.flush_all()

        for statement in ("UPDATE oa_route_step SET comment = 'x' WHERE id = %s", "DELETE FROM oa_route_step WHERE id = %s"):
            with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
                self.env.cr.execute(statement, [step.id])

    def test_steps_are_not_written_by_hand(self):
        draft = self.submit()
        step = draft.route_id.step_ids[0]

        with self.assertRaises(AccessError):
            self.as_(self.director, step).write({"state": "done"})
        with self.assertRaises(AccessError):
            step.sudo().write({"state": "done"})

    def test_no_context_opens_the_lock(self):
        draft = self.submit()
        step = draft.route_id.step_ids[0].sudo()

        with self.assertRaises(AccessError):
            step.with_context(oa_docflow_move=True).write({"state": "done"})
        with self.assertRaises(AccessError):
            self.as_(self.expert, draft).with_context(oa_docflow_move=True).write({"state": "signed"})

    def test_missing_person_is_named(self):
        draft = self.draft()
        self.lawyer.active = False

        with self.assertRaisesRegex(UserError, "законосъобразност"):
            self.as_(self.expert, draft).action_submit()

    def test_several_are_agreed_at_once_and_the_rest_says_why(self):
        mine, other = self.write_memo("Първа"), self.write_memo("Втора")
        mine.action_submit()

        wizard = self.as_(self.director, self.env["oa.document.agree"]).with_context(active_ids=(mine | other).ids)
        other._grant(self.director, "test")
        wizard = wizard.create({"comment": "Без бележки."})
        wizard.action_confirm()

        self.assertEqual(mine.route_id.step_ids[0].state, "done")
        self.assertEqual(other.state, "draft")
        self.assertTrue(wizard.line_ids.filtered(lambda line: line.document_id == other).outcome)

    def test_drawing_shows_who_has_done_what(self):
        draft = self.submit()
        self.as_(self.director, draft).action_agree("Без бележки.")

        drawing = self.as_(self.lawyer, draft).drawing

        self.assertEqual([step["state"] for step in drawing], ["done", "waiting", "planned", "planned", "planned"])
        self.assertEqual(drawing[0]["person"], self.director.name)
        self.assertEqual(drawing[0]["comment"], "Без бележки.")
        self.assertTrue(drawing[1]["is_me"])

    def test_approval_sheet_is_a_pdf(self):
        draft = self.agree_all(self.submit())

        self.assertTrue(self.as_(self.lawyer, draft)._get_approval_sheet_pdf().startswith(b"%PDF"))
