from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..core.errors import TermError
from ..core.recurrence import Period, Rhythm, find_due, find_next
from .locks import is_moving, moving
from .oa_resolution import RESOLUTION_TYPES

PERIODS = [("day", "Day"), ("week", "Week"), ("month", "Month"), ("year", "Year")]
STATES = [("active", "Running"), ("ended", "Ended")]
_HEADS = ("oa_docflow.oa_docflow_group_director", "oa_docflow.oa_docflow_group_secretary_general", "oa_docflow.oa_docflow_group_governor")
_KEPT = {"assigner_id", "document_id", "state", "last_on", "next_on", "end_reason"}
COLLEAGUES = "[('company_ids', 'in', company_id), ('share', '=', False)]"


class OaTaskRecurrence(models.Model):
    """A task that comes again: what, to whom, how often; each time it is an ordinary task of a resolution of its own."""

    _name = "oa.task.recurrence"
    _inherit = ["oa.journal.mixin"]
    _description = "Recurring task"
    _order = "state, next_on, id"
    _rec_name = "text"

    document_id = fields.Many2one(
        "oa.document", required=True, index=True, ondelete="restrict", domain="[('register_entry_id', '!=', False)]"
    )
    document_subject = fields.Char(related="document_id.subject", string="Subject")
    company_id = fields.Many2one(related="document_id.company_id", store=True, precompute=True, index=True)
    type = fields.Selection(RESOLUTION_TYPES, required=True, default="report")
    text = fields.Text("What is to be done", required=True)
    assigner_id = fields.Many2one("res.users", required=True, readonly=True, default=lambda self: self.env.uid, ondelete="restrict")
    responsible_id = fields.Many2one("res.users", required=True, ondelete="restrict", domain=COLLEAGUES)
    co_executor_ids = fields.Many2many("res.users", string="Co-executors", domain=COLLEAGUES)
    controller_id = fields.Many2one("res.users", string="Controls", ondelete="restrict", domain=COLLEAGUES)
    every = fields.Integer(required=True, default=1)
    period = fields.Selection(PERIODS, required=True, default="month")
    first_on = fields.Date("First on", required=True, default=fields.Date.context_today)
    until = fields.Date("Last on")
    term_days = fields.Integer("Term in working days", required=True, default=5)
    state = fields.Selection(STATES, required=True, default="active", readonly=True, index=True)
    last_on = fields.Date("Last came on", readonly=True)
    next_on = fields.Date("Comes next on", compute="_compute_next_on", store=True, index=True)
    end_reason = fields.Char("Why it ended", readonly=True)
    task_ids = fields.One2many("oa.task", "recurrence_id", string="Tasks", readonly=True)

    _sane = models.Constraint("CHECK (every BETWEEN 1 AND 366 AND term_days BETWEEN 1 AND 366)", "Days and periods are from 1 to 366.")

    def _to_rhythm(self):
        return Rhythm(self.first_on, Period(self.period), self.every, self.until or None)

    @api.depends("first_on", "period", "every", "until", "last_on", "state")
    def _compute_next_on(self):
        calendar = self.env["oa.calendar.day"]._get_calendar()
        for recurrence in self:
            is_running = recurrence.state == "active" and recurrence.first_on and recurrence.every > 0
            recurrence.next_on = is_running and find_next(recurrence._to_rhythm(), recurrence.last_on or None, calendar)

    @api.constrains("first_on", "until", "every")
    def _check_rhythm(self):
        for recurrence in self:
            try:
                recurrence._to_rhythm()
            except TermError as error:
                raise ValidationError(self.env._("The last day is before the first one.")) from error

    @api.constrains("responsible_id", "co_executor_ids")
    def _check_executors(self):
        for recurrence in self:
            if recurrence.responsible_id in recurrence.co_executor_ids:
                raise ValidationError(self.env._("%(person)s is already the responsible executor.", person=recurrence.responsible_id.name))

    # ------------------------------------------------------------ who may
    @api.model_create_multi
    def create(self, vals_list):
        if any(_KEPT & vals.keys() - {"document_id"} for vals in vals_list) and not is_moving(self.env):
            raise AccessError(self.env._("A recurring task is given by whoever writes it; the flow counts its days."))
        recurrences = super().create(vals_list)
        recurrences._check_may_give()
        return recurrences

    def write(self, vals):
        if _KEPT & vals.keys() and not is_moving(self.env):
            raise AccessError(self.env._("A recurring task is given by whoever writes it; the flow counts its days."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("A recurring task is ended, it is not deleted."))

    def _check_may_give(self):
        if self.env.su:
            return
        is_head = any(self.env.user.has_group(group) for group in _HEADS)
        for document in self.document_id:
            document.check_access("read")
            if not is_head:
                raise UserError(self.env._("Recurring tasks are given by the heads: director, Secretary General, governor."))
            if not document.number or document.state in ("annulled", "closed"):
                raise UserError(self.env._("“%(document)s” is not in force: choose a registered one.", document=document.display_name))

    def action_end(self):
        """Let it come no more; what was given stays."""
        self.check_access("write")
        self._end(self.env._("Ended by %(person)s", person=self.env.user.name))

    def _end(self, reason):
        # The flow keeps the state, whoever ends it.
        moving(self.filtered(lambda recurrence: recurrence.state == "active").sudo()).write({"state": "ended", "end_reason": reason})

    # ------------------------------------------------------------ coming again
    @api.model
    def _cron_recur(self):
        """Give the tasks whose day has come; a second run finds them given."""
        today = self.env["oa.calendar.day"]._get_today()
        due = self.search([("state", "=", "active"), ("next_on", "<=", today)])
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(due))
        for recurrence in due:
            recurrence._recur(today)
            if not progress(1):
                break
        self.search([("state", "=", "active"), ("next_on", "=", False)])._end(self.env._("The last day has passed."))

    def _recur(self, today):
        self.ensure_one()
        if reason := self._get_end_reason():
            self._end(reason)
            self.document_id._tell(self.assigner_id, reason, "recurrence")
            return
        day = find_due(self._to_rhythm(), today, self.last_on or None, self.env["oa.calendar.day"]._get_calendar())
        if day:
            self._give(day, today)
            moving(self).write({"last_on": day})

    def _get_end_reason(self):
        if self.document_id.state in ("annulled", "closed"):
            return self.env._("The document of the recurring task is closed.")
        gone = (self.assigner_id | self.responsible_id).filtered(lambda user: not user.active or self.company_id not in user.company_ids)
        if gone:
            return self.env._("The recurring task has ended: %(person)s does not work here any more.", person=gone[0].name)
        return ""

    def _give(self, day, today):
        """One resolution and one task, as if the head had just written them."""
        document = self.document_id.with_user(self.assigner_id).sudo()  # the head has said so beforehand
        term = self.env["oa.calendar.day"]._count_working_days(today, self.term_days)
        resolution = moving(document.env["oa.resolution"]).create({
            "document_id": document.id, "company_id": document.company_id.id, "type": self.type, "text": self.text,
            "user_id": self.assigner_id.id, "due_on": term.due,
        })  # fmt: skip
        document.env["oa.task"]._assign([{
            "name": f"{document.display_name}: {self.text}"[:200], "company_id": document.company_id.id, "document_id": document.id,
            "resolution_id": resolution.id, "assigner_id": self.assigner_id.id, "responsible_id": self.responsible_id.id,
            "co_executor_ids": [fields.Command.set(self.co_executor_ids.ids)], "controller_id": self.controller_id.id,
            "due_on": term.due, "term_explanation": term.explanation, "recurrence_id": self.id, "occurs_on": day,
        }])  # fmt: skip
        document._log_act("recur", f"{day:%d.%m.%Y}: {self.text}")


class OaTask(models.Model):
    _inherit = "oa.task"

    recurrence_id = fields.Many2one("oa.task.recurrence", "Recurring task", readonly=True, index="btree_not_null", ondelete="restrict")
    occurs_on = fields.Date("Day of the rhythm", readonly=True)

    _occurs_once = models.UniqueIndex("(recurrence_id, occurs_on) WHERE redirected_to_id IS NULL", "This task was given already.")

    def _get_kept_fields(self):
        return super()._get_kept_fields() | {"recurrence_id", "occurs_on"}
