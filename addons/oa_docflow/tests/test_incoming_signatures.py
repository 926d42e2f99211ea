"""Signed files that come in are judged in the background and again on demand; nobody is held up by a bad signature."""

from odoo.addons.oa_signing.tests.common import Outsider
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DocflowCase


@tagged("post_install", "-at_install")
class TestIncomingSignatures(DocflowCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.applicant_card = Outsider()
        cls.classPatch(cls.registry["oa.signing.ports"], "_get_documents", lambda self: cls.applicant_card.documents)

    def setUp(self):
        super().setUp()
        self.letter = self.receive()
        self.pdf = self.letter._render_pdf("<h1>Заявление</h1>", "Заявление")

    def sign(self, data, kind="pades"):
        return self.applicant_card.sign(data, kind)

    def check_in_background(self):
        self.run_cron("oa_signing.oa_signature_check_queue_cron")
        return self.as_(self.clerk, self.letter)

    def test_signed_letter_is_judged_after_it_came(self):
        self.letter._add_file("Заявление.pdf", self.sign(self.pdf), "main")
        self.assertFalse(self.letter.check_outcome)

        letter = self.check_in_background()

        self.assertEqual((letter.check_outcome, letter.check_count), ("valid", 1))

    def test_unsigned_letter_waits_for_nothing(self):
        self.letter._add_file("Заявление.pdf", self.pdf, "main")

        self.assertEqual(self.check_in_background().check_count, 0)
        with self.assertRaisesRegex(UserError, "No file here carries"):
            self.as_(self.clerk, self.letter).action_check_signatures()

    def test_bad_signature_is_marked_and_does_not_hold_up_registration(self):
        self.letter._add_file("Заявление.pdf", self.sign(self.pdf) + b"\n% more", "main")

        self.assertEqual(self.check_in_background().check_outcome, "invalid")
        self.assertTrue(self.register(self.letter).number)

    def test_signature_beside_a_file_finds_it_by_its_digest_whatever_the_names(self):
        self.letter._add_file("Молба.pdf", self.pdf, "main")
        self.letter._add_file("друго име.p7s", self.sign(self.pdf, "cades"), "attachment")

        letter = self.check_in_background()

        self.assertEqual(letter.check_outcome, "valid")

    def test_anybody_who_reads_the_document_checks_again_and_others_do_not(self):
        self.letter._add_file("Заявление.pdf", self.sign(self.pdf), "main")

        self.as_(self.clerk, self.letter).action_check_signatures()

        self.assertEqual(self.as_(self.clerk, self.letter).check_count, 1)
        with self.assertRaises(AccessError):
            self.as_(self.expert, self.letter).action_check_signatures()

    def test_state_of_forty_documents_costs_as_many_queries_as_of_two(self):
        letters = self.receive(40)
        for count in (2, 40):
            some = self.as_(self.clerk, letters[:count])
            some.mapped("number")
            with self.assertQueryCount(1):
                some.mapped("check_outcome")
