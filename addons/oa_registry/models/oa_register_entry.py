from datetime import datetime

from odoo import api, fields, models

from ..core.hash_chain import Line

DIRECTIONS = [("incoming", "Incoming"), ("outgoing", "Outgoing"), ("internal", "Internal")]

FACTS = {
    "register": "register_id",
    "company": "company_id",
    "direction": "direction",
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
}


def _write_plain(value):
    if isinstance(value, models.BaseModel):
        return value.id
    return fields.Datetime.to_string(value) if isinstance(value, datetime) else value or ""


class OaRegisterEntry(models.Model):
    """One line of a book: written once, never changed by anybody."""

    _name = "oa.register.entry"
    _inherit = "oa.append.only"
    _description = "Register entry"
    _order = "registered_at desc, id desc"
    _rec_names_search = ["name", "subject"]

    register_id = fields.Many2one("oa.register", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", "Administration", required=True, readonly=True, ondelete="restrict")
    direction = fields.Selection(DIRECTIONS, required=True, readonly=True)
    year = fields.Integer(required=True, readonly=True, aggregator=None)
    sequence = fields.Integer("Sequence number", required=True, readonly=True, aggregator=None)
    name = fields.Char("Number", required=True, readonly=True)
    uri = fields.Char("УРИ", required=True, readonly=True)
    registered_at = fields.Datetime(required=True, readonly=True)
    registered_by_id = fields.Many2one("res.users", "Registered by", required=True, readonly=True, ondelete="restrict")
    document_id = fields.Many2one("oa.document", required=True, readonly=True, ondelete="restrict")
    kind = fields.Char("Document kind", readonly=True)
    subject = fields.Char(required=True, readonly=True)
    correspondent = fields.Char(readonly=True)
    snapshot = fields.Text("Canonical record", required=True, readonly=True)
    previous_digest = fields.Char(required=True, readonly=True)
    digest = fields.Char(required=True, readonly=True)
    annulment_ids = fields.One2many("oa.register.annulment", "entry_id", "Annulments")
    is_annulled = fields.Boolean("Annulled", compute="_compute_is_annulled", search="_search_is_annulled")
    annulment_note = fields.Char("Annulment", compute="_compute_is_annulled")

    _sequence_unique = models.Constraint("UNIQUE (register_id, year, sequence)", "This number is already taken.")
    _name_unique = models.Constraint("UNIQUE (register_id, name)", "This number is already taken.")
    _document_unique = models.Constraint("UNIQUE (document_id)", "This document is already registered.")
    _chain_index = models.Index("(register_id, id DESC)")
    _book_index = models.Index("(company_id, registered_at DESC, id DESC)")

    @api.depends("annulment_ids")
    def _compute_is_annulled(self):
        for entry in self:
            annulment = entry.annulment_ids[:1]
            entry.is_annulled = bool(annulment)
            # Whoever sees the book sees who annulled a number.
            person = annulment.by_id.sudo().name
            entry.annulment_note = bool(annulment) and self.env._(
                "Annulled by %(person)s: %(reason)s", person=person, reason=annulment.reason
            )

    def _search_is_annulled(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("annulment_ids", "!=" if True in value else "=", False)]

    def _to_line(self):
        """The line as the database has it now, to be compared with what was written."""
        return Line(self.name, self.year, self.sequence, self.snapshot, self.previous_digest, self.digest, self._get_facts())

    def _get_facts(self, vals=None):
        """What the canonical record repeats from the columns: of this line, or of values that will become one."""
        return {key: _write_plain(self[name] if vals is None else vals.get(name)) for key, name in FACTS.items()}

    def action_open_document(self):
        self.ensure_one()
        return {"type": "ir.actions.act_window", "res_model": "oa.document", "res_id": self.document_id.id, "views": [(False, "form")]}
