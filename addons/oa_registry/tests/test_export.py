import csv
import io
import zipfile
from unittest.mock import patch

from lxml import etree
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..models import oa_register_export
from .common import RegistryCase

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class ExportCase(RegistryCase):
    def ask(self, format_name="csv", user=None, register=None, **vals):
        today = fields.Date.context_today(self.env.user)
        vals = {"format": format_name, "date_from": today, "date_to": today, "direction": "all", "annulled": "all", **vals}
        user = user or self.clerk
        return self.env["oa.register.export"].with_user(user)._ask((register or self.official).with_user(user), vals)

    def read(self, export):  # pylint: disable=method-required-super  # no Odoo model
        return export.sudo().attachment_id.raw

    def read_rows(self, export):
        return list(csv.DictReader(io.StringIO(self.read(export).decode("utf-8-sig")), delimiter=";"))

    def work_at_night(self):
        """The cron, which commits nothing in a test."""
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60.0):
            self.env["oa.register.export"]._cron_export()


@tagged("post_install", "-at_install")
class TestExport(ExportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.documents = [cls.create_document(cls, subject=f"Молба {number}") for number in range(5)]
        cls.register(cls, *cls.documents)
        cls.numbers = [document.number for document in cls.documents]

    def test_a_short_book_is_ready_at_once(self):
        export = self.ask()
        self.assertEqual((export.state, export.line_total, export.progress), ("done", 5, 100))
        self.assertEqual([row["Рег. №"] for row in self.read_rows(export)], self.numbers)
        self.assertFalse(export.sudo().part_ids)

    def test_csv_begins_with_a_bom_and_no_cell_is_a_formula(self):
        self.create_registered(subject='=HYPERLINK("http://example.com")')
        data = self.read(self.ask())
        self.assertTrue(data.startswith(b"\xef\xbb\xbf"))
        self.assertEqual(self.read_rows(self.ask())[-1]["Относно"], '\'=HYPERLINK("http://example.com")')

    def test_xlsx_opens_and_holds_every_line(self):
        with zipfile.ZipFile(io.BytesIO(self.read(self.ask("xlsx")))) as archive:
            sheet = etree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
        rows = list(sheet.iter(f"{SHEET}row"))
        self.assertEqual(len(rows), 3 + 5)
        self.assertIn(self.numbers[0], "".join(rows[3].itertext()))

    def test_pdf_is_the_book_with_its_pages_counted(self):
        export = self.ask("pdf")
        self.assertTrue(self.read(export).startswith(b"%PDF-1.7"))
        self.assertEqual(export.page_count, 1)

    def test_an_empty_period_is_a_book_without_lines(self):
        for name in ("pdf", "csv", "xlsx", "proof"):
            export = self.ask(name, register=self.internal)
            self.assertEqual((export.state, export.line_total), ("done", 0))

    def test_filters_choose_direction_kind_and_annulled(self):
        self.create_registered(self.reply)
        self.documents[1].with_user(self.head_registrar)._annul("повторно вписан")
        self.assertEqual(self.ask(direction="outgoing").line_total, 1)
        self.assertEqual(self.ask(kind_id=self.application.id).line_total, 5)
        self.assertEqual(self.ask(annulled="without").line_total, 5)
        row = self.read_rows(self.ask(annulled="only"))
        self.assertEqual([line["Рег. №"] for line in row], [self.numbers[1]])
        self.assertIn("повторно вписан", row[0]["Последващи събития"])

    def test_a_line_that_the_person_may_not_see_keeps_number_and_date_only(self):
        secret = self.create_registered(subject="Поверително", access_level="restricted")
        secret._deny(self.head_registrar, "конфликт на интереси")
        row = self.read_rows(self.ask(user=self.head_registrar))[-1]
        self.assertEqual(row["Рег. №"], secret.number)
        self.assertEqual((row["Относно"], row["Кореспондент"], row["Регистрирал"]), ("(ограничен достъп)", "", ""))
        for name in ("xlsx", "proof"):
            archive = zipfile.ZipFile(io.BytesIO(self.read(self.ask(name, user=self.head_registrar))))
            self.assertFalse([file for file in archive.namelist() if "Поверително".encode() in archive.read(file)])

    def test_lines_of_a_portion_are_those_that_the_person_reads_one_by_one(self):
        secret, denied = (self.create_registered(subject="Поверително", access_level="restricted") for _number in range(2))
        for document in (secret, denied):
            document.with_user(self.head_registrar)._annul("двойно вписан")
        for document in (denied, self.documents[2]):
            document._deny(self.head_registrar, "конфликт на интереси")
        number = self.create_registered(sender_number="ТЕ-17").number
        for user in (self.clerk, self.head_registrar):
            rows = self.read_rows(self.ask(user=user))
            entries_sudo = self.env["oa.register.entry"].sudo().search([("register_id", "=", self.official.id)], order="id")
            self.assertEqual([row["Рег. №"] for row in rows], entries_sudo.mapped("name"))
            for row, entry in zip(rows, entries_sudo, strict=True):
                is_open = entry.with_user(user).has_access("read")
                shown = [row[name] for name in ("Относно", "Кореспондент", "Вид документ", "Регистрирал")]
                facts = [entry.subject, entry.correspondent or "", entry.kind, entry.registered_by_id.name]
                self.assertEqual(shown, facts if is_open else ["(ограничен достъп)", "", "", ""])
                self.assertEqual("двойно вписан" in row["Последващи събития"], is_open and entry.is_annulled)
            self.assertEqual([row["Рег. №"] for row in rows if row["Техен №"] == "ТЕ-17"], [number])
        self.assertEqual(sum(row["Относно"] == "(ограничен достъп)" for row in rows), 2)

    def test_only_clerks_export_and_auditors_take_the_proof(self):
        for user in (self.expert, self.archivist, self.governor, self.administrator):
            with self.assertRaises(AccessError):
                self.ask(user=user)
        with self.assertRaises(AccessError):
            self.ask("csv", user=self.auditor)
        archive = zipfile.ZipFile(io.BytesIO(self.read(self.ask("proof", user=self.auditor))))
        self.assertNotIn("Молба", archive.read("entries.jsonl").decode())

    def test_a_register_of_another_administration_is_not_exported(self):
        with self.assertRaises(AccessError):
            self.ask(user=self.outsider)

    def test_an_export_is_seen_by_whoever_asked_only(self):
        export = self.ask()
        self.assertFalse(self.env["oa.register.export"].with_user(self.head_registrar).search([("id", "=", export.id)]))
        with self.assertRaises(AccessError):
            export.sudo().attachment_id.with_user(self.head_registrar).read(["raw"])
        with self.assertRaises(AccessError):
            export.with_user(self.clerk).write({"state": "waiting"})
        with self.assertRaises(AccessError):
            self.env["oa.register.export"].with_user(self.clerk).create({"format": "csv"})

    def test_the_journal_says_who_exported_what(self):
        self.ask("xlsx")
        trace = self.env["oa.journal.entry"].search([("action", "=", "export"), ("res_id", "=", self.official.id)], limit=1)
        self.assertEqual(trace.user_id, self.clerk)
        self.assertIn("XLSX", trace.details)

    def test_the_nightly_cleaning_passes_over_what_has_no_rows_of_its_own(self):
        # Odoo asks abstract models, too.
        self.assertIsNone(self.env["oa.background.export"]._gc_exports())

    def test_old_files_are_thrown_away(self):
        export = self.ask()
        attachment = export.sudo().attachment_id
        self.env["oa.register.export"]._gc_exports()
        self.assertTrue(export.exists())
        self.env.flush_all()
        self.env.cr.execute("UPDATE oa_register_export SET create_date = create_date - interval '8 days' WHERE id = %s", [export.id])
        self.env.invalidate_all()
        self.env["oa.register.export"]._gc_exports()
        self.assertFalse(export.exists() or attachment.exists())


@tagged("post_install", "-at_install")
class TestLongExport(ExportCase):
    """Two lines are long here, and a portion holds three."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(patch.object(oa_register_export, "AT_ONCE", 2))
        cls.startClassPatcher(patch.object(oa_register_export, "_PORTION", 3))
        cls.documents = [cls.create_document(cls, subject=f"Молба {number}") for number in range(8)]
        cls.register(cls, *cls.documents)
        cls.numbers = [document.number for document in cls.documents]

    def test_a_long_book_waits_for_the_cron_and_then_tells(self):
        export = self.ask()
        self.assertEqual((export.state, export.progress), ("waiting", 0))
        with self.assertRaises(UserError):
            export.action_download()

        self.work_at_night()

        self.assertEqual(export.state, "done")
        self.assertEqual([row["Рег. №"] for row in self.read_rows(export)], self.numbers)
        self.env.cr.precommit.run()
        messages = "".join(self.env["bus.bus"].sudo().search([], order="id desc", limit=5).mapped("message"))
        self.assertIn("simple_notification", messages)

    def test_a_killed_worker_loses_one_portion(self):
        for name in ("csv", "pdf", "xlsx", "proof"):
            export = self.ask(name)
            export._work()
            self.assertEqual(export.state, "running")
            first = export.sudo().part_ids
            with (
                patch.object(type(export), "_write_portion", side_effect=MemoryError),
                self.assertRaises(MemoryError),
                self.env.cr.savepoint(),
            ):
                export._work()
            self.env.invalidate_all()
            self.assertEqual(export.sudo().part_ids, first)

            self.work_at_night()

            self.assertEqual(export.state, "done", name)

    def test_no_word_of_a_portion_is_kept_for_searching(self):
        for name in ("csv", "pdf", "xlsx", "proof"):
            export = self.ask(name)
            export._work()
            attachment = export.sudo().part_ids.attachment_id
            self.assertFalse(attachment.index_content, name)

    def test_progress_grows_with_the_portions(self):
        export = self.ask()
        seen = []
        while export.state != "done":
            export._work()
            seen.append(export.progress)
        self.assertEqual(seen, [37, 74, 99, 100])

    def test_lines_registered_meanwhile_are_not_in_it(self):
        export = self.ask()
        export._work()
        self.create_registered()
        self.work_at_night()
        self.assertEqual(len(self.read_rows(export)), 8)

    def test_a_cancelled_export_goes_no_further(self):
        export = self.ask()
        export._work()
        export.action_cancel()
        self.work_at_night()
        self.assertEqual((export.state, export.attachment_id.id), ("cancelled", False))
        with self.assertRaises(UserError):
            export.action_cancel()

    def test_one_that_fails_does_not_keep_the_others(self):
        bad, good = self.ask(), self.ask("xlsx")
        write_portion = type(bad)._write_portion

        def fail(export, entries, place):
            if export == bad:
                raise ValueError("broken")
            return write_portion(export, entries, place)

        with patch.object(type(bad), "_write_portion", fail), mute_logger("odoo.addons.oa_registry.models.oa_background_export"):
            self.work_at_night()
        self.assertEqual((bad.state, good.state), ("failed", "done"))
        self.assertTrue(bad.problem)

    def test_whoever_lost_the_right_meanwhile_gets_nothing(self):
        export = self.ask()
        self.clerk.group_ids -= self.env.ref("oa_registry.oa_registry_group_clerk")
        with mute_logger("odoo.addons.oa_registry.models.oa_background_export"):
            self.work_at_night()
        self.assertEqual(export.sudo().state, "failed")

    def test_portions_of_pages_join_into_one_book(self):
        documents = [self.create_document(subject="Дълго относно " * 20) for _number in range(30)]
        self.register(*documents)
        with patch.object(oa_register_export, "_PORTION", 25):
            export = self.ask("pdf")
            self.work_at_night()
        data = self.read(export)
        self.assertGreater(export.page_count, 2)
        self.assertEqual(data.count(b"/Type /Page "), export.page_count)

    def test_few_and_many_lines_cost_the_same_queries(self):
        def count(limit):
            export = self.ask()
            with patch.object(oa_register_export, "_PORTION", limit):
                self.env.flush_all()
                before = self.env.cr.sql_log_count
                export._work()
                self.env.flush_all()
                return self.env.cr.sql_log_count - before

        count(2)
        self.assertLessEqual(count(8), count(2))


@tagged("post_install", "-at_install")
class TestExportDownload(HttpCase, ExportCase):
    def test_the_file_is_served_to_whoever_asked_and_may(self):
        self.create_registered()
        export = self.ask()
        address = f"/oa/export/{export.id}"
        self.clerk.password = self.head_registrar.password = "a long password"
        self.authenticate(self.clerk.login, "a long password")
        answer = self.url_open(address)
        self.assertEqual((answer.status_code, answer.content), (200, self.read(export)))

        self.authenticate(self.head_registrar.login, "a long password")
        self.assertEqual(self.url_open(address).status_code, 404)

    def test_the_daily_list_is_served_to_its_readers(self):
        self.create_registered()
        self.env.flush_all()
        with patch.object(fields.Datetime, "now", return_value=fields.Datetime.add(fields.Datetime.now(), days=2)):
            closing = next(self.env["oa.register.closing"]._close_days(self.official))
        self.expert.password = self.auditor.password = "a long password"
        self.authenticate(self.auditor.login, "a long password")
        self.assertEqual(self.url_open(f"/oa/closing/{closing.id}/xml").content, closing.xml.encode())
        self.assertTrue(self.url_open(f"/oa/closing/{closing.id}/pdf").content.startswith(b"%PDF"))
        self.assertEqual(self.url_open(f"/oa/closing/{closing.id}/tsr").status_code, 404)
        self.authenticate(self.expert.login, "a long password")
        self.assertEqual(self.url_open(f"/oa/closing/{closing.id}/xml").status_code, 404)
