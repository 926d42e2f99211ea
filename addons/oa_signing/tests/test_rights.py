from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..adapters.dummy import PIN
from .common import SigningCase


@tagged("post_install", "-at_install")
class TestRights(SigningCase):
    def test_key_of_another_person_does_not_sign(self):
        request = self.make_file().action_sign()["params"]["request_id"]
        foreign = self.second_signer.signing_key_ids

        with self.assertRaisesRegex(UserError, "own key only"):
            self.env["oa.signature.request"].with_user(self.signer).browse(request).action_prepare(foreign.id)

    def test_request_of_another_person_is_not_continued(self):
        request = self.open_dialog(self.make_file())

        for method, arguments in (("action_sign_with_pin", [PIN]), ("get_dialog_data", []), ("action_cancel", [])):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(request.with_user(self.second_signer), method)(*arguments)

    def test_person_without_the_right_does_not_sign(self):
        file = self.make_file().with_user(self.colleague).sudo()

        self.assertIn("no right to sign", file._get_all_sign_blockers()[0])

    def test_reader_of_the_record_reads_its_signatures(self):
        file = self.make_file(signers=[self.second_signer])
        self.sign(file)
        self.complete()

        seen = file.with_user(self.second_signer).signature_ids

        self.assertEqual((seen.signer_name, seen.level, seen.verdict), (self.signer.name, "B-LT", "valid"))
        self.assertEqual(seen.check_ids.mapped("outcome"), ["valid"])
        self.assertTrue(seen.with_user(self.second_signer).augmentation_ids.read(["level"]))

    def test_reader_of_the_record_finds_its_signatures_in_lists(self):
        file = self.make_file(signers=[self.second_signer])
        signature = self.sign(file)
        action = file.with_user(self.second_signer).action_view_signatures()

        self.assertEqual(self.env["oa.signature"].with_user(self.second_signer).search(action["domain"]), signature)

    def test_who_does_not_read_the_record_reads_nothing_of_its_signature(self):
        signature = self.sign(self.make_file())

        with self.assertRaises(AccessError):
            signature.with_user(self.colleague).read(["signer_name"])
        with self.assertRaises(AccessError):
            signature.attachment_id.with_user(self.colleague).read(["raw"])
        self.assertFalse(self.env["oa.signature"].with_user(self.colleague).search([("id", "=", signature.id)]))

    def test_prepared_signature_is_read_by_nobody(self):
        request = self.open_dialog(self.make_file())

        with self.assertRaises(AccessError):
            request.line_ids.with_user(self.signer).read(["sealed_state"])

    def test_seal_is_used_by_its_group_only(self):
        token_key = self.tokens.add("seal", "Областна администрация")
        certificate = self.env["oa.certificate"]._import(token_key.certificate)
        seal = self.env["oa.signing.key"].create({
            "token_label": "seal",
            "key_label": "sign",
            "certificate_id": certificate.id,
            "is_seal": True,
            "company_id": self.env.company.id,
            "seal_group_id": self.env.ref("oa_signing.oa_signing_group_administrator").id,
        })  # fmt: skip

        self.assertTrue(seal.with_user(self.administrator).can_use)
        self.assertFalse(seal.with_user(self.signer).sudo().can_use)
        with self.assertRaises(UserError):
            self.make_file()._sign_with_pin(PIN, seal)

    def test_only_administrators_unlock_and_link_keys(self):
        key = self.signer.signing_key_ids.with_user(self.signer)

        with self.assertRaises(AccessError):
            key.action_unlock()
        with self.assertRaises(AccessError):
            key.action_discover_keys()
        with self.assertRaises(AccessError):
            key.user_id = self.second_signer
