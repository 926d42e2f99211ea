import os
import unittest

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import DocflowCase


@tagged("post_install", "-at_install")
class TestDocumentSigning(DocflowCase):
    def setUp(self):
        super().setUp()
        self.ask_signers_for_no_level()
        self.certificate = self.agree_all(self.submit())

    def test_signing_copy_is_made_once(self):
        copy = self.certificate._ensure_signing_copy()

        self.assertEqual(self.certificate._ensure_signing_copy(), copy)
        self.assertTrue(copy.attachment_id.raw.startswith(b"%PDF"))

    def test_cron_makes_the_copies_that_nobody_opened(self):
        self.run_cron("oa_docflow.ir_cron_make_signing_copies")

        self.assertIn("signing_copy", self.certificate.file_ids.mapped("role"))

    def test_number_without_signature_keeps_the_document_for_signature(self):
        """The server stopped between number and signature: the number stands, the document waits, nothing is done twice."""
        number, entry = self.certificate.number, self.certificate.register_entry_id
        self.env.invalidate_all()

        payload = self.as_(self.governor, self.certificate)._get_signing_payload()
        again = self.as_(self.governor, self.certificate)._get_signing_payload()

        self.assertEqual(payload, again)
        self.assertEqual(
            (self.certificate.state, self.certificate.number, self.certificate.register_entry_id), ("for_signature", number, entry)
        )
        self.assertEqual(self.certificate.file_ids.mapped("role").count("signing_copy"), 1)
        self.assertEqual(self.certificate.waiting_for_id, self.governor)

    def test_refused_signature_leaves_the_number_and_the_reason(self):
        wizard = self.as_(self.governor, self.env["oa.document.return"])
        wizard.create({"document_id": self.certificate.id, "reason": "Преписката е непълна.", "is_refusal": True}).action_confirm()

        self.assertEqual(self.certificate.state, "refused")
        self.assertTrue(self.certificate.number)
        self.assertFalse(self.certificate.waiting_for_id)
        self.assertIn("Преписката е непълна.", self.certificate.route_id.step_ids.mapped("comment"))

    def test_wrong_person_does_not_refuse(self):
        with self.assertRaisesRegex(UserError, self.governor.name):
            self.as_(self.secretary, self.certificate)._refuse("Не съм съгласна.")

    def test_wrong_person_does_not_sign(self):
        blockers = self.as_(self.secretary, self.certificate)._get_sign_blockers()

        self.assertIn(self.governor.name, blockers[0])

    def test_nothing_is_signed_before_the_last_agreement(self):
        draft = self.submit(self.draft(self.delegate(self.make_task())))

        self.assertIn(self.director.name, self.as_(self.governor, draft)._get_sign_blockers()[0])

    def test_stamp_shows_number_and_date(self):
        self.assertIn(self.certificate.number, self.certificate._get_signing_text()[0])

    @unittest.skipUnless(os.environ.get("OA_TOKEN_SOCKET"), "needs the token service: ./oa test starts it")
    def test_signing_twice_is_refused(self):
        self.give_key(self.governor)
        self.as_(self.governor, self.certificate)._sign_with_pin(self.read_pin())

        with self.assertRaisesRegex(UserError, self.clerk.name):
            self.as_(self.governor, self.certificate)._sign_with_pin(self.read_pin())
        self.assertEqual(len(self.certificate.signature_ids), 1)

    @unittest.skipUnless(os.environ.get("OA_TOKEN_SOCKET"), "needs the token service: ./oa test starts it")
    def test_signed_document_is_sent_by_the_clerk_only(self):
        self.give_key(self.governor)
        self.as_(self.governor, self.certificate)._sign_with_pin(self.read_pin())

        with self.assertRaises(UserError):
            self.as_(self.expert, self.certificate).action_dispatch()
        self.as_(self.clerk, self.certificate).action_dispatch()
        with self.assertRaises(UserError):
            self.as_(self.clerk, self.certificate).action_dispatch()
        self.assertEqual(len(self.certificate.dispatch_ids), 1)

    @unittest.skipUnless(os.environ.get("OA_TOKEN_SOCKET"), "needs the token service: ./oa test starts it")
    def test_slip_of_the_signature_names_the_step_of_the_route(self):
        self.give_key(self.governor)
        signature = self.as_(self.governor, self.certificate)._sign_with_pin(self.read_pin())

        step = self.certificate.route_id.step_ids.filtered(lambda step: step.act == "sign")
        self.assertEqual(step.state, "done")
        self.assertIn(step.name, signature._get_capacity())
        self.assertIn(step.capacity, signature._get_capacity())

    @unittest.skipUnless(os.environ.get("OA_TOKEN_SOCKET"), "needs the token service: ./oa test starts it")
    def test_check_page_says_number_date_and_issuer_until_the_document_is_restricted(self):
        self.give_key(self.governor)
        signature = self.as_(self.governor, self.certificate)._sign_with_pin(self.read_pin())
        code = signature.sudo()._get_check_address().rpartition("/")[2]

        page = self.env["oa.signature.code"]._look_up(code)

        values = [value for _label, value in page["facts"]]
        self.assertEqual(values[0], self.certificate.number)
        self.assertEqual(values[2], self.certificate.company_id.name)
        self.assertNotIn(self.certificate.subject, str(page))
        self.certificate.sudo().access_level = "restricted"
        self.assertIsNone(self.env["oa.signature.code"]._look_up(code))

    def test_incoming_drafts_and_restricted_documents_have_no_check_page(self):
        self.assertTrue(self.certificate._is_publicly_checked())
        self.assertFalse(self.env["oa.document"].search([("direction", "=", "incoming")], limit=1)._is_publicly_checked())
        self.assertFalse(self.draft(self.delegate(self.make_task()))._is_publicly_checked())
        self.certificate.sudo().access_level = "restricted"
        self.assertFalse(self.certificate._is_publicly_checked())
        self.assertEqual(self.certificate._get_check_code(), "")

    @unittest.skipUnless(os.environ.get("OA_TOKEN_SOCKET"), "needs the token service: ./oa test starts it")
    def test_dead_token_after_the_number_leaves_the_document_for_signature(self):
        """The number is taken, the token is gone: nothing is signed, nothing is lost, and no second number is taken."""
        number = self.certificate.number
        self.give_key(self.governor)
        self.env["ir.config_parameter"].set_param("oa_signing.token_socket", "/nonexistent/token.sock")

        with self.assertRaises(UserError):
            self.as_(self.governor, self.certificate)._sign_with_pin(self.read_pin())

        self.assertEqual((self.certificate.state, self.certificate.number), ("for_signature", number))
        self.assertEqual(self.certificate.waiting_for_id, self.governor)
        self.assertNotIn("sign", self.certificate.act_ids.mapped("act"))
