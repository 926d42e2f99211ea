from odoo.tests import TransactionCase, tagged

from .translation import find_untranslated


@tagged("post_install", "-at_install")
class TestTranslation(TransactionCase):
    def test_every_term_is_in_bulgarian(self):
        self.assertEqual(find_untranslated(self.env, "oa_registry"), [])
