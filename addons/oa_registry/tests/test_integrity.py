import psycopg2
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..core.hash_chain import Flaw, compute_digest
from .common import PDF, RegistryCase


@tagged("post_install", "-at_install")
class TestIntegrity(RegistryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.documents = cls.env["oa.document"]
        for _number in range(5):
            cls.documents |= cls.create_document(cls)
        cls.documents[2]._add_file("скан.pdf", PDF, "main")
        cls.register(cls, *cls.documents)
        cls.entries = cls.documents.register_entry_id.sorted("id")
        cls.document, cls.entry = cls.documents[2], cls.entries[2]

    def assert_refused_by_sql(self, query, *params):
        self.env.flush_all()
        with self.assertRaises(psycopg2.Error), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute(query, params)

    def assert_flaw(self, flaw, number):
        problem = self.official._verify_all()[self.official]
        self.assertEqual((problem and problem.flaw, problem and problem.sequence), (flaw, number))

    def test_a_whole_book_is_whole(self):
        self.assertIsNone(self.official._verify_all()[self.official])

    def test_sql_changes_no_entry(self):
        self.assert_refused_by_sql("UPDATE oa_register_entry SET subject = 'x' WHERE id = %s", self.entry.id)
        self.assert_refused_by_sql("DELETE FROM oa_register_entry WHERE id = %s", self.entry.id)
        self.assert_refused_by_sql("TRUNCATE oa_register_entry CASCADE")

    def test_sql_changes_no_number_date_or_subject_of_a_registered_document(self):
        for column, value in (
            ("number", "1"),
            ("registered_at", "2020-01-01"),
            ("uri", "1"),
            ("subject", "x"),
            ("register_entry_id", None),
            ("active", False),
        ):
            self.assert_refused_by_sql(f"UPDATE oa_document SET {column} = %s WHERE id = %s", value, self.document.id)
        self.assert_refused_by_sql("DELETE FROM oa_document WHERE id = %s", self.document.id)

    def test_sql_changes_no_file_and_no_content(self):
        file = self.document.file_ids
        self.assert_refused_by_sql("UPDATE oa_document_file SET sha256 = 'x' WHERE id = %s", file.id)
        self.assert_refused_by_sql("DELETE FROM oa_document_file WHERE id = %s", file.id)
        self.assert_refused_by_sql("UPDATE ir_attachment SET checksum = 'x' WHERE id = %s", file.attachment_id.id)
        self.assert_refused_by_sql("UPDATE ir_attachment SET res_id = %s WHERE id = %s", self.documents[0].id, file.attachment_id.id)

    def test_sql_changes_no_journal_annulment_or_grant(self):
        self.document.with_user(self.head_registrar)._annul("повторно вписан")
        self.document._grant(self.expert, "работи по преписката")
        for table in ("oa_journal_entry", "oa_register_event", "oa_document_grant"):
            self.assert_refused_by_sql(f"UPDATE {table} SET create_uid = 1")
            self.assert_refused_by_sql(f"DELETE FROM {table}")

    def test_nobody_changes_entries_through_the_orm(self):
        for user in (self.head_registrar, self.administrator, self.env.ref("base.user_admin"), self.env.ref("base.user_root")):
            with self.assertRaises(AccessError):
                self.entry.with_user(user).write({"subject": "x"})
            with self.assertRaises(AccessError):
                self.entry.with_user(user).unlink()
        with self.assertRaises(AccessError):
            self.entry.with_user(self.head_registrar).copy()

    def test_nobody_deletes_a_document(self):
        for document in (self.document, self.create_document()):
            with self.assertRaises(AccessError):
                document.with_user(self.head_registrar).unlink()
            with self.assertRaises(UserError):
                document.sudo().unlink()

    def test_nobody_hides_a_document_by_archiving_it(self):
        for user in (self.head_registrar, self.clerk):
            with self.assertRaisesRegex(UserError, "Only a draft is archived"):
                self.document.with_user(user).action_archive()

    def test_a_draft_is_archived_and_brought_back(self):
        draft = self.create_document().with_user(self.clerk)

        draft.action_archive()
        self.assertNotIn(draft, draft.search([]))
        draft.action_unarchive()
        self.assertIn(draft, draft.search([]))

    def test_a_copy_is_of_whoever_made_it(self):
        document = self.create_document()

        copy = document.with_user(self.head_registrar).copy()

        self.assertEqual((copy.author_id, copy.active, copy.state), (self.head_registrar, True, "draft"))

    def test_the_content_of_a_registered_document_is_not_written(self):
        for values in ({"subject": "x"}, {"kind_id": self.letter.id}, {"sender_number": "1"}, {"register_id": self.internal.id}):
            with self.assertRaises(UserError):
                self.document.with_user(self.head_registrar).write(values)
        with self.assertRaises(UserError):
            self.document.correspondent_ids.with_user(self.clerk).unlink()
        self.document.with_user(self.clerk).note = "Бележката не е съдържание"

    def test_an_altered_column_is_found(self):
        self.change_by_sql("UPDATE oa_register_entry SET subject = 'Друго' WHERE id = %s", self.entry.id)
        self.assert_flaw(Flaw.ALTERED, 3)

    def test_an_entry_rewritten_with_its_digest_is_found(self):
        snapshot = self.entry.snapshot.replace("Удостоверение", "Продажба")
        digest = compute_digest(self.entry.previous_digest, snapshot)
        self.change_by_sql(
            "UPDATE oa_register_entry SET subject = 'Продажба за имот', snapshot = %s, digest = %s WHERE id = %s",
            snapshot,
            digest,
            self.entry.id,
        )
        self.assert_flaw(Flaw.ALTERED, 3)

    def test_a_removed_entry_is_found(self):
        self.change_by_sql("DELETE FROM oa_register_entry WHERE id = %s", self.entry.id)
        self.assert_flaw(Flaw.MISSING, 3)

    def test_an_added_entry_is_found(self):
        self.change_by_sql(
            """INSERT INTO oa_register_entry (register_id, company_id, direction, year, sequence, name, uri, registered_at,
                   registered_by_id, document_id, subject, snapshot, previous_digest, digest)
               SELECT register_id, company_id, direction, year, 6, 'подхвърлен', 'x', registered_at,
                   registered_by_id, %s, subject, snapshot,
                   previous_digest, digest FROM oa_register_entry WHERE id = %s""",
            self.create_document().id, self.entry.id,
        )  # fmt: skip
        self.assert_flaw(Flaw.ADDED, 6)

    def test_the_button_names_the_first_bad_entry_and_leaves_a_trace(self):
        self.change_by_sql("UPDATE oa_register_entry SET correspondent = 'Друг' WHERE id = %s", self.entry.id)

        answer = self.official.with_user(self.clerk).action_verify()

        self.assertEqual(answer["params"]["type"], "danger")
        self.assertIn(self.entry.name, answer["params"]["message"])
        trace = self.env["oa.journal.entry"].search([("action", "=", "verify"), ("res_id", "=", self.official.id)], limit=1)
        self.assertEqual(trace.user_id, self.clerk)

    def test_the_auditor_verifies_and_the_expert_does_not(self):
        self.assertEqual(self.official.with_user(self.auditor).action_verify()["params"]["type"], "success")
        with self.assertRaises(AccessError):
            self.official.with_user(self.expert).action_verify()

    def test_verification_counts_restricted_entries_too(self):
        self.create_registered(access_level="restricted")
        self.assertIsNone(self.official.with_user(self.clerk)._verify_all()[self.official.with_user(self.clerk)])
