from odoo import fields, models
from odoo.exceptions import UserError


class OaDocument(models.Model):
    """Numbers that are not the next one: reserved for a day on paper, or missed."""

    _inherit = "oa.document"

    reserved_entry_id = fields.Many2one(
        "oa.register.entry",
        "Number from a paper block",
        copy=False,
        ondelete="restrict",
        help="The number that the document got on paper; it takes this one instead of the next.",
    )
    back_entry_note = fields.Char("Entered from paper", compute="_compute_back_entry_note")

    def _compute_back_entry_note(self):
        # Who sees the document sees how it got its number.
        events_sudo = self.sudo().env["oa.register.event"].search([("document_id", "in", self.ids), ("kind", "=", "back_entry")])
        by_document = {event.document_id.id: event for event in events_sudo}
        for document in self:
            event = by_document.get(document.id)
            document.back_entry_note = bool(event) and event._describe_back_entry()

    def _get_reserved_blockers(self):
        """Say why the document cannot take the number that was reserved on paper; an empty list means it can."""
        entry_sudo = self.sudo().reserved_entry_id  # a reserved number is no secret
        block = entry_sudo.block_id
        blockers = []
        if entry_sudo.origin != "reserved" or entry_sudo.company_id != self.company_id:
            return [self.env._("%(number)s is not a reserved number.", number=entry_sudo.name)]
        if entry_sudo._is_explained():
            blockers.append(self.env._("The reserved number %(number)s is already explained.", number=entry_sudo.name))
        if entry_sudo.direction != self.direction:
            blockers.append(self.env._("Number %(number)s is reserved for another direction.", number=entry_sudo.name))
        if (block.kind_id and block.kind_id != self.kind_id) or (block.unit_id and block.unit_id != self.unit_id):
            blockers.append(self.env._("Number %(number)s is reserved for another kind or unit.", number=entry_sudo.name))
        return blockers

    def _enter_from_paper(self, pending, facts):
        """Tie the documents to the lines reserved for them; under the register's lock. Return the lines."""
        entries = self.env["oa.register.entry"].concat(*(document.reserved_entry_id for document in self))
        if len(set(entries.ids)) != len(self):
            raise UserError(self.env._("Two documents ask for the same reserved number."))
        for document, entry in zip(self, entries, strict=True):
            self.env["oa.register.event"].with_user(pending[document.id].env.user)._record([
                {
                    "kind": "back_entry",
                    "register_id": entry.register_id.id,
                    "entry_id": entry.id,
                    "document_id": document.id,
                    "block_id": entry.block_id.id,
                    "reason": entry.block_id.reason,
                    "details": {**facts[document], "document_id": document.id},
                }
            ])  # fmt: skip
        return entries
