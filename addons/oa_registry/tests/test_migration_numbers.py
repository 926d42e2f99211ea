"""Annulments of version 1 become chained events."""

import importlib.util

from odoo.tests import tagged
from odoo.tools import file_path

from ..core.hash_chain import Flaw
from .common import RegistryCase

OLD_TABLE = """
    CREATE TABLE oa_register_annulment (
        id serial PRIMARY KEY, entry_id int NOT NULL, company_id int NOT NULL, at timestamp NOT NULL, by_id int NOT NULL,
        reason varchar NOT NULL)
"""


@tagged("post_install", "-at_install")
class TestMigrationNumbers(RegistryCase):
    def setUp(self):
        super().setUp()
        self.documents = self.register(self.create_document(), self.create_document())
        self.entries = [document.register_entry_id for document in self.documents]
        self.env.cr.execute("DROP TABLE IF EXISTS oa_register_annulment")
        self.env.cr.execute(OLD_TABLE)
        for entry, moment, reason in zip(self.entries, ("2026-03-02 08:00:00", "2026-03-01 08:00:00"), ("втори", "първи"), strict=True):
            self.env.cr.execute(
                "INSERT INTO oa_register_annulment (entry_id, company_id, at, by_id, reason) VALUES (%s, %s, %s, %s, %s)",
                [entry.id, self.company.id, moment, self.head_registrar.id, reason],
            )

    def migrate(self):
        path = file_path("oa_registry/migrations/19.0.2.0.0/post-numbers.py")
        spec = importlib.util.spec_from_file_location("post_numbers", path)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()

    def test_annulments_keep_person_moment_and_reason_in_a_chain(self):
        self.migrate()

        events = self.env["oa.register.event"].search([("register_id", "=", self.official.id)], order="position")
        self.assertEqual(events.mapped("reason"), ["първи", "втори"])
        self.assertEqual((str(events[0].at), events[0].by_id), ("2026-03-01 08:00:00", self.head_registrar))
        self.assertTrue(self.entries[0].is_annulled)
        self.assertIsNone(self.official._verify_all()[self.official])

        self.change_by_sql("UPDATE oa_register_event SET reason = 'друга' WHERE id = %s", events[0].id)
        self.assertIs(self.official._verify_all()[self.official].flaw, Flaw.ALTERED)

    def test_a_second_run_finds_nothing_to_do(self):
        self.migrate()
        self.migrate()
        self.assertEqual(self.env["oa.register.event"].search_count([("register_id", "=", self.official.id)]), 2)
