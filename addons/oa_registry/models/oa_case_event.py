from odoo import api, fields, models
from odoo.exceptions import UserError

KINDS = [
    ("join", "Document put into the case"),
    ("move", "Document moved to another case"),
    ("remove", "Document taken out of the case"),
    ("merge", "Case merged into another"),
    ("split", "Merge undone"),
    ("continue", "Case continued"),
    ("volume", "Volume begun"),
    ("charge", "Volume charged out"),
    ("return", "Volume returned"),
]
_WITHOUT_REASON = {"join", "volume", "charge", "return"}
_UNDONE_BY = {"join": "remove", "move": "move", "remove": "join", "merge": "split"}


class OaCaseEvent(models.Model):
    """What happened to a case and to what is in it: who, when, why; never changed, undone only by another event."""

    _name = "oa.case.event"
    _inherit = "oa.append.only"
    _description = "Event of a case"
    _order = "id desc"
    _rec_name = "kind"

    kind = fields.Selection(KINDS, "Event", required=True, readonly=True)
    company_id = fields.Many2one("res.company", "Administration", required=True, readonly=True, ondelete="restrict")
    from_case_id = fields.Many2one("oa.case", "From case", readonly=True, index="btree_not_null", ondelete="restrict")
    to_case_id = fields.Many2one("oa.case", "In case", readonly=True, index="btree_not_null", ondelete="restrict")
    document_id = fields.Many2one("oa.document", readonly=True, index="btree_not_null", ondelete="restrict")
    volume_id = fields.Many2one("oa.case.volume", readonly=True, index="btree_not_null", ondelete="restrict")
    holder_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    merge_id = fields.Many2one("oa.case.event", "With the merge", readonly=True, index="btree_not_null", ondelete="restrict")
    undoes_id = fields.Many2one("oa.case.event", readonly=True, ondelete="restrict")
    undone_ids = fields.One2many("oa.case.event", "undoes_id", "Undone by", readonly=True)
    at = fields.Datetime("Moment", required=True, readonly=True)
    by_id = fields.Many2one("res.users", "Person", required=True, readonly=True, ondelete="restrict")
    reason = fields.Char(readonly=True)
    can_undo = fields.Boolean(compute="_compute_can_undo")

    _undone_once = models.UniqueIndex("(undoes_id) WHERE undoes_id IS NOT NULL", "This event is already undone.")

    @api.private
    @api.model
    def _record(self, vals_list):
        """Add events; callers have asked the blockers, and nobody holds the right to create events by hand."""
        now, rows = fields.Datetime.now(), []
        for vals in vals_list:
            reason = (vals.get("reason") or "").strip()
            if not reason and vals["kind"] not in _WITHOUT_REASON:
                raise UserError(self.env._("Say why. The reason stays in the history of the case."))
            rows.append({"at": now, "by_id": self.env.uid, **vals, "reason": reason})
        return self.sudo().create(rows).with_env(self.env)  # as the docstring says

    @api.depends("undone_ids", "kind", "document_id.case_id", "from_case_id.state", "to_case_id.state")
    @api.depends_context("uid")
    def _compute_can_undo(self):
        # The right is asked once for all cases of the list.
        writable = (self.from_case_id | self.to_case_id)._filtered_access("write")
        for event in self:
            event.can_undo = not event._get_undo_blockers(writable)

    def _get_undo_blockers(self, writable=None):
        """Say why the event cannot be undone now; an empty list means it can."""
        self.ensure_one()
        cases = self.from_case_id | self.to_case_id
        if self.kind not in _UNDONE_BY or self.merge_id:
            return [self.env._("This event is not undone by itself.")]
        if self.sudo().undone_ids:  # whether it was undone is no secret from whoever reads it
            return [self.env._("This event is already undone.")]
        if not (cases <= writable if writable is not None else cases.has_access("write")):
            return [self.env._("You may not change both cases.")]
        if self.kind == "merge":
            return self.from_case_id._get_split_blockers(self.to_case_id)
        if self.document_id.case_id != self.to_case_id:
            return [self.env._("The document has been moved again since then.")]
        return self.document_id._get_case_blockers(self.from_case_id)

    def action_undo(self):
        """Ask why, then put back what the event moved."""
        self.ensure_one()
        if blockers := self._get_undo_blockers():
            raise UserError("\n".join(blockers))
        return self.env["oa.case.act"]._open("undo", self.env._("Undo"), event_id=self.id)

    @api.private
    def _undo(self, reason):
        self.ensure_one()
        if blockers := self._get_undo_blockers():
            raise UserError("\n".join(blockers))
        if self.kind == "merge":
            self.from_case_id._split(self, reason)
        else:
            self.document_id._put_into_case(self.from_case_id, reason, undoes=self)
