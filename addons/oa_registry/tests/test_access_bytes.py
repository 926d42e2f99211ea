from odoo.tests import HttpCase, tagged

from .common import PDF, RegistryCase


@tagged("post_install", "-at_install")
class TestAccessBytes(RegistryCase, HttpCase):
    """No way to the bytes of a document outlives the access to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.document = cls.create_document(cls, access_level="restricted")
        cls.document._add_file("тайна.pdf", PDF, "main")
        cls.register(cls, cls.document)
        cls.attachment = cls.document.sudo().file_ids.attachment_id

    def ask(self, **tokens):
        """The status of every address at which the bytes could be had."""
        query = "".join(f"?access_token={token}" for token in tokens.values())
        ways = (f"/oa/file/{self.document.file_ids.id}", f"/web/content/{self.attachment.id}", f"/web/image/{self.attachment.id}")
        return [PDF in self.url_open(way + query).content for way in ways]

    def test_whoever_sees_the_document_reads_its_bytes_and_nobody_else_does(self):
        for user, is_seen in ((self.clerk, True), (self.colleague, False), (self.outsider, False), (self.governor, False)):
            self.authenticate(user.login, user.login)
            with self.subTest(user.login):
                self.assertEqual(any(self.ask()), is_seen)

    def test_a_token_of_an_earlier_visit_opens_nothing_after_a_denial(self):
        self.document._grant(self.colleague, "задача")
        self.authenticate("test.colleague", "test.colleague")
        self.assertTrue(any(self.ask()))
        short = self.attachment.with_user(self.colleague)._get_raw_access_token()
        lasting = self.attachment.generate_access_token()[0]

        self.document._deny(self.colleague, "конфликт на интереси")

        for token in (short, lasting):
            self.assertFalse(any(self.ask(token=token)))

    def test_the_recipient_of_a_large_letter_opens_its_link_without_an_account(self):
        lasting = self.attachment.generate_access_token()[0]
        short = self.attachment._get_raw_access_token()
        self.authenticate(None, None)
        self.assertTrue(any(self.ask(token=lasting)))
        self.assertFalse(any(self.ask(token=short)))
