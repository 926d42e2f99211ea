from datetime import datetime

from odoo import api, fields, models

from ..core.hash_chain import Line

DIRECTIONS = [("incoming", "Incoming"), ("outgoing", "Outgoing"), ("internal", "Internal")]

FACTS = {
    "register": "register_id",
    "company": "company_id",
    "direction": "direction",
    "series": "series",
    "year": "year",
    "sequence": "sequence",
    "number": "name",
    "uri": "uri",
    "registered_at": "registered_at",
    "registered_by": "registered_by_id",
    "document": "document_id",
    "kind": "kind",
    "subject": "subject",
    "correspondent": "correspondent",
    "origin": "origin",
    "block": "block_id",
}


def write_plain(value):
    """A column's value as canonical records spell it."""
    if isinstance(value, models.BaseModel):
        return value.id or ""
    return fields.Datetime.to_string(value) if isinstance(value, datetime) else value or ""


class OaRegisterEntry(models.Model):
    """One line of a book: written once, never changed by anybody. What happens to it later is an `oa.register.event`."""

    _name = "oa.register.entry"
    _inherit = "oa.append.only"
    _description = "Register entry"
    _order = "registered_at desc, id desc"
    _rec_names_search = ["name", "subject"]

    register_id = fields.Many2one("oa.register", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", "Administration", required=True, readonly=True, ondelete="restrict")
    direction = fields.Selection(DIRECTIONS, required=True, readonly=True)
    series = fields.Char(required=True, readonly=True, default="", help="Empty, a direction, the code of a kind or the number of a case.")
    year = fields.Integer(required=True, readonly=True, aggregator=None)
    sequence = fields.Integer("Sequence number", required=True, readonly=True, aggregator=None)
    name = fields.Char("Number", required=True, readonly=True)
    uri = fields.Char("УРИ", required=True, readonly=True)
    registered_at = fields.Datetime(required=True, readonly=True)
    registered_by_id = fields.Many2one("res.users", "Registered by", required=True, readonly=True, ondelete="restrict")
    document_id = fields.Many2one("oa.document", readonly=True, ondelete="restrict", help="Empty for a number reserved for work on paper.")
    kind = fields.Char("Document kind", readonly=True)
    subject = fields.Char(required=True, readonly=True)
    correspondent = fields.Char(readonly=True)
    origin = fields.Selection(
        [("turn", "In turn"), ("missed", "Missed number"), ("reserved", "Reserved for paper")], required=True, readonly=True, default="turn"
    )
    block_id = fields.Many2one("oa.register.block", "Paper block", readonly=True, index="btree_not_null", ondelete="restrict")
    snapshot = fields.Text("Canonical record", required=True, readonly=True)
    previous_digest = fields.Char(required=True, readonly=True)
    digest = fields.Char(required=True, readonly=True)

    _sequence_unique = models.Constraint("UNIQUE (register_id, series, year, sequence)", "This number is already taken.")
    _name_unique = models.Constraint("UNIQUE (register_id, name)", "This number is already taken.")
    _document_unique = models.Constraint("UNIQUE (document_id)", "This document is already registered.")
    _chain_index = models.Index("(register_id, id DESC)")
    _book_index = models.Index("(company_id, registered_at DESC, id DESC)")

    def init(self):
        super().init()
        # Lines written by SQL (a load of old books) count in the one series and in turn unless they say otherwise.
        self.env.cr.execute("ALTER TABLE oa_register_entry ALTER COLUMN series SET DEFAULT '', ALTER COLUMN origin SET DEFAULT 'turn'")

    def _to_line(self):
        """The line as the database has it now, to be compared with what was written."""
        return Line(self.name, self.year, self.sequence, self.snapshot, self.previous_digest, self.digest, self._get_facts(), self.series)

    def _get_facts(self, vals=None):
        """What the canonical record repeats from the columns: of this line, or of values that will become one."""
        return {key: write_plain(self[name] if vals is None else vals.get(name)) for key, name in FACTS.items()}

    @api.depends("name")
    def _compute_display_name(self):
        for entry in self:
            entry.display_name = entry.name
