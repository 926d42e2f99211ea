from importlib import util

from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path

from ..models.oa_document_template_standard import STANDARD


@tagged("post_install", "-at_install")
class TestMigrationTemplates(TransactionCase):
    """An administration from before gets the shipped files beside its own templates, once."""

    def migrate(self):
        path = file_path("oa_docflow/migrations/19.0.4.0.0/post-templates.py")
        spec = util.spec_from_file_location("post_templates", path)
        module = util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.migrate(self.env.cr, "19.0.3.0.0")
        return self.env["oa.document.template"].search([("format", "=", "office"), ("company_id", "=", False)])

    def setUp(self):
        super().setUp()
        self.own = self.env["oa.document.template"].create({"name": "Наше писмо", "format": "html", "body": "<p>Текст</p>"})
        shipped = self.env["oa.document.template"].with_context(active_test=False).search([("format", "=", "office")])
        # As if they had never come; a version that documents cite stays, so only the names go.
        shipped.write({"name": "преди", "active": False})

    def test_shipped_files_come_published_and_what_is_there_stays(self):
        found = self.migrate()

        self.assertEqual(set(found.mapped("name")), {title for title, _kinds in STANDARD.values()})
        self.assertTrue(all(template.version_id for template in found))
        self.assertTrue(all(template.kind_ids for template in found))
        self.assertEqual((self.own.name, self.own.format, self.own.active), ("Наше писмо", "html", True))

    def test_the_second_time_brings_nothing(self):
        self.assertEqual(self.migrate(), self.migrate())
