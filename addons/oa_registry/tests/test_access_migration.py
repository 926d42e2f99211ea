from importlib.util import module_from_spec, spec_from_file_location

from odoo.tests import tagged
from odoo.tools import file_path

from .common import RegistryCase


@tagged("post_install", "-at_install")
class TestAccessMigration(RegistryCase):
    def test_documents_of_version_one_get_the_words_that_they_would_get_now(self):
        documents = self.create_registered() | self.create_registered(access_level="restricted") | self.create_document()
        expected = {document: tuple(document.access_principals) for document in documents}
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE oa_document SET access_principals = ARRAY(SELECT word FROM unnest(access_principals) word WHERE word !~ '^[om]:')
               WHERE id = ANY(%s)""",
            [documents.ids],
        )

        self._load("post-access").migrate(self.env.cr, "19.0.1.0.0")

        self.env.invalidate_all()
        self.assertEqual({document: tuple(document.access_principals) for document in documents}, expected)
        self.assertTrue(any(word.startswith("m:") for words in expected.values() for word in words))

    def test_whoever_registers_keeps_seeing_personal_data(self):
        right = "oa_registry.oa_registry_group_personal_data"
        citizen = self.env["res.partner"].create({"name": "Гражданин", "ref": "7501020018"})
        self.env["ir.model.data"]._update_xmlids([{"xml_id": "oa_registry.partner_citizen_test", "record": citizen, "noupdate": True}])
        self.assertFalse(self.clerk.has_group(right))
        self.env.flush_all()

        self._load("post-personal-data").migrate(self.env.cr, "19.0.1.0.0")

        self.env.invalidate_all()
        self.env.registry.clear_all_caches()
        self.assertTrue(self.clerk.has_group(right))
        self.assertTrue(self.head_registrar.has_group(right))
        self.assertFalse(self.expert.has_group(right))
        self.assertEqual((citizen.oa_personal_number, citizen.ref), ("7501020018", False))

    def _load(self, name):
        spec = spec_from_file_location(name.replace("-", "_"), file_path(f"oa_registry/migrations/19.0.2.0.0/{name}.py"))
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
