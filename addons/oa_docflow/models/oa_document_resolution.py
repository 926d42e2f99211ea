from odoo import api, fields, models
from odoo.exceptions import UserError

from .locks import moving
from .oa_turn_mixin import NOBODY, Turn
from .signed_acts import person_signs


class OaDocument(models.Model):
    """Resolution: a head writes what has to be done, by whom and until when."""

    _inherit = "oa.document"

    can_resolve = fields.Boolean(compute="_compute_can_resolve")
    can_draft_reply = fields.Boolean(compute="_compute_can_resolve")

    @api.depends("state", "waiting_for_id", "task_ids.state")
    @api.depends_context("uid")
    def _compute_can_resolve(self):
        for document in self:
            document.can_resolve = not document._get_resolve_blockers()
            document.can_draft_reply = bool(document._find_my_task_for_reply())

    def _is_for_resolution(self):
        """An incoming document waits for a resolution; an own one when its procedure says who resolves it."""
        self.ensure_one()
        if self.direction == "incoming":
            return self._is_registered()
        if self._get_waiting_step().act == "resolve":
            return True
        is_open = self.state == "signed" and self.direction == "internal" and not self.resolution_ids
        return is_open and bool(self.procedure_id.resolver_function)

    def _get_resolver_turn(self):
        function = self.procedure_id.resolver_function or self.company_id.docflow_resolver_function
        resolver = self.env["oa.function"]._find_user(function, self.company_id, author=self.author_id)
        if not resolver:
            return NOBODY
        return Turn(resolver.id, "resolve", self._count_resolver_term().due)

    def _count_resolver_term(self):
        """A resolution is written within one working day."""
        return self.env["oa.calendar.day"]._count_working_days(self._get_official_day(self.registered_at), 1)

    def _explain_resolver_turn(self):
        """How the day was counted until which the resolution has to be written."""
        step = self._get_waiting_step()
        return step.term_explanation if step else self._count_resolver_term().explanation

    def _get_resolve_blockers(self):
        """Say why the person cannot write a resolution now; an empty list means it can be written."""
        self.ensure_one()
        if not self._is_for_resolution():
            return [self._sentence_of_turn()]
        # Names of colleagues are no secret of the document.
        if not self.env["oa.substitution"]._may_act(self.sudo()._get_holder(), self):
            return [self._sentence_of_turn()]
        return []

    def action_resolve(self):
        return self._open_wizard("resolve", self.env._("Resolution"), "oa.document.resolve")

    @api.private
    @person_signs
    def _resolve(self, vals):
        """Write one resolution on each document and turn it into a task of the responsible executor."""
        self._check_blockers("resolve")
        # Names of colleagues are no secret of the document.
        holders = {document: document.sudo()._get_holder() for document in self}
        steps = self._get_resolve_steps()
        for document in self:
            resolution = document._write_resolution(vals)
            self.env["oa.task"]._assign([document._prepare_task_vals(resolution, vals)])
        self._move_resolved()
        decided = self._say_resolution(vals)
        self._log_act("resolve", vals["text"], holders.get, steps=steps, decided=lambda _document: decided)

    def _say_resolution(self, vals):
        """What is decided, by name, in the language of the administration: the record of the act says all of it."""
        env = self.company_id[:1]._in_official_language().env
        # Names of colleagues are no secret of the document.
        names = {user.id: user.name for user in env["res.users"].sudo().browse([
            vals["responsible_id"], vals.get("controller_id"), *vals.get("co_executor_ids", [])
        ])}  # fmt: skip
        return {
            env._("Kind of resolution"): dict(env["oa.resolution"]._fields["type"]._description_selection(env))[vals["type"]],
            env._("Responsible executor"): names[vals["responsible_id"]],
            env._("Co-executors"): ", ".join(names[user_id] for user_id in vals.get("co_executor_ids", [])),
            env._("Controls"): names.get(vals.get("controller_id"), ""),
            env._("Term"): f"{vals['due_on']:%d.%m.%Y}" if vals.get("due_on") else "",
        }

    def _move_resolved(self):
        """An incoming document is assigned; an own one stays signed, and its route goes on."""
        moved = self.filtered(lambda document: document._can_move("resolve"))
        moved._move_to("resolve")
        (self - moved)._finish_resolve_steps()
        (self - moved)._refresh_turns()

    def _write_resolution(self, vals, parent_task=None):
        # A resolution is a fact that only the flow may write down.
        return moving(self.env["oa.resolution"].sudo()).create(
            {
                "document_id": self.id,
                "company_id": self.company_id.id,
                "parent_task_id": parent_task.id if parent_task else False,
                "type": vals["type"],
                "text": vals["text"],
                "user_id": self.env.uid,
                "substitution_id": self._find_mandate(parent_task).id,
                "due_on": vals.get("due_on"),
            }
        )

    def _find_mandate(self, task=None):
        """By which mandate the current person acts for whoever holds the turn, or the task."""
        # As above.
        holder = task.sudo().responsible_id if task else self.sudo()._get_holder()
        return self.env["oa.substitution"]._find_own(holder, self)

    def _prepare_task_vals(self, resolution, vals, parent_task=None):
        return {
            "name": f"{self.display_name}: {self.subject}"[:200] if self.number else self.subject,
            "company_id": self.company_id.id,
            "document_id": self.id,
            "resolution_id": resolution.id,
            "parent_id": parent_task.id if parent_task else False,
            # What a substitute gives is accepted by the holder, who will be back.
            "assigner_id": self._find_mandate(parent_task).sudo().holder_id.id or self.env.uid,
            "responsible_id": vals["responsible_id"],
            "co_executor_ids": [fields.Command.set(vals.get("co_executor_ids", []))],
            "controller_id": vals.get("controller_id"),
            "due_on": vals.get("due_on"),
            "term_explanation": self._explain_task_term(vals.get("due_on")),
        }

    def _explain_task_term(self, day):
        """The term of the document when the task has the same, else what the chosen day means."""
        if day and day == self.due_on and self.term_explanation:
            return self.term_explanation
        return self.env["oa.calendar.day"]._explain_day(day)

    def _start_work(self):
        """The first act of an executor shows that the work has begun."""
        waiting = self.filtered(lambda document: document._can_move("start"))
        waiting._move_to("start")

    def _find_my_task_for_reply(self):
        return self.task_ids.filtered(lambda task: task.can_draft_reply)[:1]

    def action_draft_reply(self):
        self.ensure_one()
        task = self._find_my_task_for_reply()
        if not task:
            raise UserError(self.env._("You have no open task on “%(document)s”.", document=self.display_name))
        return task.action_draft_reply()
