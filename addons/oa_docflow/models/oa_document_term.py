from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import lifecycle
from ..core.errors import TermError
from ..core.terms import Unit, resume_term
from .locks import is_moving, moving


class OaDocument(models.Model):
    """The term of a document stands still while an irregularity is mended or somebody else decides, and goes on afterwards."""

    _inherit = "oa.document"

    is_term_suspended = fields.Boolean("Term suspended", compute="_compute_is_term_suspended", search="_search_is_term_suspended")
    can_suspend_term = fields.Boolean(compute="_compute_can_suspend_term")
    can_resume_term = fields.Boolean(compute="_compute_can_suspend_term")

    @api.depends("term_ids.event")
    def _compute_is_term_suspended(self):
        self.term_ids.mapped("event")  # read in one go: the last row of each is read alone below
        for document in self:
            document.is_term_suspended = document.term_ids.sorted("id")[-1:].event == "suspended"

    def _search_is_term_suspended(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        # A suspended document has no day by which it is due; which of those have a term is asked of the terms.
        rows = self.env["oa.term"]._read_group([("document_id.due_on", "=", False)], ["document_id"], ["id:max"])
        last = self.env["oa.term"].browse(row_id for _document, row_id in rows)
        return [("id", "in", last.filtered(lambda term: term.event == "suspended").document_id.ids)]

    @api.depends("state", "term_ids.event", "due_on", "waiting_for_id", "task_ids.state")
    @api.depends_context("uid")
    def _compute_can_suspend_term(self):
        for document in self:
            document.can_suspend_term = not document._get_suspend_term_blockers()
            document.can_resume_term = not document._get_resume_term_blockers()

    def write(self, vals):
        if "due_on" in vals and not is_moving(self.env) and any(document._is_term_counted() for document in self):
            raise UserError(
                self.env._("The term is counted by the procedure. It is suspended and resumed with the buttons of the document.")
            )
        return super().write(vals)

    def _is_term_counted(self):
        return bool(self.register_entry_id and self.term_ids)

    def _get_term_blockers(self):
        """Who works on the document decides about its term: executors, who gave the work, and whose turn it is."""
        # Names of colleagues are no secret of the document.
        document_sudo = self.sudo()
        tasks = document_sudo.task_ids.filtered(lambda task: task.state in lifecycle.OPEN_TASK_STATES)
        people = tasks.responsible_id | tasks.assigner_id | document_sudo._get_holder()
        if any(self.env["oa.substitution"]._may_act(person, self) for person in people):
            return []
        return [self.env._("About the term decide those who work on the document: its executors and who gave them the task.")]

    def _get_suspend_term_blockers(self):
        """Say why the term cannot be suspended now; an empty list means it can."""
        self.ensure_one()
        if not self.term_ids or not self.due_on:
            return [self.env._("The document has no term that runs.")]
        if self.state not in ("registered", "assigned", "in_progress"):
            return [self._sentence_of_turn()]
        return self._get_term_blockers()

    def _get_resume_term_blockers(self):
        """Say why the term cannot be resumed now; an empty list means it can."""
        self.ensure_one()
        if not self.is_term_suspended:
            return [self.env._("The term is not suspended.")]
        return self._get_term_blockers()

    def action_suspend_term(self):
        return self._open_wizard("suspend_term", self.env._("Suspend the term"), "oa.term.suspend")

    def action_resume_term(self):
        return self._open_wizard("resume_term", self.env._("Resume the term"), "oa.term.suspend", is_resumption=True)

    @api.private
    def _suspend_term(self, day, reason, notice):
        """Let the term stand still from the day on."""
        self.ensure_one()
        self._check_blockers("suspend_term")
        running = self.term_ids.sorted("id")[-1:]
        self._check_term_day(day, running.day or running.start_on)
        if day > running.due_on:
            raise UserError(self.env._("The term was over on %(day)s already.", day=f"{running.due_on:%d.%m.%Y}"))
        explanation = f"Срокът до {running.due_on:%d.%m.%Y} г. е спрян на {day:%d.%m.%Y} г.: {reason}"
        facts = {"event": "suspended", "day": day, "reason": reason, "notice_id": notice.id}
        self._add_term_row(running, facts | {"due_on": running.due_on, "explanation": explanation})
        self._write_kept({"due_on": False})
        self._log_act("term_suspend", f"{day:%d.%m.%Y}: {reason}")

    @api.private
    def _resume_term(self, day, reason, notice):
        """Go on counting; tasks under the old term get as much longer."""
        self.ensure_one()
        self._check_blockers("resume_term")
        held = self.term_ids.sorted("id")[-1:]
        self._check_term_day(day, held.day)
        try:
            term = resume_term(held.due_on, held.day, day, Unit(held.unit), self.env["oa.calendar.day"]._get_calendar())
        except TermError as error:
            raise UserError(self.env._("The term cannot go on from this day.")) from error
        facts = {"event": "resumed", "day": day, "reason": reason, "notice_id": notice.id}
        self._add_term_row(held, facts | {"due_on": term.due, "explanation": term.explanation})
        self._write_kept({"due_on": term.due})
        self._move_task_terms(held.due_on, term.due)
        self._log_act("term_resume", f"{term.due:%d.%m.%Y}: {reason}")

    def _check_term_day(self, day, earliest):
        today = fields.Date.context_today(self.with_context(tz="Europe/Sofia"))
        if not day or day > today or (earliest and day < earliest):
            raise UserError(self.env._("Choose a day from %(day)s to today.", day=f"{earliest:%d.%m.%Y}" if earliest else ""))

    def _add_term_row(self, last, vals):
        if not (vals["reason"] or "").strip():
            raise UserError(self.env._("Say why: the reason is printed with the term."))
        kept = {name: last[name] for name in ("start_on", "amount", "unit", "legal_ground")}
        # Terms are kept by the flow, nobody writes them by hand.
        moving(self.env["oa.term"].sudo()).create({**kept, **vals, "document_id": self.id, "by_id": self.env.uid})

    def _move_task_terms(self, old, new):
        # The flow keeps the terms of tasks; whoever resumes may not write those of others.
        for task in self.sudo().task_ids.filtered(lambda task: task.state in lifecycle.OPEN_TASK_STATES and task.due_on):
            day = min(new, task.due_on + (new - old)) if task.due_on <= old else max(new, task.due_on)
            task._change_term(day, f"Срокът на документа се мести от {old:%d.%m.%Y} г. на {new:%d.%m.%Y} г.")
        self.task_ids._refresh_turns()
        self._refresh_turns()
