import base64
from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..adapters.dummy import PIN
from .common import SigningCase, make_pdf


@tagged("post_install", "-at_install")
class TestSigning(SigningCase):
    def test_person_signs_with_own_key_and_pin(self):
        file = self.make_file()

        signature = self.sign(file)

        self.assertEqual((signature.signer_name, signature.user_id), (self.signer.name, self.signer))
        self.assertEqual((signature.level, signature.state), ("B-T", "incomplete"))
        self.assertIn(b"/ETSI.CAdES.detached", base64.b64decode(file.signed_data))

    def test_shown_digest_is_the_digest_of_what_is_signed(self):
        file = self.make_file()
        request = self.open_dialog(file)
        shown = request.get_dialog_data()["lines"][0]["digest"]

        request.action_sign_with_pin(PIN)

        signature = file.signature_ids
        self.assertEqual(shown, signature._compute_digest(base64.b64decode(file.data)))
        self.assertEqual(signature.payload_digest, shown)
        self.assertEqual(signature.document_digest, request.line_ids.document_digest)
        self.assertEqual(signature.signed_digest, signature._compute_digest(base64.b64decode(file.signed_data)))

    def test_batch_needs_one_login_to_the_token(self):
        files = self.env["oa.signing.file"].with_user(self.signer)
        for number in range(3):
            files |= self.make_file(name=f"Писмо {number}.pdf", data=make_pdf(f"letter {number}"))
        before = self.tokens.logins

        signatures = self.sign(files)

        self.assertEqual(len(signatures), 3)
        self.assertEqual(self.tokens.logins - before, 1)

    def test_one_bad_file_holds_up_no_other(self):
        good, bad = self.make_file(name="Добър.pdf"), self.make_file(name="Лош.pdf", data=b"%PDF-1.7\nbroken")
        request = self.open_dialog(good | bad)

        lines = {line["name"]: line for line in request.action_sign_with_pin(PIN)["lines"]}

        self.assertEqual((lines["Добър.pdf"]["state"], lines["Лош.pdf"]["state"]), ("signed", "refused"))
        self.assertIn("damaged", lines["Лош.pdf"]["message"])
        self.assertEqual(request.state, "pending")

    def test_nothing_is_signed_twice(self):
        file = self.make_file()
        request = self.open_dialog(file)
        request.action_sign_with_pin(PIN)

        request.action_sign_with_pin(PIN)

        self.assertEqual(len(file.signature_ids), 1)
        self.assertEqual(request.state, "done")

    def test_prepared_state_is_claimed_once_whoever_comes_second(self):
        lines = self.open_dialog(self.make_file()).sudo().line_ids

        self.assertEqual(lines._claim(), lines)
        self.assertFalse(lines._claim())
        self.assertFalse(lines._claim([lines.id]))

    def test_prepared_state_is_gone_after_its_use_whatever_came_of_it(self):
        good, bad = self.make_file(name="Добър.pdf"), self.make_file(name="Сменен.pdf")
        request = self.open_dialog(good | bad)
        self.assertTrue(all(request.sudo().line_ids.mapped("sealed_state")))
        bad.data = base64.b64encode(make_pdf("other text"))

        request.action_sign_with_pin(PIN)

        self.assertEqual(sorted(request.sudo().line_ids.mapped("state")), ["refused", "signed"])
        self.assertFalse(any(request.sudo().line_ids.mapped("sealed_state")))

    def test_state_that_is_put_back_into_its_line_signs_nothing_again(self):
        file = self.make_file()
        request = self.open_dialog(file)
        line = request.sudo().line_ids
        used = line.sealed_state
        request.action_sign_with_pin(PIN)

        line.write({"sealed_state": used, "state": "prepared"})
        request.sudo().state = "pending"
        request.action_sign_with_pin(PIN)

        self.assertEqual((line.state, len(file.signature_ids)), ("refused", 1))

    def test_state_that_waited_too_long_signs_nothing(self):
        file = self.make_file()
        request = self.open_dialog(file)

        with freeze_time(fields.Datetime.now() + timedelta(hours=2)):
            (line,) = request.action_sign_with_pin(PIN)["lines"]

        self.assertEqual(line["state"], "refused")
        self.assertIn("Too much time has passed", line["message"])
        self.assertFalse(file.signature_ids)

    def test_second_person_signs_over_the_first(self):
        file = self.make_file(signers=[self.second_signer])
        self.sign(file)

        self.sign(file.with_user(self.second_signer))

        self.assertEqual(set(file.signature_ids.mapped("signer_name")), {self.signer.name, self.second_signer.name})

    def test_file_changed_after_it_was_shown_is_not_signed(self):
        file = self.make_file()
        request = self.open_dialog(file)
        file.data = base64.b64encode(make_pdf("other text"))

        (line,) = request.action_sign_with_pin(PIN)["lines"]

        self.assertEqual(line["state"], "refused")
        self.assertIn("changed in the meantime", line["message"])
        self.assertFalse(file.signature_ids)

    def test_prepared_signature_of_another_document_is_refused(self):
        first, second = self.make_file(name="Първи.pdf"), self.make_file(name="Втори.pdf", data=make_pdf("second"))
        request, other = self.open_dialog(first), self.open_dialog(second)
        request.line_ids.sudo().sealed_state = other.line_ids.sudo().sealed_state

        (line,) = request.action_sign_with_pin(PIN)["lines"]

        self.assertEqual(line["state"], "refused")

    def test_interrupted_request_is_continued(self):
        """The server stopped after the files were shown: the request waits and is finished later."""
        file = self.make_file()
        request = self.open_dialog(file)
        self.env.invalidate_all()

        self.assertEqual(request.state, "pending")
        request.action_open()
        request.action_sign_with_pin(PIN)

        self.assertEqual(len(file.signature_ids), 1)

    def test_new_request_replaces_the_waiting_one(self):
        file = self.make_file()
        first = self.open_dialog(file)

        self.open_dialog(file)

        self.assertEqual(first.state, "cancelled")

    def test_record_that_refuses_the_file_stays_unsigned(self):
        def refuse(record, name, data, signature):
            raise UserError("The register is closed.")  # pylint: disable=translation-required

        file = self.make_file()
        self.patch(self.registry["oa.signing.file"], "_store_signed_payload", refuse)

        with self.assertRaisesRegex(UserError, "The register is closed."):
            self.sign(file)
        self.assertFalse(self.env["oa.signature"].search([("res_id", "=", file.id), ("res_model", "=", file._name)]))
