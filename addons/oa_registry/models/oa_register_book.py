from datetime import UTC, datetime, time, timedelta

from odoo import fields, models

from ..adapters.pdf_renderer import render_pdf
from ..core.numbering import OFFICIAL_ZONE


class OaRegister(models.Model):
    """The printed book."""

    _inherit = "oa.register"

    def _print_book(self, date_from, date_to, direction="all"):
        """Return the book of the period as PDF, every line of it."""
        self.ensure_one()
        self.check_access("read")
        domain = [
            ("register_id", "=", self.id),
            ("registered_at", ">=", _to_utc(date_from)),
            ("registered_at", "<", _to_utc(date_to + timedelta(days=1))),
        ]
        if direction != "all":
            domain.append(("direction", "=", direction))
        # An official book has no holes: lines of documents that the reader may not see keep number and date only.
        entries_sudo = self.env["oa.register.entry"].sudo().search(domain, order="id")
        visible = self.env["oa.document"].search([("id", "in", entries_sudo.document_id.ids)])
        lines = [entry._prepare_book_line(entry.document_id in visible) for entry in entries_sudo]
        values = {"register": self, "lines": lines, "date_from": date_from, "date_to": date_to, "printed_by": self.env.user}
        html = self.env["ir.qweb"]._render("oa_registry.oa_register_book", values)
        return render_pdf(str(html), f"{self.name} {date_from:%d.%m.%Y} - {date_to:%d.%m.%Y}")


class OaRegisterEntry(models.Model):
    _inherit = "oa.register.entry"

    def _prepare_book_line(self, is_visible):
        entry = self.with_context(tz=OFFICIAL_ZONE.key)
        moment = fields.Datetime.context_timestamp(entry, self.registered_at)
        annulled_at = self.is_annulled and fields.Datetime.context_timestamp(entry, self.annulment_ids.at)
        hidden = "(ограничен достъп)"
        return {
            "entry": self,
            "moment": f"{moment:%d.%m.%Y %H:%M}",
            "annulled_at": annulled_at and f"{annulled_at:%d.%m.%Y %H:%M}",
            "subject": self.subject if is_visible else hidden,
            "correspondent": (self.correspondent if is_visible else hidden) or "",
            "their_number": (self.document_id.sender_number if is_visible else "") or "",
            "direction": {"incoming": "вх.", "outgoing": "изх.", "internal": "вътр."}[self.direction],
        }


def _to_utc(day):
    return datetime.combine(day, time.min, OFFICIAL_ZONE).astimezone(UTC).replace(tzinfo=None)
