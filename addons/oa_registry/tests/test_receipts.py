from unittest.mock import patch
from xml.etree import ElementTree

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PDF
from .test_dispatch import deliver, mail_server
from .test_intake_mail import IntakeCase

RECEIVED = "{http://ereg.egov.bg/segment/0009-000019}"
REFUSED = "{http://ereg.egov.bg/segment/0009-000017}"


class ReceiptCase(IntakeCase):
    def make_receipts(self):
        """The cron, twice: what takes a number is written after the commit that gave it."""
        with mail_server(deliver) as send, patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60.0):
            for _round in range(2):
                self.env["oa.document"]._cron_make_receipts()
                self.env["oa.register.entry"]._allot_pending()
        return send

    def get_receipt_file(self, document, suffix):
        return document.file_ids.filtered(lambda file: file.role == "receipt" and file.name.endswith(suffix)).sudo().attachment_id

    def read_xml(self, document):
        return ElementTree.fromstring(self.get_receipt_file(document, ".xml").raw)


@tagged("post_install", "-at_install")
class TestAcknowledgement(ReceiptCase):
    def test_the_xml_says_number_moment_code_and_person(self):
        document = self.create_registered(received_at="2026-11-20 08:00:00", received_channel="email")

        send = self.make_receipts()

        xml = self.read_xml(document)
        find = lambda path: xml.findtext("/".join(f"{{*}}{name}" for name in path.split("/")))  # noqa: E731
        index, sequence, _day = document.uri.split("-")
        self.assertEqual(xml.tag, f"{RECEIVED}ReceiptAcknowledgedMessage")
        self.assertEqual(find("DocumentURI/RegisterIndex"), str(int(index)))
        self.assertEqual(find("DocumentURI/SequenceNumber"), sequence)
        self.assertEqual(find("ReceiptTime"), "2026-11-20T10:00:00+02:00")
        self.assertEqual(find("CaseAccessIdentifier"), document.sudo().access_code)
        officer = "RegisteredBy/Officer/PersonNames/PersonNames"
        self.assertEqual(f"{find(f'{officer}/First')} {find(f'{officer}/Last')}", self.clerk.name)
        self.assertEqual(find("Applicant/RecipientGroup/Recipient/Person/Names/Last"), self.applicant.name.split()[-1])
        self.assertEqual((find("Applicant/EmailAddress"), find("TransportType")), (self.applicant.email, "0006-000002"))
        names = [part.get_filename() for part in send.call_args[0][0].iter_attachments()]
        self.assertEqual([name[-4:] for name in names], [".pdf", ".xml"])

    def test_no_machine_answers_a_receipt(self):
        self.create_registered()
        message = self.make_receipts().call_args[0][0]
        self.assertEqual((message["Auto-Submitted"], message["X-Loop"]), ("auto-generated", "registry@izpitna.example"))

    def test_by_a_setting_the_receipt_has_a_number_of_its_own(self):
        self.company.oa_receipts_registered = True
        document = self.create_registered()

        send = self.make_receipts()

        receipt = document.receipt_ids
        self.assertEqual((receipt.direction, receipt.state), ("outgoing", "registered"))
        self.assertEqual(receipt.link_ids.target_id, document)
        self.assertEqual(receipt.case_id, document.case_id)
        self.assertFalse(document.file_ids)
        self.assertTrue(self.get_receipt_file(receipt, ".pdf").raw.startswith(b"%PDF"))
        self.assertIn(document.uri, send.call_args[0][0]["Subject"])
        self.make_receipts()
        self.assertEqual(len(document.receipt_ids), 1)


@tagged("post_install", "-at_install")
class TestNonAcknowledgement(ReceiptCase):
    def refuse(self, document, *names):
        discrepancies = self.env["oa.discrepancy"].browse([self.env.ref(f"oa_registry.oa_discrepancy_{name}").id for name in names])
        wizard = self.env["oa.document.reject"].with_user(self.clerk)
        wizard.create(
            {"document_id": document.id, "discrepancy_ids": discrepancies.ids, "note": "Пратете файла без парола."}
        ).action_confirm()
        self.env["oa.register.entry"]._allot_pending()
        return document.receipt_ids

    def test_the_sender_gets_a_registered_message_with_the_codes(self):
        document = self.create_document()
        self.assertTrue(document.can_reject)

        receipt = self.refuse(document, "format", "virus")
        send = self.make_receipts()

        self.assertEqual((receipt.state, receipt.direction), ("registered", "outgoing"))
        self.assertEqual(receipt.link_ids.target_id, document)
        xml = self.read_xml(receipt)
        codes = [item.text for item in xml.iter(f"{REFUSED}Discrepancy")]
        self.assertEqual(codes, ["0006-000005", "0006-000008"])
        self.assertEqual(xml.findtext(f"{REFUSED}MessageURI/{{*}}SequenceNumber"), str(receipt.register_entry_id.sequence))
        self.assertTrue(xml.findtext(f"{REFUSED}MessageCreationTime").endswith("+02:00"))
        self.assertEqual(xml.findtext(f"{REFUSED}Applicant//{{*}}Last"), self.applicant.name.split()[-1])
        self.assertTrue(self.get_receipt_file(receipt, ".pdf").raw.startswith(b"%PDF"))
        self.assertIn(self.applicant.email, send.call_args[0][0]["To"])

    def test_the_draft_is_archived_and_is_not_registered_or_refused_again(self):
        document = self.create_document()
        document._add_file("заявление.pdf", PDF, "main")
        self.refuse(document, "identifier")
        self.assertFalse(document.active)
        self.assertIn(document.subject, document.with_user(self.clerk).display_name)
        with self.assertRaisesRegex(UserError, "stay as they came"):
            document.with_user(self.clerk).action_unarchive()
        self.assertFalse(document.with_user(self.clerk).can_register)
        with self.assertRaisesRegex(UserError, "not acknowledged"):
            document.with_user(self.clerk).action_register()
        with self.assertRaisesRegex(UserError, "stay as they came"):
            document.file_ids.with_user(self.clerk).action_remove()
        self.assertTrue(document.file_ids)
        for act in ("action_register", "action_reject"):
            with self.assertRaises(UserError):
                getattr(document.with_user(self.clerk), act)()

    def test_the_letter_follows_its_draft(self):
        mail = self.receive(self.build())
        self.refuse(mail.document_id, "format")
        self.assertEqual(mail.state, "refused")

    def test_without_email_the_message_waits_for_the_post(self):
        self.applicant.email = False
        receipt = self.refuse(self.create_document(), "email")
        self.make_receipts()
        self.assertEqual((receipt.dispatch_ids.channel, receipt.dispatch_ids.state), ("post", "draft"))

    def test_a_registered_document_is_not_refused(self):
        with self.assertRaises(UserError):
            self.create_registered()._reject(self.env.ref("oa_registry.oa_discrepancy_format"))

    def test_without_a_reason_nothing_is_refused(self):
        with self.assertRaises(UserError):
            self.create_document().with_user(self.clerk)._reject(self.env["oa.discrepancy"])

    def test_an_expert_does_not_refuse(self):
        document = self.create_document(user=self.expert)
        self.assertFalse(document.with_user(self.expert).can_reject)
        with self.assertRaises(UserError):
            document.with_user(self.expert).action_reject()
        with self.assertRaises(AccessError):
            document.with_user(self.clerk).write({"rejected_at": "2026-11-22 10:00:00"})
