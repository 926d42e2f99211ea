import io
import tempfile
import zipfile
from pathlib import Path
from unittest.mock import patch

from lxml import etree
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from ..adapters.case_verifier import Package, verify
from ..models import oa_case_export
from .common import PDF, RegistryCase


@tagged("post_install", "-at_install")
class TestCaseExport(RegistryCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.first = self.create_document(subject="Продажба на имот")
        self.first._add_file("молба.pdf", PDF, "main")
        self.first._add_file("скица/план.pdf", PDF + b"\n", "attachment")
        self.register(self.first)
        self.case = self.first.case_id.with_user(self.clerk)
        self.secret = self.create_document(self.letter, case_id=self.case.id, access_level="restricted", subject="Тайна")
        self.secret._add_file("тайна.pdf", PDF + b"\n\n", "main")
        self.register(self.secret)
        self.reader = new_test_user(
            self.env, "reader", "base.group_user,oa_registry.oa_registry_group_expert", company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)], password="reader-password",
        )  # fmt: skip
        self.first._grant(self.reader, "изпълнител")

    def pack(self, user=None):
        return self.env["oa.case.export"].with_user(user or self.head_registrar)._ask(self.case.with_user(user or self.head_registrar))

    def open(self, export):
        return zipfile.ZipFile(io.BytesIO(export.sudo().attachment_id.raw))

    def work_at_night(self):
        """The cron, which commits nothing in a test."""
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60.0):
            self.env["oa.case.export"]._cron_export()

    def test_the_package_holds_contents_files_index_and_digests_and_is_whole(self):
        export = self.pack()
        self.assertEqual((export.state, export.hidden_count, export.file_count, export.flaw_count), ("done", 0, 3, 0))
        with self.open(export) as archive:
            names = archive.namelist()
            self.assertEqual(archive.read("contents.pdf")[:5], b"%PDF-")
            index = etree.fromstring(archive.read("index.xml"))
            with tempfile.TemporaryDirectory() as folder:
                archive.extractall(folder)
                self.assertEqual(verify(Package(Path(folder))), [])
        self.assertEqual(len([name for name in names if name.startswith("documents/0001_")]), 2)
        self.assertEqual([node.get("subject") for node in index], ["Продажба на имот", "Тайна"])
        self.assertFalse(export.sudo().line_ids)

    def test_it_holds_only_what_the_person_may_see_and_says_so(self):
        export = self.pack(self.reader)
        self.assertEqual((export.hidden_count, export.file_count), (1, 2))
        with self.open(export) as archive:
            everything = b"".join(archive.read(name) for name in archive.namelist()) + "".join(archive.namelist()).encode()
            readme = archive.read("README.txt").decode()
            index = etree.fromstring(archive.read("index.xml"))
        for word in ("Тайна", "тайна.pdf", self.secret.number, self.secret.file_ids.sha256):
            self.assertNotIn(word.encode(), everything)
        self.assertIn("няма достъп до 1 от документите", readme)
        self.assertEqual([(node.tag.rpartition("}")[2], node.get("position")) for node in index], [("document", "1"), ("closed", "2")])

    def test_a_file_that_is_not_as_registered_is_named(self):
        file = self.first.file_ids[0]
        self.change_by_sql("UPDATE oa_document_file SET sha256 = %s WHERE id = %s", "0" * 64, file.id)
        export = self.pack()
        self.assertEqual(export.flaw_count, 1)
        with self.open(export) as archive:
            self.assertIn("РАЗМИНАВАНИЯ", archive.read("README.txt").decode())

    def test_a_long_case_is_packed_in_portions_that_go_on_after_a_stop(self):
        with patch.multiple(oa_case_export, _AT_ONCE=0, _PORTION=1):
            export = self.pack()
            self.assertEqual((export.state, export.progress), ("waiting", 0))
            export._work()
            self.assertEqual((export.state, export.progress), ("running", 45))
            self.work_at_night()
        self.assertEqual((export.state, export.progress, export.file_count), ("done", 100, 3))

    def test_a_package_in_progress_is_cancelled(self):
        with patch.multiple(oa_case_export, _AT_ONCE=0):
            export = self.pack()
        export.action_cancel()
        self.work_at_night()
        self.assertEqual((export.state, export.sudo().attachment_id.id), ("cancelled", False))
        with self.assertRaisesRegex(UserError, "not ready"):
            export.action_download()

    def test_whoever_loses_access_meanwhile_gets_nothing(self):
        with patch.multiple(oa_case_export, _AT_ONCE=0):
            export = self.pack(self.reader)
        self.first.grant_ids._withdraw("прекратен достъп")
        with self.assertLogs("odoo.addons.oa_registry.models.oa_background_export", "ERROR"):
            self.work_at_night()
        self.assertEqual((export.state, export.sudo().attachment_id.id), ("failed", False))

    def test_only_whoever_asked_takes_the_package(self):
        export = self.pack()
        self.env.flush_all()
        self.authenticate("reader", "reader-password")
        self.assertEqual(self.url_open(f"/oa/case-export/{export.id}").status_code, 404)
        own = self.pack(self.reader)
        self.env.flush_all()
        answer = self.url_open(f"/oa/case-export/{own.id}")
        self.assertEqual((answer.status_code, answer.content[:2]), (200, b"PK"))

    def test_a_case_that_is_not_seen_is_not_packed(self):
        with self.assertRaises(AccessError):
            self.case.with_user(self.colleague).action_export()

    def test_the_journal_knows_who_packed_the_case(self):
        self.pack(self.reader)
        row = self.env["oa.journal.entry"].search([("case_id", "=", self.case.id), ("action", "=", "export")])
        self.assertEqual(row.user_id, self.reader)

    def test_people_do_not_write_how_far_it_is(self):
        export = self.pack()
        with self.assertRaises(AccessError):
            export.write({"state": "done"})
        with self.assertRaises(AccessError):
            self.env["oa.case.export.line"].with_user(self.head_registrar).search([])
