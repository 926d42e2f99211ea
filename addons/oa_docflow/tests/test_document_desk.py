from unittest.mock import patch

from odoo.tests import tagged

from ..models import oa_document_desk
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

    def test_tiles_count_what_waits_and_what_is_late_and_say_when_there_is_more(self):
        late, later = self.make_task(), self.make_task()
        self.env.flush_all()
        self.env.cr.execute("UPDATE oa_task SET waiting_until = '2020-01-02' WHERE id = %s", [late.id])

        def count():
            tiles = self.as_(self.director, self.env["oa.document"]).get_desk_counts()
            return next((tile["count"], tile["late"], tile["has_more"]) for tile in tiles if tile["act"] == "execute")

        self.assertEqual(count(), (2, 1, False))
        with patch.object(oa_document_desk, "COUNT_LIMIT", 1):
            self.assertEqual(count(), (1, 1, True))
        self.as_(self.director, later).action_accept()
        self.assertEqual(count()[0], 2, "the work still waits for the executor")
