"""A field for `tsvector`: the words by which PostgreSQL finds a record."""

from odoo import fields


class TextVector(fields.Field):
    """Words with their weights, written as PostgreSQL reads them; only computed, never shown."""

    type = "text_vector"
    _column_type = ("tsvector", "tsvector")
    prefetch = False

    def convert_to_column(self, value, record, values=None, validate=True):
        return value or ""

    def convert_to_cache(self, value, record, validate=True):
        return value or ""
