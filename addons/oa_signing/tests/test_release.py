from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..adapters.dummy import PIN
from .common import GROUP, SigningCase


@tagged("post_install", "-at_install")
class TestRelease(SigningCase):
    """A certificate is taken from its person by one administrator and given again by two."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second_administrator = cls.make_person("ivan", "Иван Петров", GROUP + "administrator")
        cls.key = cls.signer.signing_key_ids
        cls.certificate = cls.key.certificate_id

    def release(self, user=None, reason="Картата е изгубена."):
        certificate = self.certificate.with_user(user or self.administrator)
        action = certificate.action_release()
        wizard = self.env[action["res_model"]].with_user(user or self.administrator).with_context(**action["context"])
        return wizard.create({"reason": reason}).action_confirm()

    def test_person_signs_nothing_with_what_was_taken(self):
        self.release()

        self.assertFalse(self.certificate.user_id)
        self.assertEqual((self.key.state, self.key.user_id.id), ("found", False))
        with self.assertRaisesRegex(UserError, "No key is linked to you"):
            self.sign(self.make_file())

    def test_what_was_prepared_before_is_given_up_for_every_way_of_signing(self):
        file = self.make_file()
        request = self.open_dialog(file)
        local = self.make_file(name="Втори.pdf")
        card = self.open_dialog(local)
        card.sudo().way = "local"
        job = card._make_local_job(self.certificate)
        self.assertTrue(job["lines"])

        self.release()

        for waiting in (request, card):
            self.assertEqual(waiting.sudo().line_ids.state, "refused")
            self.assertIn("took this certificate from you", waiting.sudo().line_ids.message)
            self.assertFalse(waiting.sudo().line_ids.sudo().sealed_state)
        card.action_finish_local({str(job["lines"][0]["id"]): "AAAA"})
        self.assertFalse((file | local).signature_ids)
        with self.assertRaises(UserError):
            request.action_sign_with_pin(PIN)

    def test_its_number_and_its_token_do_not_give_it_back(self):
        self.signer.signing_person_number = self.certificate.identifier.removeprefix("PNOBG-")
        self.release()

        linked, _proposed = self.env["oa.signing.key"]._import_keys(self.tokens.get_keys())
        self.certificate._link_by_number()

        self.assertNotIn(self.key, linked)
        self.assertFalse(self.certificate._belongs_to(self.signer))
        self.assertFalse(self.certificate.user_id)

    def test_two_people_give_it_again_with_its_keys(self):
        self.release()
        link = self.env["oa.certificate.link"].with_user(self.administrator)
        proposal = link.create({"certificate_id": self.certificate.id, "user_id": self.signer.id, "reason": "Намерена."})

        with self.assertRaisesRegex(UserError, "You proposed this yourself"):
            proposal.action_approve()
        proposal.with_user(self.second_administrator).action_approve()

        self.assertEqual((self.certificate.user_id, self.key.user_id, self.key.state), (self.signer, self.signer, "active"))
        self.assertTrue(self.sign(self.make_file()))

    def test_history_says_who_took_it_when_and_why(self):
        self.release()

        row = self.certificate.link_ids[:1]
        self.assertEqual((row.state, row.user_id, row.proposer_id), ("released", self.signer, self.administrator))
        self.assertEqual(row.reason, "Картата е изгубена.")
        self.assertTrue(row.decided_at)
        with self.assertRaisesRegex(UserError, "decided already"):
            row.with_user(self.second_administrator).action_approve()

    def test_person_and_other_administrators_are_told(self):
        self.release()

        told = self.env["mail.message"].search([("model", "=", "oa.certificate"), ("res_id", "=", self.certificate.id)])
        partners = told.notified_partner_ids | told.partner_ids
        self.assertIn(self.signer.partner_id, partners)
        self.assertIn(self.second_administrator.partner_id, partners)
        self.assertNotIn(self.second_signer.partner_id, partners)
        self.assertIn("Картата е изгубена.", told[0].body)

    def test_signatures_made_before_stay_as_they_are(self):
        signature = self.sign(self.make_file())
        self.complete()

        self.release()

        self.assertEqual((signature.verdict, signature.certificate_id), ("valid", self.certificate))

    def test_only_administrators_of_signatures_take_certificates(self):
        for person in (self.signer, self.second_signer, self.colleague):
            certificate = self.certificate.with_user(person)
            with self.subTest(person=person.name), self.assertRaises(AccessError):
                certificate.action_release()
            with self.subTest(person=person.name), self.assertRaises(AccessError):
                certificate._release("х")
        self.assertEqual(self.certificate.user_id, self.signer)

    def test_reason_is_asked_for_and_nothing_is_taken_twice(self):
        with self.assertRaisesRegex(UserError, "Write why"):
            self.release(reason="  ")
        self.release()
        with self.assertRaisesRegex(UserError, "not linked to anybody"):
            self.release()
