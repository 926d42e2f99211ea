import json
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from unittest import skipUnless

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..adapters.dummy import PIN
from ..core import evidence_steps
from ..core.specs import SignatureFormat
from .common import SigningCase, make_pdf


@tagged("post_install", "-at_install")
class TestEvidence(SigningCase):
    def setUp(self):
        super().setUp()
        self.data = make_pdf()
        self.file = self.make_file(data=self.data)
        self.signature = self.sign(self.file)
        self.complete()

    def test_package_holds_the_file_its_original_and_what_proves_it(self):
        package = zipfile.ZipFile(BytesIO(self.signature.with_user(self.signer)._make_evidence()))

        self.assertLessEqual(
            {"signed.pdf", "original.pdf", "slip.pdf", "report.json", "signature-1.p7s", "SHA256SUMS", "ПРОЧЕТИ-МЕ.txt"},
            set(package.namelist()),
        )
        self.assertEqual(package.read("signed.pdf"), self.file._get_signing_payload()[1])
        self.assertEqual(package.read("original.pdf"), self.data)
        report = json.loads(package.read("report.json"))
        self.assertEqual(report["check"]["outcome"], "valid")
        self.assertEqual(report["signature"]["sha256_before"], self.signature.payload_digest)

    def test_every_format_has_a_package_whose_commands_find_it_valid(self):
        formats = {"cades": "openssl", "asic_cades": "openssl", "xades": "xmlsec1", "xades_detached": "xmlsec1", "asic_xades": "xmlsec1"}
        for code, program in formats.items():
            text = b"<a><b>x</b></a>" if code == "xades" else "Приложение".encode()
            file = self.make_file(name="Приложение № 1.xml" if code == "xades" else "Приложение 1.txt", data=text)
            request = self.env["oa.signature.request"].browse(file.action_sign()["params"]["request_id"]).with_user(self.signer)
            request.action_set_format(request.get_dialog_data()["lines"][0]["id"], code)
            request.action_prepare(request.get_dialog_data()["key_id"])
            request.action_sign_with_pin(PIN)
            package = zipfile.ZipFile(BytesIO(file.signature_ids.with_user(self.signer)._make_evidence()))
            names = set(package.namelist())

            with self.subTest(format=code), TemporaryDirectory() as folder:
                self.assertLessEqual(
                    {"slip.pdf", "report.json", "signer.pem", "certificates-roots.pem", "SHA256SUMS", "ПРОЧЕТИ-МЕ.txt"}, names
                )
                package.extractall(folder)
                if not which(program) or not which("unzip"):
                    continue
                for _title, command in evidence_steps.list_steps(SignatureFormat(code)):
                    done = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True)
                    self.assertEqual(done.returncode, 0, done.stderr)
                self._assert_other_content_is_found(code, Path(folder), text)

    def _assert_other_content_is_found(self, code, folder, text):
        signed = [path for path in folder.rglob("*") if path.is_file() and (path.read_bytes() == text or path.name == "signed.xml")]
        for path in signed:
            path.write_bytes(path.read_bytes().replace(b"x</b>", b"y</b>").replace("П".encode(), "Р".encode()))
        *_unpacking, (_title, command) = evidence_steps.list_steps(SignatureFormat(code))
        done = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True)
        # Of a container with CAdES the digests are compared by eye.
        self.assertTrue(done.returncode or code == "asic_cades", done.stdout)

    def test_package_of_a_signature_that_is_not_complete_yet_has_the_root_that_is_trusted(self):
        fresh = self.sign(self.make_file(name="Днес.pdf"))

        package = zipfile.ZipFile(BytesIO(fresh.with_user(self.signer)._make_evidence()))

        self.assertIn(b"BEGIN CERTIFICATE", package.read("certificates-roots.pem"))

    @skipUnless(which("pdftotext"), "poppler-utils is not on PATH")
    def test_slip_says_who_when_what_and_with_which_certificate(self):
        slip = self.signature.with_user(self.signer)._make_slip()

        text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=slip, capture_output=True, check=True).stdout.decode()
        words = "".join(text.split())
        certificate = self.signature.certificate_id
        for value in (self.signer.name, self.file.file_name, self.signature.payload_digest, certificate.fingerprint, "B-LT"):
            self.assertIn("".join(value.split()), words)
        self.assertNotIn(certificate.identifier.removeprefix("PNOBG-"), words)

    def test_who_may_not_read_the_document_gets_neither(self):
        signature = self.signature.with_user(self.colleague)

        for give in (signature._make_slip, signature._make_evidence, signature.action_slip):
            with self.assertRaises(AccessError):
                give()
