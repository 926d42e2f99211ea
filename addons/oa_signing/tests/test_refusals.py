from io import BytesIO

from freezegun import freeze_time
from odoo.exceptions import UserError
from odoo.tests import tagged
from pypdf import PdfWriter

from ..adapters.dummy import PIN
from ..adapters.token_client import TokenClient
from ..core.errors import CertificateRevokedError, TokenMissingError
from .common import SigningCase, make_pdf


@tagged("post_install", "-at_install")
class TestRefusals(SigningCase):
    """Each refusal is a sentence that says what to do, and leaves nothing behind."""

    def assert_refused(self, sentence, file=None, pin=PIN):
        file = file or self.make_file()
        with self.assertRaisesRegex(UserError, sentence):
            self.sign(file, pin)
        self.assertFalse(file.signature_ids)
        self.assertFalse(file.signed_data)

    def test_wrong_pin_says_how_many_attempts_are_left(self):
        self.assert_refused("Attempts left before the key is locked: 2", pin="000000")

    def test_third_wrong_pin_locks_the_key_until_an_administrator_unlocks_it(self):
        file = self.make_file()
        self.assert_refused("left.*: 2", file, "1")
        self.assert_refused("left.*: 1", file, "2")
        self.assert_refused("last attempt", file, "3")
        self.assert_refused("locked after too many wrong PINs", file, PIN)

        self.signer.signing_key_ids.with_user(self.administrator).action_unlock()

        self.assertTrue(self.sign(file))

    def test_empty_pin_is_asked_for(self):
        self.assert_refused("Enter the PIN", pin="")

    def test_missing_token_is_named(self):
        def miss(tokens, *_arguments):
            raise TokenMissingError(token="radostina")

        self.patch(type(self.tokens), "sign", miss)

        self.assert_refused("token with your key is not there")

    def test_stopped_service_loses_nothing(self):
        self.patch(self.registry["oa.signing.ports"], "_get_token", lambda ports: TokenClient("/nowhere/token.sock"))

        self.assert_refused("nothing was lost: try again")

    def test_revoked_certificate_does_not_sign(self):
        def refuse(documents, identity):
            raise CertificateRevokedError

        self.patch(type(self.env["oa.signing.ports"]._get_documents()), "check_certificate", refuse)

        self.assert_refused("revoked")

    def test_expired_certificate_does_not_sign(self):
        with freeze_time("2040-01-01"):
            self.assert_refused("Expired")

    def test_retired_key_does_not_sign(self):
        self.signer.signing_key_ids.with_user(self.administrator).action_retire()

        self.assert_refused("No key is linked to you")

    def test_damaged_pdf_is_refused(self):
        self.assert_refused("damaged", self.make_file(data=b"%PDF-1.7 just text"))

    def test_xml_with_a_dtd_is_refused(self):
        data = b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'
        file = self.make_file(name="a.xml", data=data)
        self.patch(self.registry["oa.signing.file"], "_get_signing_format", lambda file: "xades")

        self.assert_refused("DTD or entities", file)

    def test_protected_pdf_is_refused(self):
        self.assert_refused("password", self.make_file(data=make_pdf(password="secret")))

    def test_pdf_with_javascript_is_refused_by_name(self):
        writer = PdfWriter(clone_from=BytesIO(make_pdf()))
        writer.add_js("app.alert(1)")
        buffer = BytesIO()
        writer.write(buffer)

        self.assert_refused("JavaScript", self.make_file(data=buffer.getvalue()))
