from datetime import date, timedelta
from unittest.mock import patch

import psycopg2
from lxml import etree
from odoo import fields
from odoo.addons.base.models.ir_mail_server import MailDeliveryException
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..core.closing import compute_xml_digest, read_xml
from ..core.hash_chain import GENESIS, Flaw, compute_digest, write_canonical
from .common import RegistryCase
from .test_dispatch import mail_server


@tagged("post_install", "-at_install")
class TestClosing(RegistryCase):
    """Three days in March: two with entries, a quiet one between them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = [cls.register_at(cls, "2026-03-02 09:00:00") for _number in range(3)]
        cls.second = [cls.register_at(cls, "2026-03-04 21:30:00"), cls.register_at(cls, "2026-03-04 22:30:00")]

    def register_at(self, moment):
        with freeze_time(moment):
            return self.register(self, self.create_document(self)) if isinstance(self, type) else self.create_registered()

    def close(self, moment="2026-03-06 00:30:00"):
        with freeze_time(moment):
            return self.env["oa.register.closing"].browse(
                closing.id for closing in self.env["oa.register.closing"]._close_days(self.official)
            )

    def find_flaw(self):
        finding = self.official._find_flaw()
        return finding and (finding.part, finding.flaw, finding.name)

    def rewrite(self, *documents, subject="Продажба на имот"):
        """Write the book anew from the first of these lines: every column, record and digest agree with each other."""
        entries = self.env["oa.register.entry"].search([("register_id", "=", self.official.id)], order="id")
        digest = GENESIS
        for entry in entries:
            changed = subject if entry.document_id in documents else entry.subject
            snapshot = entry.snapshot.replace(write_canonical({"x": entry.subject})[5:-1], write_canonical({"x": changed})[5:-1])
            new_digest = compute_digest(digest, snapshot)
            self.change_by_sql(
                "UPDATE oa_register_entry SET subject = %s, snapshot = %s, previous_digest = %s, digest = %s WHERE id = %s",
                changed, snapshot, digest, new_digest, entry.id,
            )  # fmt: skip
            digest = new_digest

    def test_each_day_with_entries_gets_one_list_by_the_clock_of_bulgaria(self):
        closings = self.close()

        # 22:30 UTC is half past midnight in Bulgaria: the last entry belongs to the next day.
        self.assertEqual(closings.mapped("day"), [date(2026, 3, 2), date(2026, 3, 4), date(2026, 3, 5)])
        self.assertEqual(closings.mapped("entry_count"), [3, 1, 1])
        self.assertEqual(closings.mapped("entry_total"), [3, 4, 5])
        self.assertEqual(closings[0].first_number, self.first[0].number)
        self.assertEqual(closings[0].last_number, self.first[2].number)
        self.assertEqual(closings[-1].entry_digest, self.second[-1].register_entry_id.digest)

    def test_lists_are_a_chain_and_their_digest_is_that_of_the_file(self):
        closings = self.close()

        self.assertEqual(closings.mapped("number"), [1, 2, 3])
        self.assertEqual(closings[0].previous_digest, GENESIS)
        self.assertEqual(closings[1:].mapped("previous_digest"), closings[:-1].mapped("digest"))
        for closing in closings:
            self.assertEqual(compute_xml_digest(closing.xml), closing.digest)
            self.assertEqual(etree.tostring(etree.fromstring(closing.xml), method="c14n").decode(), closing.xml)

    def test_a_list_names_every_entry_of_the_day(self):
        rows = read_xml(self.close()[0].xml).entries.rows

        self.assertEqual([row.name for row in rows], [document.number for document in self.first])
        self.assertEqual([row.digest for row in rows], [document.register_entry_id.digest for document in self.first])

    def test_a_day_is_closed_once_and_today_not_at_all(self):
        self.close("2026-03-04 21:00:00")
        self.assertEqual(self.official.closed_on, date(2026, 3, 2))

        self.assertEqual(self.close("2026-03-05 00:30:00").mapped("day"), [date(2026, 3, 4)])
        self.assertFalse(self.close("2026-03-05 00:31:00"))

    def test_missed_days_are_made_up_for(self):
        self.close("2026-03-03 00:30:00")

        self.assertEqual(len(self.close("2026-04-01 00:30:00")), 2)

    def test_a_book_with_a_long_past_gets_its_last_month_day_by_day(self):
        for number in range(40):
            self.register_at(f"{date(2026, 4, 1) + timedelta(days=number)} 10:00:00")

        closings = self.close("2026-06-01 10:00:00")

        self.assertEqual(len(closings), 31)
        self.assertEqual(closings[0].entry_count, 5 + 40 - 30)
        self.assertEqual(closings[-1].entry_total, 45)
        self.assertIsNone(self.find_flaw())

    def test_the_head_registrar_closes_days_and_the_clerk_does_not(self):
        with self.assertRaises(AccessError):
            self.official.with_user(self.clerk).action_close_days()

        self.official.with_user(self.head_registrar).action_close_days()

        self.assertEqual(self.official.closing_ids.made_by_id, self.head_registrar)
        trace = self.env["oa.journal.entry"].search([("action", "=", "closing"), ("res_id", "in", self.official.closing_ids.ids)])
        self.assertEqual(len(trace), 3)

    def test_nobody_changes_or_removes_a_list(self):
        closing = self.close()[0]
        for user in (self.head_registrar, self.administrator, self.env.ref("base.user_root")):
            with self.assertRaises(AccessError):
                closing.with_user(user).write({"digest": GENESIS})
            with self.assertRaises(AccessError):
                closing.with_user(user).unlink()
        for query in (
            f"UPDATE oa_register_closing SET entry_count = 1 WHERE id = {closing.id}",
            f"DELETE FROM oa_register_closing WHERE id = {closing.id}",
            f"UPDATE ir_attachment SET checksum = 'x' WHERE id = {closing.attachment_id.id}",
            f"DELETE FROM ir_attachment WHERE id = {closing.attachment_id.id}",
        ):
            with self.assertRaises(psycopg2.Error), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self.env.cr.execute(query)

    def test_nobody_slips_in_a_list_through_rpc(self):
        closing = self.close()[0]
        for model, vals in (
            ("oa.register.closing", {"register_id": self.official.id, "day": "2026-03-03"}),
            ("oa.register.closing.timestamp", {"closing_id": closing.id, "token": "eA=="}),
            ("oa.register.closing.mail", {"closing_id": closing.id, "email": "x@example.com"}),
        ):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.head_registrar).create(vals)

    def test_the_pdf_is_the_pdf_of_the_digest(self):
        closing = self.close()[0]
        name, data = list(closing._list_files())[1]
        self.assertEqual(name, "ОДР-2026-03-02-1.pdf")
        self.assertTrue(data.startswith(b"%PDF"))

    def test_lists_of_another_administration_stay_there(self):
        closing = self.close()[0]
        self.assertFalse(self.env["oa.register.closing"].with_user(self.outsider).search([]))
        with self.assertRaises(AccessError):
            closing.with_user(self.outsider).read(["xml"])

    def test_lines_taken_from_the_end_are_missing(self):
        self.close()
        self.change_by_sql("DELETE FROM oa_register_entry WHERE id = %s", self.second[1].register_entry_id.id)

        self.assertEqual(self.find_flaw(), ("entry", Flaw.MISSING, self.second[1].number))
        self.assertIn("missing at the end", self.official._explain_problem(self.official._find_flaw()))

    def test_a_book_written_anew_from_end_to_end_contradicts_its_lists(self):
        self.rewrite(self.first[1])
        self.assertIsNone(self.find_flaw(), "without lists a book that agrees with itself is whole")
        self.rewrite(self.first[1], subject="Удостоверение за имот")
        self.close()

        self.rewrite(self.first[1])

        self.assertEqual(self.find_flaw(), ("entry", Flaw.ALTERED, self.first[1].number))
        self.assertEqual(self.official._find_flaw().day, "02.03.2026")

    def test_an_altered_or_removed_list_is_found(self):
        closings = self.close()
        self.change_by_sql("UPDATE oa_register_closing SET xml = replace(xml, '>2<', '>3<') WHERE id = %s", closings[1].id)
        self.assertEqual(self.find_flaw()[:2], ("closing", Flaw.ALTERED))
        self.change_by_sql("UPDATE oa_register_closing SET xml = replace(xml, '>3<', '>2<') WHERE id = %s", closings[1].id)
        self.assertIsNone(self.find_flaw())

        self.change_by_sql("DELETE FROM oa_register_closing WHERE id = %s", closings[1].id)
        self.assertEqual(self.find_flaw(), ("closing", Flaw.MISSING, "05.03.2026"))

    @freeze_time("2026-03-06 08:00:00")
    def test_the_lists_go_outside_once_and_a_dead_server_is_tried_again(self):
        self.company.oa_closing_email = "archive@example.com"
        self.close()
        lists = self.env["oa.register.closing"]

        with mail_server(MailDeliveryException("no route")), mute_logger("odoo.addons.oa_registry.models.oa_register_closing_mail"):
            lists._send_lists(self.company)
        self.assertFalse(self.official.closing_ids.mail_ids)

        with mail_server(lambda message, *_args, **_kwargs: message["Message-Id"]) as send:
            lists._send_lists(self.company)
            lists._send_lists(self.company)
        self.assertEqual(send.call_count, 1)
        self.assertEqual(self.official.closing_ids.mail_ids.mapped("email"), ["archive@example.com"] * 3)
        parts = send.call_args.args[0].walk() if send.call_args.args else send.call_args.kwargs["message"].walk()
        self.assertEqual(sum(bool(part.get_filename()) for part in parts), 6)

    def test_without_an_authority_the_list_says_so(self):
        closing = self.close()[0]
        # Another addon may know an authority.
        model = type(closing)
        logger = mute_logger("odoo.addons.oa_registry.models.oa_register_closing_timestamp")
        with patch.object(model, "_has_timestamps", return_value=False), patch.object(model, "_timestamp", return_value=None), logger:
            self.assertFalse(closing._stamp())
            self.assertIn("no timestamp service is set", closing.timestamp_note)
        self.assertLessEqual(fields.Datetime.from_string("2026-03-06 00:30:00"), closing.made_at)
