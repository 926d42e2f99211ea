import psycopg2
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SigningCase


@tagged("post_install", "-at_install")
class TestImmutability(SigningCase):
    def setUp(self):
        super().setUp()
        self.signature = self.sign(self.make_file())
        self.complete()
        self.kept = [self.signature.sudo(), self.signature.sudo().augmentation_ids, self.signature.sudo().check_ids]

    def test_nobody_changes_or_deletes_what_was_recorded(self):
        for rows in self.kept:
            with self.subTest(model=rows._name):
                self.assertTrue(rows)
                with self.assertRaises(UserError):
                    rows.write({"company_id": self.env.company.id})
                with self.assertRaises(UserError):
                    rows.unlink()

    @mute_logger("odoo.sql_db")
    def test_the_database_itself_refuses(self):
        self.env.flush_all()
        for rows in self.kept:
            for statement in ("UPDATE {} SET create_uid = 1", "DELETE FROM {}", "TRUNCATE {} CASCADE"):
                refused = self.assertRaises(psycopg2.errors.RestrictViolation)
                with self.subTest(model=rows._name, statement=statement), refused, self.env.cr.savepoint():
                    self.env.cr.execute(statement.format(rows._table))  # pylint: disable=sql-injection

    def test_nobody_invents_a_signature(self):
        vals = {"file_name": "x.pdf", "digest": "0", "outcome": "valid"}
        for token in (True, "1", object()):
            with self.subTest(token=token), self.assertRaises(AccessError):
                self.env["oa.signature.check"].sudo().with_context(oa_signing_create_token=token).create(vals)

    def test_signed_file_is_not_replaced_by_hand(self):
        file = self.signature._get_record().with_user(self.signer)

        with self.assertRaises(AccessError):
            file.signed_data = "AAAA"
        with self.assertRaises(UserError):
            file.data = "AAAA"
        with self.assertRaises(UserError):
            file.unlink()
