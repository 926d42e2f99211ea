"""A field for `text[]`: several words in one column that one GIN index answers."""

from odoo import fields


class TextArray(fields.Field):
    """Words in a PostgreSQL array; only computed, never typed by people."""

    type = "text_array"
    _column_type = ("_text", "text[]")

    def convert_to_column(self, value, record, values=None, validate=True):
        return list(value or [])

    def convert_to_cache(self, value, record, validate=True):
        return tuple(value or ())

    def convert_to_record(self, value, record):
        return value or ()

    def convert_to_read(self, value, record, use_display_name=True):
        return list(value or [])
