import io
import os
import zipfile
from unittest.mock import patch

from odoo.tests import tagged

from ..core.scan_split import SEPARATOR
from .common import ENCRYPTED_PDF, PDF
from .test_intake_mail import IntakeCase
from .test_scan_batch import draw_pile

SIGNED_PDF = PDF.replace(b"/Type /Catalog", b"/Type /Catalog /AcroForm << /SigFlags 3 >>")


@tagged("post_install", "-at_install")
class TestIntakeStory(IntakeCase):
    """Ten mixed items of one morning: every one of them is registered, or waits with a reason and its original."""

    def test_ten_mixed_items_of_a_morning(self):
        # 1 paper with attachments, at the desk
        paper = self.create_document(carrier="paper", sheet_count=3)
        for name in ("жалба.pdf", "приложение 1.pdf", "приложение 2.pdf"):
            paper.with_user(self.clerk)._add_file(name, PDF, paper._choose_upload_role())
        # 2 an e-mail with a signed PDF
        signed = self.receive(self.build([("подписано.pdf", SIGNED_PDF)]))
        # 3 the same letter again
        twin = self.receive(self.build([("подписано.pdf", SIGNED_PDF)]))
        # 4 a hostile PDF: locked, so that nobody can look into it
        hostile = self.receive(self.build([("заключен.pdf", ENCRYPTED_PDF)], Message_ID="<4@example.com>"))
        # 5 a ZIP of 40 MB
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("чертежи.bin", os.urandom(40 << 20))
        large = self.receive(self.build([("чертежи.zip", stream.getvalue())], Message_ID="<5@example.com>"))
        # 6 windows-1251 and a Cyrillic name, as old programs write them
        old = self.receive(
            b"From: old@example.com\r\nTo: registry@izpitna.example\r\nSubject: " + "Молба".encode("cp1251")
            + b'\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain; charset=windows-1251\r\n\r\n'
            + "Моля за отговор.".encode("cp1251") + b'\r\n--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; '
            + 'filename="молба.pdf"'.encode("cp1251") + b"\r\n\r\n" + PDF + b"\r\n--b--\r\n"
        )  # fmt: skip
        # 7 a machine's answer
        machine = self.receive(self.build(Auto_Submitted="auto-replied", Message_ID="<7@example.com>"))

        drafts = [paper, signed.document_id, large.document_id, old.document_id]
        self.register(*drafts)

        # 8, 9, 10 three letters in one scan: two with labels, one without
        pile = draw_pile([paper.uri], [], [SEPARATOR], [old.document_id.uri], [SEPARATOR], [])
        batch = self.env["oa.scan.batch"].with_user(self.clerk)._receive(self.office, "поща.pdf", pile)
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60.0):
            self.env["oa.scan.batch"]._cron_read()
        self.env.invalidate_all()
        batch.part_ids[2].action_draft()
        found = batch.part_ids[2].document_id
        found.write({"correspondent_ids": [(0, 0, {"partner_id": self.applicant.id, "role": "sender"})]})
        self.register(found)

        self.assertEqual({document.state for document in [*drafts, found]}, {"registered"})
        self.assertEqual((twin.verdict, twin.twin_id), ("duplicate", signed))
        self.assertEqual((hostile.state, hostile.verdict), ("waiting", "refused_files"))
        self.assertEqual((machine.state, machine.verdict), ("set_aside", "auto_reply"))
        self.assertGreater(max(large.document_id.file_ids.mapped("size")), 40 << 20)
        self.assertEqual((old.subject, old.document_id.main_file_id.name), ("Молба", "молба.pdf"))
        self.assertEqual([part.document_id for part in batch.part_ids], [paper, old.document_id, found])
        self.assertTrue(all(mail.original_id.raw for mail in (signed, twin, hostile, large, old, machine)))
