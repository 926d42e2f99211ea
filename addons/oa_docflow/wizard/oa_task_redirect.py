from odoo import api, fields, models


class OaTaskRedirect(models.TransientModel):
    """To whom tasks go instead, one or many at once."""

    _name = "oa.task.redirect"
    _description = "Redirection of tasks"

    task_ids = fields.Many2many("oa.task", string="Tasks", default=lambda self: self.env.context.get("active_ids", []))
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    executor_id = fields.Many2one("res.users", required=True, domain="[('company_ids', 'in', company_id), ('share', '=', False)]")
    reason = fields.Text(required=True)
    blockers = fields.Text(compute="_compute_blockers")

    @api.depends("task_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.task_ids[:1].company_id

    @api.depends("task_ids")
    @api.depends_context("uid")
    def _compute_blockers(self):
        for wizard in self:
            wizard.blockers = "\n".join(blocker for task in wizard.task_ids for blocker in task._get_redirect_blockers()) or False

    def action_confirm(self):
        return self.task_ids._redirect(self.executor_id, self.reason)
