from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import PDF, RegistryCase


@tagged("post_install", "-at_install")
class TestJournalLogin(RegistryCase, HttpCase):
    """Who came, who left and who was not let in."""

    def setUp(self):
        super().setUp()
        self.journal = self.env["oa.journal.entry"]
        self.start = self.journal.search([], order="id desc", limit=1).id

    def read_rows(self, *actions):
        self.env.invalidate_all()
        return self.journal.search([("id", ">", self.start), ("action", "in", actions)], order="id")

    def log_in(self, login, password):
        self.authenticate(None, None)
        form = {"login": login, "password": password, "csrf_token": Request.csrf_token(self)}
        return self.url_open("/web/login", data=form)

    def test_coming_and_leaving_are_written_with_the_address(self):
        self.log_in("test.clerk", "test.clerk")
        self.url_open("/web/session/logout")

        rows = self.read_rows("login", "logout")
        self.assertEqual(rows.mapped("action"), ["login", "logout"])
        self.assertEqual((rows.user_id, set(rows.mapped("address"))), (self.clerk, {"127.0.0.1"}))
        self.assertEqual(rows[0].capacity, "Длъжност clerk")

    def test_a_wrong_password_is_written_and_never_told(self):
        with mute_logger("odoo.addons.base.models.res_users"):
            self.log_in("test.clerk", "Грешна-Тайна")

        row = self.read_rows("login_failed")
        self.assertEqual((row.res_id, row.object_name, row.company_id), (self.clerk.id, "test.clerk", self.company))
        self.assertNotEqual(row.user_id, self.clerk)
        self.assertNotIn("Тайна", str(row.read()))

    def test_an_unknown_login_is_kept_in_three_letters(self):
        with mute_logger("odoo.addons.base.models.res_users"):
            self.log_in("МоятаПарола123", "x")

        row = self.read_rows("login_failed")
        self.assertEqual(row.object_name, "Моя…")
        self.assertFalse(row.company_id)
        self.assertIn(row, self.journal.with_user(self.auditor).search([("id", "=", row.id)]))

    def test_acts_of_one_session_have_one_mark_and_repeated_reading_is_one_view(self):
        file = self.create_document(user=self.clerk)._add_file("молба.pdf", PDF, "main")
        self.authenticate("test.clerk", "test.clerk")
        for _time in range(2):
            self.url_open(f"/oa/file/{file.id}")
            self.url_open(f"/oa/file/{file.id}?download=1")
        self.authenticate("test.clerk", "test.clerk")
        self.url_open(f"/oa/file/{file.id}")

        opened, taken = self.read_rows("open_file"), self.read_rows("download")
        self.assertEqual((len(opened), len(taken)), (2, 2))
        self.assertEqual(len(set(opened.mapped("session"))), 2)
        self.assertEqual(opened[0].session, taken[0].session)
        self.assertNotIn(self.session.sid[:8], str(opened.mapped("session")))
