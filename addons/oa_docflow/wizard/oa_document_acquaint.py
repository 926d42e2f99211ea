from odoo import api, fields, models


class OaDocumentAcquaint(models.TransientModel):
    """Who has to read the documents: persons, or whole units with those below them."""

    _name = "oa.document.acquaint"
    _description = "Sending for acquaintance"

    document_ids = fields.Many2many("oa.document", string="Documents", default=lambda self: self._default_document_ids())
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    user_ids = fields.Many2many("res.users", string="People", domain="[('company_ids', 'in', company_id), ('share', '=', False)]")
    unit_ids = fields.Many2many("hr.department", string="Units", domain="[('company_id', '=', company_id)]")
    until = fields.Date()
    term_explanation = fields.Text("How the term was counted", compute="_compute_term_explanation")
    note = fields.Text("What to look at")
    people_count = fields.Integer("People in all", compute="_compute_people_count")

    @api.model
    def _default_document_ids(self):
        return self.env.context.get("active_ids", []) if self.env.context.get("active_model") == "oa.document" else []

    @api.depends("document_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.document_ids[:1].company_id

    @api.depends("until")
    def _compute_term_explanation(self):
        for wizard in self:
            wizard.term_explanation = self.env["oa.calendar.day"]._explain_day(wizard.until)

    @api.depends("user_ids", "unit_ids")
    def _compute_people_count(self):
        for wizard in self:
            wizard.people_count = len(wizard._find_people())

    def _find_people(self):
        # Who works in which unit is known to everybody.
        employees_sudo = self.env["hr.employee"].sudo()
        units = self.env["hr.department"].sudo().search([("id", "child_of", self.unit_ids.ids)]) if self.unit_ids else self.unit_ids
        found = employees_sudo.search([("department_id", "in", units.ids), ("user_id.active", "=", True)]) if units else employees_sudo
        return (self.user_ids | self.env["res.users"].browse(found.user_id.ids)).filtered("active")

    def action_confirm(self):
        self.document_ids._ask_acquaintance(self._find_people(), self.note, self.until)
