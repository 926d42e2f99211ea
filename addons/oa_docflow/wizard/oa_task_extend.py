from odoo import api, fields, models

from ..models.signed_acts import dialog_of


class OaTaskExtend(models.TransientModel):
    """Until when the executor needs, and why."""

    _name = "oa.task.extend"
    _description = "Request for a later term"

    task_id = fields.Many2one("oa.task", required=True)
    due_on = fields.Date(related="task_id.due_on", string="Term until now")
    wanted_on = fields.Date("Wanted term", required=True)
    reason = fields.Text(required=True)
    term_explanation = fields.Text("How the term was counted", compute="_compute_term_explanation")

    @api.depends("wanted_on")
    def _compute_term_explanation(self):
        for wizard in self:
            wizard.term_explanation = self.env["oa.calendar.day"]._explain_day(wizard.wanted_on)

    def action_confirm(self):
        return dialog_of(self.task_id._ask_extension(self.wanted_on, self.reason))


class OaTaskDecide(models.TransientModel):
    """The answer of whoever gave the task."""

    _name = "oa.task.decide"
    _description = "Decision about a term"

    extension_id = fields.Many2one("oa.task.extension", required=True)
    asked_by_id = fields.Many2one(related="extension_id.asked_by_id")
    old_due_on = fields.Date(related="extension_id.old_due_on")
    asked_reason = fields.Text(related="extension_id.reason", string="Why")
    new_due_on = fields.Date("New term", compute="_compute_new_due_on", store=True, readonly=False)
    decision = fields.Text()
    term_explanation = fields.Text("How the term was counted", compute="_compute_term_explanation")

    @api.depends("new_due_on")
    def _compute_term_explanation(self):
        for wizard in self:
            wizard.term_explanation = self.env["oa.calendar.day"]._explain_day(wizard.new_due_on)

    @api.depends("extension_id")
    def _compute_new_due_on(self):
        for wizard in self:
            wizard.new_due_on = wizard.extension_id.wanted_on

    def action_grant(self):
        return self.extension_id._decide(self.new_due_on or self.extension_id.wanted_on, self.decision)

    def action_refuse(self):
        return self.extension_id._decide(None, self.decision)
