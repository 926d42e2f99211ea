from odoo import api, fields, models

_FILLED_IN = frozenset({
    "sheet_count", "copy_count", "original_count", "urgency", "speed", "competence", "due_on", "result_delivery", "answer_expected_on",
    "signing_method",
})  # fmt: skip
_SHELVED = frozenset({"paper_disposition", "paper_location", "paper_returned_to", "paper_returned_on", "topic", "note"})
_ENDED = ("closed", "annulled")
_KEEPERS = ("oa_registry.oa_registry_group_clerk", "oa_registry.oa_registry_group_archivist")


class OaDocument(models.Model):
    """What the card says beside the content: after registration the registry completes it, not whoever works on the document."""

    _inherit = "oa.document"

    can_fill_in = fields.Boolean(compute="_compute_can_fill_in")
    can_shelve = fields.Boolean(compute="_compute_can_fill_in")

    @api.depends("state", "register_entry_id", "rejected_at")
    @api.depends_context("uid")
    def _compute_can_fill_in(self):
        for document in self:
            document.can_fill_in = not document._get_fill_in_blockers()
            document.can_shelve = not document._get_shelve_blockers()

    def write(self, vals):
        # The flow borrows rights for what follows from an act; RPC cannot.
        if not self._is_system() and not self.env.su:
            if vals.keys() & _FILLED_IN:
                self._check_blockers("fill_in")
            if vals.keys() & _SHELVED:
                self._check_blockers("shelve")
        return super().write(vals)

    def _get_fill_in_blockers(self):
        """Say why the data of the card cannot be completed now; an empty list means they can."""
        self.ensure_one()
        if self.state in _ENDED:
            return [self.env._("“%(document)s” is closed: its card is not changed any more.", document=self.display_name)]
        return self._get_shelve_blockers()

    def _get_shelve_blockers(self):
        """Say why the place of the paper and the notes cannot be changed now; an empty list means they can."""
        self.ensure_one()
        if not self.register_entry_id or any(self.env.user.has_group(group) for group in _KEEPERS):
            return []
        return [self.env._("The card of a registered document is completed by the registry clerk.")]
