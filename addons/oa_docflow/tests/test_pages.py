from base64 import b64encode

from odoo.fields import Date
from odoo.tests import HttpCase, tagged

from .exemption_common import ExemptionCase
from .test_document_template import change, read_shipped


@tagged("post_install", "-at_install")
class TestPages(ExemptionCase, HttpCase):
    """What is made for the browser is there, and only for whom the record is."""

    def open(self, user, path):
        self.authenticate(user.login, user.login)
        return self.url_open(path)

    def assert_pdf(self, answer):
        self.assertEqual((answer.status_code, answer.headers["Content-Type"]), (200, "application/pdf"))
        self.assertTrue(answer.content.startswith(b"%PDF"))

    def test_the_annex_and_the_share_are_printed_for_those_who_read_them(self):
        self.exempt(self.apostille, ("signing",))
        today = Date.today()
        share = f"/oa_docflow/electronic-share/{self.company.id}/{today:%Y-%m}-01/{today}"

        self.assert_pdf(self.open(self.expert, "/oa_docflow/exemptions/annex"))
        self.assert_pdf(self.open(self.secretary, share))
        self.assertEqual(self.open(self.expert, share).status_code, 403)

    def test_two_versions_are_shown_to_whoever_reads_the_document(self):
        draft = self.draft()
        draft._add_file("Писмо.docx", read_shipped(), "main")
        draft._revise("Писмо.docx", b64encode(change(read_shipped(), "С уважение", "С почит")))
        path = f"/oa_docflow/document/{draft.id}/compare"

        answer = self.open(self.expert, path)

        self.assertEqual(answer.status_code, 200)
        self.assertIn("<ins>почит,</ins>", answer.text)
        self.assertEqual(self.open(self.colleague, path).status_code, 404)
