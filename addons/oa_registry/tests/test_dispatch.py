from base64 import b64decode, b64encode
from contextlib import contextmanager
from io import BytesIO
from unittest.mock import patch
from zipfile import ZipFile

from odoo.addons.base.models.ir_mail_server import IrMail_Server, MailDeliveryException
from odoo.exceptions import AccessError, UserError
from odoo.fields import Datetime
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PDF, RegistryCase


@contextmanager
def mail_server(outcome):
    """A mail server that answers as told; Odoo sends nothing in tests."""
    with (
        patch.object(IrMail_Server, "_disable_send", return_value=False),
        patch.object(IrMail_Server, "_connect__", return_value=None),
        patch.object(IrMail_Server, "send_email", side_effect=outcome) as send,
        mute_logger("odoo.addons.mail.models.mail_mail"),
    ):
        yield send


def deliver(*_args, **_kwargs):
    return "<message@example.com>"


def fail(*_args, **_kwargs):
    raise MailDeliveryException("адресът не съществува")


@tagged("post_install", "-at_install")
class TestDispatch(RegistryCase):
    def setUp(self):
        super().setUp()
        self.document = self.create_document(self.reply)
        self.document._add_file("отговор.pdf", PDF, "main")
        self.register(self.document)

    def send(self, outcome=deliver):
        with mail_server(outcome) as send:
            self.document.with_user(self.clerk).action_dispatch()
        return send

    def test_the_main_file_goes_by_email(self):
        send = self.send()

        dispatch = self.document.dispatch_ids
        self.assertEqual((dispatch.state, dispatch.sent_by_id, dispatch.file_id), ("sent", self.clerk, self.document.main_file_id))
        message = send.call_args[0][0]
        self.assertIn(self.applicant.email, message["To"])
        self.assertEqual([part.get_content() for part in message.iter_attachments()], [PDF])
        self.assertIn("dispatch", self.document.journal_ids.mapped("action"))

    def test_a_failure_keeps_its_reason_and_can_be_repeated(self):
        self.send(fail)
        dispatch = self.document.dispatch_ids
        self.assertEqual(dispatch.state, "failed")
        self.assertIn("адресът не съществува", dispatch.outcome)

        self.send()

        self.assertEqual(self.document.dispatch_ids, dispatch)
        self.assertEqual((dispatch.state, dispatch.outcome), ("sent", False))

    def test_sending_twice_is_refused(self):
        self.send()
        self.assertFalse(self.document.with_user(self.clerk).can_dispatch)
        with self.assertRaisesRegex(UserError, "already sent"):
            self.send()

    def test_without_email_the_dispatch_waits_for_the_post(self):
        self.applicant.email = False
        self.send()
        dispatch = self.document.dispatch_ids.with_user(self.clerk)
        self.assertEqual((dispatch.channel, dispatch.state), ("post", "draft"))

        dispatch.action_send()
        dispatch.action_deliver()

        self.assertEqual(dispatch.state, "delivered")

    def test_a_draft_is_not_dispatched(self):
        with self.assertRaises(UserError):
            self.create_document(self.reply).with_user(self.clerk).action_dispatch()

    def test_an_expert_does_not_dispatch(self):
        self.document._grant(self.expert, "автор")
        with self.assertRaisesRegex(UserError, "registry clerk"):
            self.document.with_user(self.expert).action_dispatch()
        with self.assertRaises(AccessError):
            self.env["oa.dispatch"].with_user(self.expert).create({"document_id": self.document.id, "partner_id": self.applicant.id})

    def test_the_outcome_is_not_written_by_people(self):
        self.send(fail)
        with self.assertRaises(AccessError):
            self.document.dispatch_ids.with_user(self.clerk).write({"state": "sent"})

    def pack(self, channel="seos"):
        dispatch = (
            self.env["oa.dispatch"]
            .with_user(self.clerk)
            .create({"document_id": self.document.id, "partner_id": self.applicant.id, "channel": channel})
        )
        dispatch.action_send()
        return dispatch

    def test_what_goes_through_an_exchange_system_waits_as_a_package_that_says_so(self):
        dispatch = self.pack()

        self.assertEqual((dispatch.state, dispatch.sent_at), ("prepared", False))
        self.assertIn("is not connected", dispatch.outcome)
        with ZipFile(BytesIO(b64decode(dispatch.package))) as package:
            first, sheet, _digests = package.namelist()
            self.assertEqual(package.read(first), PDF)
            self.assertIn(self.document.number, package.read(sheet).decode())
        self.assertIn("dispatch_package", self.document.journal_ids.mapped("action"))
        with self.assertRaisesRegex(UserError, "Only what is sent"):
            dispatch.action_deliver()

    def test_a_package_is_handed_over_with_the_number_of_the_message(self):
        dispatch = self.pack("ssev")
        with self.assertRaisesRegex(UserError, "Shipment number"):
            dispatch.action_hand_over()

        dispatch.tracking_number = "ССЕВ-2026-118"
        dispatch.action_hand_over()

        self.assertEqual((dispatch.state, dispatch.outcome, dispatch.sent_by_id), ("sent", False, self.clerk))

    def test_a_package_that_goes_another_way_is_dropped(self):
        dispatch = self.pack()

        dispatch.channel = "email"

        self.assertEqual((dispatch.state, dispatch.package, dispatch.outcome), ("draft", False, False))

    def test_others_do_not_hand_over_and_do_not_write_the_package(self):
        dispatch = self.pack()
        self.document._grant(self.expert, "автор")

        with self.assertRaises(AccessError):
            dispatch.with_user(self.expert).action_hand_over()
        with self.assertRaises(AccessError):
            dispatch.with_user(self.expert).action_download_package()
        with self.assertRaises(AccessError):
            dispatch.write({"package": b64encode(b"x")})

    def test_a_tried_dispatch_is_not_deleted(self):
        self.send()
        with self.assertRaises(UserError):
            self.document.dispatch_ids.with_user(self.clerk).unlink()


