from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..core.lifecycle import DOCUMENT_STATES, TABLE, Subject
from .common import DocflowCase


@tagged("post_install", "-at_install")
class TestDocumentLifecycle(DocflowCase):
    def test_the_table_and_the_field_know_the_same_states(self):
        known = set(dict(self.env["oa.document"]._fields["state"].selection))
        in_table = {state for row in TABLE if row.subject is not Subject.TASK for state in (row.state, row.target)}

        self.assertEqual(in_table, known)
        self.assertLessEqual(set(DOCUMENT_STATES), known)

    def test_state_is_not_written_by_anybody(self):
        document = self.register(self.receive())

        for person in (self.clerk, self.governor, self.secretary):
            with self.assertRaises(AccessError):
                self.as_(person, document).write({"state": "closed"})

    def test_turn_is_not_written_by_anybody(self):
        document = self.register(self.receive())

        with self.assertRaises(AccessError):
            self.as_(self.governor, document).write({"waiting_for_id": self.clerk.id})

    def test_annulled_document_waits_for_nobody(self):
        document = self.register(self.receive())
        group = "oa_registry.oa_registry_group_head_registrar"
        registrar = self.make_user("registrar", group)
        self.assertEqual(document.sudo().waiting_for_id, self.governor)

        self.as_(registrar, document)._annul("Регистрирано повторно.")

        self.assertFalse(document.sudo().waiting_for_id)
        self.assertFalse(document.sudo().activity_ids.filtered(lambda activity: activity.user_id == self.governor))

    def test_document_begins_as_a_draft(self):
        with self.assertRaises(AccessError):
            self.receive(state="signed")

    def test_move_outside_the_table_says_whose_turn_it_is(self):
        document = self.register(self.receive())

        with self.assertRaisesRegex(UserError, self.governor.name):
            document._move_to("sign")

    def test_document_with_a_route_takes_no_number_at_the_desk(self):
        draft = self.draft()

        with self.assertRaisesRegex(UserError, "last agreement"):
            self.as_(self.clerk, draft).action_register()

    def test_case_with_open_work_is_not_closed(self):
        task = self.make_task()

        with self.assertRaisesRegex(UserError, self.director.name):
            self.as_(self.clerk, task.document_id.case_id).action_close()

    def test_overview_sees_whom_a_document_waits_for(self):
        document = self.register(self.receive())

        found = self.as_(self.secretary, self.env["oa.document"]).search(
            [("waiting_for_id", "=", self.governor.id), ("waiting_act", "=", "resolve")]
        )

        self.assertIn(document, found)

    def test_colleague_without_a_part_sees_nothing(self):
        draft = self.submit()

        for records in (draft, draft.task_ids, draft.route_id, draft.route_id.step_ids, draft.reply_to_id, draft.reply_to_id.task_ids):
            visible = self.as_(self.colleague, records.browse()).search([("id", "in", records.ids)])
            self.assertFalse(visible, records._name)
