from odoo import models

from ..core import lifecycle

UNANSWERED_TYPES = ("inform", "file", "archive", "talk", "control")
"""Resolutions to which nobody has to report: the case may be closed over them."""


class OaTask(models.Model):
    """Tasks that end with their case."""

    _inherit = "oa.task"

    def _is_closed_with_case(self):
        """Say whether the task ends by itself when its case is closed; all others keep the case open."""
        self.ensure_one()
        return self.resolution_type in UNANSWERED_TYPES and self.state != "reported" and not self.open_child_count

    def _close_with_case(self):
        """End what nobody has to answer; whoever held it hears of it."""
        ended = self.filtered(lambda task: task.state in lifecycle.OPEN_TASK_STATES and task._is_closed_with_case())
        if not ended:
            return
        ended._move_to("close")
        for task in ended:
            task._tell(task.responsible_id, self.env._("the case was closed and the task with it"), "close")
        ended.document_id._log_act("task_close", ", ".join(ended.responsible_id.mapped("name")))
