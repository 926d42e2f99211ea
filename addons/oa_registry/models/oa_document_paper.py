from odoo import api, fields, models
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
    has_reserved = fields.Boolean("Reserved numbers wait", compute="_compute_has_reserved")
    can_missed = fields.Boolean(compute="_compute_can_missed")

    @api.depends("state", "register_id")
    @api.depends_context("uid")
    def _compute_can_missed(self):
        for document in self:
            document.can_missed = not document._get_missed_blockers()

    @api.depends("company_id", "direction", "state")
    def _compute_has_reserved(self):
        entry_model = self.env["oa.register.entry"]
        waiting = {
            (company.id, direction)
            for company, direction in entry_model._read_group(
                [("fate", "=", "waiting"), ("company_id", "in", self.company_id.ids)], ["company_id", "direction"]
            )
        }
        for document in self:
            document.has_reserved = document.state == "draft" and (document.company_id.id, document.direction) in waiting

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

    # ------------------------------------------------------------ missed numbers
    def _get_missed_blockers(self):
        """Say why the document cannot take a missed number; an empty list means it can."""
        self.ensure_one()
        if self.register_entry_id or self.state != "draft":
            return [self.env._("The document is already registered as %(number)s.", number=self.number)]
        if not self.env.user.has_group("oa_registry.oa_registry_group_head_registrar"):
            return [self.env._("Missed numbers are entered by the head registrar.")]
        if not self.register_id._has_missed_numbers():
            return [self.env._("The register “%(register)s” has missed no number: it begins with 1.", register=self.register_id.name or "")]
        return []

    def action_missed(self):
        """Ask for the missed number and the reason."""
        self.ensure_one()
        self._check_blockers("missed")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Missed number"),
            "res_model": "oa.document.missed",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_document_id": self.id},
        }

    def _register_missed(self, sequence, reason):
        """Register under a number below the counter that the book kept on paper has missed."""
        self.ensure_one()
        self.check_access("write")
        self._check_blockers("missed")
        if self.reserved_entry_id:
            raise UserError(self.env._("The document has a number from a paper block."))
        if blockers := self._get_content_blockers(is_missed=True):
            raise UserError("\n".join(blockers))
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the number was missed."))
        self.register_id._check_missed_now(self, sequence)
        self._register_in(self.register_id)
        self.env["oa.register.entry"]._ask_missed(self, sequence, reason)
        self.env["oa.journal.entry"]._log(self, "manual_number", f"{sequence}: {reason}")
