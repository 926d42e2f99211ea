import psycopg2
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import REGISTRY, DocflowCase


@tagged("post_install", "-at_install")
class TestProcedureVersion(DocflowCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls.make_user("admin", REGISTRY + "administrator")

    def draft_of(self, procedure):
        action = self.as_(self.administrator, procedure).action_new_version()
        return self.as_(self.administrator, self.env["oa.procedure"].browse(action["res_id"]))

    def test_shipped_procedures_are_published(self):
        self.assertEqual(set(self.procedures.mapped("state")), {"published"})
        self.assertTrue(all(procedure.digest == procedure._compute_plan_digest() for procedure in self.procedures))

    def test_published_version_is_not_changed(self):
        procedure = self.as_(self.administrator, self.certificate_procedure)
        step = procedure.step_ids[0]

        for attempt in (
            lambda: procedure.write({"name": "Друго име"}),
            lambda: procedure.write({"step_ids": [Command.delete(step.id)]}),
            lambda: step.write({"term_amount": 9}),
            step.unlink,
            lambda: step.create({"procedure_id": procedure.id, "name": "Още една", "function": "lawyer"}),
            procedure.unlink,
        ):
            with self.assertRaisesRegex(UserError, "New version"):
                attempt()
        for vals in ({"state": "draft"}, {"version": 9}, {"digest": "x"}):
            with self.assertRaises(AccessError):
                procedure.write(vals)

    def test_published_version_is_not_changed_in_sql(self):
        step = self.certificate_procedure.step_ids[0]
        statements = (
            ("UPDATE oa_procedure SET name = 'x' WHERE id = %s", self.certificate_procedure.id),
            ("UPDATE oa_procedure SET state = 'draft' WHERE id = %s", self.certificate_procedure.id),
            ("UPDATE oa_procedure_step SET function = 'author' WHERE id = %s", step.id),
            ("DELETE FROM oa_procedure_step WHERE id = %s", step.id),
            ("UPDATE oa_procedure_term SET amount = 99 WHERE id = %s", self.certificate_procedure.term_ids[0].id),
        )
        for statement, record_id in statements:
            with self.subTest(statement), self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self.env.cr.execute(statement, [record_id])

    def test_new_version_is_a_draft_that_begins_as_a_copy(self):
        draft = self.draft_of(self.certificate_procedure)

        self.assertEqual((draft.state, draft.version, draft.lineage), ("draft", 2, self.certificate_procedure.lineage))
        self.assertEqual(draft.step_ids.mapped("name"), self.certificate_procedure.step_ids.mapped("name"))
        self.assertEqual(self.draft_of(self.certificate_procedure), draft, "one draft at a time")

    def test_running_document_keeps_its_version_and_the_next_one_gets_the_new(self):
        running = self.submit()
        draft = self.draft_of(self.certificate_procedure)
        draft.write({"step_ids": [Command.delete(draft.step_ids[0].id)]})
        draft._publish()

        later = self.submit()

        self.assertEqual(self.certificate_procedure.state, "retired")
        self.assertEqual((running.route_id.procedure_version, running.waiting_for_id), (1, self.director))
        self.assertEqual((later.route_id.procedure_version, later.waiting_for_id), (2, self.lawyer))
        self.as_(self.director, running.route_id.step_ids[0]).action_return("Липсва основание.")
        self.submit(running)
        self.assertEqual(running.route_id.procedure_version, 1, "also in its next round")

    def test_draft_of_the_author_begins_by_the_version_of_that_day(self):
        own = self.draft()
        draft = self.draft_of(own.procedure_id)
        draft._publish()

        self.submit(own)

        self.assertEqual(own.procedure_id, draft)

    def test_unpublished_procedure_starts_nothing(self):
        procedure = self.as_(self.administrator, self.env["oa.procedure"]).create(
            {
                "name": "Нова",
                "company_id": self.company.id,
                "step_ids": [Command.create({"name": "Подпис", "act": "sign", "function": "author"})],
            }
        )
        memo = self.write_memo()
        memo.procedure_id = procedure

        with self.assertRaisesRegex(UserError, "not published"):
            self.as_(self.expert, memo).action_submit()

    def test_two_versions_are_compared_in_words(self):
        draft = self.draft_of(self.certificate_procedure)
        draft.step_ids[0].term_amount = 3
        draft.write(
            {"legal_ground": "чл. 1", "step_ids": [Command.create({"name": "Още един поглед", "function": "governor", "sequence": 5})]}
        )
        draft.step_ids.filtered(lambda step: step.act == "dispatch").unlink()

        for words in ("Още един поглед", "Изпращане от деловодството", "чл. 1", "Added", "Removed", "Changed"):
            self.assertIn(words, draft.differences)
        self.assertNotIn("Подписване от областния управител", draft.differences)

    def test_expert_makes_no_version(self):
        for attempt in ("action_new_version", "action_publish"):
            with self.assertRaises(AccessError):
                getattr(self.as_(self.expert, self.certificate_procedure), attempt)()

    def test_drawing_shows_who_stands_side_by_side(self):
        draft = self.draft_of(self.certificate_procedure)
        first, second = draft.step_ids[:2]
        (first | second).write({"sequence": 10, "mode": "any"})

        lines = draft.drawing

        self.assertEqual(lines[0]["place"], lines[1]["place"])
        self.assertTrue(lines[0]["place"])
        self.assertFalse(lines[2]["place"])
