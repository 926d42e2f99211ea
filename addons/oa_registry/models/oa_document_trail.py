from odoo import fields, models

from ..adapters.pdf_renderer import render_pdf
from ..core.numbering import OFFICIAL_ZONE


class OaDocument(models.Model):
    """What happened to a document, for the screen and on paper."""

    _inherit = "oa.document"

    def action_print_trail(self):
        """Open the list of all acts on the document as PDF."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/oa/document/{self.id}/trail", "target": "new"}

    def _make_trail(self):
        """Return name and bytes of the list; whoever prints it is in the next one."""
        self.ensure_one()
        self.check_access("read")
        speaking = self.with_context(lang=self.company_id._get_official_language(), tz=OFFICIAL_ZONE.key)
        rows = speaking.env["oa.journal.entry"].search([("document_id", "=", self.id)], order="at, id")
        values = {"document": speaking, "lines": [row._prepare_trail_line() for row in rows], "printed_by": self.env.user}
        html = self.env["ir.qweb"]._render("oa_registry.oa_document_trail", values)
        title = f"Справка за действията {self.number or self.id}"
        self.env["oa.journal.entry"]._log(self, "print", title)
        return f"{title.replace('/', '-')}.pdf", render_pdf(str(html), title)


class OaJournalEntry(models.Model):
    _inherit = "oa.journal.entry"

    def _prepare_trail_line(self):
        moment = fields.Datetime.context_timestamp(self, self.at)
        person = self.user_id.sudo().name  # whoever reads a row may know who acted
        acting_for = self.acting_for_id.sudo().name  # as above
        old, new = self.old_text and f"Било: {self.old_text}", self.new_text and f"Става: {self.new_text}"
        return {
            "moment": f"{moment:%d.%m.%Y %H:%M:%S}.{moment.microsecond // 1000:03}",
            "person": f"{person}, в качеството на заместник на {acting_for}" if acting_for else person,
            "capacity": self.capacity or "",
            "action": dict(self._fields["action"]._description_selection(self.env))[self.action],
            "texts": [text for text in (self.summary, old, new) if text],
            "address": self.address or "",
        }  # fmt: skip


class OaCase(models.Model):
    _inherit = "oa.case"

    journal_count = fields.Integer("Journal rows", compute="_compute_journal_count")

    def _compute_journal_count(self):
        counts = dict(self.env["oa.journal.entry"]._read_group([("case_id", "in", self.ids)], ["case_id"], ["__count"]))
        for case in self:
            case.journal_count = counts.get(case, 0)

    def action_open_journal(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("oa_registry.oa_journal_entry_action")
        return {**action, "domain": [("case_id", "=", self.id)], "context": {}}
