import io

import polib
from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path
from odoo.tools.translate import trans_export


@tagged("post_install", "-at_install")
class TestTranslation(TransactionCase):
    def test_every_term_is_in_bulgarian(self):
        buffer = io.BytesIO()
        trans_export(False, ["oa_signing"], buffer, "po", self.env)
        exported = {entry.msgid for entry in polib.pofile(buffer.getvalue().decode())}
        translated = {entry.msgid for entry in polib.pofile(file_path("oa_signing/i18n/bg.po")) if entry.msgstr and not entry.fuzzy}

        self.assertEqual(exported - translated, set())
