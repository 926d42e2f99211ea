"""What happens to a line of a book after it was written.

Annulment, correction, the fate of a reserved number: each is a row of its own, numbered without gaps for each register and
chained like the lines themselves. The record of an event names the digest of the line it speaks about.
"""

import json

from odoo import api, fields, models

from ..core.hash_chain import GENESIS, Line, compute_digest, write_canonical
from .oa_register_entry import write_plain

KINDS = [
    ("annulment", "Annulment"),
    ("correction", "Correction"),
    ("reservation", "Numbers reserved"),
    ("back_entry", "Document entered from paper"),
    ("unused", "Reserved number not used"),
    ("completion", "Paper block completed"),
]

EVENT_FACTS = {
    "register": "register_id",
    "position": "position",
    "kind": "kind",
    "entry": "entry_id",
    "document": "document_id",
    "block": "block_id",
    "replacing": "replacing_entry_id",
    "at": "at",
    "by": "by_id",
    "reason": "reason",
}


class OaRegisterEvent(models.Model):
    """A later act on a book: who, when, why and what exactly; never changed, never taken back."""

    _name = "oa.register.event"
    _inherit = "oa.append.only"
    _description = "Event of a register"
    _order = "id desc"
    _rec_name = "kind"

    register_id = fields.Many2one("oa.register", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", "Administration", required=True, readonly=True, ondelete="restrict")
    position = fields.Integer("No.", required=True, readonly=True, aggregator=None)
    kind = fields.Selection(KINDS, "Event", required=True, readonly=True)
    entry_id = fields.Many2one("oa.register.entry", "Number", readonly=True, index="btree_not_null", ondelete="restrict")
    document_id = fields.Many2one("oa.document", readonly=True, index="btree_not_null", ondelete="restrict")
    block_id = fields.Many2one("oa.register.block", "Paper block", readonly=True, index="btree_not_null", ondelete="restrict")
    replacing_entry_id = fields.Many2one("oa.register.entry", "Replaced by", readonly=True, ondelete="restrict")
    at = fields.Datetime("Moment", required=True, readonly=True)
    by_id = fields.Many2one("res.users", "Person", required=True, readonly=True, ondelete="restrict")
    reason = fields.Char(required=True, readonly=True)
    details = fields.Text(readonly=True, help="Canonical JSON: the old and the new values, or the record of the document.")
    snapshot = fields.Text("Canonical record", required=True, readonly=True)
    previous_digest = fields.Char(required=True, readonly=True)
    digest = fields.Char(required=True, readonly=True)
    summary = fields.Char("What", compute="_compute_summary")

    _position_unique = models.Constraint("UNIQUE (register_id, position)", "Another event of this register came first. Try again.")
    _annulment_unique = models.UniqueIndex("(entry_id) WHERE kind = 'annulment'", "This number is already annulled.")
    _explanation_unique = models.UniqueIndex(
        "(entry_id) WHERE kind IN ('back_entry', 'unused')", "This reserved number is already explained."
    )
    _completion_unique = models.UniqueIndex("(block_id) WHERE kind = 'completion'", "This block is already completed.")

    @api.private
    @api.model
    def _record(self, vals_list, heads=None):
        """Write events to the end of their registers' chains and hold the registers until the commit; `details` come as a dict.

        Callers have asked the blockers; the rows belong to the register and nobody holds the right to create them.
        """
        if not vals_list:
            return self.browse()
        self.env.flush_all()
        # The line of the book names the chain, whoever sees it.
        env_sudo = self.sudo().env
        registers = env_sudo["oa.register"].browse({vals["register_id"] for vals in vals_list})
        registers._lock()
        heads = heads or self._get_heads(registers)
        now = fields.Datetime.now()
        rows = []
        for vals in vals_list:
            register = registers.browse(vals["register_id"])
            position, digest = heads[register.id]
            row = {"at": now, "by_id": self.env.uid, "company_id": register.company_id.id, **vals, "position": position + 1}
            rows.append(self._seal(row, digest))
            heads[register.id] = (position + 1, row["digest"])
        return env_sudo["oa.register.event"].create(rows).with_env(self.env)

    @api.model
    def _seal(self, row, previous_digest):
        """Complete the row with its canonical record and digest."""
        details = row.get("details") or {}
        entry_digest = self.env["oa.register.entry"].sudo().browse(row.get("entry_id") or []).digest or ""  # the chain, not the content
        record = {key: write_plain(row.get(name)) for key, name in EVENT_FACTS.items()}
        row["snapshot"] = write_canonical({**record, "entry_digest": entry_digest, "details": details})
        row["details"] = write_canonical(details)
        row["previous_digest"] = previous_digest
        row["digest"] = compute_digest(previous_digest, row["snapshot"])
        return row

    @api.model
    def _get_heads(self, registers):
        """{register id: (position, digest)} of the last event, committed by others or written in this transaction."""
        with self.pool.cursor() as fresh:
            committed = self._read_heads(fresh, registers)
        own = self._read_heads(self.env.cr, registers)
        return {register_id: max(committed[register_id], own[register_id]) for register_id in registers.ids}

    @api.model
    def _read_heads(self, cr, registers):
        cr.execute(
            """SELECT place.register_id, event.position, event.digest FROM unnest(%s::int[]) AS place (register_id)
               LEFT JOIN LATERAL (SELECT position, digest FROM oa_register_event
                   WHERE register_id = place.register_id ORDER BY position DESC LIMIT 1) event ON true""",
            [registers.ids],
        )
        return {register_id: (position or 0, digest or GENESIS) for register_id, position, digest in cr.fetchall()}

    def _to_line(self):
        """The event as the database has it now, for the verification of its chain."""
        facts = {key: write_plain(self[name]) for key, name in EVENT_FACTS.items()}
        current = {**facts, "entry_digest": self.entry_id.digest or "", "details": self._get_details()}
        return Line(self._get_name(), 0, self.position, self.snapshot, self.previous_digest, self.digest, current)

    def _get_details(self):
        return json.loads(self.details or "{}") if self else {}

    def _get_name(self):
        kind = dict(self._fields["kind"]._description_selection(self.env))[self.kind]
        return f"{kind} {self.entry_id.name or self.block_id.name or ''}".strip()

    @api.depends("kind", "entry_id", "details")
    @api.depends_context("lang")
    def _compute_summary(self):
        for event in self:
            event.summary = event._get_summary()