@tagged("post_install", "-at_install")
class TestReceipts(RegistryCase):
    def make_receipts(self, outcome=deliver):
        with mail_server(outcome) as send:
            for document in self.env["oa.document"].search(self.env["oa.document"]._get_receipt_domain()):
                document._make_receipt()
        return send

    def test_the_applicant_gets_number_moment_and_code(self):
        document = self.create_registered()
        html = str(self.env["ir.qweb"]._render("oa_registry.oa_document_receipt", document._prepare_receipt_vals(self.applicant)))
        day = f"{Datetime.context_timestamp(document, document.registered_at):%d.%m.%Y}"
        for words in (document.uri, document.sudo().access_code, day, self.applicant.name):
            self.assertIn(words, html)

        self.make_receipts()

        receipt = document.file_ids.filtered(lambda file: file.role == "receipt")
        self.assertEqual([file.attachment_id.raw[:5] for file in receipt], [b"%PDF-", b"<?xml"])
        self.assertEqual((document.dispatch_ids.state, document.dispatch_ids.is_receipt), ("sent", True))

    def test_one_receipt_is_made(self):
        document = self.create_registered()
        self.make_receipts()
        self.make_receipts()
        self.assertEqual(len(document.file_ids), 2)

    def test_a_document_closed_meanwhile_still_gets_its_receipt(self):
        document = self.create_registered()
        document._write_system({"state": "closed"})

        self.make_receipts()

        self.assertEqual(set(document.file_ids.mapped("role")), {"receipt"})

    def test_a_document_without_its_receipt_does_not_keep_those_of_others(self):
        document = self.create_registered()
        refusal = UserError("не може")
        with (
            patch.object(type(document), "_make_receipt", side_effect=refusal),
            self.assertLogs("odoo.addons.oa_registry", "WARNING") as log,
        ):
            document._try_receipt()

        self.assertIn(document.number, log.output[0])
        self.assertFalse(document.file_ids)

    def test_without_email_there_is_no_receipt(self):
        self.applicant.email = False
        document = self.create_registered()
        self.make_receipts()
        self.assertFalse(document.file_ids)

    def test_receipts_are_a_setting_of_the_administration(self):
        self.company.oa_receipts_enabled = False
        document = self.create_registered()
        self.make_receipts()
        self.assertFalse(document.file_ids)

    def test_registration_calls_the_receipts_at_once(self):
        cron = self.env.ref("oa_registry.oa_document_receipt_cron")
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.create_registered()
        self.assertEqual(self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), before + 1)

    def test_a_failed_receipt_keeps_its_reason(self):
        document = self.create_registered()
        self.make_receipts(fail)
        self.assertEqual(document.dispatch_ids.state, "failed")
