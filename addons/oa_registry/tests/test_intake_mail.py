from email.message import EmailMessage
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ENCRYPTED_PDF, PDF, RegistryCase
from .test_dispatch import deliver, mail_server


class IntakeCase(RegistryCase):
    """A registry office with an address."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = cls.company.oa_default_office_id
        cls.office.write({"email": "registry@izpitna.example", "user_ids": cls.clerk.ids})
        cls.other_company.oa_default_office_id.email = "registry@chuzhda.example"

    def build(self, files=(), text="Моля, издайте удостоверение.", to="registry@izpitna.example", **headers):
        message = EmailMessage()
        headers = {"From": "Рада Пробна <rada@example.com>", "To": to, "Subject": "Заявление за имот", "Message-ID": "<1@example.com>"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        for name, value in headers.items():
            message[name] = value
        message.set_content(text)
        for name, data in files:
            message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
        return bytes(message)

    def receive(self, data, read=True):
        mail = self.env["oa.intake.mail"].browse(self.env["mail.thread"].message_process(None, data))
        if read:
            self.read_now(mail)
        return mail

    def read_now(self, mail):
        mail._as_reader()._try_read()
        mail.invalidate_recordset()


@tagged("post_install", "-at_install")
class TestIntakeMail(IntakeCase):
    def test_a_letter_becomes_a_draft_with_the_original_and_its_files(self):
        data = self.build([("приложение.docx", b"PK\x03\x04x"), ("заявление.pdf", PDF)])

        document = self.receive(data).document_id.with_user(self.clerk)

        self.assertEqual((document.state, document.direction, document.received_channel), ("draft", "incoming", "email"))
        self.assertEqual((document.subject, document.office_id), ("Заявление за имот", self.office))
        self.assertEqual(document.correspondent_ids.partner_id, self.applicant)
        files = {file.role: file for file in document.file_ids}
        self.assertEqual(files["main"].name, "заявление.pdf")
        self.assertEqual(files["attachment"].name, "приложение.docx")
        self.assertEqual(files["message"].sudo().attachment_id.raw, data)

    def test_the_clerk_of_the_office_registers_the_draft(self):
        document = self.receive(self.build()).document_id
        self.register(document.with_user(self.clerk))
        self.assertEqual(document.state, "registered")

    def test_a_restricted_draft_is_seen_by_its_office_until_it_is_registered(self):
        self.application.access_level = "restricted"
        self.env["oa.intake.rule"].create({"company_id": self.company.id, "sender": "@example.com", "kind_id": self.application.id})
        colleague = self._create_person("clerk", "second_clerk")
        self.office.user_ids |= colleague

        document = self.receive(self.build()).document_id

        self.assertEqual(document.access_level, "restricted")
        self.assertTrue(document.with_user(colleague).has_access("write"))
        self.assertFalse(document.with_user(self.governor).has_access("read"))
        self.register(document)
        self.assertFalse(document.with_user(colleague).has_access("read"))

    def test_windows_1251_without_a_word_about_it_is_read(self):
        data = (
            b"From: rada@example.com\r\nTo: registry@izpitna.example\r\nSubject: " + "Жалба".encode("cp1251")
            + b'\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n'
            + "Недоволна съм.".encode("cp1251") + b'\r\n--b\r\nContent-Type: application/pdf; name="' + "жалба.pdf".encode("cp1251")
            + b'"\r\nContent-Disposition: attachment; filename="' + "жалба.pdf".encode("cp1251") + b'"\r\n\r\n' + PDF + b"\r\n--b--\r\n"
        )  # fmt: skip
        mail = self.receive(data)
        self.assertEqual((mail.subject, mail.text), ("Жалба", "Недоволна съм."))
        self.assertIn("жалба.pdf", mail.document_id.file_ids.mapped("name"))

    def test_a_letter_without_a_subject_has_a_name(self):
        letter = self.receive(self.build(Subject=" ")).with_user(self.clerk)

        self.assertEqual(letter.display_name, "Letter without a subject")

    def test_an_unknown_sender_becomes_a_contact_once(self):
        first = self.receive(self.build(From="Нова Особа <nova@example.com>"))
        second = self.receive(self.build(From="Нова Особа <NOVA@example.com>", Message_ID="<2@example.com>", text="Друго писмо"))
        partner = first.document_id.correspondent_ids.partner_id
        self.assertEqual((partner.name, partner.email), ("Нова Особа", "nova@example.com"))
        self.assertEqual(second.document_id.correspondent_ids.partner_id, partner)

    def test_the_same_letter_twice_makes_one_draft(self):
        first = self.receive(self.build([("заявление.pdf", PDF)]))
        for headers in ({}, {"Message_ID": "<other@example.com>"}, {"text": "Друг текст"}):
            with self.subTest(headers):
                again = self.receive(self.build([("заявление.pdf", PDF)], **headers))
                self.assertEqual((again.state, again.verdict, again.twin_id), ("set_aside", "duplicate", first))
                self.assertFalse(again.document_id)

    def test_the_other_administration_gets_its_own_draft(self):
        self.receive(self.build())
        other = self.receive(self.build(to="registry@chuzhda.example"))
        self.assertEqual((other.company_id, other.state), (self.other_company, "drafted"))
        self.assertFalse(self.env["oa.intake.mail"].with_user(self.clerk).search([("id", "=", other.id)]))

    def test_machines_loops_and_nothing_make_no_draft_and_are_kept(self):
        cases = {
            "auto_reply": {"Auto_Submitted": "auto-replied"},
            "loop": {"From": "registry@izpitna.example"},
            "empty": {"text": ""},
        }
        for number, (verdict, headers) in enumerate(cases.items()):
            with self.subTest(verdict):
                data = self.build(Message_ID=f"<m{number}@example.com>", **headers)
                mail = self.receive(data)
                self.assertEqual((mail.verdict, mail.document_id), (verdict, self.env["oa.document"]))
                self.assertTrue(mail.reason)
                self.assertEqual(mail.original_id.raw, data)

    def test_files_that_are_not_stored_are_named_and_the_rest_is_taken(self):
        document = self.receive(self.build([("вирус.exe", b"MZ"), ("заключен.pdf", ENCRYPTED_PDF), ("писмо.pdf", PDF)])).document_id
        self.assertEqual(sorted(document.file_ids.mapped("role")), ["main", "message"])
        self.assertIn("вирус.exe", document.intake_note)
        self.assertIn("заключен.pdf", document.intake_note)

    def test_a_letter_with_nothing_but_refused_files_waits_for_the_clerk(self):
        mail = self.receive(self.build([("вирус.exe", b"MZ")])).with_user(self.clerk)
        self.assertEqual((mail.state, mail.verdict), ("waiting", "refused_files"))

        mail.action_draft()

        self.assertEqual((mail.document_id.author_id, mail.document_id.file_ids.role), (self.clerk, "message"))

    def test_a_letter_that_cannot_be_read_waits_with_the_reason(self):
        data = b"To: registry@izpitna.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\nx\r\n" * 400
        mail = self.receive(data)
        self.assertEqual((mail.state, mail.verdict), ("waiting", "unreadable"))
        self.assertIn("too many parts", mail.reason)

    def test_a_letter_that_breaks_the_reading_does_not_keep_the_others(self):
        broken, whole = (
            self.receive(self.build(text=text, Message_ID=f"<{len(text)}@example.com>"), read=False) for text in ("едно", "друго")
        )
        decide = type(broken)._decide

        def break_first(mail, *args):
            if mail == broken:
                raise ValueError("счупено")
            return decide(mail, *args)

        with patch.object(type(broken), "_decide", break_first), mute_logger("odoo.addons.oa_registry.models.oa_intake_mail"):
            for mail in (broken, whole):
                self.read_now(mail)
        self.assertEqual((broken.state, broken.verdict, whole.state), ("waiting", "unreadable", "drafted"))

    def test_a_killed_reading_leaves_the_letter_as_it_came(self):
        mail = self.receive(self.build(), read=False)
        self.assertEqual((mail.state, mail.original_id.raw), ("received", self.build()))
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60.0):
            self.env["oa.intake.mail"]._cron_read()
        mail.invalidate_recordset()
        self.assertEqual(mail.state, "drafted")

    def test_the_first_line_of_the_table_that_fits_decides(self):
        branch = self.env["oa.registry.office"].create({"name": "Приемна", "code": "П", "company_id": self.company.id})
        common = {"company_id": self.company.id}
        self.env["oa.intake.rule"].create([
            {**common, "sender": "@drugi.example", "kind_id": self.letter.id, "sequence": 1},
            {**common, "sender": "@example.com", "subject": "ИМОТ", "kind_id": self.application.id, "unit_id": self.unit.id,
             "office_id": branch.id, "sequence": 2},
            {**common, "sender": "@example.com", "kind_id": self.letter.id, "sequence": 3},
        ])  # fmt: skip
        document = self.receive(self.build()).document_id
        self.assertEqual((document.kind_id, document.unit_id, document.office_id), (self.application, self.unit, branch))

    def test_a_number_of_ours_in_the_subject_brings_the_letter_to_its_case(self):
        document = self.create_registered()
        answer = self.receive(self.build(Subject=f"Re: Ваш № {document.uri}")).document_id
        self.assertEqual(answer.case_id, document.case_id)

    def test_a_number_of_a_closed_case_opens_nothing(self):
        document = self.create_registered()
        document.case_id._write_system({"state": "closed"})
        self.assertFalse(self.receive(self.build(Subject=f"Re: {document.uri}")).document_id.case_id)

    def test_a_returned_message_fails_its_dispatch(self):
        document = self.create_document(self.reply)
        document._add_file("отговор.pdf", PDF, "main")
        self.register(document)
        with mail_server(deliver):
            document.with_user(self.clerk).action_dispatch()
        dispatch = document.dispatch_ids
        dispatch.mail_id.mail_message_id.message_id = "<ours@izpitna.example>"
        report = (
            b"From: MAILER-DAEMON@mx.example\r\nTo: registry@izpitna.example\r\n"
            b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nUser unknown\r\n"
            b"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-Id: <ours@izpitna.example>\r\n--b--\r\n"
        )
        mail = self.receive(report)
        self.assertEqual((mail.verdict, dispatch.state), ("bounce", "failed"))
        self.assertIn("User unknown", dispatch.outcome)

    def test_a_flood_from_one_sender_waits_in_the_tray(self):
        for number in range(50):
            self.receive(self.build(Message_ID=f"<f{number}@example.com>"), read=False)
        mail = self.receive(self.build(Message_ID="<last@example.com>", text="Последно"))
        self.assertEqual((mail.state, mail.verdict), ("waiting", "flood"))

    def test_letters_are_not_written_or_deleted_by_hand(self):
        mail = self.receive(self.build()).with_user(self.clerk)
        with self.assertRaises(AccessError):
            mail.write({"state": "set_aside"})
        with self.assertRaises(AccessError):
            mail.unlink()
        with self.assertRaises(UserError):
            mail.sudo().unlink()
        with self.assertRaises(AccessError):
            mail.with_user(self.expert).read(["subject"])
        with self.assertRaises(AccessError):
            mail.document_id.with_user(self.clerk).write({"intake_mail_id": False})

    def test_letters_for_others_go_the_way_of_odoo(self):
        found = self.env["oa.intake.mail"]._find_office("res.partner", self.build(to="someone@example.com"))
        self.assertFalse(found)

    def test_a_mailbox_without_a_known_address_falls_to_the_default_office(self):
        found = self.env["oa.intake.mail"].with_company(self.company)._find_office("oa.intake.mail", self.build(to="list@example.com"))
        self.assertEqual(found, self.office)

    def test_letters_saved_as_files_go_the_same_way(self):
        attachment = self.env["ir.attachment"].with_user(self.clerk).create({"name": "писмо.eml", "raw": self.build()})
        wizard = self.env["oa.intake.upload"].with_user(self.clerk)
        wizard.create({"office_id": self.office.id, "attachment_ids": attachment.ids}).action_confirm()
        mail = self.env["oa.intake.mail"].search([("office_id", "=", self.office.id)])
        self.assertEqual((mail.state, mail.subject), ("received", "Заявление за имот"))
