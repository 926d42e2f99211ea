import psycopg2
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DocflowCase


@tagged("post_install", "-at_install")
class TestDocumentResolution(DocflowCase):
    def test_registered_application_waits_for_the_governor(self):
        document = self.register(self.receive())

        self.assertEqual((document.waiting_for_id, document.waiting_act), (self.governor, "resolve"))
        self.assertEqual(len(self.activities_of(self.governor, document)), 1)

    def test_having_had_the_turn_is_not_following(self):
        document = self.register(self.receive())

        self.assertNotIn(self.governor.partner_id, document.message_partner_ids)

    def test_only_the_governor_resolves(self):
        document = self.register(self.receive())

        for person in (self.clerk, self.secretary):
            with self.assertRaisesRegex(UserError, self.governor.name):
                self.as_(person, document).action_resolve()

    def test_wizard_of_the_wrong_person_is_refused(self):
        document = self.register(self.receive())

        wizard = self.as_(self.secretary, self.env["oa.document.resolve"]).create(
            {
                "document_ids": document.ids,
                "text": "За изпълнение.",
                "responsible_id": self.director.id,
            }
        )
        with self.assertRaisesRegex(UserError, self.governor.name):
            wizard.action_confirm()

    def test_resolution_becomes_a_task_with_the_term(self):
        document = self.register(self.receive())

        task = self.resolve(document)

        self.assertEqual(document.state, "assigned")
        self.assertEqual((task.responsible_id, task.assigner_id, task.due_on), (self.director, self.governor, document.due_on))
        self.assertEqual(document.waiting_for_id, self.director)

    def test_resolving_twice_is_refused(self):
        document = self.register(self.receive())
        self.resolve(document)

        with self.assertRaisesRegex(UserError, self.director.name):
            self.resolve(document)

    def test_several_documents_are_resolved_at_once(self):
        documents = self.register(self.receive(3))

        wizard = self.as_(self.governor, self.env["oa.document.resolve"]).with_context(active_model="oa.document", active_ids=documents.ids)
        wizard = wizard.create({"text": "За изпълнение.", "responsible_id": self.director.id})
        wizard.action_confirm()

        self.assertEqual(set(documents.mapped("state")), {"assigned"})
        self.assertEqual(len(documents.task_ids), 3)

    def test_resolution_is_a_fact(self):
        task = self.make_task()
        resolution = task.resolution_id.sudo()

        with self.assertRaises(AccessError):
            resolution.write({"text": "друго"})
        with self.assertRaises(AccessError):
            resolution.unlink()
        with self.assertRaises(AccessError):
            self.as_(self.governor, self.env["oa.resolution"]).create({"document_id": task.document_id.id})
        self.env.flush_all()
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
            self.env.cr.execute("UPDATE oa_resolution SET text = 'x' WHERE id = %s", [resolution.id])

    def test_executor_sees_the_document_and_its_case(self):
        document = self.register(self.receive())
        self.assertFalse(self.as_(self.expert, document).has_access("read"))

        self.resolve(document, self.expert)

        self.assertTrue(self.as_(self.expert, document).has_access("read"))
        self.assertTrue(self.as_(self.expert, document.case_id).has_access("read"))

    def test_memo_goes_to_the_governor_after_its_signature(self):
        memo = self.write_memo()

        self.assertEqual(self.memo_procedure.resolver_function, "governor")
        self.assertFalse(memo._is_for_resolution())
