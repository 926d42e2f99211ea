import json
import subprocess
import zipfile
from io import BytesIO
from shutil import which
from unittest import skipUnless

from odoo.exceptions import AccessError
from odoo.tests import tagged

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

    @skipUnless(which("pdftotext"), "poppler-utils is not on PATH")
    def test_slip_says_who_when_what_and_with_which_certificate(self):
        slip = self.signature.with_user(self.signer)._make_slip()

        text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=slip, capture_output=True, check=True).stdout.decode()
        words = "".join(text.split())
        certificate = self.signature.certificate_id
        for value in (self.signer.name, self.file.file_name, self.signature.payload_digest, certificate.fingerprint, "B-LT"):
            self.assertIn("".join(value.split()), words)

    def test_who_may_not_read_the_document_gets_neither(self):
        signature = self.signature.with_user(self.colleague)

        for give in (signature._make_slip, signature._make_evidence, signature.action_slip):
            with self.assertRaises(AccessError):
                give()
