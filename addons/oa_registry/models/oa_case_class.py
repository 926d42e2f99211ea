from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.retention import Retention, RetentionKind


class OaCaseClass(models.Model):
    """A line of the records classification scheme (номенклатура на делата)."""

    _name = "oa.case.class"
    _inherit = ["oa.journal.mixin"]
    _description = "Class of cases"
    _order = "company_id, year desc, code"
    _rec_names_search = ["code", "name"]
    _check_company_auto = True

    code = fields.Char("Index", required=True)
    name = fields.Char(required=True)
    parent_id = fields.Many2one("oa.case.class", "Section", check_company=True, index=True, ondelete="restrict")
    child_ids = fields.One2many("oa.case.class", "parent_id", "Classes")
    company_id = fields.Many2one("res.company", "Administration", required=True, default=lambda self: self.env.company, index=True)
    year = fields.Integer("Valid for year", required=True, default=lambda self: fields.Date.context_today(self).year, aggregator=None)
    active = fields.Boolean(default=True)
    retention = fields.Selection(
        [("years", "Years"), ("permanent", "Permanent"), ("expert", "Decided by the expert commission")], required=True, default="years"
    )
    retention_years = fields.Integer(default=5, aggregator=None)
    retention_label = fields.Char("Retention period", compute="_compute_retention_label")
    retention_note = fields.Char()

    _code_unique = models.Constraint("UNIQUE (company_id, year, code)", "This index is already in the scheme of the year.")

    @api.depends("code", "name")
    def _compute_display_name(self):
        for case_class in self:
            case_class.display_name = f"{case_class.code or ''} {case_class.name or ''}".strip()

    @api.depends("retention", "retention_years", "parent_id", "retention_note")
    def _compute_retention_label(self):
        for case_class in self:
            retention = case_class.parent_id and case_class._get_retention()
            case_class.retention_label = f"{retention.label} {case_class.retention_note or ''}".strip() if retention else ""

    def _get_retention(self):
        return Retention(RetentionKind(self.retention), self.retention_years if self.retention != "permanent" else 0)

    @api.constrains("retention", "retention_years")
    def _check_retention(self):
        for case_class in self:
            if case_class.retention != "permanent" and case_class.retention_years < 1:
                raise ValidationError(self.env._("Class %(code)s needs a retention period of at least one year.", code=case_class.code))
