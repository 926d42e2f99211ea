import base64
import datetime
import itertools
import tempfile
from pathlib import Path

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..core import raw_signatures
from .common import SigningCase, make_pdf


def encode(data):
    return base64.b64encode(data).decode()


@tagged("post_install", "-at_install")
class TestLocalSigning(SigningCase):
    """The browser brings a certificate and signatures of the person's own card; here the test is the browser."""

    def setUp(self):
        super().setUp()
        self.card = self.give_card(self.signer)

    def begin(self, records):
        action = records.action_sign()
        return self.env["oa.signature.request"].with_user(records.env.user).browse(action["params"]["request_id"])

    def prepare(self, request, card=None):
        return request.action_prepare_local([encode((card or self.card).certificate)])["job"]

    def sign_job(self, job, card=None):
        card = card or self.card
        sign = card.sign_digest if job["content_type"] == "digest" else card.sign
        return {line["id"]: encode(sign(base64.b64decode(line["content"]))) for line in job["lines"]}

    def test_five_documents_are_signed_with_the_own_card_at_once(self):
        files = self.env["oa.signing.file"].with_user(self.signer)
        for number in range(5):
            files |= self.make_file(name=f"Писмо {number}.pdf", data=make_pdf(f"letter {number}"))
        request = self.begin(files)
        logins = self.tokens.logins

        data = request.action_finish_local(self.sign_job(self.prepare(request)))

        self.assertEqual([line["state"] for line in data["lines"]], ["signed"] * 5)
        self.assertEqual(files.signature_ids.certificate_id.pem, self.env["oa.certificate"]._to_pem([self.card.certificate]))
        self.assertEqual((request.state, self.tokens.logins), ("done", logins))

    def test_signed_file_is_completed_and_valid(self):
        file = self.make_file()
        request = self.begin(file)
        request.action_finish_local(self.sign_job(self.prepare(request)))

        self.complete()

        self.assertEqual((file.signature_ids.level, file.signature_ids.verdict), ("B-LT", "valid"))

    def test_elliptic_card_may_answer_in_either_spelling(self):
        for curve, has_proof in itertools.product((ec.SECP256R1(), ec.SECP384R1()), (False, True)):
            if has_proof:
                self.set_proof()
            card = self.give_card(self.signer, curve)
            for spell in (lambda certificate, signature: signature, self.spell_side_by_side):
                with self.subTest(curve=curve.name, has_proof=has_proof, spell=spell):
                    file = self.make_file()
                    request = self.begin(file)
                    signatures = self.sign_job(self.prepare(request, card), card)
                    signatures = {line: encode(spell(card.certificate, base64.b64decode(text))) for line, text in signatures.items()}

                    request.action_finish_local(signatures)

                    self.assertEqual((request.line_ids.state, request.state), ("signed", "done"))
                    verdict = self.documents.validate(base64.b64decode(file.signed_data))
                    self.assertEqual(verdict.outcome, "valid")

    def test_elliptic_signature_of_another_length_gets_into_no_file(self):
        card = self.give_card(self.signer, ec.SECP256R1())
        request = self.begin(self.make_file())
        job = self.prepare(request, card)
        ((line, text),) = self.sign_job(job, card).items()
        short = self.spell_side_by_side(card.certificate, base64.b64decode(text))[:-1]

        request.action_finish_local({line: encode(short)})

        self.assertEqual(request.line_ids.state, "failed")
        self.assertFalse(request.line_ids.signature_id)

    def spell_side_by_side(self, certificate, signature):
        return raw_signatures.to_side_by_side(signature, asn1_x509.Certificate.load(certificate))

    def test_certificate_of_another_person_is_refused_by_name(self):
        request = self.begin(self.make_file())

        with self.assertRaisesRegex(UserError, "is of Мая Йорданова and is not linked to you"):
            self.prepare(request, self.give_card(self.second_signer))

    def test_certificate_that_nobody_knows_is_refused(self):
        request = self.begin(self.make_file())
        self.signer.signing_key_ids.certificate_id.user_id = False

        with self.assertRaisesRegex(UserError, "not linked to you"):
            self.prepare(request)

    def test_untrusted_certificate_with_the_right_number_is_refused(self):
        request = self.begin(self.make_file())
        forged = type(self.authority)()
        card = type(self.card)(forged, self.signer.name, f"PNOBG-{self.signer.id:010}")

        with self.assertRaisesRegex(UserError, "issuer of the certificate is not among the trusted"):
            self.prepare(request, card)

    def test_signature_by_another_key_gets_into_no_file(self):
        first, second = self.make_file(name="Първи.pdf"), self.make_file(name="Втори.pdf", data=make_pdf("second"))
        request = self.begin(first | second)
        job = self.prepare(request)
        signatures = self.sign_job(job)
        signatures[job["lines"][0]["id"]] = self.sign_job(job, self.give_card(self.second_signer))[job["lines"][0]["id"]]

        lines = request.action_finish_local(signatures)["lines"]

        self.assertEqual([line["state"] for line in lines], ["failed", "signed"])
        self.assertFalse(first.signed_data)

    def test_signature_of_one_document_is_not_put_into_another(self):
        files = self.make_file(name="Първи.pdf") | self.make_file(name="Втори.pdf", data=make_pdf("second"))
        request = self.begin(files)
        signatures = self.sign_job(self.prepare(request))
        one, two = signatures

        lines = request.action_finish_local({one: signatures[two], two: signatures[one]})["lines"]

        self.assertEqual({line["state"] for line in lines}, {"failed"})

    def test_cancelled_card_leaves_the_documents_ready(self):
        request = self.begin(self.make_file())
        self.prepare(request)

        self.assertEqual(request.line_ids.state, "prepared")
        self.assertEqual(request.action_finish_local({})["lines"][0]["state"], "prepared")
        request.action_finish_local(self.sign_job(self.prepare(request)))
        self.assertEqual(request.line_ids.state, "signed")

    def test_documents_prepared_for_the_card_are_not_signed_by_the_server_key(self):
        request = self.begin(self.make_file())
        self.prepare(request)

        with self.assertRaisesRegex(UserError, "another way of signing"):
            request.action_sign_with_pin("123456")

    def test_stranger_neither_prepares_nor_finishes(self):
        request = self.begin(self.make_file())
        signatures = self.sign_job(self.prepare(request))
        stranger = request.with_user(self.second_signer)

        with self.assertRaises(AccessError):
            stranger.action_prepare_local([encode(self.card.certificate)])
        with self.assertRaises(AccessError):
            stranger.action_finish_local(signatures)

    def test_answers_that_are_no_answers_are_refused(self):
        request = self.begin(self.make_file())

        for chain in ([], "", ["не"], [encode(b"x" * 20000)], [encode(b"no certificate")], [""]):
            with self.subTest(chain=chain), self.assertRaises(UserError):
                request.action_prepare_local(chain)
        job = self.prepare(request)
        for signature in ("", "не", encode(b"x" * 5000)):
            with self.subTest(signature=signature), self.assertRaises(UserError):
                request.action_finish_local({job["lines"][0]["id"]: signature})

    def test_person_without_a_key_on_the_server_signs_with_the_card(self):
        self.signer.signing_key_ids.with_user(self.administrator).action_retire()
        request = self.begin(self.make_file())

        self.assertEqual(request.get_dialog_data()["way"], "local")
        request.action_finish_local(self.sign_job(self.prepare(request)))
        self.assertEqual(request.line_ids.state, "signed")

    def test_last_way_is_remembered(self):
        request = self.begin(self.make_file())
        self.assertEqual(request.get_dialog_data()["way"], "token")

        self.prepare(request)

        self.assertEqual(self.begin(self.make_file()).get_dialog_data()["way"], "local")

    def test_server_proves_what_it_asks_for(self):
        key, certificate = self.set_proof()
        request = self.begin(self.make_file())

        job = self.prepare(request)

        self.assertEqual(job["content_type"], "digest")
        content = base64.b64decode(job["lines"][0]["content"])
        digest = hashes.Hash(hashes.SHA256())
        digest.update(content)
        key.public_key().verify(base64.b64decode(job["proofs"][0]), digest.finalize(), padding.PKCS1v15(), hashes.SHA256())
        self.assertEqual(base64.b64decode(job["proof_certificate"]), certificate.public_bytes(serialization.Encoding.DER))
        request.action_finish_local(self.sign_job(job))
        self.assertEqual(request.line_ids.state, "signed")

    def test_proof_that_cannot_be_read_is_a_sentence_without_the_path(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("oa_signing.proof_key_file", "/nowhere/secret.pem")
        parameters.set_param("oa_signing.proof_certificate_file", "/nowhere/certificate.pem")

        with self.assertRaisesRegex(UserError, "proves this server") as caught:
            self.prepare(self.begin(self.make_file()))
        self.assertNotIn("/nowhere", caught.exception.args[0])

    def set_proof(self):
        """Files of a proof key; the database learns their paths only."""
        key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "docs.example")])
        now = datetime.datetime.now(datetime.UTC)
        builder = x509.CertificateBuilder(name, name, key.public_key(), 7, now, now + datetime.timedelta(days=1))
        certificate = builder.sign(key, hashes.SHA256())
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        pem = serialization.Encoding.PEM
        (folder / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
        self.env["ir.config_parameter"].set_param("oa_signing.proof_key_file", str(folder / "key.pem"))
        self.env["ir.config_parameter"].set_param("oa_signing.proof_certificate_file", str(folder / "certificate.pem"))
        return key, certificate
