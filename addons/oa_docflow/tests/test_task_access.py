from importlib import util

from odoo.tests import tagged
from odoo.tools import file_path

from .common import DocflowCase


@tagged("post_install", "-at_install")
class TestTaskAccess(DocflowCase):
    """Whoever has a task, and the heads above, see the free documents of its case; what is restricted is for listed persons only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The expert works in a sector of the lawyer; the letter itself belongs to no unit.
        sector = cls.env["hr.department"].create({"name": "Сектор", "company_id": cls.company.id, "parent_id": cls.head_office.id})
        sector.manager_id = cls.lawyer.with_company(cls.company).employee_id
        cls.expert.with_company(cls.company).employee_id.department_id = sector

    def sees(self, person, document):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.as_(person, document).has_access("read")

    def test_the_head_of_the_executor_follows_the_task_until_the_document_is_restricted(self):
        task = self.make_task()
        self.assertFalse(self.sees(self.lawyer, task.document_id))

        self.delegate(task)

        self.assertTrue(self.sees(self.lawyer, task.document_id))
        rows = task.document_id.get_access_facts()["rows"]
        self.assertIn("Heads above “Сектор”", [row["who"] for row in rows])
        task.document_id.sudo().access_level = "restricted"
        self.assertFalse(self.sees(self.lawyer, task.document_id))
        self.assertTrue(self.sees(self.expert, task.document_id))

    def test_the_heads_of_who_controls_or_gives_a_task_do_not_follow_it(self):
        unit = self.env["hr.department"].create({"name": "Друг отдел", "company_id": self.company.id})
        unit.manager_id = self.colleague.with_company(self.company).employee_id
        (self.secretary | self.director).with_company(self.company).employee_id.department_id = unit
        task = self.make_task()

        child = self.delegate(task, controller_id=self.secretary.id)

        self.assertFalse(child.document_id.grant_ids.filtered(lambda grant: grant.unit_id == unit and grant._get_work() == child))

    def test_a_new_head_sees_at_once_what_the_unit_works_on(self):
        task = self.make_task()
        self.delegate(task)
        self.assertFalse(self.sees(self.colleague, task.document_id))

        self.env["hr.department"].search([("name", "=", "Сектор")]).manager_id = self.colleague.with_company(self.company).employee_id

        self.assertTrue(self.sees(self.colleague, task.document_id))
        self.assertFalse(self.sees(self.lawyer, task.document_id))

    def test_what_comes_into_the_case_later_is_seen_and_what_leaves_it_is_not(self):
        task = self.make_task()
        self.delegate(task)
        later = self.register(self.receive(subject="Допълнителни документи", is_initiating=False)).sudo()
        self.assertFalse(self.sees(self.expert, later))

        later._write_system({"case_id": task.document_id.case_id.id})
        self.assertTrue(self.sees(self.expert, later))
        self.assertTrue(self.sees(self.lawyer, later))

        later._write_system({"case_id": False})
        self.assertFalse(self.sees(self.expert, later))
        self.assertFalse(self.sees(self.lawyer, later))

    def test_tasks_given_before_the_update_open_their_documents_too(self):
        task = self.make_task()
        child = self.delegate(task)
        line = task.document_id.grant_ids.filtered(lambda grant: grant._is_for_heads())
        line._withdraw("as before the update")
        self.assertFalse(self.sees(self.lawyer, task.document_id))

        spec = util.spec_from_file_location("end_heads", file_path("oa_docflow/migrations/19.0.3.0.0/end-heads.py"))
        module = util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.migrate(self.env.cr, "19.0.2.0.0")

        self.assertTrue(self.sees(self.lawyer, child.document_id))
