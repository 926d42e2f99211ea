from odoo.http import Request
from odoo.tests import HttpCase, tagged

from .common import ENCRYPTED_PDF, PDF, RegistryCase


@tagged("post_install", "-at_install")
class TestControllers(RegistryCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.document = self.create_document()

    def upload(self, *files):
        form = {"csrf_token": Request.csrf_token(self)}
        return self.url_open(f"/oa/document/{self.document.id}/files", data=form, files=[("ufile", file) for file in files]).json()

    def test_files_are_stored_and_each_bad_one_gets_its_sentence(self):
        self.authenticate("test.clerk", "test.clerk")
        outcome = self.upload(("молба.pdf", PDF), ("празен.pdf", b""), ("заключен.pdf", ENCRYPTED_PDF), ("скица.pdf", PDF))

        self.assertEqual([bool(item.get("id")) for item in outcome], [True, False, False, True])
        self.assertEqual(self.document.file_ids.mapped("role"), ["main", "attachment"])

    def test_sixty_megabytes_reach_our_sentence(self):
        self.authenticate("test.clerk", "test.clerk")
        outcome = self.upload(("голям.pdf", PDF + b"\0" * (60 * 1024 * 1024)))

        self.assertIn("50 MB", outcome[0]["error"])
        self.assertFalse(self.document.file_ids)

    def test_a_stranger_uploads_and_reads_nothing(self):
        file = self.document._add_file("молба.pdf", PDF, "main")
        self.authenticate("test.outsider", "test.outsider")

        self.assertIn("error", self.upload(("x.pdf", PDF))[0])
        self.assertEqual(self.url_open(f"/oa/file/{file.id}").status_code, 404)
        self.assertNotEqual(self.url_open(f"/web/content/{file.attachment_id.id}").content, PDF)

    def test_a_letter_is_shown_as_a_page_that_can_do_nothing(self):
        letter = b"From: a@example.com\r\nSubject: x\r\nContent-Type: text/html\r\n\r\n<p onclick='x()'>hello<script>y()</script></p>"
        mail, pdf = (self.document._add_file(name, data, "main") for name, data in (("писмо.eml", letter), ("молба.pdf", PDF)))
        self.authenticate("test.clerk", "test.clerk")
        answer = self.url_open(f"/oa/file/{mail.id}/mail")
        self.assertIn("<p>hello</p>", answer.text)
        self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])
        self.assertIn("sandbox", answer.headers["Content-Security-Policy"])
        self.assertIn("open_file", self.document.journal_ids.mapped("action"))
        self.assertEqual(self.url_open(f"/oa/file/{pdf.id}/mail").status_code, 404)
        self.authenticate("test.outsider", "test.outsider")
        self.assertEqual(self.url_open(f"/oa/file/{mail.id}/mail").status_code, 404)

    def test_reading_a_file_leaves_a_trace_with_the_address(self):
        file = self.document._add_file("молба.pdf", PDF, "main")
        self.authenticate("test.overview", "test.overview")

        for url in (f"/oa/file/{file.id}", f"/oa/file/{file.id}?download=1", f"/web/content/{file.attachment_id.id}"):
            self.assertEqual(self.url_open(url).content, PDF)

        rows = self.document.journal_ids.filtered(lambda row: row.action == "open_file")
        self.assertEqual((len(rows), rows.user_id, rows.address), (1, self.governor, "127.0.0.1"))

    def test_without_a_session_there_is_no_file(self):
        file = self.document._add_file("молба.pdf", PDF, "main")
        self.assertNotEqual(self.url_open(f"/oa/file/{file.id}").content, PDF)

    def test_the_book_is_printed(self):
        self.register(self.document)
        wizard = self.env["oa.register.print"].with_user(self.clerk).create({"register_id": self.official.id})
        self.authenticate("test.clerk", "test.clerk")

        self.assertTrue(self.url_open(wizard.action_print()["url"]).content.startswith(b"%PDF"))
