from io import BytesIO

from odoo.addons.oa_signing.tests.common import PIN, SigningCase
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from pyhanko.pdf_utils.reader import PdfFileReader

from .common import DocflowCase


@tagged("post_install", "-at_install")
class TestSigningPlaces(DocflowCase):
    """Several signatures in one document, one after the other, and the seal as a step."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        SigningCase.use_dummy_ports.__func__(cls)
        for person in (cls.governor, cls.lawyer):
            person.group_ids += cls.env.ref("oa_signing.oa_signing_group_signer")
            SigningCase.give_key.__func__(cls, person)

    def plan(self, *steps):
        """A memo of the expert with these steps after the director's agreement."""
        first = {"name": "Съгласуване", "act": "coordinate", "function": "director", "sequence": 10}
        lines = [Command.create({"name": f"Стъпка {step['sequence']}", **step}) for step in (first, *steps)]
        self.change_procedure(self.memo_procedure, {"step_ids": [Command.clear(), *lines]})

    def plan_two_signatures(self, first=20, second=30):
        self.plan(
            {"act": "sign", "function": "lawyer", "sequence": first, "signature_level": "advanced"},
            {"act": "sign", "function": "governor", "sequence": second, "signature_level": "advanced"},
        )

    def start(self):
        memo = self.write_memo()
        memo.action_submit()
        self.as_(self.director, memo).action_agree()
        self.env["oa.register.entry"]._allot_pending()
        return memo

    def sign(self, person, memo):
        self.as_(person, memo)._sign_with_pin(PIN)

    def read_signatures(self, memo):
        """Who signed the file, each with whether the signature holds and what came after it was only signing."""
        file = memo.sudo().file_ids.filtered(lambda file: file.role == "signed" and file.state == "current")
        found = []
        for signature in PdfFileReader(BytesIO(file.attachment_id.raw)).embedded_regular_signatures:
            signature.compute_integrity_info()
            found.append((signature.signer_cert.subject.native["common_name"], signature.summarise_integrity_info()))
        return found

    def assert_signed_by(self, memo, *people):
        signatures = self.read_signatures(memo)
        self.assertEqual([name for name, _info in signatures], [person.name for person in people])
        for _name, info in signatures:
            self.assertTrue(info["docmdp_ok"])
            self.assertNotIn("UNKNOWN", str(info["coverage"]))

    # ------------------------------------------------------------ one after the other
    def test_second_signature_is_put_over_the_first_and_both_stay(self):
        self.plan_two_signatures()
        memo = self.start()

        with self.assertRaises(UserError):
            self.sign(self.governor, memo)
        self.sign(self.lawyer, memo)
        self.assertEqual((memo.state, memo.waiting_for_id, memo.waiting_act), ("for_signature", self.governor, "sign"))
        self.sign(self.governor, memo)

        self.assertEqual(memo.state, "signed")
        self.assert_signed_by(memo, self.lawyer, self.governor)
        self.assertEqual(memo.act_ids[-2:].mapped("act"), ["sign", "sign"])
        self.assertEqual(memo.act_ids[-2:].user_id, self.lawyer | self.governor)

    def test_page_has_a_place_for_everybody_who_signs_in_their_order(self):
        self.plan_two_signatures()
        memo = self.start()

        page = memo._render_page(is_draft=False)

        self.assertEqual(page.count('class="signature"'), 2)
        signatures = page[page.index('class="signature"') :]
        self.assertLess(signatures.index(self.lawyer.name), signatures.index(self.governor.name))
        self.assertEqual(memo._find_signer(), self.governor)

    def test_nobody_signs_twice(self):
        self.plan_two_signatures()
        memo = self.start()
        self.sign(self.lawyer, memo)

        with self.assertRaises(UserError):
            self.sign(self.lawyer, memo)
        self.assertEqual(len(self.read_signatures(memo)), 1)

    def test_first_signature_that_is_strengthened_meanwhile_takes_no_step(self):
        self.plan_two_signatures()
        memo = self.start()
        self.sign(self.lawyer, memo)

        self.run_cron("oa_signing.oa_signature_pending_cron")
        self.assertEqual(memo.signature_ids.level, "B-LT")
        self.assertEqual((memo.state, memo.waiting_for_id), ("for_signature", self.governor))
        self.sign(self.governor, memo)
        self.run_cron("oa_signing.oa_signature_pending_cron")

        self.assertEqual(memo.state, "signed")
        self.assert_signed_by(memo, self.lawyer, self.governor)
        self.assertEqual(set(memo.signature_ids.mapped("level")), {"B-LT"})

    def test_two_at_one_place_sign_in_any_order_and_both_are_needed(self):
        self.plan_two_signatures(20, 20)
        memo = self.start()

        self.sign(self.governor, memo)
        self.assertEqual((memo.state, memo.waiting_for_id), ("for_signature", self.lawyer))
        self.sign(self.lawyer, memo)

        self.assertEqual(memo.state, "signed")
        self.assert_signed_by(memo, self.governor, self.lawyer)

    def test_refusal_of_the_second_begins_anew_without_the_first_signature(self):
        self.company.docflow_refusal = "return"
        self.plan(
            {"act": "sign", "function": "lawyer", "sequence": 20, "signature_level": "advanced"},
            {"act": "sign", "function": "governor", "sequence": 30, "signature_level": "logged"},
        )
        memo = self.start()
        self.sign(self.lawyer, memo)
        self.as_(self.governor, memo)._refuse("Липсва основание.")
        self.as_(self.expert, memo).body_html = "<p>Допълнен текст.</p>"
        self.as_(self.expert, memo).action_submit()
        self.as_(self.director, memo).action_agree()

        _name, payload = self.as_(self.lawyer, memo)._get_signing_payload()
        self.assertFalse(PdfFileReader(BytesIO(payload)).embedded_regular_signatures)
        self.assertEqual(memo.sudo()._get_final_pdf(), payload)
        self.sign(self.lawyer, memo)
        self.sign(self.governor, memo)

        self.assert_signed_by(memo, self.lawyer, self.governor)

    # ------------------------------------------------------------ the seal
    def make_seal(self, **vals):
        token_key = self.tokens.add("seal", "Областна администрация Тестово")
        self.addCleanup(self.tokens.close, "seal")
        self.keeper = self.make_user("keeper", "oa_signing.oa_signing_group_administrator")
        seal = self.env["oa.signing.key"].create({
            "token_label": "seal", "key_label": "sign", "certificate_id": self.env["oa.certificate"]._import(token_key.certificate).id,
            "is_seal": True, "is_automatic": True, "company_id": self.company.id, "seal_user_ids": [Command.set(self.keeper.ids)], **vals,
        })  # fmt: skip
        seal.certificate_id.is_seal = True
        seal.with_user(self.keeper).open_with_pin(PIN)
        return seal

    def plan_seal(self):
        self.plan(
            {"act": "sign", "function": "lawyer", "sequence": 20, "signature_level": "advanced"},
            {"act": "seal", "function": "clerk", "sequence": 30, "signature_level": "seal"},
        )

    def start_for_seal(self):
        memo = self.start()
        self.sign(self.lawyer, memo)
        return memo

    def test_whoever_holds_the_step_seals_several_documents_from_the_list(self):
        self.plan_seal()
        self.make_seal()
        memos = self.start_for_seal() | self.start_for_seal()
        self.assertEqual(set(memos.mapped("waiting_act")), {"seal"})
        self.assertTrue(all(memo.can_seal for memo in self.as_(self.clerk, memos)))

        self.as_(self.clerk, memos).action_seal()

        self.assertEqual(memos.mapped("state"), ["signed", "signed"])
        for memo in memos:
            self.assertEqual([name for name, _info in self.read_signatures(memo)], [self.lawyer.name, "Областна администрация Тестово"])
            act = memo.act_ids[-1]
            self.assertEqual((act.act, act.user_id), ("seal", self.clerk))
            self.assertIn("Областна администрация Тестово", act.signature_summary)

    def test_nobody_else_seals_whatever_their_right(self):
        self.plan_seal()
        self.make_seal()
        memo = self.start_for_seal()

        for person in (self.expert, self.lawyer, self.governor, self.director):
            self.assertFalse(self.as_(person, memo).can_seal)
            with self.assertRaises(UserError):
                self.as_(person, memo).action_seal()
        with self.assertRaises(UserError):
            self.as_(self.governor, memo)._seal()
        self.assertEqual(memo.state, "for_signature")

    def test_seal_that_neither_names_the_person_nor_seals_by_itself_is_refused_with_a_sentence(self):
        self.plan_seal()
        self.make_seal(is_automatic=False)
        memo = self.start_for_seal()

        with self.assertRaisesRegex(UserError, "has no seal that you may use"):
            self.as_(self.clerk, memo).action_seal()
        self.assertEqual((memo.state, memo.waiting_act), ("for_signature", "seal"))

    def test_closed_seal_leaves_the_document_waiting(self):
        self.plan_seal()
        self.make_seal()
        self.tokens.close("seal")
        memo = self.start_for_seal()

        with self.assertRaises(UserError):
            self.as_(self.clerk, memo).action_seal()
        self.assertEqual((memo.state, memo.waiting_for_id), ("for_signature", self.clerk))
