"""Helper for every addon: what Odoo would export must be in bg.po."""

import io

import polib
from odoo.tools import file_path
from odoo.tools.translate import trans_export


def find_untranslated(env, addon):
    """Return the exported terms of the addon that its bg.po lacks, leaves empty or marks fuzzy."""
    buffer = io.BytesIO()
    trans_export(False, [addon], buffer, "po", env)
    exported = {entry.msgid for entry in polib.pofile(buffer.getvalue().decode())}
    translated = {entry.msgid for entry in polib.pofile(file_path(f"{addon}/i18n/bg.po")) if entry.msgstr and not entry.fuzzy}
    return sorted(term for term in exported - translated if any(letter.isascii() and letter.isalpha() for letter in term))
