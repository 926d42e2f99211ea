"""Files that were there before texts were read wait for the job after an update."""

import importlib.util

from odoo.tests import tagged
from odoo.tools import file_path

from .common import PDF, RegistryCase


@tagged("post_install", "-at_install")
class TestMigrationSearch(RegistryCase):
    def test_readable_files_wait_once_and_others_do_not(self):
        document = self.create_document()
        document._add_file("писмо.pdf", PDF)
        document._add_file("архив.zip", b"PK\x03\x04 archive")
        self.env["oa.document.text"].search([("document_id", "=", document.id)]).unlink()
        self.env.flush_all()
        for _number in range(2):
            self.migrate()
        self.assertEqual(document.text_ids.file_id.mapped("name"), ["писмо.pdf"])
        self.assertEqual(document.text_ids.state, "waiting")
        self.assertEqual(document.text_ids.company_id, self.company)

    def migrate(self):
        path = file_path("oa_registry/migrations/19.0.3.0.0/post-search.py")
        spec = importlib.util.spec_from_file_location("post_search", path)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.env.cr, "19.0.2.0.0")
        self.env.invalidate_all()
