import base64

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SigningCase, make_pdf


@tagged("post_install", "-at_install")
class TestChecks(SigningCase):
    def check(self, data):
        upload = self.env["oa.signature.check.upload"].with_user(self.colleague)
        action = upload.create({"data": base64.b64encode(data), "file_name": "Получен.pdf"}).action_confirm()
        return self.env["oa.signature.check"].with_user(self.colleague).browse(action["res_id"])

    def test_anybody_checks_an_uploaded_file_and_reads_who_signed(self):
        file = self.make_file()
        self.sign(file)
        self.complete()

        check = self.check(base64.b64decode(file.signed_data))

        self.assertEqual((check.outcome, check.signer_names), ("valid", self.signer.name))
        self.assertIn(self.signer.name, check.verdict)

    def test_changed_file_is_called_invalid_with_the_reason(self):
        file = self.make_file()
        self.sign(file)

        check = self.check(base64.b64decode(file.signed_data).replace(b"(Certificate)", b"(Certlficate)"))

        self.assertEqual(check.outcome, "invalid")
        self.assertIn("changed after signing", check.reasons)

    def test_file_without_signature_is_told_from_a_bad_one(self):
        check = self.check(make_pdf())

        self.assertEqual(check.outcome, "indeterminate")
        self.assertIn("no electronic signature", check.verdict)

    def test_file_of_any_kind_gets_a_verdict(self):
        self.assertIn("no electronic signature", self.check(b"text").verdict)
        self.assertIn("damaged", self.check(b"%PDF-1.7 text").reasons)

    def test_empty_upload_is_refused(self):
        with self.assertRaises(UserError):
            self.env["oa.signature.check.upload"].new({"file_name": "x.pdf"}).action_confirm()

    def test_words_about_time_and_lists_are_said_to_people(self):
        file = self.make_file()
        self.sign(file)
        report = self.check(base64.b64decode(file.signed_data)).report
        notes = ["trust_list_outdated BG", "ca_revocation_stored"]
        signature = {**report["signatures"][0], "notes": notes, "time_source": "timestamp", "is_time_qualified": True}
        check = self.env["oa.signature.check"].new({"report": {**report, "signatures": [signature]}, "outcome": "valid"})

        self.assertIn("proved by a qualified timestamp", check.verdict)
        self.assertIn("The trusted list of BG is out of date", check.verdict)
        self.assertIn("nobody was asked whether the certificate of the issuer", check.verdict)
