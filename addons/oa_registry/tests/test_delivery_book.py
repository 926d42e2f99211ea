from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PDF, RegistryCase


@tagged("post_install", "-at_install")
class TestDeliveryBook(RegistryCase):
    def make_dispatches(self, *channels):
        document = self.create_document(self.reply)
        document._add_file("отговор.pdf", PDF, "main")
        self.register(document)
        model = self.env["oa.dispatch"].with_user(self.clerk)
        return model.create([{"document_id": document.id, "partner_id": self.applicant.id, "channel": channel} for channel in channels])

    def test_each_way_has_its_own_list(self):
        dispatches = self.make_dispatches("desk", "courier", "courier")
        dispatches.action_make_book()
        self.assertEqual(len(dispatches.book_id), 2)
        self.assertEqual(dispatches[1].book_id, dispatches[2].book_id)
        self.assertTrue(dispatches[0].book_id._print()[1].startswith(b"%PDF"))

    def test_handing_over_sends_every_item_once(self):
        dispatches = self.make_dispatches("courier", "courier")
        dispatches.action_make_book()
        book = dispatches.book_id
        book.action_hand_over()
        self.assertEqual((book.state, book.handed_by_id, set(dispatches.mapped("state"))), ("handed", self.clerk, {"sent"}))
        with self.assertRaises(UserError):
            book.action_hand_over()
        dispatches[0].action_deliver()
        self.assertEqual(dispatches[0].state, "delivered")

    def test_what_goes_by_email_or_stands_on_a_list_is_refused(self):
        with self.assertRaises(UserError):
            self.make_dispatches("email").action_make_book()
        dispatch = self.make_dispatches("post")
        dispatch.action_make_book()
        with self.assertRaisesRegex(UserError, "already on a list"):
            dispatch.action_make_book()

    def test_lists_are_of_clerks_and_their_state_is_not_written(self):
        dispatch = self.make_dispatches("post")
        dispatch.action_make_book()
        with self.assertRaises(AccessError):
            dispatch.book_id.write({"state": "handed"})
        with self.assertRaises(AccessError):
            dispatch.book_id.with_user(self.expert).read(["name"])
        with self.assertRaises(AccessError):
            dispatch.write({"book_id": False})
