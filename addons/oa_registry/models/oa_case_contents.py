from typing import NamedTuple

from odoo import api, fields, models

from ..adapters.pdf_renderer import render_pdf
from ..core.numbering import OFFICIAL_ZONE

_CONTENTS = """
    SELECT case_id, document_id, row_number() OVER (PARTITION BY case_id ORDER BY joined_at, entry_id, document_id), joined_at, is_here
    FROM (
        SELECT place.case_id, place.document_id, document.register_entry_id AS entry_id,
               document.case_id IS NOT DISTINCT FROM place.case_id AS is_here,
               coalesce(first.at, document.registered_at) AS joined_at
        FROM (SELECT case_id, id AS document_id FROM oa_document WHERE case_id = ANY(%(cases)s) AND registered_at IS NOT NULL
              UNION SELECT from_case_id, document_id FROM oa_case_event
              WHERE from_case_id = ANY(%(cases)s) AND document_id IS NOT NULL) place
        JOIN oa_document document ON document.id = place.document_id
        -- A document that has left and come back keeps the place that it had first.
        LEFT JOIN LATERAL (
            SELECT CASE WHEN event.to_case_id = place.case_id THEN event.at END AS at FROM oa_case_event event
            WHERE event.document_id = place.document_id AND place.case_id IN (event.from_case_id, event.to_case_id)
            ORDER BY event.id LIMIT 1) first ON true) line
"""


class ContentsLine(NamedTuple):
    """One line of the contents of a case; its number never changes and is never given again."""

    case_id: int
    document_id: int
    position: int
    joined_at: object
    is_here: bool
    """False when the document has been moved elsewhere since."""


class OaCase(models.Model):
    """The contents list (опис) of a case: in the order in which documents came into it."""

    _inherit = "oa.case"

    contents_ids = fields.Many2many("oa.document", compute="_compute_contents_ids")

    @api.depends("document_ids")
    @api.depends_context("uid")
    def _compute_contents_ids(self):
        for case in self:
            # Drafts have no number yet; they will stand at the end.
            case.contents_ids = case.document_ids.sorted(lambda document: (not document.case_position, document.case_position, document.id))

    def _list_contents(self):
        """Every line of the contents, also of documents that the reader may not see: callers show their number only."""
        self.env["oa.document"].flush_model(["case_id", "registered_at", "register_entry_id"])
        self.env["oa.case.event"].flush_model()
        self.env.cr.execute(f"{_CONTENTS} ORDER BY 1, 3", {"cases": self.ids})
        return [ContentsLine(*row) for row in self.env.cr.fetchall()]

    def action_print_contents(self):
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/oa/case/{self.id}/contents", "target": "new"}

    def _make_contents(self):
        """Return name and bytes of the contents list as PDF."""
        self.ensure_one()
        self.check_access("read")
        data = self._render_contents()
        self.env["oa.journal.entry"]._log(self, "print", f"Опис на преписка {self.name}")
        return f"Опис {self.name.replace('/', '-')}.pdf", data

    def _render_contents(self):
        speaking = self.with_context(lang=self.company_id._get_official_language(), tz=OFFICIAL_ZONE.key)
        html = self.env["ir.qweb"]._render("oa_registry.oa_case_contents", speaking._prepare_contents_vals())
        return render_pdf(str(html), f"Опис на преписка {self.name}")

    def _prepare_contents_vals(self):
        lines = self._list_contents()
        documents = self.env["oa.document"].browse(line.document_id for line in lines)
        visible = {document.id: document for document in documents.filtered("is_visible").with_prefetch()}
        left = {event.document_id.id: event for event in self.env["oa.case.event"].search([("from_case_id", "=", self.id)], order="id")}
        rows = [self._prepare_contents_line(line, visible.get(line.document_id), left.get(line.document_id)) for line in lines]
        here = [row for row in rows if row["is_here"]]
        return {
            "case": self,
            "lines": rows,
            "starts": {volume.first_position: volume for volume in self.volume_ids},
            "sheets": sum(row["sheets"] for row in here),
            "here": len(here),
            "hidden": sum(row["document"] is None for row in here),
            "made_at": fields.Datetime.context_timestamp(self, fields.Datetime.now()),
            "printed_by": self.env.user,
        }

    def _prepare_contents_line(self, line, document, departure):
        """What the reader may know of a line; without a document it tells that there is one and nothing more."""
        facts = {"position": line.position, "is_here": line.is_here, "document": document, "sheets": 0, "note": ""}
        if not document:
            return facts
        note = "анулиран" if document.state == "annulled" else ""
        return {
            **facts,
            "date": fields.Datetime.context_timestamp(self, document.registered_at),
            "sheets": document.sheet_count,
            "note": note if line.is_here else self._describe_departure(departure),
        }

    def _describe_departure(self, event):
        if not event:
            return "изваден"
        place = f" в преписка {event.to_case_id.name}" if event.to_case_id.is_visible else ""
        moment = fields.Datetime.context_timestamp(self, event.at)
        return f"{'преместен' if event.to_case_id else 'изваден'}{place} на {moment:%d.%m.%Y}: {event.reason}"
