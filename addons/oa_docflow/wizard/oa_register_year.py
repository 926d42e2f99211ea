import io
from datetime import date, datetime
from zoneinfo import ZoneInfo

import xlsxwriter
from odoo import api, fields, models

from ..core.year_report import Received, summarise

SUBJECTS = [("complaints", "Complaints, signals and proposals"), ("foi", "Access to public information")]
KINDS = {"complaints": ("complaint", "signal", "proposal"), "foi": ("foi_application",)}
TITLES = {
    "complaints": "ОТЧЕТ ЗА ЖАЛБИТЕ, СИГНАЛИТЕ И ПРЕДЛОЖЕНИЯТА",
    "foi": "ОТЧЕТ ЗА ЗАЯВЛЕНИЯТА ЗА ДОСТЪП ДО ОБЩЕСТВЕНА ИНФОРМАЦИЯ",
}
SOFIA = ZoneInfo("Europe/Sofia")


class OaRegisterYear(models.TransientModel):
    """The yearly report of a register, as a page and as a sheet with the same numbers."""

    _name = "oa.register.year"
    _description = "Yearly report of a register"

    company_id = fields.Many2one("res.company", "Administration", required=True, default=lambda self: self.env.company)
    subject = fields.Selection(SUBJECTS, "Register", required=True, default="complaints")
    year = fields.Integer(required=True, default=lambda self: fields.Date.context_today(self).year)

    def action_print(self):
        return self._get_url_action("pdf")

    def action_export(self):
        return self._get_url_action("xlsx")

    def _get_url_action(self, form):
        self.ensure_one()
        url = f"/oa_docflow/register-year/{self.company_id.id}/{self.subject}/{self.year}.{form}"
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}

    @api.model
    @api.private
    def _make(self, company, subject, year, form):
        """The report as bytes; whoever may open the wizard may have the counts of the own administrations."""
        self.check_access("create")
        today = self.env["oa.calendar.day"]._get_today()
        tables = summarise(self._collect(company, subject, year), min(today, date(year, 12, 31)) if year <= today.year else today)
        title = f"{TITLES[subject]} за {year} г."
        return self._write_xlsx(title, tables) if form == "xlsx" else self._write_pdf(company, title, tables)

    def _collect(self, company, subject, year):
        kinds = self.env["oa.document.kind"].union(*(self.env.ref(f"oa_registry.oa_document_kind_{name}") for name in KINDS[subject]))
        first, last = (datetime(number, 1, 1, tzinfo=SOFIA).astimezone(ZoneInfo("UTC")).replace(tzinfo=None) for number in (year, year + 1))
        # The report counts all documents of the register and names none.
        documents_sudo = self.env["oa.document"].sudo().search([
            ("company_id", "=", company.id), ("kind_id", "in", kinds.ids), ("direction", "=", "incoming"), ("state", "!=", "annulled"),
            ("registered_at", ">=", first), ("registered_at", "<", last), ("register_entry_id", "!=", False),
        ])  # fmt: skip
        documents_sudo.term_ids.mapped("event")
        documents_sudo.task_ids.extension_ids.mapped("state")
        return [self._describe(document_sudo) for document_sudo in documents_sudo]

    def _describe(self, document):
        terms = document.term_ids.sorted("id")
        return Received(
            kind=document.kind_id.name,
            came_on=self._get_day(document.registered_at),
            due_on=document.due_on or terms[-1:].due_on or None,
            decided_on=document.outcome_on or None,
            outcome=document.outcome or "",
            ground=document.outcome_ground or "",
            was_suspended="suspended" in terms.mapped("event"),
            was_extended="granted" in document.task_ids.extension_ids.mapped("state"),
        )

    def _get_day(self, moment):
        return fields.Datetime.context_timestamp(self.with_context(tz="Europe/Sofia"), moment).date()

    def _write_pdf(self, company, title, tables):
        html = self.env["ir.qweb"].with_context(lang="bg_BG")._render(
            "oa_docflow.register_year",
            {"company": company, "title": title, "tables": tables, "printed_on": f"{self.env['oa.calendar.day']._get_today():%d.%m.%Y}"},
        )  # fmt: skip
        return self.env["oa.document"]._render_pdf(str(html), title)

    def _write_xlsx(self, title, tables):
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
            head = book.add_format({"bold": True, "text_wrap": True, "border": 1, "valign": "top"})
            cell, bold = book.add_format({"border": 1}), book.add_format({"bold": True})
            for table in tables:
                sheet = book.add_worksheet(table.title[:31])
                sheet.write_string(0, 0, title, bold)
                sheet.set_column(0, 0, 36)
                sheet.set_column(1, len(table.head), 14)
                sheet.write_row(2, 0, table.head, head)
                for number, row in enumerate(table.rows, 3):
                    sheet.write_row(number, 0, row, cell)
        return buffer.getvalue()
