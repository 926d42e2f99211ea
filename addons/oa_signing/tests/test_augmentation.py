import base64

from freezegun import freeze_time
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SigningCase


@tagged("post_install", "-at_install")
class TestAugmentation(SigningCase):
    def test_signature_is_completed_and_checked_by_itself(self):
        file = self.make_file()
        signature = self.sign(file)

        self.complete()

        self.assertEqual((signature.level, signature.state, signature.verdict), ("B-LT", "complete", "valid"))
        self.assertEqual(signature._compute_digest(base64.b64decode(file.signed_data)), signature.augmentation_ids.signed_digest)
        self.assertFalse(self.env["oa.signature.pending"].search([("signature_id", "=", signature.id)]))

    def test_silent_timestamp_service_does_not_stop_signing(self):
        self.timestamps.is_down = True
        self.addCleanup(setattr, self.timestamps, "is_down", False)
        request = self.open_dialog(self.make_file())

        (line,) = request.action_sign_with_pin("123456")["lines"]

        self.assertEqual((line["state"], line["level"]), ("signed", "B-B"))
        self.assertIn("will be added by itself", line["message"])

    def test_attempts_are_repeated_with_growing_pauses_until_the_service_answers(self):
        self.timestamps.is_down = True
        with freeze_time("2026-11-22 10:00:00"):
            signature = self.sign(self.make_file())
        pending = self.env["oa.signature.pending"].search([("signature_id", "=", signature.id)])
        pauses = []
        moment = pending.next_at
        for _attempt in range(3):
            with freeze_time(moment):
                self.complete()
            pauses.append((pending.next_at - moment).total_seconds() / 60)
            moment = pending.next_at

        self.assertEqual(pauses, [1, 2, 4])
        self.assertIn("timestamp", pending.message)
        self.timestamps.is_down = False
        pending._attempt()
        self.env.invalidate_all()
        self.assertEqual((signature.level, signature.verdict), ("B-LTA", "valid"))

    def test_why_it_is_not_complete_is_written_in_the_language_of_the_signer(self):
        self.env["res.lang"]._activate_lang("bg_BG")
        self.timestamps.is_down = True
        self.addCleanup(setattr, self.timestamps, "is_down", False)
        signature = self.sign(self.make_file())
        signature.user_id.lang = "bg_BG"

        self.complete()

        pending = self.env["oa.signature.pending"].search([("signature_id", "=", signature.id)])
        self.assertIn("Услугата за време не отговаря", pending.message)

    def test_silent_provider_is_asked_again(self):
        self.revocation.is_down = True
        signature = self.sign(self.make_file())
        self.complete()
        self.assertEqual((signature.level, signature.state), ("B-T", "incomplete"))

        self.revocation.is_down = False
        self.env["oa.signature.pending"].search([])._attempt()
        self.env.invalidate_all()

        self.assertEqual(signature.state, "complete")

    def test_both_signatures_of_a_file_are_completed_in_one_file(self):
        file = self.make_file(signers=[self.second_signer])
        first = self.sign(file)
        second = self.sign(file.with_user(self.second_signer))

        self.complete()

        self.assertEqual((first.level, second.level), ("B-LT", "B-LT"))
        self.assertEqual(first._get_data(), second._get_data())
        self.assertEqual(self.env["oa.signature.check"]._validate("x.pdf", base64.b64decode(file.signed_data)).outcome, "valid")

    def test_one_failure_holds_up_nobody(self):
        broken, good = self.make_file(name="Първи.pdf"), self.make_file(name="Втори.pdf")
        broken_signature, good_signature = self.sign(broken), self.sign(good)
        store = self.registry["oa.signing.file"]._store_signed_payload

        def refuse_first(record, name, data, signature):
            if record == broken:
                raise UserError("No room.")  # pylint: disable=translation-required
            return store(record, name, data, signature)

        self.patch(self.registry["oa.signing.file"], "_store_signed_payload", refuse_first)
        with mute_logger("odoo.addons.oa_signing.models.oa_signature_pending"):
            self.complete()

        self.assertEqual((broken_signature.state, good_signature.state), ("incomplete", "complete"))
        self.assertEqual(self.env["oa.signature.pending"].search([]).mapped("message"), ["No room."])
