from datetime import UTC

from odoo import fields, models

from ..core.book import BookLine, BookTitle
from ..core.numbering import OFFICIAL_ZONE

_DIRECTIONS = {"incoming": "вх.", "outgoing": "изх.", "internal": "вътр."}


class OaRegisterExport(models.Model):
    """The lines of the book as the person who asked may read them: one query for all lines of a portion, whatever it is about."""

    _inherit = "oa.register.export"

    def _get_title(self):
        register, company = self.register_id, self.company_id
        made_at = self._show_moment(fields.Datetime.now())
        return BookTitle(
            administration=company.name,
            contact=" · ".join(part for part in (_write_address(company), company.phone, company.email) if part),
            register=register.name,
            period=f"за периода от {self.date_from:%d.%m.%Y} г. до {self.date_to:%d.%m.%Y} г.{self._describe_choice()}",
            printed_by=self.user_id.name,
            made_at=f"{made_at} ч.",
            shows_direction=register.direction == "official",
        )

    def _describe_choice(self):
        """What of the book was asked for; a reader must not take a part for the whole."""
        choice = [
            {"incoming": "само входящи", "outgoing": "само изходящи", "internal": "само вътрешни"}.get(self.direction),
            self.kind_id and f"само „{self.kind_id.name}“",
            {"without": "без анулираните", "only": "само анулираните"}.get(self.annulled),
        ]
        return "".join(f", {part}" for part in choice if part)

    def _show_moment(self, moment):
        return f"{moment.replace(tzinfo=UTC).astimezone(OFFICIAL_ZONE):%d.%m.%Y %H:%M}"

    def _get_hidden(self, records_sudo):
        """Lines or events that the person may not read; an official book has no holes, so they keep number and date."""
        model = self.env[records_sudo._name]
        # Whoever reads no lines at all (the auditor) has every line closed.
        readable = model.search([("id", "in", records_sudo.ids)]) if model.has_access("read") else model
        return set(records_sudo) - set(readable)

    def _get_documents(self, entries_sudo):
        """{line: its document} of documents that the person may read; the line itself may be open to more people."""
        holders = {entry: entry.document_id or entry.holder_ids for entry in entries_sudo}
        model = self.env["oa.document"]
        identifiers = [document.id for found in holders.values() for document in found]
        visible = model.search([("id", "in", identifiers)]) if model.has_access("read") else model
        return {entry: found & visible for entry, found in holders.items()}

    def _prepare_lines(self, entries_sudo):
        hidden, documents = self._get_hidden(entries_sudo), self._get_documents(entries_sudo)
        unread = self._get_hidden(entries_sudo.event_ids)
        self.env["oa.document"].union(*documents.values()).fetch(["sender_number"])
        return [
            self._prepare_line(entry, entry in hidden, documents[entry][:1].sender_number, unread) for entry in entries_sudo
        ]  # fmt: skip

    def _prepare_line(self, entry_sudo, is_hidden, their_number, unread):
        events = entry_sudo.event_ids.sorted("position")
        facts = {
            "sequence": entry_sudo.sequence,
            "number": entry_sudo.name,
            "uri": entry_sudo.uri if entry_sudo.uri != entry_sudo.name else "",
            "moment": self._show_moment(entry_sudo.registered_at),
            "direction": _DIRECTIONS[entry_sudo.direction],
            "is_annulled": "annulment" in events.mapped("kind"),
            "notes": tuple(self._describe_event(event, is_hidden or event in unread) for event in events),
            "digest": entry_sudo.digest,
        }
        if is_hidden:
            return BookLine(**facts)
        return BookLine(
            **facts,
            kind=entry_sudo.kind or "",
            correspondent=entry_sudo.correspondent or "",
            their_number=their_number or "",
            subject=entry_sudo.subject,
            registered_by=entry_sudo.registered_by_id.name,
        )

    def _describe_event(self, event_sudo, is_hidden):
        moment = self._show_moment(event_sudo.at)
        kind = self._get_event_names().get(event_sudo.kind, event_sudo.kind)
        if is_hidden:
            return f"{kind} на {moment}"
        replaced = f" Заменен с № {event_sudo.replacing_entry_id.name}." if event_sudo.replacing_entry_id else ""
        details = event_sudo._describe_correction() if event_sudo.kind == "correction" else ""
        reason = f" Основание: {event_sudo.reason}." if event_sudo.reason else ""
        return f"{kind} на {moment} от {event_sudo.by_id.name}.{f' {details}.' if details else ''}{reason}{replaced}"

    def _get_event_names(self):
        return {
            "annulment": "Анулиран",
            "correction": "Поправка",
            "reservation": "Запазен за работа на хартия",
            "back_entry": "Въведен от хартия",
            "unused": "Неизползван запазен номер",
            "completion": "Приключен хартиен блок",
        }


def _write_address(company):
    place = " ".join(part for part in (company.zip, company.city) if part)
    return ", ".join(part for part in (place, company.street) if part)
