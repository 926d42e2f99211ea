from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import lifecycle
from ..core.lifecycle import Subject
from .signed_acts import person_signs


class OaTask(models.Model):
    """The moves of a task: each asks its own question first, and the buttons ask the same one."""

    _inherit = "oa.task"

    can_accept = fields.Boolean(compute="_compute_can")
    can_delegate = fields.Boolean(compute="_compute_can")
    can_draft_reply = fields.Boolean(compute="_compute_can")
    can_report = fields.Boolean(compute="_compute_can")
    can_confirm = fields.Boolean(compute="_compute_can")
    can_return = fields.Boolean(compute="_compute_can")
    can_withdraw = fields.Boolean(compute="_compute_can")
    can_ask = fields.Boolean(compute="_compute_can")
    can_instruct = fields.Boolean(compute="_compute_can")
    can_redirect = fields.Boolean(compute="_compute_can")
    can_extend = fields.Boolean(compute="_compute_can")
    can_forward = fields.Boolean(compute="_compute_can")
    can_take_back = fields.Boolean(compute="_compute_can")

    @api.depends("state", "waiting_for_id", "child_ids.state", "extension_ids.state")
    @api.depends_context("uid")
    def _compute_can(self):
        for task in self:
            task.can_accept = not task._get_accept_blockers()
            task.can_delegate = not task._get_delegate_blockers()
            task.can_draft_reply = not task._get_draft_reply_blockers()
            task.can_report = not task._get_report_blockers()
            task.can_confirm = not task._get_confirm_blockers()
            task.can_return = not task._get_return_blockers()
            task.can_withdraw = not task._get_withdraw_blockers()
            task.can_ask = not task._get_ask_blockers()
            task.can_instruct = not task._get_instruct_blockers()
            task.can_redirect = not task._get_redirect_blockers()
            task.can_extend = not task._get_extend_blockers()
            task.can_forward = not task._get_forward_blockers()
            task.can_take_back = not task._get_take_back_blockers()

    def _get_move_blockers(self, name, person):
        self.ensure_one()
        task_sudo = self.sudo()  # the sentence names persons whom the reader may not look up
        if not self.env["oa.substitution"]._may_act(person, task_sudo.document_id):
            return [self.env._("The task “%(task)s” is with %(person)s, not with you.", task=task_sudo.name, person=person.sudo().name)]
        if not lifecycle.find_move(Subject.TASK, task_sudo.state, name):
            state = dict(self._fields["state"]._description_selection(self.env))[task_sudo.state]
            return [self.env._("The task “%(task)s” is already in state “%(state)s”.", task=task_sudo.name, state=state)]
        return []

    def _get_accept_blockers(self):
        """Say why the task cannot be accepted for work now; an empty list means it can."""
        return self._get_move_blockers("accept", self.responsible_id)

    def _get_delegate_blockers(self):
        """Say why the task cannot be delegated now; an empty list means it can."""
        if blockers := self._get_move_blockers("delegate", self.responsible_id):
            return blockers
        if self.child_ids and self.open_child_count:
            return [self.env._("The task is already delegated; wait for the report or withdraw the task below it.")]
        return []

    def _get_draft_reply_blockers(self):
        """Say why no reply can be drafted under this task now; an empty list means it can."""
        may_act = self.env["oa.substitution"]._may_act
        if not any(may_act(person, self.document_id) for person in self.responsible_id | self.co_executor_ids):
            return [self.env._("The reply is drafted by %(person)s.", person=self.env["oa.function"]._get_name(self.responsible_id))]
        if self.state not in lifecycle.OPEN_TASK_STATES or self.state == "reported":
            return [self.env._("The task is no longer open.")]
        if self.open_child_count:
            return [self.env._("The task is delegated; the reply is drafted by the executor below it.")]
        return []

    def _get_report_blockers(self):
        """Say why the task cannot be reported now; an empty list means it can."""
        if self.env.user in self.co_executor_ids:
            return [
                self.env._(
                    "You are a co-executor. The task is reported by the responsible executor %(person)s.",
                    person=self.env["oa.function"]._get_name(self.responsible_id),
                )
            ]
        if blockers := self._get_move_blockers("report", self.responsible_id):
            return blockers
        if self.open_child_count:
            return [self.env._("Tasks below this one are still open: accept or withdraw them first.")]
        return []

    def _get_confirm_blockers(self):
        """Say why the execution cannot be accepted now; an empty list means it can."""
        if blockers := self._get_move_blockers("confirm", self.assigner_id):
            return blockers
        if self.open_child_count:
            return [self.env._("Tasks below this one are still open: accept or withdraw them first.")]
        return []

    def _get_return_blockers(self):
        """Say why the execution cannot be returned now; an empty list means it can."""
        return self._get_move_blockers("return", self.assigner_id)

    def _get_withdraw_blockers(self):
        """Say why the task cannot be withdrawn now; an empty list means it can."""
        if blockers := self._get_move_blockers("withdraw", self.assigner_id):
            return blockers
        if self.open_child_count:
            return [self.env._("Tasks below this one are still open: they have to be withdrawn first.")]
        return []

    def _raise_blockers(self, verb):
        blockers = [blocker for task in self for blocker in getattr(task, f"_get_{verb}_blockers")()]
        if blockers:
            raise UserError("\n".join(blockers))

    @person_signs
    def action_accept(self):
        self._raise_blockers("accept")
        self._move_to("accept")
        self.document_id._start_work()
        self._log("accept")

    def action_delegate(self):
        return self._open_wizard("delegate", self.env._("Delegate"), "oa.document.resolve")

    def action_report(self):
        return self._open_wizard("report", self.env._("Report execution"), "oa.task.report")

    def action_return(self):
        return self._open_wizard("return", self.env._("Return execution"), "oa.task.return")

    def action_withdraw(self):
        return self._open_wizard("withdraw", self.env._("Withdraw the task"), "oa.task.return", is_withdrawal=True)

    @person_signs
    def action_confirm_report(self):
        """Accept the execution; whether it came in time is read from the day of the report."""
        self._raise_blockers("confirm")
        for task in self:
            is_late = task.due_on and task.reported_at and fields.Datetime.context_timestamp(task, task.reported_at).date() > task.due_on
            task._move_to("confirm_late" if is_late else "confirm", confirmed_at=fields.Datetime.now())
        self._log("confirm", by="assigner_id")

    @api.private
    @person_signs
    def _delegate(self, vals):
        """Give this task, or a part of it, to another person."""
        self._raise_blockers("delegate")
        self._move_to("delegate")
        self.document_id._start_work()
        resolution = self.document_id._write_resolution(vals, parent_task=self)
        tasks = self._assign([self.document_id._prepare_task_vals(resolution, vals, parent_task=self)])
        self.document_id._refresh_turns()
        self._log("delegate", vals["text"], decided=self.document_id._say_resolution(vals))
        return tasks

    @api.private
    @person_signs
    def _report(self, text, result_document):
        self._raise_blockers("report")
        if not (text or "").strip():
            raise UserError(self.env._("Write what was done."))
        self._move_to("report", report_text=text, result_document_id=result_document.id, reported_at=fields.Datetime.now())
        if result_document:
            result_document._grant_with_case(self.assigner_id, self.env._("Result of a task"), origin=self)
        self.document_id._start_work()
        self._log("report", text)

    @api.private
    @person_signs
    def _return(self, reason):
        self._raise_blockers("return")
        self._move_to("return", return_reason=reason)
        self._log("task_return", reason, by="assigner_id")

    @api.private
    def _withdraw(self, reason):
        self._raise_blockers("withdraw")
        self._move_to("withdraw", return_reason=reason)
        for task in self:
            task.document_id._withdraw_grants_of(task, self.env._("The task was withdrawn."))
        self._log("withdraw", reason, by="assigner_id")

    def _open_wizard(self, verb, title, model, **defaults):
        self.ensure_one()
        self._raise_blockers(verb)
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_task_id": self.id, "default_document_id": self.document_id.id}
            | {f"default_{key}": value for key, value in defaults.items()},
        }

    def action_open_document(self):
        self.ensure_one()
        return self.document_id._get_form_action()

    def action_draft_reply(self):
        """Open a new draft that answers the document of this task; what follows from an own document is asked."""
        self.ensure_one()
        self._raise_blockers("draft_reply")
        procedure = self._find_draft_procedure()
        if not procedure:
            return self._open_wizard("draft_reply", self.env._("New draft in the case"), "oa.task.draft")
        return self._draft_by(procedure)

    def _find_draft_procedure(self):
        """By which procedure the draft goes; nothing when whoever drafts has to say so."""
        procedures, answered = self.env["oa.procedure"], self.document_id.procedure_id
        if self.document_id.direction != "incoming":
            return procedures
        if self.resolution_type != "competence":
            return answered
        # What is given by competence is not answered, it is forwarded to whoever is competent.
        found = procedures._list_for(self.env.ref("oa_registry.oa_document_kind_forwarding"), self.company_id)
        of_matter = found.filtered(lambda procedure: procedure.class_id == answered.class_id)
        return of_matter if len(of_matter) == 1 else procedures

    @api.private
    def _draft_by(self, procedure):
        """A draft that goes the way of this procedure."""
        self._raise_blockers("draft_reply")
        reply = self.document_id._draft_reply(procedure, task=self)
        people = self.responsible_id | self.co_executor_ids | self.assigner_id
        reply._grant_with_case(people, self.env._("Draft under a task"), origin=self)
        return reply._get_form_action()

    def _log(self, action, details="", by="responsible_id", decided=None):
        # Names of colleagues are no secret of the document.
        holders = {task.document_id: task.sudo()[by] for task in self}
        tasks_of = self.grouped("document_id")
        self.document_id._log_act(action, details, holders.get, decided=lambda document: tasks_of[document]._say_tasks() | (decided or {}))

    def _say_tasks(self):
        """Which tasks an act is about, by name, in the language of the administration."""
        env = self.company_id[:1]._in_official_language().env
        tasks_sudo = self.sudo()  # as above
        # Its number only: whoever reads the act may not be allowed to read the result.
        results = ", ".join(document.number or f"№ {document.id}" for document in tasks_sudo.result_document_id)
        return {
            env._("Task"): "; ".join(f"{task.name} (№ {task.id})" for task in tasks_sudo),
            env._("Responsible executor"): ", ".join(tasks_sudo.responsible_id.mapped("name")),
            env._("Result"): results,
        }
