from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from ..core.retention import Retention, RetentionKind, RetentionStart

_TERM = frozenset({"retention", "retention_years", "retention_start", "retention_event"})


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
    retention_start = fields.Selection(
        [("closing", "The closing of the case"), ("event", "An event")], "Years run from", required=True, default="closing"
    )
    retention_event = fields.Char("Event", help="As the scheme spells it, for example: след изтичане на договора")
    retention_label = fields.Char("Retention period", compute="_compute_retention_label")
    retention_note = fields.Char("Note")
    case_count = fields.Integer("Cases", compute="_compute_case_count")

    _code_unique = models.Constraint("UNIQUE (company_id, year, code)", "This index is already in the scheme of the year.")

    @api.depends("code", "name")
    def _compute_display_name(self):
        for case_class in self:
            case_class.display_name = f"{case_class.code or ''} {case_class.name or ''}".strip()

    @api.depends("retention", "retention_years", "retention_start", "retention_event", "parent_id")
    def _compute_retention_label(self):
        for case_class in self:
            case_class.retention_label = case_class._get_retention().label if case_class.parent_id and case_class._is_term_whole() else ""

    def _compute_case_count(self):
        cases = self.env["oa.case"]
        # Who keeps the scheme need not see cases: they count those that they see.
        groups = cases._read_group([("class_id", "in", self.ids)], ["class_id"], ["__count"]) if cases.has_access("read") else []
        counts = dict(groups)
        for case_class in self:
            case_class.case_count = counts.get(case_class, 0)

    def _is_term_whole(self):
        return self.retention == "permanent" or (
            self.retention_years > 0 and (self.retention_start == "closing" or bool(self.retention_event))
        )

    def _get_retention(self):
        if self.retention == "permanent":
            return Retention(RetentionKind.PERMANENT)
        start = RetentionStart(self.retention_start)
        event = self.retention_event or "" if start is RetentionStart.EVENT else ""
        return Retention(RetentionKind(self.retention), self.retention_years, start, event)

    @api.constrains("retention", "retention_years", "retention_start", "retention_event")
    def _check_retention(self):
        for case_class in self:
            if case_class.retention != "permanent" and case_class.retention_years < 1:
                raise ValidationError(self.env._("Class %(code)s needs a retention period of at least one year.", code=case_class.code))
            if not case_class._is_term_whole():
                raise ValidationError(self.env._("Name the event from which the years of class %(code)s run.", code=case_class.code))

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        # Classes of the year are cached and follow the scheme.
        self.env.registry.clear_cache()
        if _TERM & set(vals):
            self._check_term_kept(vals)
        return super().write(vals)

    def _check_term_kept(self, vals):
        """The term under which a case was closed is not changed behind its back."""
        changed = self.filtered(lambda case_class: any(case_class[name] != vals[name] for name in _TERM & set(vals)))
        # Whoever keeps the scheme need not see the cases.
        domain = [("class_id", "in", changed.ids), ("state", "in", ("closed", "archived"))]
        if cases := self.env["oa.case"].sudo().search(domain, limit=1):
            raise UserError(
                self.env._(
                    "Cases are closed under class %(code)s, so its retention period stays. Mend it in the scheme of the next year.",
                    code=cases.class_id.code,
                )
            )

    def _get_of_year(self, year):
        """The class with the same index in the scheme of the year, or this one when there is none."""
        return self.browse(self._find_of_year(self.id, year)) if self else self

    @tools.ormcache("class_id", "year")
    def _find_of_year(self, class_id, year):
        # Who opens a case by registering need not read the classification scheme.
        own_sudo = self.sudo().browse(class_id)
        domain = [
            ("code", "=", own_sudo.code),
            ("company_id", "=", own_sudo.company_id.id),
            ("year", "=", year),
            ("parent_id", "!=", False),
        ]
        return own_sudo.search(domain, limit=1).id or class_id

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        self.env.registry.clear_cache()
        # As above.
        if used := self.env["oa.case"].sudo().search([("class_id", "in", self.ids)], limit=1):
            raise UserError(self.env._("Class %(code)s has cases and stays; archive it.", code=used.class_id.code))
