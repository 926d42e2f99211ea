"""Signed files that come in are judged in the background and again on demand; nobody is held up by a bad signature."""

import base64
from email.message import EmailMessage

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

    def make_mail(self, *files, subject="Заявление"):
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "Рада Пробна <rada@citizen.example>", "registry@example.org", subject
        message["Message-ID"] = f"<{len(subject)}@citizen.example>"
        message.set_content("Изпращам приложените.")
        for name, data in files:
            kind = {} if isinstance(data, EmailMessage) else {"maintype": "application", "subtype": "octet-stream"}
            message.add_attachment(data, filename=name, **kind)
        return message

    def list_names(self, letter):
        return sorted(letter.env["oa.signature.check"].sudo().search([("res_id", "=", letter.id)]).mapped("file_name"))

    def test_signed_file_in_an_e_mail_that_a_clerk_adds_is_judged(self):
        inner = self.make_mail(("Договор.pdf", self.sign(self.pdf)), subject="Вътрешно")
        mail = self.make_mail(("Препратено.eml", inner), ("Скица.pdf", self.pdf))
        self.letter._add_file("Писмо.eml", bytes(mail), "attachment")

        letter = self.check_in_background()

        self.assertEqual((letter.check_outcome, letter.check_count), ("valid", 1))
        self.assertEqual(self.list_names(letter), ["Писмо.eml › Препратено.eml › Договор.pdf"])
        letter.action_check_signatures()
        self.assertEqual(letter.check_count, 2)

    def test_signature_in_an_e_mail_finds_the_file_beside_it(self):
        mail = self.make_mail(("Молба.pdf", self.pdf), ("Молба.pdf.p7s", self.sign(self.pdf, "cades")))
        self.letter._add_file("Писмо.eml", bytes(mail), "attachment")

        self.assertEqual(self.check_in_background().check_outcome, "valid")

    def test_signature_of_the_e_mail_itself_covers_its_text(self):
        part = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "Здравейте".encode() + b"\r\n"
        signature = base64.encodebytes(self.sign(part, "cades")).replace(b"\n", b"\r\n")
        letter = (
            b"From: rada@citizen.example\r\nMessage-ID: <1@citizen.example>\r\nMIME-Version: 1.0\r\n"
            b'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary="x"\r\n\r\n'
            b"--x\r\n" + part + b"\r\n--x\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n"
            b'Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="smime.p7s"\r\n\r\n'
            + signature
            + b"\r\n--x--\r\n"
        )
        for data, outcome in ((letter, "valid"), (letter.replace("Здравейте".encode(), "Здравейте!".encode()), "indeterminate")):
            with self.subTest(outcome=outcome):
                document = self.receive()
                document._add_file("Писмо.eml", data, "attachment")
                self.run_cron("oa_signing.oa_signature_check_queue_cron")
                self.assertEqual(self.as_(self.clerk, document).check_outcome, outcome)

    def test_files_of_a_letter_that_came_by_e_mail_are_judged_once(self):
        office = self.letter.office_id
        mail = self.make_mail(("Заявление.pdf", self.sign(self.pdf)))
        self.env["oa.intake.mail"]._receive(office, bytes(mail))
        self.run_cron("oa_registry.oa_intake_mail_cron")
        draft = self.env["oa.intake.mail"].search([("office_id", "=", office.id)], limit=1).document_id

        self.run_cron("oa_signing.oa_signature_check_queue_cron")

        self.assertEqual(self.list_names(draft), ["Заявление.pdf"])
        self.assertEqual(self.as_(self.clerk, draft).check_outcome, "valid")

    def test_hostile_e_mail_stops_nothing_and_says_nothing(self):
        self.letter._add_file(
            "Писмо.eml",
            b"From: x@y.z\r\nMessage-ID: <1>\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n" * 5000,
            "attachment",
        )

        letter = self.check_in_background()

        self.assertEqual(letter.check_count, 0)
        self.assertFalse(self.env["oa.signature.check.queue"].search([("res_id", "=", letter.id), ("res_model", "=", letter._name)]))

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
