import psycopg2
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import RegistryCase


@tagged("post_install", "-at_install")
class TestAnnulment(RegistryCase):
    def setUp(self):
        super().setUp()
        self.document = self.create_registered()

    def _annul(self, user, reason="повторно вписан"):
        wizard = self.env["oa.document.annul"].with_user(user).create({"document_ids": self.document.ids, "reason": reason})
        wizard.action_confirm()

    def test_the_row_stays_with_person_and_reason(self):
        self._annul(self.head_registrar)

        entry = self.document.register_entry_id
        self.assertTrue(entry.is_annulled)
        self.assertEqual(self.document.state, "annulled")
        self.assertEqual((entry.annulment_ids.by_id, entry.annulment_ids.reason), (self.head_registrar, "повторно вписан"))
        self.assertIn("повторно вписан", entry.annulment_note)
        self.assertIn(entry, self.env["oa.register.entry"].search([("is_annulled", "=", True)]))
        self.assertNotIn(entry, self.env["oa.register.entry"].search([("is_annulled", "=", False)]))

    def test_the_number_is_not_given_again(self):
        self._annul(self.head_registrar)

        self.assertEqual(self.create_registered().register_entry_id.sequence, 2)

    def test_only_the_head_registrar_annuls(self):
        self.assertFalse(self.document.with_user(self.clerk).can_annul)
        self.assertTrue(self.document.with_user(self.head_registrar).can_annul)
        with self.assertRaises(AccessError):
            self._annul(self.clerk)
        with self.assertRaises(UserError):
            self.document.with_user(self.clerk)._annul("без право")

    def test_a_reason_is_obligatory(self):
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self._annul(self.head_registrar, reason=False)

    def test_a_number_is_annulled_once(self):
        self._annul(self.head_registrar)
        with self.assertRaisesRegex(UserError, "already annulled"):
            self._annul(self.head_registrar)

    def test_a_draft_has_nothing_to_annul(self):
        with self.assertRaises(UserError):
            self.create_document().with_user(self.head_registrar).action_annul()

    def test_the_book_stays_whole(self):
        self._annul(self.head_registrar)
        self.assertIsNone(self.official._verify_all()[self.official])
