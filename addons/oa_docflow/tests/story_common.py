"""What the people of a story press, and what its end has to show."""

from .common import DocflowCase


class StoryCase(DocflowCase):
    """A document from registration to dispatch and closing; each act by the person whose it is."""

    def draft_under(self, task, kind_name, **vals):
        """The expert takes the task and writes the document that this procedure asks for."""
        self.as_(self.expert, task).action_accept()
        action = self.as_(self.expert, task).action_draft_reply()
        if action["res_model"] != "oa.document":
            procedure = self.procedures.filtered(lambda procedure: procedure.name == kind_name)
            wizard = self.as_(self.expert, self.env[action["res_model"]]).create({"task_id": task.id, "procedure_id": procedure.id})
            action = wizard.action_confirm()
        draft = self.as_(self.expert, self.env["oa.document"]).browse(action["res_id"])
        draft.write(vals)
        return draft

    def sign(self, user, document, token=None):
        self.env["oa.register.entry"]._allot_pending()
        names = [token] if token else []
        self.as_(user, document)._sign_with_pin(self.read_pin(*names))

    def give_opinion(self, user, document, opinion, comment):
        wizard = self.as_(user, self.env["oa.document.opinion"]).create(
            {"document_id": document.id, "opinion": opinion, "comment": comment}
        )
        wizard.action_confirm()

    def report_and_accept(self, document, *people):
        """Each executor reports to whoever gave the task, from the last one up."""
        for task in document.sudo().task_ids.sorted("id", reverse=True):
            executor, assigner = task.responsible_id, task.assigner_id
            self.assertIn(executor, people)
            result = self.as_(executor, self.env["oa.task.report"]).create({"task_id": task.id, "document_id": task.document_id.id})
            result.action_confirm()
            self.as_(assigner, task).action_confirm_report()
            self.assertEqual(task.state, "confirmed")

    def close(self, case):
        self.as_(self.clerk, case).action_close()
        self.assertEqual((case.state, set(case.sudo().document_ids.mapped("state"))), ("closed", {"closed"}))
        self.assertFalse(self.env["mail.activity"].search([("res_model", "=", "oa.document"), ("res_id", "in", case.document_ids.ids)]))

    def assert_acts(self, document, *acts):
        """The chain of acts says this, in this order, and nothing in it has been altered."""
        records = self.env["oa.step.record"]
        self.assertEqual(tuple(document.sudo().act_ids.sorted("position").mapped("act")), acts)
        self.assertIsNone(records._verify())
        self.assertEqual(self.as_(self.clerk, records).action_verify()["params"]["type"], "success")
        # Verification that finds nothing in an altered chain proves nothing.
        first = document.sudo().act_ids.sorted("position")[0]
        with self.env.cr.savepoint() as savepoint:
            self.env.cr.execute("ALTER TABLE oa_step_record DISABLE TRIGGER USER")
            self.env.cr.execute("UPDATE oa_step_record SET comment = 'друго' WHERE id = %s", [first.id])
            self.assertTrue(records._verify())
            savepoint.rollback()
        self.assertIsNone(records._verify())
