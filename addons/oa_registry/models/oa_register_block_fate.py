from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class OaRegisterBlock(models.Model):
    """What became of the numbers of a block: each of them is explained before the block is completed."""

    _inherit = "oa.register.block"

    state = fields.Selection(
        [("open", "Waits for explanations"), ("explained", "Everything is explained"), ("done", "Completed block")],
        compute="_compute_figures",
        search="_search_state",
    )
    number_count = fields.Integer("Reserved", compute="_compute_figures")
    entered_count = fields.Integer("Entered", compute="_compute_figures")
    unused_count = fields.Integer("Unused", compute="_compute_figures")
    waiting_count = fields.Integer("Not explained", compute="_compute_figures")
    can_explain = fields.Boolean(compute="_compute_can")
    can_complete = fields.Boolean(compute="_compute_can")

    @api.depends("event_ids.kind")
    def _compute_figures(self):
        self.env["oa.register.event"].flush_model()
        self.env.cr.execute(
            """SELECT entry.block_id, count(*), count(*) FILTER (WHERE event.kind = 'back_entry'),
                      count(*) FILTER (WHERE event.kind = 'unused'),
                      EXISTS (SELECT 1 FROM oa_register_event WHERE block_id = entry.block_id AND kind = 'completion')
               FROM oa_register_entry entry
               LEFT JOIN oa_register_event event ON event.entry_id = entry.id AND event.kind IN ('back_entry', 'unused')
               WHERE entry.block_id = ANY(%s) GROUP BY entry.block_id""",
            [self.ids],
        )
        figures = {row[0]: row[1:] for row in self.env.cr.fetchall()}
        for block in self:
            count, entered, unused, is_done = figures.get(block.id, (0, 0, 0, False))
            block.number_count, block.entered_count, block.unused_count = count, entered, unused
            block.waiting_count = count - entered - unused
            block.state = "done" if is_done else "open" if block.waiting_count else "explained"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        done = Domain("event_ids.kind", "in", ["completion"])
        waiting = Domain("entry_ids.fate", "in", ["waiting"])
        domains = {"done": done, "open": waiting, "explained": ~done & ~waiting}
        return Domain.OR([domains[one] for one in value if one in domains])

    @api.depends("event_ids.kind")
    @api.depends_context("uid")
    def _compute_can(self):
        for block in self:
            block.can_explain = not block._get_explain_blockers()
            block.can_complete = not block._get_complete_blockers()

    def _get_explain_blockers(self):
        """Say why no number of the block can be explained now; an empty list means it can."""
        self.ensure_one()
        if not self.env.user.has_group("oa_registry.oa_registry_group_clerk"):
            return [self.env._("Reserved numbers are explained by the registry clerk.")]
        return [] if self.waiting_count else [self.env._("Every number of the block is explained.")]

    def _get_complete_blockers(self):
        """Say why the block cannot be completed now; an empty list means it can."""
        self.ensure_one()
        blockers = []
        if not self.env.user.has_group("oa_registry.oa_registry_group_head_registrar"):
            blockers.append(self.env._("Paper blocks are completed by the head registrar."))
        if self.state == "done":
            blockers.append(self.env._("The block is already completed."))
        if waiting := self._get_waiting():
            numbers = ", ".join(waiting[:10].mapped("name")) + (" …" if len(waiting) > 10 else "")
            blockers.append(self.env._("Not explained yet: %(numbers)s.", numbers=numbers))
        return blockers

    def _get_waiting(self):
        return self.entry_ids.filtered(lambda entry: entry.fate == "waiting").sorted("sequence")

    def _explain(self, entries, outcome, reason):
        """Say why reserved numbers have no document; each is explained once and never given to another."""
        self.ensure_one()
        self.check_access("read")
        if blockers := self._get_explain_blockers():
            raise UserError("\n".join(blockers))
        if not (reason or "").strip() or outcome not in {"unused", "spoiled"}:
            raise UserError(self.env._("Say why the number is not used."))
        if wrong := entries.filtered(lambda entry: entry.block_id != self or entry.fate != "waiting"):
            raise UserError(self.env._("Already explained: %(numbers)s.", numbers=", ".join(wrong.mapped("name"))))
        self.env["oa.register.event"]._record([
            {
                "kind": "unused",
                "register_id": self.register_id.id,
                "entry_id": entry.id,
                "block_id": self.id,
                "reason": reason,
                "details": {"outcome": outcome},
            }
            for entry in entries
        ])  # fmt: skip
        for entry in entries:
            self.env["oa.journal.entry"]._log(self.register_id, "unused_number", f"{entry.name}: {reason}")

    def action_explain(self):
        """Ask why numbers of the block have no document."""
        self.ensure_one()
        if blockers := self._get_explain_blockers():
            raise UserError("\n".join(blockers))
        return self._open_explanation(self._get_waiting())

    def _open_explanation(self, entries):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Numbers without a document"),
            "res_model": "oa.register.explain",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_block_id": self.id, "default_entry_ids": entries.ids},
        }

    def action_complete(self):
        """Complete the block: every number has its document or its reason."""
        self.ensure_one()
        self.check_access("read")
        if blockers := self._get_complete_blockers():
            raise UserError("\n".join(blockers))
        details = {"reserved": self.number_count, "entered": self.entered_count, "unused": self.unused_count}
        self.env["oa.register.event"]._record([
            {"kind": "completion", "register_id": self.register_id.id, "block_id": self.id, "reason": self.reason, "details": details}
        ])  # fmt: skip
        self.env["oa.journal.entry"]._log(self.register_id, "close_block", self.name)

    def action_print(self):
        """Open the form that is filled by hand."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/oa/block/{self.id}/form", "target": "new"}


class OaRegisterEntry(models.Model):
    _inherit = "oa.register.entry"

    def action_enter_document(self):
        """Begin the document that got this number on paper."""
        self.ensure_one()
        if self.fate != "waiting":
            raise UserError(self.env._("Number %(number)s is already explained.", number=self.name))
        block = self.block_id
        context = {
            "default_direction": self.direction,
            "default_reserved_entry_id": self.id,
            "default_register_id": self.register_id.id,
            "default_carrier": "paper",
            # When it was handed in stands on the form; now is not the moment.
            "default_received_at": False,
        }
        if block.kind_id:
            context["default_kind_id"] = block.kind_id.id
        if block.unit_id:
            context["default_unit_id"] = block.unit_id.id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Document with number %(number)s", number=self.name),
            "res_model": "oa.document",
            "views": [(False, "form")],
            "context": context,
        }

    def action_explain(self):
        """Ask why this number has no document."""
        self.ensure_one()
        return self.block_id._open_explanation(self)
