from odoo import api, fields, models

from ..models.oa_resolution import RESOLUTION_TYPES
from ..models.signed_acts import dialog_of


class OaDocumentResolve(models.TransientModel):
    """What a head answers: what has to be done, by whom, until when. Also used to delegate a task."""

    _name = "oa.document.resolve"
    _description = "Resolution"

    document_id = fields.Many2one("oa.document")
    document_ids = fields.Many2many("oa.document", string="Documents", default=lambda self: self._default_document_ids())
    task_id = fields.Many2one("oa.task")
    company_id = fields.Many2one("res.company", default=lambda self: self._default_company_id())
    type = fields.Selection(RESOLUTION_TYPES, required=True, default="execute")
    text = fields.Text(required=True, default=lambda self: self.env._("For execution within the term."))
    responsible_id = fields.Many2one("res.users", required=True, domain="[('company_ids', 'in', company_id), ('share', '=', False)]")
    co_executor_ids = fields.Many2many(
        "res.users", string="Co-executors", domain="[('company_ids', 'in', company_id), ('share', '=', False)]"
    )
    controller_id = fields.Many2one("res.users", string="Controls", domain="[('company_ids', 'in', company_id), ('share', '=', False)]")
    due_on = fields.Date(string="Term", compute="_compute_due_on", store=True, readonly=False)
    absence_note = fields.Text(compute="_compute_absence_note")
    term_explanation = fields.Text("How the term was counted", compute="_compute_term_explanation")

    @api.model
    def _default_document_ids(self):
        context = self.env.context
        if context.get("default_document_id"):
            return [context["default_document_id"]]
        return context.get("active_ids", []) if context.get("active_model") == "oa.document" else []

    @api.model
    def _default_company_id(self):
        documents = self.env["oa.document"].browse(self._default_document_ids())
        return documents[:1].company_id or self.env.company

    @api.depends("document_ids", "task_id")
    def _compute_due_on(self):
        for wizard in self:
            terms = [day for day in wizard.document_ids.mapped("due_on") if day]
            wizard.due_on = wizard.task_id.due_on or (min(terms) if terms else False)

    @api.depends("due_on", "document_ids")
    def _compute_term_explanation(self):
        for wizard in self:
            wizard.term_explanation = wizard.document_ids[:1]._explain_task_term(wizard.due_on)

    @api.depends("responsible_id", "co_executor_ids", "controller_id", "document_ids")
    def _compute_absence_note(self):
        for wizard in self:
            people = wizard.responsible_id | wizard.co_executor_ids | wizard.controller_id
            wizard.absence_note = "\n".join(self.env["oa.substitution"]._describe_absences(people, wizard.document_ids[:1])) or False

    def action_confirm(self):
        self.ensure_one()
        vals = {
            "type": self.type,
            "text": self.text,
            "responsible_id": self.responsible_id.id,
            "co_executor_ids": self.co_executor_ids.ids,
            "controller_id": self.controller_id.id,
            "due_on": self.due_on,
        }
        return dialog_of(self.task_id._delegate(vals) if self.task_id else self.document_ids._resolve(vals))
