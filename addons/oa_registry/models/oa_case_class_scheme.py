import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..adapters.pdf_renderer import render_pdf
from ..adapters.table_reader import read_table
from ..core.class_scheme import read_scheme
from ..core.numbering import OFFICIAL_ZONE

_COPIED = ("code", "name", "retention", "retention_years", "retention_start", "retention_event", "retention_note")


class OaCaseClass(models.Model):
    """The scheme of a year as a whole: copied to the next year, brought as a table, printed."""

    _inherit = "oa.case.class"

    @api.model
    def _prepare_term_vals(self, retention):
        return {
            "retention": retention.kind.value,
            "retention_years": retention.years,
            "retention_start": retention.start.value,
            "retention_event": retention.event,
        }

    @api.model
    def _get_scheme(self, company, year):
        return self.search([("company_id", "=", company.id), ("year", "=", year)], order="code")

    @api.model
    def _check_may_keep(self, company):
        self.check_access("create")
        if company not in self.env.companies:
            raise AccessError(self.env._("The scheme of another administration is not yours to keep."))

    # ------------------------------------------------------------ a new year
    @api.model
    def _compare_years(self, company, source, target):
        """The classes that a copy would add, and those that the target year has already."""
        there = set(self.with_context(active_test=False)._get_scheme(company, target).mapped("code"))
        scheme = self._get_scheme(company, source)
        return scheme.filtered(lambda case_class: case_class.code not in there), scheme.filtered(
            lambda case_class: case_class.code in there
        )

    @api.private
    @api.model
    def _copy_year(self, company, source, target, with_cases=False):
        """Copy the scheme to another year; what that year has already stays as it is. Return the new classes."""
        self._check_may_keep(company)
        fresh, _known = self._compare_years(company, source, target)
        if not fresh and not with_cases:
            raise UserError(self.env._("The scheme of %(year)s holds all of it already.", year=target))
        heads = {item.code: item for item in self._get_scheme(company, target).filtered(lambda item: not item.parent_id)}
        for section in fresh.filtered(lambda item: not item.parent_id):
            heads[section.code] = self.create(section._prepare_copy_vals(target))
        made = self.create([
            {**item._prepare_copy_vals(target), "parent_id": heads[item.parent_id.code].id} for item in fresh.filtered("parent_id")
        ])  # fmt: skip
        if with_cases:
            self._carry_open_cases(company, source, target)
        return made | self.browse(head.id for head in heads.values() if head.code in set(fresh.mapped("code")))

    def _prepare_copy_vals(self, year):
        return {name: self[name] for name in _COPIED} | {"year": year, "company_id": self.company_id.id}

    def _carry_open_cases(self, company, source, target):
        """Cases that go on into the new year stand under its scheme (пререгистриране)."""
        # Whoever keeps the scheme need not see the open cases; the journal of each says that its class has changed.
        cases_sudo = self.env["oa.case"].sudo().search([
            ("company_id", "=", company.id), ("state", "in", ("open", "continued")), ("class_id.year", "=", source),
        ])  # fmt: skip
        for case_class, cases in cases_sudo.grouped("class_id").items():
            if (of_year := case_class._get_of_year(target)) != case_class:
                cases.write({"class_id": of_year.id})
                self.env["oa.journal.entry"]._log(cases, "case_class", f"{case_class.display_name}: {source} → {target}")

    # ------------------------------------------------------------ a table
    @api.model
    def _read_table(self, content):
        """Rows and errors of a table that a person brings; content is base64."""
        try:
            table = read_table(base64.b64decode(content or b"", validate=True))
        except (ValueError, binascii.Error):
            return [], [self.env._("The file is no XLSX or CSV table, or it is too big.")]
        rows, errors = read_scheme(table)
        return rows, [self._explain_row(error) for error in errors]

    def _explain_row(self, error):
        sentences = {
            "heading": self.env._("There is no heading row. It needs the columns “Индекс” and “Наименование”, and “Срок” and “Забележка”."),
            "empty": self.env._("There are no rows under the heading."),
            "too_long": self.env._("The table is longer than %(value)s rows.", value=error.value),
            "no_code": self.env._("the index is missing"),
            "no_name": self.env._("the name is missing"),
            "twice": self.env._("index %(value)s stands twice", value=error.value),
            "retention": self.env._("“%(value)s” is no term; write П, 5, 10 ЕК or 10 след изтичане", value=error.value),
            "section": self.env._("there is no section above %(value)s", value=error.value),
        }
        sentence = sentences[error.code]
        return sentence if error.code in {"heading", "empty", "too_long"} else self.env._(
            "Row %(number)s: %(reason)s.", number=error.number, reason=sentence
        )  # fmt: skip

    @api.model
    def _compare_rows(self, company, year, rows):
        """{row: (class or nothing, the values that change)} of a scheme that a table brings."""
        known = {item.code: item for item in self.with_context(active_test=False)._get_scheme(company, year)}
        found = {}
        for row in rows:
            vals = {"name": row.name, "retention_note": row.note or False}
            if row.retention:
                vals |= self._prepare_term_vals(row.retention)
            case_class = known.get(row.code, self.browse())
            found[row] = (case_class, {name: value for name, value in vals.items() if (case_class[name] or False) != (value or False)})
        return found

    @api.private
    @api.model
    def _import_rows(self, company, year, rows):
        """Bring the rows into the scheme of the year: new ones are added, others changed, none removed."""
        self._check_may_keep(company)
        compared = self._compare_rows(company, year, rows)
        by_code = {row.code: case_class for row, (case_class, _vals) in compared.items() if case_class}
        for row, (case_class, vals) in compared.items():
            if case_class:
                case_class.write(vals)
                continue
            section = by_code[row.section].id if row.section else False
            by_code[row.code] = self.create({**vals, "code": row.code, "year": year, "company_id": company.id, "parent_id": section})
        return self.browse(case_class.id for case_class in by_code.values())

    # ------------------------------------------------------------ paper
    @api.model
    def action_print_scheme(self):
        return self.env["oa.case.class.act"]._open("print", self.env._("Print the scheme"))

    @api.model
    def _make_scheme(self, company, year):
        """Return name and bytes of the scheme in its official form."""
        self.check_access("read")
        language = company._get_official_language()
        speaking = self.with_context(lang=language, tz=OFFICIAL_ZONE.key)
        scheme = speaking._get_scheme(company, year)
        values = {
            "company": company.with_context(lang=language), "year": year, "classes": scheme.filtered("parent_id"),
            "sections": scheme.filtered(lambda item: not item.parent_id),
            "made_at": fields.Datetime.context_timestamp(speaking, fields.Datetime.now()),
        }  # fmt: skip
        title = f"Номенклатура на делата {year}"
        return f"{title}.pdf", render_pdf(str(self.env["ir.qweb"]._render("oa_registry.oa_case_class_scheme", values)), title)
