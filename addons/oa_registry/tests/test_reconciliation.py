from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..models import oa_reconciliation
from .common import PDF, RegistryCase
from .test_scan_batch import draw_pile


@tagged("post_install", "-at_install")
class TestReconciliation(RegistryCase):
    def setUp(self):
        super().setUp()
        self.company.oa_receipts_enabled = False
        self.whole = self.create_document(self.letter)
        self.whole._add_file("писмо.pdf", PDF, "main")
        self.bare, self.reply = self.create_document(self.letter, subject="Без файл"), self.create_document(self.reply)
        self.reply._add_file("отговор.pdf", PDF + b"\n", "main")
        self.register(self.whole, self.bare, self.reply)
        self.draft = self.create_document(self.letter, subject="Забравен проект")
        self.draft._add_file("проект.pdf", PDF, "main")
        dispatches = self.env["oa.dispatch"].with_user(self.clerk)
        self.waiting, self.sent = (
            dispatches.create({"document_id": self.reply.id, "partner_id": self.applicant.id, "channel": "post"}) for _number in range(2)
        )
        self.sent.action_send()
        self.make_old()

    def make_old(self):
        """A month has passed since all of it."""
        month = timedelta(days=30)
        for table, column in (("oa_document", "create_date"), ("oa_dispatch", "create_date"), ("oa_dispatch", "sent_at")):
            self.change_by_sql(f"UPDATE {table} SET {column} = {column} - interval '30 days' WHERE company_id = %s", self.company.id)
        self.change_by_sql(
            "UPDATE oa_document SET registered_at = registered_at - %s WHERE company_id = %s AND registered_at IS NOT NULL",
            month, self.company.id,
        )  # fmt: skip

    def look(self):
        """The nightly run, which commits nothing in a test."""
        runs = self.env["oa.reconciliation"]
        self.env["oa.reconciliation"]._as_system().search([("company_id", "!=", self.company.id)]).unlink()
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60.0):
            runs._as_system().create({"company_id": self.company.id, "day": fields.Date.today()})
            runs._cron_reconcile()
        return runs.with_user(self.head_registrar).search([], limit=1)

    def find(self, kind, state="open"):
        return self.env["oa.reconciliation.finding"].with_user(self.head_registrar).search([("kind", "=", kind), ("state", "=", state)])

    def records(self, kind):
        findings = self.find(kind)
        return self.env[findings[0].res_model].browse(findings.mapped("res_id")) if findings else None

    def test_each_sort_finds_what_has_not_come_together_and_nothing_else(self):
        self.look()
        self.assertEqual(self.records("number_without_file"), self.bare)
        self.assertEqual(self.records("file_without_number"), self.draft)
        self.assertEqual(self.records("dispatch_waiting"), self.waiting)
        self.assertEqual(self.records("dispatch_without_outcome"), self.sent)
        self.assertFalse(self.find("digest"))
        self.assertFalse(self.find("receipt_missing"))

    def test_a_receipt_that_was_not_sent_is_found(self):
        self.company.oa_receipts_enabled = True
        self.change_by_sql("UPDATE oa_document SET registered_at = now() - interval '2 days' WHERE id = %s", self.whole.id)
        self.look()
        self.assertIn(self.whole, self.records("receipt_missing"))

    def test_a_stored_file_that_differs_is_found(self):
        file = self.whole.file_ids
        self.change_by_sql("UPDATE oa_document_file SET sha256 = %s WHERE id = %s", "0" * 64, file.id)
        run = self.look()
        self.assertEqual(self.records("digest"), file)
        self.assertEqual(run.file_count, self.env["oa.document.file"].search_count([("company_id", "=", self.company.id)]))
        with self.assertRaisesRegex(UserError, "not explained away"):
            self.find("digest")._explain("нищо")

    def test_reading_the_files_goes_on_the_night_after(self):
        with patch.multiple(oa_reconciliation, _FILES_A_NIGHT=1, _FILES_AT_ONCE=1):
            first, second = self.look(), self.look()
        self.assertTrue(0 < first.last_file_id < second.last_file_id)

    def test_what_is_mended_leaves_the_list_and_comes_back_when_it_breaks_again(self):
        self.look()
        finding = self.find("number_without_file")
        self.bare._add_file("скан.pdf", PDF, "scan")
        self.look()
        self.assertEqual(finding.state, "mended")
        self.assertTrue(finding.mended_at)
        self.change_by_sql("DELETE FROM oa_document_file WHERE document_id = %s", self.bare.id)
        self.look()
        self.assertEqual(finding.state, "open")

    def test_the_buttons_mend_at_once(self):
        self.look()
        waiting, sent = self.find("dispatch_waiting"), self.find("dispatch_without_outcome")
        waiting.action_mend()
        sent.action_mend()
        self.assertEqual((self.waiting.state, self.sent.state), ("sent", "delivered"))
        self.assertEqual(set((waiting | sent).mapped("state")), {"mended"})
        with self.assertRaisesRegex(UserError, "Open it"):
            self.find("number_without_file").action_mend()

    def test_the_button_leads_to_the_record(self):
        self.look()
        action = self.find("number_without_file").action_open_record()
        self.assertEqual((action["res_model"], action["res_id"]), ("oa.document", self.bare.id))

    def test_what_is_explained_does_not_come_back(self):
        self.look()
        finding = self.find("number_without_file")
        dialog = Form(
            self.env["oa.reconciliation.explain"].with_user(self.head_registrar).with_context(**finding.action_explain()["context"])
        )
        dialog.explanation = "карта на хартия, шкаф 3"
        dialog.save().action_confirm()
        self.look()
        self.assertEqual((finding.state, finding.explained_by_id), ("explained", self.head_registrar))
        self.assertFalse(self.find("number_without_file"))

    def test_more_than_are_listed_are_counted_and_the_night_says_so(self):
        with patch.object(type(self.env["oa.reconciliation.finding"]), "_most_listed", 1):
            self.register(self.create_document(self.letter), self.create_document(self.letter))
            self.make_old()
            run = self.look()
            self.assertEqual((run.totals["number_without_file"], len(self.find("number_without_file"))), (3, 1))
            self.assertIn("Number without a file: 3, the newest 1", run.summary)
        self.look()
        self.assertEqual(len(self.find("number_without_file")), 3)

    def test_a_scanned_letter_that_nobody_filed_is_found_until_it_is(self):
        office = self.company.oa_default_office_id
        office.user_ids |= self.clerk
        batch = self.env["oa.scan.batch"].with_user(self.clerk)._receive(office, "пакет.pdf", draw_pile([]))
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60.0):
            self.env["oa.scan.batch"]._cron_read()
        self.change_by_sql("UPDATE oa_scan_part SET create_date = create_date - interval '3 days'")
        self.look()
        self.assertIn("пакет.pdf", self.find("unmatched_scan").subject)
        self.assertEqual(self.find("unmatched_scan").action_open_record()["res_model"], "oa.scan.part")
        batch.part_ids.action_set_aside()
        self.look()
        self.assertEqual((self.find("unmatched_scan").ids, self.find("unmatched_scan", "mended").res_id), ([], batch.part_ids.id))

    def test_content_that_was_restored_is_no_finding_any_more(self):
        file = self.whole.file_ids
        with patch.object(type(file), "_compute_stored_digest", lambda file: "другo"):
            self.look()
        self.assertIn(file.id, self.find("digest").mapped("res_id"))
        self.look()
        self.assertFalse(self.find("digest"))

    def test_only_the_head_registrar_reads_and_explains(self):
        self.look()
        for user in (self.clerk, self.expert, self.administrator):
            with self.assertRaises(AccessError):
                self.env["oa.reconciliation.finding"].with_user(user).search([])
            with self.assertRaises(AccessError):
                self.env["oa.reconciliation"].with_user(user).action_reconcile_now()
        with self.assertRaises(AccessError):
            self.find("number_without_file").write({"state": "mended"})

    def test_another_administration_sees_nothing_of_it(self):
        self.look()
        head = self._create_person("head_registrar", "other_head", self.other_company)
        self.assertFalse(self.env["oa.reconciliation.finding"].with_user(head).search([]))

    def test_the_subject_of_a_document_denied_to_the_reader_stays_hidden(self):
        self.look()
        self.bare._deny(self.head_registrar, "отвод")
        finding = self.find("number_without_file")
        self.assertNotIn("Без файл", finding.subject)

    def test_few_and_many_findings_cost_the_same_queries(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            for check in self.env["oa.reconciliation"]._get_checks(self.company):
                self.env["oa.reconciliation.finding"]._take(self.company, check)
            self.env["oa.reconciliation.finding"].with_user(self.head_registrar).search([]).mapped("subject")
            return self.cr.sql_log_count - before

        count()
        few = count()
        self.register(*(self.create_document(self.letter) for _number in range(20)))
        self.change_by_sql("UPDATE oa_document SET registered_at = registered_at - interval '9 days' WHERE registered_at IS NOT NULL")
        self.assertEqual(count(), few)
        self.assertGreater(len(self.find("number_without_file")), 20)
