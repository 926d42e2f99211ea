from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError

_MOST_ERRORS = 50


class OaCaseClassAct(models.TransientModel):
    """Asks for the year of the scheme, shows what would come of the act, and does it."""

    _name = "oa.case.class.act"
    _description = "Act on the classification scheme"

    act = fields.Selection(
        [("copy", "Copy to a new year"), ("import", "Bring as a table"), ("print", "Print")], required=True, readonly=True, default="copy"
    )
    company_id = fields.Many2one("res.company", "Administration", required=True, readonly=True, default=lambda self: self.env.company)
    year = fields.Integer("Year of the scheme", required=True, default=lambda self: self._default_year())
    target_year = fields.Integer("Into year", default=lambda self: self._default_year() + 1)
    with_cases = fields.Boolean("Carry the open cases over", help="Cases that go on into the new year stand under its scheme from now on.")
    content = fields.Binary("Table")
    file_name = fields.Char()
    fresh_ids = fields.Many2many("oa.case.class", string="Will be added", compute="_compute_preview")
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    is_ready = fields.Boolean(compute="_compute_preview")

    def _default_year(self):
        newest = self.env["oa.case.class"].search([("company_id", "=", self.env.company.id)], order="year desc", limit=1)
        return newest.year or fields.Date.context_today(self).year

    @api.model
    def _open(self, act, title):
        return {
            "type": "ir.actions.act_window", "name": title, "res_model": self._name, "views": [(False, "form")], "target": "new",
            "context": {"default_act": act},
        }  # fmt: skip

    @api.depends("act", "year", "target_year", "content", "company_id")
    def _compute_preview(self):
        for wizard in self:
            wizard.fresh_ids, wizard.preview, wizard.is_ready = False, False, True
            if wizard.act == "copy":
                wizard._preview_copy()
            elif wizard.act == "import":
                wizard._preview_import()
            else:
                wizard.is_ready = bool(self.env["oa.case.class"]._get_scheme(wizard.company_id, wizard.year))
                wizard.preview = False if wizard.is_ready else self.env._("There is no scheme for this year.")

    def _preview_copy(self):
        fresh, known = self.env["oa.case.class"]._compare_years(self.company_id, self.year, self.target_year)
        self.fresh_ids = fresh
        self.is_ready = bool(fresh or known) and self.target_year != self.year
        self.preview = self.env._(
            "To be added: %(fresh)s. Already in the scheme of %(year)s and left as they are: %(known)s.",
            fresh=len(fresh), known=len(known), year=self.target_year,
        )  # fmt: skip

    def _preview_import(self):
        if not self.content:
            self.is_ready = False
            return
        classes = self.env["oa.case.class"]
        rows, errors = classes._read_table(self.content)
        if errors:
            self.is_ready = False
            self.preview = Markup("<p>{}</p><ul>{}</ul>").format(
                self.env._("Nothing can be brought in until this is mended in the file:"),
                Markup().join(Markup("<li>{}</li>").format(sentence) for sentence in errors[:_MOST_ERRORS]),
            )
            return
        compared = classes._compare_rows(self.company_id, self.year, rows)
        changed = [row.code for row, (case_class, vals) in compared.items() if case_class and vals]
        added = [row.code for row, (case_class, _vals) in compared.items() if not case_class]
        self.is_ready = bool(added or changed)
        lines = (
            (self.env._("To be added: %(count)s", count=len(added)), added),
            (self.env._("To be changed: %(count)s", count=len(changed)), changed),
            (self.env._("The same: %(count)s", count=len(rows) - len(added) - len(changed)), []),
        )
        self.preview = Markup().join(
            Markup("<div><b>{}</b> {}</div>").format(title, ", ".join(codes[:_MOST_ERRORS]) + ("…" if len(codes) > _MOST_ERRORS else ""))
            for title, codes in lines
        )

    def action_confirm(self):
        self.ensure_one()
        if self.act == "print":
            return {"type": "ir.actions.act_url", "url": f"/oa/scheme/{self.company_id.id}/{self.year}", "target": "new"}
        classes = self.env["oa.case.class"]
        if self.act == "copy":
            classes._copy_year(self.company_id, self.year, self.target_year, self.with_cases)
            return self._open_year(self.target_year)
        rows, errors = classes._read_table(self.content)
        if errors:
            raise UserError("\n".join(errors[:_MOST_ERRORS]))
        classes._import_rows(self.company_id, self.year, rows)
        return self._open_year(self.year)

    def _open_year(self, year):
        action = self.env["ir.actions.act_window"]._for_xml_id("oa_registry.oa_case_class_action")
        return {**action, "domain": [("year", "=", year), ("company_id", "=", self.company_id.id)], "target": "main"}
