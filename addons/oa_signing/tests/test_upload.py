import base64
import hashlib
import subprocess
import tempfile
from io import BytesIO
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from pypdf import PdfWriter

from ..core.specs import SignatureFormat, SignatureSpec, SignerIdentity
from .common import SigningCase, make_pdf


class UploadCase(SigningCase):
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


@tagged("post_install", "-at_install")
class TestUpload(UploadCase):
    """Another program signs the file that was given out; here our own core plays that program."""

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

    def test_signature_without_a_timestamp_says_that_it_has_none_yet_and_gets_one(self):
        file = self.make_file()
        request = self.begin(file)
        self.timestamps.is_down = True
        try:
            signed = self.sign_outside(self.give_out(request))
        finally:
            self.timestamps.is_down = False

        line = self.upload(request, signed)

        self.assertEqual((line["state"], line["level"]), ("signed", "B-B"))
        self.assertIn("without a proof of time", line["message"])
        self.assertNotIn("does not answer", line["message"])
        self.complete()
        self.assertEqual((file.signature_ids.state, file.signature_ids.verdict), ("complete", "valid"))
        self.assertTrue(file.signature_ids.timestamp_at)

    def test_only_files_that_would_be_taken_back_are_offered(self):
        writer = PdfWriter(clone_from=BytesIO(make_pdf()))
        writer.add_js("app.alert(1)")
        active = BytesIO()
        writer.write(active)
        good, bad = self.make_file(), self.make_file(name="Формуляр.pdf", data=active.getvalue())
        beside = self.make_file(name="данни.bin", data=b"any bytes")
        boxed = self.make_file(name="кутия.bin", data=b"other bytes")
        request = self.begin(good | bad | beside | boxed)
        lines = {line.res_id: line for line in request.line_ids.sudo()}
        # A record that says its format, and the file that changed after it was shown.
        lines[boxed.id].write({"format": "asic_cades", "format_codes": "asic_cades"})

        offers = request.get_upload_offers()

        self.assertEqual((offers[lines[good.id].id], offers[lines[beside.id].id]), ("", ""))
        self.assertIn("JavaScript", offers[lines[bad.id].id])
        self.assertIn("only", offers[lines[boxed.id].id])
        good.data = base64.b64encode(make_pdf("changed"))
        self.assertIn("changed in the meantime", request.get_upload_offers()[lines[good.id].id])
        with self.assertRaises(AccessError):
            request.with_user(self.second_signer).get_upload_offers()

    def test_format_that_the_document_does_not_have_is_not_taken_back(self):
        request = self.begin(self.make_file())
        request.line_ids.sudo().write({"format": "cades", "format_codes": "cades"})

        self.assert_refused("signed as .* only", request, self.sign_outside(self.give_out(request)))

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
class TestUploadBeside(UploadCase):
    """openssl signs beside the file (.p7s), as a program that is not ours does."""

    def sign_beside(self, data, card=None, *options):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        card = card or self.card
        self._write_card(card, folder)
        (folder / "file").write_bytes(data)
        words = [
            "-sign",
            "-cades",
            "-binary",
            "-outform",
            "DER",
            "-signer",
            "card.pem",
            "-inkey",
            "card.key",
            "-in",
            "file",
            "-out",
            "file.p7s",
        ]
        subprocess.run(["openssl", "cms", *words, *options], cwd=folder, check=True, capture_output=True)
        return (folder / "file.p7s").read_bytes()

    def _write_card(self, card, folder):
        key = card._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "card.key").write_bytes(key)
        (folder / "card.pem").write_text(self.env["oa.certificate"]._to_pem([card.certificate]))

    def assert_taken(self, file, request, data, signed):
        line = self.upload(request, signed)
        self.assertEqual((line["state"], request.state, request.way), ("signed", "done", "upload"))
        signature = file.signature_ids
        self.assertEqual((signature.format, signature.signer_name), ("cades", self.signer.name))
        self.assertEqual(signature.payload_digest, hashlib.sha256(data).hexdigest())

    def test_signature_beside_the_file_is_taken_and_completed(self):
        for name, data, curve in (
            ("Заповед.pdf", make_pdf(), None),
            ("Писмо.txt", "Приложение".encode(), None),
            ("Карта.pdf", make_pdf("curve"), SECP256R1()),
        ):
            with self.subTest(name=name):
                file = self.make_file(name=name, data=data)
                request = self.begin(file)
                card = self.give_card(self.signer, curve)

                self.assert_taken(file, request, data, self.sign_beside(self.give_out(request), card))
                self.complete()

                self.assertEqual((file.signature_ids.level, file.signature_ids.verdict), ("B-T", "valid"))
                self.assertFalse(file.signed_data)

    def test_signature_of_our_own_core_in_another_place_is_taken(self):
        file = self.make_file()
        request = self.begin(file)
        data = self.give_out(request)
        prepared = self.documents.prepare(data, SignatureSpec(SignatureFormat.CADES), SignerIdentity(self.card.certificate))

        signed = self.documents.finish(data, prepared.state, self.card.sign(prepared.to_be_signed.octets)).data

        self.assert_taken(file, request, data, signed)

    def test_signatures_beside_several_files_find_theirs(self):
        files = self.make_file(name="Първи.pdf") | self.make_file(name="Втори.pdf", data=make_pdf("second"))
        request = self.begin(files)

        for line in reversed(request.line_ids):
            self.upload(request, self.sign_beside(line._give_out()[1]))
            self.assertEqual(line.state, "signed")

        self.assertEqual(request.state, "done")

    def test_signature_over_other_bytes_is_refused(self):
        request = self.begin(self.make_file())

        for other in (make_pdf("another"), self.give_out(request) + b"\n"):
            self.assert_refused("over other bytes than the file that was given out", request, self.sign_beside(other))

    def test_signature_beside_by_another_person_is_refused_by_name(self):
        request = self.begin(self.make_file())

        signed = self.sign_beside(self.give_out(request), self.give_card(self.second_signer))

        self.assert_refused("is of Мая Йорданова", request, signed)

    def test_signature_beside_that_nobody_vouches_for_is_refused(self):
        request = self.begin(self.make_file())
        stranger = type(self.card)(type(self.authority)(), self.signer.name, f"PNOBG-{self.signer.id:010}")

        self.assert_refused("not among the trusted", request, self.sign_beside(self.give_out(request), stranger))

    def test_weak_digest_is_refused_by_its_name(self):
        request = self.begin(self.make_file())

        for algorithm in ("sha1", "md5"):
            with self.subTest(algorithm=algorithm):
                signed = self.sign_beside(self.give_out(request), None, "-md", algorithm)
                self.assert_refused("algorithm that is not safe any more", request, signed)

    def test_signature_that_carries_its_file_is_refused(self):
        request = self.begin(self.make_file())

        self.assert_refused("carries a file of its own", request, self.sign_beside(self.give_out(request), None, "-nodetach"))

    def test_several_signatures_in_one_are_refused(self):
        request = self.begin(self.make_file())
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self._write_card(self.give_card(self.second_signer), folder)
        second = ("-signer", str(folder / "card.pem"), "-inkey", str(folder / "card.key"))

        self.assert_refused("several new signatures", request, self.sign_beside(self.give_out(request), None, *second))

    def test_what_is_no_signature_is_refused(self):
        request = self.begin(self.make_file())
        signed = self.sign_beside(self.give_out(request))

        neither = "neither a signed PDF nor a signature beside a file"
        for data in (b"text", b"PK\x03\x04", self.card.certificate, b"0"):
            self.assert_refused(neither, request, data)
        for data in (signed[:-100], signed + b"0", signed[:60] + b"\xff" * 40 + signed[100:]):
            self.assert_refused("damaged", request, data)

    def test_broken_signature_beside_is_refused_with_its_reason(self):
        request = self.begin(self.make_file())
        signed = bytearray(self.sign_beside(self.give_out(request)))
        signed[-10] ^= 1

        self.assert_refused("not valid, so nothing was stored.*does not fit", request, bytes(signed))


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
