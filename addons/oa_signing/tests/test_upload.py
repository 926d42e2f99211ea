import base64
from io import BytesIO

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from pypdf import PdfWriter

from ..core.specs import SignatureSpec, SignerIdentity
from .common import SigningCase, make_pdf


@tagged("post_install", "-at_install")
class TestUpload(SigningCase):
    """Another program signs the file that was given out; here our own core plays that program."""

    def setUp(self):
        super().setUp()
        self.card = self.give_card(self.signer)
        self.documents = self.env["oa.signing.ports"]._get_documents()

    def begin(self, records):
        action = records.action_sign()
        return self.env["oa.signature.request"].with_user(records.env.user).browse(action["params"]["request_id"])

    def sign_outside(self, data, card=None):
        card = card or self.card
        prepared = self.documents.prepare(data, SignatureSpec(), SignerIdentity(card.certificate))
        return self.documents.finish(data, prepared.state, card.sign(prepared.to_be_signed.octets)).data

    def give_out(self, request):
        return request.line_ids[0]._give_out()[1]

    def upload(self, request, data):
        return request.action_upload("подписан.pdf", base64.b64encode(data).decode())["lines"][0]

    def assert_refused(self, sentence, request, data):
        with self.assertRaisesRegex(UserError, sentence):
            self.upload(request, data)
        line = request.line_ids.sudo()
        self.assertFalse(line.signature_id)
        self.assertFalse(line._get_record().sudo().signed_data)

    def test_file_signed_outside_is_taken_and_completed(self):
        file = self.make_file()
        request = self.begin(file)
        signed = self.sign_outside(self.give_out(request))

        line = self.upload(request, signed)
        self.complete()

        self.assertEqual((line["state"], request.state, request.way), ("signed", "done", "upload"))
        self.assertEqual(base64.b64decode(file.signed_data)[: len(signed)], signed)
        self.assertEqual((file.signature_ids.level, file.signature_ids.verdict), ("B-LT", "valid"))
        self.assertEqual(file.signature_ids.signer_name, self.signer.name)

    def test_second_signature_outside_goes_over_the_first(self):
        file = self.make_file(signers=[self.second_signer])
        self.sign(file)
        request = self.begin(file.with_user(self.second_signer))

        self.upload(request, self.sign_outside(self.give_out(request), self.give_card(self.second_signer)))

        self.assertEqual(set(file.signature_ids.mapped("signer_name")), {self.signer.name, self.second_signer.name})

    def test_several_files_are_recognised_by_their_content(self):
        files = self.make_file(name="Първи.pdf") | self.make_file(name="Втори.pdf", data=make_pdf("second"))
        request = self.begin(files)

        for line in reversed(request.line_ids):
            self.upload(request, self.sign_outside(line._give_out()[1]))

        self.assertEqual(request.line_ids.mapped("state"), ["signed", "signed"])

    def test_file_that_was_saved_anew_is_refused(self):
        request = self.begin(self.make_file())
        writer = PdfWriter(clone_from=BytesIO(self.give_out(request)))
        buffer = BytesIO()
        writer.write(buffer)

        self.assert_refused("its beginning differs", request, self.sign_outside(buffer.getvalue()))

    def test_another_file_is_refused(self):
        request = self.begin(self.make_file())

        self.assert_refused("its beginning differs", request, self.sign_outside(make_pdf("another")))

    def test_page_slipped_in_before_signing_is_refused(self):
        request = self.begin(self.make_file())
        writer = PdfWriter(BytesIO(self.give_out(request)), incremental=True)
        writer.add_blank_page(200, 200)
        buffer = BytesIO()
        writer.write(buffer)
        changed = buffer.getvalue()
        self.assertTrue(changed.startswith(self.give_out(request)))

        self.assert_refused("Besides the signature something else was added", request, self.sign_outside(changed))

    def test_file_without_a_signature_is_refused(self):
        request = self.begin(self.make_file())

        self.assert_refused("without a new signature", request, self.give_out(request))

    def test_signature_of_another_person_is_refused_by_name(self):
        request = self.begin(self.make_file())

        self.assert_refused("is of Мая Йорданова", request, self.sign_outside(self.give_out(request), self.give_card(self.second_signer)))

    def test_two_new_signatures_are_refused(self):
        request = self.begin(self.make_file())
        once = self.sign_outside(self.give_out(request))

        self.assert_refused("several new signatures", request, self.sign_outside(once, self.give_card(self.second_signer)))

    def test_broken_signature_is_refused_with_its_reason(self):
        request = self.begin(self.make_file())
        signed = bytearray(self.sign_outside(self.give_out(request)))
        place = signed.index(b"/Contents <") + 4000
        signed[place : place + 2] = b"00" if signed[place : place + 2] != b"00" else b"11"

        self.assert_refused("not valid, so nothing was stored", request, bytes(signed))

    def test_signature_that_nobody_vouches_for_is_refused(self):
        request = self.begin(self.make_file())
        stranger = type(self.card)(type(self.authority)(), self.signer.name, f"PNOBG-{self.signer.id:010}")

        self.assert_refused("not among the trusted", request, self.sign_outside(self.give_out(request), stranger))

    def test_document_that_changed_meanwhile_is_neither_given_out_nor_taken(self):
        file = self.make_file()
        request = self.begin(file)
        signed = self.sign_outside(self.give_out(request))
        file.data = base64.b64encode(make_pdf("new text"))

        with self.assertRaisesRegex(UserError, "changed in the meantime"):
            self.give_out(request)
        self.assert_refused("changed in the meantime", request, signed)

    def test_file_is_taken_once(self):
        request = self.begin(self.make_file())
        signed = self.sign_outside(self.give_out(request))
        self.upload(request, signed)

        with self.assertRaises(UserError):
            self.upload(request, signed)
        self.assertEqual(len(request.line_ids.signature_id), 1)

    def test_stranger_gets_no_file_and_brings_none(self):
        request = self.begin(self.make_file())
        data = self.give_out(request)

        with self.assertRaises(AccessError):
            self.give_out(request.with_user(self.second_signer))
        with self.assertRaises(AccessError):
            self.upload(request.with_user(self.second_signer), self.sign_outside(data))

    def test_closed_way_is_closed_on_the_server(self):
        request = self.begin(self.make_file())
        data = self.sign_outside(self.give_out(request))
        self.env["ir.config_parameter"].set_param("oa_signing.way_upload", "False")

        self.assert_refused("closed this way", request, data)
        self.assertNotIn("upload", request.get_dialog_data()["ways"])


@tagged("post_install", "-at_install")
class TestGivingOut(SigningCase, HttpCase):
    def test_file_is_given_out_to_its_signer_only(self):
        file = self.make_file()
        request = self.env["oa.signature.request"].browse(file.action_sign()["params"]["request_id"])
        self.env.flush_all()
        url = f"/oa/signing/lines/{request.line_ids.id}/file"

        self.authenticate(self.signer.login, self.signer.login)
        self.assertEqual(self.url_open(url).content, base64.b64decode(file.data))
        self.authenticate(self.second_signer.login, self.second_signer.login)
        self.assertNotIn(b"%PDF", self.url_open(url).content)
