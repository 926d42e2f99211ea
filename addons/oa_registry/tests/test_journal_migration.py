from importlib import util

from odoo.tests import tagged
from odoo.tools import file_path

from .common import RegistryCase


@tagged("post_install", "-at_install")
class TestJournalMigration(RegistryCase):
    def migrate(self):
        spec = util.spec_from_file_location("end_journal", file_path("oa_registry/migrations/19.0.2.0.0/end-journal.py"))
        module = util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()

    def test_old_rows_get_their_kind_object_and_digest_and_are_sealed_as_they_are(self):
        document = self.create_registered()
        rows = document.journal_ids
        self.change_by_sql(
            "UPDATE oa_journal_entry SET digest = NULL, txid = NULL, category = NULL, object_name = NULL WHERE id = ANY(%s)", rows.ids
        )

        self.migrate()

        self.assertEqual(set(rows.mapped("category")), {"registration"})
        self.assertEqual(set(rows.mapped("object_name")), {document.number})
        self.assertTrue(all(rows.mapped("digest")))
        self.assertIsNone(self.env["oa.journal.seal"]._verify())

    def test_afterwards_the_trigger_stands_again(self):
        self.migrate()
        self.env.cr.execute(
            "SELECT bool_and(tgenabled = 'O') FROM pg_trigger WHERE tgrelid = 'oa_journal_entry'::regclass AND NOT tgisinternal"
        )
        self.assertTrue(self.env.cr.fetchone()[0])
