from datetime import datetime
from unittest.mock import patch

import psycopg2
from freezegun import freeze_time
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..core.hash_chain import Flaw
from ..core.journal_chain import Thing
from .common import RegistryCase

AFTER_ALL = 2**62


@tagged("post_install", "-at_install")
class TestJournalChain(RegistryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seals = cls.env["oa.journal.seal"]
        # The rows of this test belong to a transaction that never ends; the job would wait for it for ever.
        cls.startClassPatcher(patch.object(type(cls.seals), "_read_horizon", lambda _self: AFTER_ALL))
        cls.document = cls.create_document(cls)
        cls.register(cls, cls.document)
        cls.rows = cls.document.journal_ids.sorted("id")

    def setUp(self):
        super().setUp()
        self.assertIsNone(self.seals._verify())

    def assert_refused(self, query, *params):
        with self.assertRaises(psycopg2.Error), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute(query, params)

    def assert_problem(self, flaw, thing, number, **options):
        problem = self.seals._verify(**options)
        self.assertTrue(problem, "nothing was found")
        self.assertEqual((problem.flaw, problem.thing, problem.number), (flaw, thing, number))

    def write_old_rows(self, moment="2024-01-10 08:00:00"):
        """Logins and openings of long ago beside an act that stays."""
        journal = self.env["oa.journal.entry"].with_user(self.clerk)
        with freeze_time(moment):
            rows = journal._log(self.document, "view") | journal._log(self.document, "download", "молба.pdf")
            kept = journal._log(self.document, "change")
        self.assertIsNone(self.seals._verify())
        return rows, kept

    def remove(self):
        with self.enter_registry_test_mode():
            self.env.ref("oa_registry.oa_journal_removal_cron").method_direct_trigger()

    # ------------------------------------------------------------ whole
    def test_every_row_is_sealed_behind_the_one_before(self):
        head = self.seals._get_head()
        self.env["oa.journal.entry"]._log(self.document, "print")

        self.assertIsNone(self.seals._verify())

        newest = self.seals.search([], limit=1)
        self.assertEqual((newest.number, newest.previous_digest, newest.count), (head["number"] + 1, head["digest"], 1))

    def test_rows_of_running_transactions_wait_for_the_next_seal(self):
        before = self.seals._get_head()
        self.env["oa.journal.entry"]._log(self.document, "print")
        self.env.cr.execute("SELECT pg_current_xact_id()::text::bigint")
        own = self.env.cr.fetchone()[0]
        with patch.object(type(self.seals), "_read_horizon", lambda _self: own):
            self.assertEqual(self.seals._seal_finished(), 0)

        self.assertEqual(self.seals._get_head(), before)
        self.assertEqual(self.seals._seal_finished(), 1)

    def test_after_a_restore_where_transactions_count_anew_the_chain_goes_on(self):
        waiting = self.env["oa.journal.entry"]._log(self.document, "print")
        with patch.object(type(self.seals), "_read_horizon", lambda _self: 10):
            self.seals._seal_finished()
        restored = self.seals.search([], limit=1)
        self.assertEqual((restored.count, restored.last_id), (1, waiting.id))

        new = self.env["oa.journal.entry"]._log(self.document, "print")
        self.change_by_sql("UPDATE oa_journal_entry SET txid = 5 WHERE id = %s", new.id)

        self.assertEqual(self.seals._seal_finished(), 1)
        self.assertIsNone(self.seals._verify())

    # ------------------------------------------------------------ bent
    def test_an_altered_row_is_named(self):
        for column, value in (("details", "x"), ("at", "2020-01-01"), ("user_id", self.expert.id), ("old_value", "x"), ("session", "x")):
            with self.subTest(column=column), self.env.cr.savepoint() as savepoint:
                self.change_by_sql(f"UPDATE oa_journal_entry SET {column} = %s WHERE id = %s", value, self.rows[1].id)
                self.assert_problem(Flaw.ALTERED, Thing.ROW, self.rows[1].id)
                savepoint.rollback()

    def test_a_row_rewritten_with_its_digest_is_named(self):
        row, other = self.rows[0], self.env["oa.journal.entry"]._log(self.document, "print")
        self.change_by_sql(
            "UPDATE oa_journal_entry a SET action = b.action, at = b.at, user_id = b.user_id, details = b.details, digest = b.digest,"
            " object_name = b.object_name, capacity = b.capacity, case_id = b.case_id"
            " FROM oa_journal_entry b WHERE a.id = %s AND b.id = %s",
            row.id,
            other.id,
        )
        self.assert_problem(Flaw.ALTERED, Thing.ROW, row.id)

    def test_a_row_taken_out_is_named(self):
        self.change_by_sql("DELETE FROM oa_journal_entry WHERE id = %s", self.rows[1].id)
        self.assert_problem(Flaw.MISSING, Thing.ROW, self.rows[1].id)

    def test_a_row_slipped_in_behind_the_seals_is_named(self):
        added = self.env["oa.journal.entry"]._log(self.document, "print")
        self.change_by_sql("UPDATE oa_journal_entry SET txid = 1 WHERE id = %s", added.id)
        self.assert_problem(Flaw.ADDED, Thing.ROW, added.id)

    def test_a_cut_end_is_found_by_a_head_that_was_noted(self):
        head = self.seals._get_head()
        self.env["oa.journal.entry"]._log(self.document, "print")
        self.seals._seal_finished()
        last = self.seals._get_head()
        self.change_by_sql(
            "DELETE FROM oa_journal_entry WHERE id = (SELECT last_id FROM oa_journal_seal WHERE number = %s)", last["number"]
        )
        self.change_by_sql("DELETE FROM oa_journal_seal WHERE number = %s", last["number"])

        self.assertIsNone(self.seals._verify(known_heads=[(head["number"], head["digest"])]))
        self.assert_problem(Flaw.MISSING, Thing.SEAL, last["number"], known_heads=[(last["number"], last["digest"])])

    def test_a_rewritten_seal_is_named(self):
        seal = self.seals.search([], limit=1)
        self.change_by_sql("UPDATE oa_journal_seal SET at = '2020-01-01' WHERE id = %s", seal.id)
        self.assert_problem(Flaw.ALTERED, Thing.SEAL, seal.number)

    def test_the_button_for_the_registers_tells_of_the_journal(self):
        answer = self.official.with_user(self.auditor).action_verify()["params"]
        self.assertEqual(answer["type"], "success")

        self.change_by_sql("UPDATE oa_journal_entry SET capacity = 'x' WHERE id = %s", self.rows[1].id)

        answer = self.official.with_user(self.auditor).action_verify()["params"]
        self.assertEqual(answer["type"], "danger")
        self.assertIn(str(self.rows[1].id), answer["message"])

    def test_a_long_journal_is_read_in_the_background_with_the_last_of_the_books(self):
        with patch.object(type(self.seals), "_is_long", return_value=True):
            self.official.with_user(self.auditor).action_verify()
        reading = self.env["oa.register.verification"].search([], limit=1)
        self.assertEqual((reading.state, reading.with_journal), ("waiting", True))
        self.change_by_sql("UPDATE oa_journal_entry SET capacity = 'x' WHERE id = %s", self.rows[1].id)

        with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60.0):
            self.env["oa.register.verification"]._cron_verify()

        self.assertEqual(reading.state, "broken")
        self.assertIn(str(self.rows[1].id), reading.problem)

    def test_postgresql_refuses_every_change(self):
        for table in ("oa_journal_entry", "oa_journal_seal", "oa_journal_removal"):
            self.assert_refused(f"TRUNCATE {table} CASCADE")
        for table in ("oa_journal_entry", "oa_journal_seal"):
            self.assert_refused(f"UPDATE {table} SET digest = 'x'")
            self.assert_refused(f"DELETE FROM {table}")

    # ------------------------------------------------------------ retention
    def test_by_default_nothing_is_removed(self):
        old, kept = self.write_old_rows()
        self.remove()
        self.assertEqual((old | kept).exists(), old | kept)

    def test_the_setting_removes_who_looked_and_leaves_proof(self):
        old, kept = self.write_old_rows()
        self.company.oa_journal_keep_months = 12

        self.remove()

        self.assertFalse(old.exists())
        self.assertTrue(kept.exists())
        removal = self.env["oa.journal.removal"].search([], limit=1)
        self.assertEqual((removal.count, removal.months, removal.company_id), (2, 12, self.company))
        told = self.env["oa.journal.entry"].search([("action", "=", "journal_removal"), ("res_id", "=", removal.id)])
        self.assertEqual(told.new_value, removal.digest)
        self.assertIsNone(self.seals._verify())

    def test_a_removal_does_not_explain_other_missing_rows(self):
        self.write_old_rows()
        self.company.oa_journal_keep_months = 12
        self.remove()
        self.change_by_sql("DELETE FROM oa_journal_entry WHERE id = %s", self.rows[1].id)
        self.assert_problem(Flaw.MISSING, Thing.ROW, self.rows[1].id)

    def test_the_rows_of_another_administration_stay(self):
        old, _kept = self.write_old_rows()
        self.other_company.oa_journal_keep_months = 12
        self.remove()
        self.assertTrue(old.exists())

    def test_the_setting_does_not_go_below_a_year(self):
        with self.assertRaises(psycopg2.errors.CheckViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.company.oa_journal_keep_months = 11
            self.env.flush_all()

    def test_without_a_removal_of_the_same_transaction_old_rows_stay(self):
        old, _kept = self.write_old_rows()
        self.assert_refused("DELETE FROM oa_journal_entry WHERE id = %s", old[0].id)

    def test_a_removal_opens_the_door_to_nothing_else(self):
        _old, kept = self.write_old_rows()
        young = self.env["oa.journal.entry"]._log(self.document, "view")
        forged = (
            "INSERT INTO oa_journal_removal (at, company_id, months, older_than, actions, count, row_numbers, digest, txid)"
            " VALUES (now(), %s, 0, %s, 'view', 1, '1', 'x', {txid})"
        )
        self.change_by_sql(forged.format(txid="pg_current_xact_id()::text::bigint"), self.company.id, datetime(2100, 1, 1))
        self.assert_refused("DELETE FROM oa_journal_entry WHERE id = %s", young.id)
        self.env.cr.execute(forged.format(txid="1"), [self.company.id, datetime(2025, 1, 1)])
        self.assert_refused("DELETE FROM oa_journal_entry WHERE id = %s", kept.id)
