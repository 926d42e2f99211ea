from odoo.tests import tagged

from .common import DocflowCase


@tagged("post_install", "-at_install")
class TestDesk(DocflowCase):
    def get_items(self, person):
        return self.as_(person, self.env["oa.document"]).get_desk_items()

    def test_desk_lists_what_waits_for_the_person_and_nobody_elses_work(self):
        document = self.register(self.receive())

        items = self.get_items(self.governor)

        self.assertEqual([(item["model"], item["id"], item["name"]) for item in items], [("oa.document", document.id, document.number)])
        self.assertFalse(self.get_items(self.director))

    def test_desk_follows_the_turn_to_the_next_person(self):
        task = self.make_task()

        self.assertFalse(self.get_items(self.governor))
        self.assertEqual([(item["model"], item["id"]) for item in self.get_items(self.director)], [("oa.task", task.id)])

    def test_desk_begins_with_the_nearest_term_and_marks_what_is_late(self):
        late, later = self.make_task(), self.make_task()
        late.sudo().document_id.flush_recordset()
        self.env.cr.execute("UPDATE oa_task SET waiting_until = '2020-01-02' WHERE id = %s", [late.id])

        items = self.get_items(self.director)

        self.assertEqual([item["id"] for item in items], [late.id, later.id])
        self.assertEqual(next((item["is_late"], item["until"]) for item in items), (True, "02.01.2020"))
