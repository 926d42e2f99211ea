from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core import lifecycle
from ..core.lifecycle import Subject
from .locks import moving
from .oa_turn_mixin import NOBODY, Turn

TASK_STATES = [
    ("assigned", "Given"),
    ("accepted", "Taken for work"),
    ("waiting_instructions", "Waits for instructions"),
    ("waiting_opinion", "Waits for an opinion"),
    ("reported", "Reported"),
    ("returned", "Execution not accepted"),
    ("confirmed", "Executed"),
    ("confirmed_late", "Executed after the term"),
    ("redirected", "Redirected"),
    ("withdrawn", "Withdrawn"),
    ("closed", "Closed automatically"),
]


class OaTask(models.Model):
    """What one person was told to do. Tasks form a tree: whoever holds one may delegate it, and answers for it."""

    _name = "oa.task"
    _inherit = ["oa.kept.mixin", "oa.guarded.thread", "mail.activity.mixin", "oa.turn.mixin"]
    _description = "Task"
    _order = "due_on, id"
    _parent_store = True
    # Whoever sees a task may write a remark under it.
    _mail_post_access = "read"

    name = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    document_id = fields.Many2one("oa.document", required=True, index=True, ondelete="restrict", readonly=True)
    document_subject = fields.Char(related="document_id.subject", string="Subject")
    resolution_id = fields.Many2one("oa.resolution", index="btree_not_null", ondelete="restrict", readonly=True)
    instruction = fields.Text(related="resolution_id.text")
    resolution_type = fields.Selection(related="resolution_id.type")
    parent_id = fields.Many2one("oa.task", index="btree_not_null", ondelete="restrict", readonly=True)
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("oa.task", "parent_id", string="Delegated")
    assigner_id = fields.Many2one("res.users", required=True, index=True, ondelete="restrict", readonly=True)
    responsible_id = fields.Many2one("res.users", required=True, index=True, ondelete="restrict", readonly=True)
    co_executor_ids = fields.Many2many("res.users", string="Co-executors", readonly=True)
    controller_id = fields.Many2one("res.users", string="Controls", ondelete="restrict", readonly=True)
    state = fields.Selection(TASK_STATES, required=True, default="assigned", readonly=True, index=True)
    due_on = fields.Date(string="Term", index=True, readonly=True)
    term_explanation = fields.Text("How the term was counted", readonly=True)
    report_text = fields.Text(string="Report", readonly=True)
    result_document_id = fields.Many2one("oa.document", string="Result", index="btree_not_null", ondelete="restrict", readonly=True)
    reported_at = fields.Datetime(readonly=True)
    confirmed_at = fields.Datetime(string="Accepted at", readonly=True)
    return_reason = fields.Text(readonly=True)
    question = fields.Text(readonly=True)
    answer = fields.Text(string="Instructions", readonly=True)
    redirected_to_id = fields.Many2one("oa.task", string="Goes on as", index="btree_not_null", ondelete="restrict", readonly=True)
    extension_ids = fields.One2many("oa.task.extension", "task_id", string="Extensions of the term")
    open_child_count = fields.Integer(compute="_compute_open_child_count")

    @api.depends("child_ids.state")
    def _compute_open_child_count(self):
        # Whether a task can be closed depends on all tasks below it, also on those the reader may not open.
        groups = (
            self.env["oa.task"]
            .sudo()
            ._read_group(
                [("parent_id", "in", self.ids), ("state", "in", list(lifecycle.OPEN_TASK_STATES))],
                ["parent_id"],
                ["__count"],
            )
        )
        counts = {parent.id: count for parent, count in groups}
        for task in self:
            task.open_child_count = counts.get(task.id, 0)

    @api.constrains("responsible_id", "co_executor_ids")
    def _check_executors(self):
        for task in self:
            if task.responsible_id in task.co_executor_ids:
                raise ValidationError(self.env._("%(person)s is already the responsible executor.", person=task.responsible_id.name))

    def _say_not_deleted(self):
        return self.env._("A task is withdrawn with a reason, it is not deleted.")

    def _creation_message(self):
        return self.env._("The task was given to %(person)s.", person=self.env["oa.function"]._get_name(self.responsible_id))

    def _get_kept_fields(self):
        return {
            "name",
            "state",
            "document_id",
            "resolution_id",
            "parent_id",
            "assigner_id",
            "responsible_id",
            "co_executor_ids",
            "controller_id",
            "due_on",
            "term_explanation",
            "report_text",
            "result_document_id",
            "reported_at",
            "confirmed_at",
            "return_reason",
            "question",
            "answer",
            "redirected_to_id",
            "company_id",
            "waiting_for_id",
            "waiting_holder_id",
            "waiting_act",
            "waiting_until",
            "escalated_to_id",
        }

    def _say_how_written(self):
        return self.env._("Tasks are given, reported and accepted with their buttons, they are not written by hand.")

    def _get_turn(self):
        """The responsible executor works, unless the work is delegated; the assigner accepts the report."""
        self.ensure_one()
        if self.state == "reported":
            return Turn(self.assigner_id.id, "confirm", self.due_on or None)
        if self.state == "waiting_instructions":
            return Turn(self.assigner_id.id, "instruct", self.due_on or None)
        if self.state == "waiting_opinion":
            return self._get_opinion_turn()
        if self.state in lifecycle.OPEN_TASK_STATES and not self.open_child_count:
            return Turn(self.responsible_id.id, "execute", self.due_on or None)
        return NOBODY

    def _get_turn_document(self):
        return self.document_id

    def _refresh_turns(self):
        """The mixin writes the turn with the flow's own permission."""
        super(OaTask, moving(self))._refresh_turns()

    @api.private
    def _move_to(self, name, **vals):
        """The one way for a task to change its state."""
        for task in self:
            target = lifecycle.move(Subject.TASK, task.state, name).target
            # Each part may write only its own fields of a task, so the flow writes them.
            moving(task.sudo()).write({**vals, "state": target})
        parents = self.sudo().parent_id
        parents.invalidate_recordset(["open_child_count"])
        (self | parents)._refresh_turns()
        self.document_id._refresh_turns()

    @api.private
    def _open_document(self):
        """Let everybody of the task, and the line of heads of its executors, see its document and the case."""
        for task in self:
            executors = task.responsible_id | task.co_executor_ids
            people = executors | task.controller_id | task.assigner_id
            task.document_id._grant_with_case(people, self.env._("Task"), origin=task, heads_of=executors)

    @api.private
    def _assign(self, vals_list):
        """Create tasks from their values, let their executors see the document, and tell them once."""
        # Whoever gives a task may not write the tasks of others.
        tasks = moving(self.sudo()).create(vals_list)
        tasks._open_document()
        tasks.parent_id.invalidate_recordset(["open_child_count"])
        (tasks | tasks.parent_id)._refresh_turns()
        return self.browse(tasks.ids)
