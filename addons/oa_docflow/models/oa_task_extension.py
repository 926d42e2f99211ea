from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import lifecycle
from .locks import moving, refuse_changes
from .oa_turn_mixin import NOBODY, Turn
from .signed_acts import person_signs

STATES = [("asked", "Asked"), ("granted", "Granted"), ("refused", "Refused")]


class OaTaskExtension(models.Model):
    """A wish for a later term and its decision: the old term, the new one and the reasons stay."""

    _name = "oa.task.extension"
    _inherit = ["oa.kept.mixin", "oa.guarded.thread", "mail.activity.mixin", "oa.turn.mixin"]
    _description = "Extension of a term"
    _order = "id desc"
    _rec_name = "task_id"

    task_id = fields.Many2one("oa.task", required=True, index=True, ondelete="restrict", readonly=True)
    document_id = fields.Many2one(related="task_id.document_id", store=True, index=True)
    company_id = fields.Many2one(related="task_id.company_id", store=True, index=True)
    asked_by_id = fields.Many2one("res.users", "Asked by", required=True, readonly=True, ondelete="restrict")
    old_due_on = fields.Date("Term until now", readonly=True)
    wanted_on = fields.Date("Wanted term", required=True, readonly=True)
    reason = fields.Text(required=True, readonly=True)
    state = fields.Selection(STATES, required=True, default="asked", readonly=True, index=True)
    new_due_on = fields.Date("Term given", readonly=True)
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True, ondelete="restrict")
    decided_at = fields.Datetime("Decided at", readonly=True)
    decision = fields.Text(readonly=True)
    can_decide = fields.Boolean(compute="_compute_can_decide")

    def init(self):
        super().init()
        refuse_changes(self.env.cr, self._table, when="OLD.decided_at IS NOT NULL AND OLD.waiting_for_id IS NULL")

    @api.depends("state", "waiting_for_id")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        for extension in self:
            extension.can_decide = not extension._get_decide_blockers()

    @api.depends("task_id.name", "wanted_on")
    def _compute_display_name(self):
        for extension in self:
            day = f"{extension.wanted_on:%d.%m.%Y}" if extension.wanted_on else ""
            extension.display_name = self.env._("%(task)s until %(day)s", task=extension.task_id.name, day=day)

    def _get_turn(self):
        """Whoever gave the task decides about its term."""
        self.ensure_one()
        return Turn(self.task_id.assigner_id.id, "extend", self.old_due_on or None) if self.state == "asked" else NOBODY

    def _get_turn_document(self):
        return self.document_id

    def _refresh_turns(self):
        """The mixin writes the turn with the flow's own permission."""
        super(OaTaskExtension, moving(self))._refresh_turns()

    def _get_decide_blockers(self):
        """Say why the person cannot decide now; an empty list means they can."""
        self.ensure_one()
        # Names of colleagues are no secret of the task.
        task_sudo = self.task_id.sudo()
        if self.state != "asked":
            return [self.env._("About this term was decided already.")]
        if not self.env["oa.substitution"]._may_act(task_sudo.assigner_id, task_sudo.document_id):
            return [self.env._("About the term decides %(person)s, who gave the task.", person=task_sudo.assigner_id.name)]
        if task_sudo.state not in lifecycle.OPEN_TASK_STATES:
            return [self.env._("The task is no longer open.")]
        return []

    def action_decide(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide about the term"),
            "res_model": "oa.task.decide",
            "view_mode": "form",
            "target": "new",
            "context": {"default_extension_id": self.id},
        }

    @api.private
    def _decide(self, new_due_on, decision):
        """Grant the extension until the day, or refuse it when there is none."""
        self.ensure_one()
        if blockers := self._get_decide_blockers():
            raise UserError("\n".join(blockers))
        if not new_due_on and not (decision or "").strip():
            raise UserError(self.env._("Say why the term is not extended."))
        if new_due_on and new_due_on < fields.Date.context_today(self.with_context(tz="Europe/Sofia")):
            raise UserError(self.env._("The new term is over already: choose a later day."))
        facts = {"decided_by_id": self.env.uid, "decided_at": fields.Datetime.now(), "decision": decision or False}
        # The flow keeps the term; whoever decides may not write tasks.
        moving(self.sudo()).write({"state": "granted" if new_due_on else "refused", "new_due_on": new_due_on or False, **facts})
        if new_due_on:
            self.task_id._change_term(new_due_on, f"Срокът до {self.old_due_on:%d.%m.%Y} г. е удължен по искане на изпълнителя.")
            self.task_id._refresh_turns()
            self.document_id._refresh_turns()
        self._refresh_turns()
        what = f"{self.old_due_on or '–'} → {new_due_on}" if new_due_on else ""
        self.task_id._log("extend" if new_due_on else "extend_refuse", "; ".join(filter(None, (what, decision))), by="assigner_id")

    # ------------------------------------------------------------ guards
    def _say_not_deleted(self):
        return self.env._("What was asked and decided about a term is not deleted.")

    def _say_how_written(self):
        return self.env._("A later term is asked for and decided with the buttons of the task.")


class OaTask(models.Model):
    _inherit = "oa.task"

    @api.private
    def _change_term(self, day, why):
        """Another last day; how it came about is told under how the first one was counted."""
        told = [self.term_explanation, why, self.env["oa.calendar.day"]._explain_day(day)]
        # The flow keeps the terms of tasks; whoever changes one may not write tasks.
        moving(self.sudo()).write({"due_on": day, "term_explanation": "\n".join(filter(None, told))})

    def _get_extend_blockers(self):
        """Say why no later term can be asked for now; an empty list means it can."""
        self.ensure_one()
        may_act = self.env["oa.substitution"]._may_act(self.responsible_id, self.document_id)
        if not may_act:
            person = self.env["oa.function"]._get_name(self.responsible_id)
            return [self.env._("A later term is asked for by the responsible executor %(person)s.", person=person)]
        if self.state not in lifecycle.OPEN_TASK_STATES or self.state == "reported":
            return [self.env._("The task is no longer open.")]
        if not self.due_on:
            return [self.env._("The task has no term.")]
        if self.extension_ids.filtered(lambda extension: extension.state == "asked"):
            return [self.env._("A later term was asked for already and waits for its decision.")]
        return []

    def action_extend(self):
        return self._open_wizard("extend", self.env._("Ask for a later term"), "oa.task.extend")

    @api.private
    @person_signs
    def _ask_extension(self, wanted_on, reason):
        self.ensure_one()
        self._raise_blockers("extend")
        self._check_text(reason)
        if not wanted_on or wanted_on <= self.due_on:
            raise UserError(self.env._("The wanted term has to be after %(day)s.", day=f"{self.due_on:%d.%m.%Y}"))
        # What was asked stays as it was asked; nobody writes it by hand.
        extension = moving(self.env["oa.task.extension"].sudo()).create({
            "task_id": self.id, "asked_by_id": self.env.uid, "old_due_on": self.due_on, "wanted_on": wanted_on, "reason": reason,
        })  # fmt: skip
        extension._refresh_turns()
        self._log("extend_ask", f"{self.due_on} → {wanted_on}: {reason}")
        return extension.sudo(False)
