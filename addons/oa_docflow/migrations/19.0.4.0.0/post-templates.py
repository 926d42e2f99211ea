"""The shipped templates in DOCX and ODT come beside those that are written as a text."""

from odoo import SUPERUSER_ID, api


def migrate(cr, _version):
    api.Environment(cr, SUPERUSER_ID, {})["oa.document.template"]._load_standard_files()
