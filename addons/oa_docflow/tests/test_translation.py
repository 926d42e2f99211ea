from odoo.addons.oa_registry.tests.translation import find_untranslated
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestTranslation(TransactionCase):
    def test_every_term_is_in_bulgarian(self):
        self.assertEqual(find_untranslated(self.env, "oa_docflow"), [])
