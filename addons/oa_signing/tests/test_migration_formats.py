import importlib.util

from odoo.tests import tagged
from odoo.tools import file_path

from .common import SigningCase


@tagged("post_install", "-at_install")
class TestMigrationFormats(SigningCase):
    def test_signatures_of_the_first_version_aim_at_what_they_aimed_at_and_no_row_is_touched(self):
        signature = self.sign(self.make_file())
        self.env.flush_all()
        # As the first version left it; its rows refuse every UPDATE.
        self.env.cr.execute("ALTER TABLE oa_signature DROP COLUMN target_level")

        self.load_script().migrate(self.env.cr, "19.0.1.0.0")

        self.env.cr.execute("SELECT target_level FROM oa_signature WHERE id = %s", (signature.id,))
        self.assertEqual(self.env.cr.fetchone(), ("B-LT",))

    def load_script(self):
        path = file_path("oa_signing/migrations/19.0.2.0.0/pre-formats.py")
        spec = importlib.util.spec_from_file_location("pre_formats", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
