"""What came in signed is checked in the background; the outcome has a report."""

from asn1crypto import pem
from lxml import etree
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..adapters.dummy_lists import DummyListOperator, DummyService
from ..core.specs import DocumentVerdict
from .common import SigningCase, make_pdf


@tagged("post_install", "-at_install")
class TestCheckQueue(SigningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.record = cls.make_file(cls)
        cls.signed = cls.sign(cls, cls.record)._get_data()

    def bring(self, data, name="Писмо.pdf"):
        attachment = self.env["ir.attachment"].create({"name": name, "raw": data, "res_model": self.record._name, "res_id": self.record.id})
        self.env["oa.signature.check.queue"].with_user(self.signer)._enqueue(self.record, [(name, attachment)])
        return attachment

    def run_queue(self):
        self.run_cron("oa_signing.oa_signature_check_queue_cron")

    def list_checks(self):
        return self.env["oa.signature.check"].search([("res_model", "=", self.record._name), ("file_name", "=", "Писмо.pdf")])

    def test_signed_file_is_checked_and_leaves_the_queue(self):
        self.bring(self.signed)

        self.run_queue()

        self.assertEqual(self.list_checks().outcome, "valid")
        self.assertFalse(self.env["oa.signature.check.queue"].search([]))

    def test_file_that_cannot_be_signed_is_not_queued(self):
        self.bring(make_pdf())
        self.bring(b"text")

        self.assertFalse(self.env["oa.signature.check.queue"].search([]))

    def count_judged(self):
        """What the engine was asked so far."""
        asked = []
        judge = self.documents.validate
        self.patch(self.documents, "validate", lambda *arguments: asked.append(1) or judge(*arguments))
        return asked

    def test_same_bytes_are_not_judged_twice_under_the_same_policy_and_lists(self):
        asked = self.count_judged()
        for _time in range(2):
            self.bring(self.signed)
            self.run_queue()

        self.assertEqual((len(asked), len(self.list_checks())), (1, 2))
        first, second = self.list_checks()
        self.assertEqual((first.report, first.digest, first.list_digest), (second.report, second.digest, second.list_digest))

    def test_other_bytes_policy_or_lists_are_judged_anew(self):
        asked = self.count_judged()
        self.bring(self.signed)
        self.run_queue()
        changes = (
            ("bytes", lambda: setattr(self, "signed", self.sign(self.make_file())._get_data())),
            ("policy", lambda: self.env["ir.config_parameter"].set_param("oa_signing.revocation_policy", "soft")),
            ("lists", lambda: self.take_list(1)),
            ("version of a list", lambda: self.take_list(2)),
        )
        for name, change in changes:
            with self.subTest(name):
                before = len(asked)
                change()
                for _time in range(2):
                    self.bring(self.signed)
                    self.run_queue()

                self.assertEqual(len(asked), before + 1)

    def take_list(self, sequence):
        operator = self.operator = getattr(self, "operator", None) or DummyListOperator("BG")
        trust_list = self.env.ref("oa_signing.oa_trust_list_bg").with_user(self.administrator)
        trust_list.operator_certificates = pem.armor("CERTIFICATE", operator.certificate).decode()
        trust_list._take(operator.make_list([DummyService(self.authority.get_roots()[0].dump())], sequence=sequence), "file")

    def test_broken_file_holds_up_nobody(self):
        self.patch(self.documents, "validate", self.fail_once(self.documents.validate))
        self.bring(self.signed + b"x")
        self.bring(self.signed)

        with self.assertLogs("odoo.addons.oa_signing.models.oa_signature_check_queue", "ERROR"):
            self.run_queue()

        self.assertEqual(self.list_checks().mapped("outcome"), ["valid"])
        self.assertEqual(self.env["oa.signature.check.queue"].search([]).attempts, 1)

    def fail_once(self, judge):
        calls = []

        def validate(*arguments) -> DocumentVerdict:
            calls.append(1)
            if len(calls) == 1:
                raise ValueError("a reader broke")
            return judge(*arguments)

        return validate

    def test_check_in_the_background_was_made_by_nobody_and_names_its_policy_in_words(self):
        self.bring(self.signed)
        self.run_queue()
        check = self.list_checks()

        self.assertEqual(check.checker_name, "the program, by itself")
        self.assertRegex(check._name_policy(), r"^oa-\d+, without an answer about revocation nothing is called valid$")
        own = self.env["oa.signature.check"].with_user(self.signer)._validate("Писмо.pdf", self.signed)
        self.assertEqual(own.checker_name, self.signer.name)

    def test_report_is_for_whoever_reads_the_checked_record(self):
        self.bring(self.signed)
        self.run_queue()
        check = self.list_checks()

        root = etree.fromstring(check.with_user(self.signer)._make_xml_report())

        self.assertEqual(root.tag, "{http://uri.etsi.org/19102/v1.2.1#}ValidationReport")
        self.assertTrue(check.with_user(self.signer)._make_pdf_report().startswith(b"%PDF-"))
        with self.assertRaises(AccessError):
            check.with_user(self.second_signer)._make_xml_report()
        with self.assertRaises(AccessError):
            check.with_user(self.second_signer)._make_pdf_report()
