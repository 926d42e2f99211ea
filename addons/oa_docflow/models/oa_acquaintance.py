from odoo import api, fields, models
from odoo.exceptions import UserError

from .locks import moving, refuse_changes
from .oa_notice import News
from .oa_turn_mixin import NOBODY, Turn

STATES = [("waiting", "Not read yet"), ("read", "Read"), ("ended", "No longer asked")]


class OaAcquaintance(models.Model):
    """One person who has to read one document, and the moment in which the person said so."""

    _name = "oa.acquaintance"
    _inherit = ["oa.kept.mixin", "oa.guarded.thread", "mail.activity.mixin", "oa.turn.mixin"]
    _description = "Acquaintance with a document"
    _order = "document_id desc, state desc, id"

    document_id = fields.Many2one("oa.document", required=True, index=True, ondelete="restrict", readonly=True)
    document_subject = fields.Char(related="document_id.subject", string="Subject")
    company_id = fields.Many2one(related="document_id.company_id", store=True, precompute=True, index=True)
    user_id = fields.Many2one("res.users", "Person", required=True, index=True, ondelete="restrict", readonly=True)
    unit_id = fields.Many2one("hr.department", readonly=True, ondelete="set null")
    asked_by_id = fields.Many2one("res.users", "Asked by", required=True, readonly=True, ondelete="restrict")
    asked_at = fields.Datetime("Asked at", required=True, readonly=True, default=fields.Datetime.now)
    note = fields.Text("What to look at", readonly=True)
    until = fields.Date(readonly=True)
    term_explanation = fields.Text("How the term was counted", readonly=True)
    state = fields.Selection(STATES, required=True, default="waiting", readonly=True, index=True)
    read_at = fields.Datetime("Acquainted at", readonly=True)
    capacity = fields.Char("Position", readonly=True)
    can_confirm = fields.Boolean(compute="_compute_can_confirm")

    _waiting_once = models.UniqueIndex("(document_id, user_id) WHERE state = 'waiting'", "The person is asked already.")

    def init(self):
        super().init()
        refuse_changes(self.env.cr, self._table, when="OLD.read_at IS NOT NULL AND OLD.waiting_for_id IS NULL")

    @api.depends("document_id", "user_id")
    def _compute_display_name(self):
        for row in self:
            row.display_name = row.document_id.display_name

    @api.depends("state", "user_id")
    @api.depends_context("uid")
    def _compute_can_confirm(self):
        for row in self:
            row.can_confirm = row.state == "waiting" and row.user_id == self.env.user

    def _get_turn(self):
        self.ensure_one()
        return Turn(self.user_id.id, "read", self.until or None) if self.state == "waiting" else NOBODY

    def _hand_over_turn(self, turn):
        """Nobody reads in the place of another."""
        return turn

    def _get_turn_document(self):
        return self.document_id

    def _get_turn_summary(self):
        return self.document_id.subject

    def _refresh_turns(self):
        """The mixin writes the turn with the flow's own permission."""
        super(OaAcquaintance, moving(self))._refresh_turns()

    def action_open_document(self):
        self.ensure_one()
        return self.document_id._get_form_action()

    def action_confirm(self):
        """Say that one has read the documents; each for oneself."""
        self.check_access("read")
        waiting = self.filtered(lambda row: row.state == "waiting")
        if not waiting or any(row.user_id != self.env.user for row in waiting):
            raise UserError(self.env._("Each person confirms for oneself, once: choose the rows that wait for you."))
        # What was asked is written by the flow; the person says only that it was read.
        rows = moving(waiting.sudo())
        rows.write({"state": "read", "read_at": fields.Datetime.now(), "capacity": self.env.user._get_capacity()})
        rows._refresh_turns()
        waiting.document_id._log_act("acquaint")

    def action_remind(self):
        """Say it once more today to those who have not read yet."""
        self.check_access("read")
        waiting = self.filtered(lambda row: row.state == "waiting")
        for document in waiting.document_id:
            document._raise_acquaint_blockers()
        today = self.env["oa.calendar.day"]._get_today()
        self.env["oa.notice"]._tell(row._make_reminder(today) for row in waiting)

    def _make_reminder(self, today):
        words = self.env._("please read it and confirm")
        return News(self.user_id.id, "told", self, f"remind:{today}", self.until or None, words=words)

    def action_end(self):
        """Ask no longer; who has read stays in the list."""
        self.check_access("read")
        waiting = self.filtered(lambda row: row.state == "waiting")
        for document in waiting.document_id:
            document._raise_acquaint_blockers()
        # As above.
        rows = moving(waiting.sudo())
        rows.write({"state": "ended"})
        rows._refresh_turns()
        # Access that came with the asking goes with it.
        grants_sudo = self.env["oa.document.grant"].sudo().search([
            ("res_model", "=", self._name), ("document_id", "in", waiting.document_id.ids), ("user_id", "in", waiting.user_id.ids),
        ])  # fmt: skip
        pairs = {(row.document_id.id, row.user_id.id) for row in waiting}
        gone = grants_sudo.filtered(lambda grant: (grant.document_id.id, grant.user_id.id) in pairs)
        gone.with_env(self.env)._withdraw(self.env._("The acquaintance is no longer asked."))
        people = {document: rows.user_id for document, rows in waiting.grouped("document_id").items()}
        waiting.document_id._log_acts("acquaint_end", lambda document: ", ".join(people[document].mapped("name")))

    # ------------------------------------------------------------ guards
    def _say_not_deleted(self):
        return self.env._("Who was asked to read and who has read is not deleted.")

    def _say_how_written(self):
        return self.env._("Acquaintance is asked for and confirmed with the buttons of the document.")
