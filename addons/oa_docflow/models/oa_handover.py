from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core import lifecycle
from .locks import is_moving, moving

STATES = [("draft", "Not begun"), ("running", "Running"), ("done", "Done")]
_ANSWERS = {"holder_id", "successor_id", "reason"}
_STEPS = ("planned", "waiting")


class OaHandover(models.Model):
    """Somebody leaves: everything that is open goes to another person, in one job, with a reason and a list of what could not go."""

    _name = "oa.handover"
    _description = "Handing over of work"
    _order = "id desc"
    _rec_name = "holder_id"

    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True, default=lambda self: self.env.company)
    holder_id = fields.Many2one(
        "res.users", "Who leaves", required=True, ondelete="restrict", domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
        context={"active_test": False},
    )  # fmt: skip
    successor_id = fields.Many2one(
        "res.users", "To whom", required=True, ondelete="restrict", domain="[('company_ids', 'in', company_id), ('share', '=', False)]"
    )
    reason = fields.Text(required=True)
    state = fields.Selection(STATES, required=True, default="draft", readonly=True)
    started_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    started_at = fields.Datetime("Started at", readonly=True)
    done_count = fields.Integer("Handed over", readonly=True)
    error_count = fields.Integer("Not handed over", readonly=True)
    errors = fields.Text("What could not go and why", readonly=True)
    open_summary = fields.Text("What is open", compute="_compute_open_summary")

    _other_person = models.Constraint("CHECK (holder_id <> successor_id)", "Choose another person.")

    @api.depends("holder_id", "state")
    def _compute_open_summary(self):
        for handover in self:
            counts = {label: len(records) for label, records, _hand in handover._list_open()} if handover.holder_id else {}
            handover.open_summary = "\n".join(f"{label}: {count}" for label, count in counts.items() if count) or self.env._("Nothing")

    # ------------------------------------------------------------ guards
    @api.model_create_multi
    def create(self, vals_list):
        if not is_moving(self.env) and any(vals.keys() - _ANSWERS - {"company_id"} for vals in vals_list):
            raise AccessError(self.env._("Work is handed over with the button."))
        handovers = super().create(vals_list)
        if not self.env.su and handovers.company_id - self.env.user.company_ids:
            raise AccessError(self.env._("Work is handed over within one administration."))
        return handovers

    def write(self, vals):
        if not is_moving(self.env) and (vals.keys() - _ANSWERS or any(handover.state != "draft" for handover in self)):
            raise AccessError(self.env._("Work is handed over with the button."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if any(handover.state != "draft" for handover in self):
            raise AccessError(self.env._("What was handed over stays in the list."))

    # ------------------------------------------------------------ the job
    def action_start(self):
        """Begin the job; it runs in the background and may be followed here."""
        self.check_access("write")
        for handover in self:
            if handover.state != "draft":
                raise UserError(self.env._("This work was handed over already."))
            successor_sudo = handover.successor_id.sudo()  # where a colleague works is no secret
            if handover.company_id not in successor_sudo.company_ids or not successor_sudo.active:
                raise UserError(self.env._("%(person)s does not work in this administration.", person=successor_sudo.name))
            moving(handover).write({"state": "running", "started_by_id": self.env.uid, "started_at": fields.Datetime.now()})
        # Whoever begins wakes the job.
        self.env.ref("oa_docflow.ir_cron_handover").sudo()._trigger()

    @api.model
    def _cron_run(self):
        """Hand over one record after another; what a killed run has handed over stays, the next run goes on."""
        progress = self.env["ir.cron"]._commit_progress
        for handover in self.search([("state", "=", "running")], order="id"):
            tried = set()
            while item := handover._find_next(tried):
                tried.add(item[0])
                handover._hand_one(item[0], item[1])
                progress(1)
            moving(handover).write({"state": "done"})
            progress()

    def _find_next(self, tried):
        for _label, records, hand in self._list_open():
            for record in records:
                if record not in tried:
                    return record, hand
        return None

    def _list_open(self):
        """What is open with the person: a label, the records, and the method that hands one on."""
        # Counted for whoever manages the people, who need not see the documents.
        holder, company = self.holder_id, self.company_id
        tasks_sudo, is_open = self.env["oa.task"].sudo(), ("state", "in", list(lifecycle.OPEN_TASK_STATES))
        steps_sudo = self.env["oa.route.step"].sudo()
        opinions_sudo, recurrences_sudo = self.env["oa.task.opinion"].sudo(), self.env["oa.task.recurrence"].sudo()  # as above
        own = [is_open, ("company_id", "=", company.id)]
        return [
            (self.env._("Tasks to execute"), tasks_sudo.search([*own, ("responsible_id", "=", holder.id)]), self._hand_task),
            (self.env._("Tasks given or controlled, or with others"), tasks_sudo.search([
                *own, ("responsible_id", "!=", holder.id), "|", "|", ("assigner_id", "=", holder.id), ("controller_id", "=", holder.id),
                ("co_executor_ids", "in", holder.ids)]), self._hand_task),
            (self.env._("Steps of routes"), steps_sudo.search([
                ("company_id", "=", company.id), ("user_id", "=", holder.id), ("state", "in", _STEPS)]), self._hand_step),
            (self.env._("Opinions"), opinions_sudo.search([
                ("company_id", "=", company.id), ("colleague_id", "=", holder.id), ("state", "=", "asked")]), self._hand_opinion),
            (self.env._("Recurring tasks"), recurrences_sudo.search([
                ("company_id", "=", company.id), ("state", "=", "active"), "|", ("responsible_id", "=", holder.id),
                ("assigner_id", "=", holder.id)]), self._hand_recurrence),
        ]  # fmt: skip

    def _hand_one(self, record, hand):
        try:
            with self.env.cr.savepoint():
                hand(record.with_user(self.started_by_id).sudo())  # in the name of whoever has begun the job
                record.env.flush_all()
        except (UserError, AccessError) as error:
            record.invalidate_recordset()
            line = f"{record.display_name}: {error.args[0]}"
            text = "\n".join(filter(None, [self.errors, line]))
            moving(self).write({"errors": text, "error_count": self.error_count + 1})
        else:
            moving(self).write({"done_count": self.done_count + 1})

    def _hand_task(self, task):
        vals = self._replace(task, ("responsible_id", "assigner_id", "controller_id"))
        successor = self.successor_id
        responsible = vals.get("responsible_id", task.responsible_id.id)
        if responsible == vals.get("assigner_id", task.assigner_id.id):
            raise UserError(self.env._("%(person)s gave this task and cannot execute it as well.", person=successor.name))
        co_executors = task.co_executor_ids
        if self.holder_id in co_executors or responsible in co_executors.ids:
            kept = (co_executors - self.holder_id) | (successor if self.holder_id in co_executors else co_executors.browse())
            vals["co_executor_ids"] = [fields.Command.set([user_id for user_id in kept.ids if user_id != responsible])]
        moving(task).write(vals)
        task.document_id._withdraw_grants_of(task, self.env._("The work was handed over."))
        task._open_document()
        task._refresh_turns()
        task.extension_ids._refresh_turns()
        task.document_id._refresh_turns()
        self._log(task.document_id)

    def _hand_step(self, step):
        moving(step).write({"user_id": self.successor_id.id})
        step.document_id._grant_with_case(self.successor_id, self.env._("Step of a route"), origin=step.route_id)
        step.document_id._refresh_turns()
        self._log(step.document_id)

    def _hand_opinion(self, opinion):
        moving(opinion).write({"colleague_id": self.successor_id.id})
        opinion.document_id._withdraw_grants_of(opinion, self.env._("The work was handed over."))
        opinion.document_id._grant(self.successor_id, self.env._("Opinion on a task"), source=opinion)
        opinion._refresh_turns()
        opinion.task_id._refresh_turns()
        self._log(opinion.document_id)

    def _hand_recurrence(self, recurrence):
        moving(recurrence).write(self._replace(recurrence, ("responsible_id", "assigner_id")))
        self._log(recurrence.document_id)

    def _replace(self, record, names):
        return {name: self.successor_id.id for name in names if record[name] == self.holder_id}

    def _log(self, document):
        document._log_act("hand_over", f"{self.holder_id.name} → {self.successor_id.name}: {self.reason}")
