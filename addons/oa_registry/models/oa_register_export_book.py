from datetime import UTC, datetime
from typing import NamedTuple

from odoo import fields, models
from odoo.tools import SQL

from ..core.book import BookLine, BookTitle
from ..core.numbering import OFFICIAL_ZONE

_DIRECTIONS = {"incoming": "вх.", "outgoing": "изх.", "internal": "вътр."}


class Row(NamedTuple):
    """One line as the database has it; who may read what of it is decided for all lines of a portion together."""

    id: int
    sequence: int
    name: str
    uri: str
    registered_at: datetime
    direction: str
    kind: str | None
    correspondent: str | None
    subject: str
    registered_by_id: int
    document_id: int | None
    digest: str
    previous_digest: str
    snapshot: str


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

    def _read_rows(self, domain, limit):
        """Lines beside the ORM, whose cache of a portion costs more than the query."""
        # As in _count_lines: all of them; _get_hidden says which are closed.
        entries_sudo = self.env["oa.register.entry"].sudo()
        query = entries_sudo._search(domain, order="id", limit=limit)
        columns = (SQL.identifier(query.table, name) for name in Row._fields)
        return [Row(*values) for values in self.env.execute_query(query.select(*columns))]

    def _get_hidden(self, name, identifiers):
        """Ids of lines or events that the person may not read; an official book has no holes, so they keep number and date."""
        model = self.env[name]
        # Whoever reads no lines at all (the auditor) has every line closed.
        readable = model.search([("id", "in", identifiers)], order="id") if model.has_access("read") else model
        return set(identifiers) - set(readable.ids)

    def _get_documents(self, rows):
        """{id of a line: its documents} of documents that the person may read; the line itself may be open to more people."""
        model = self.env["oa.document"]
        if not model.has_access("read"):
            return {}
        lines = {row.document_id: row.id for row in rows if row.document_id}
        visible = model.search_fetch([("id", "in", list(lines))], ["sender_number"], order="id")
        found = {lines[document.id]: document for document in visible}
        alone = [row.id for row in rows if not row.document_id]
        holders = model.search_fetch([("register_entry_id", "in", alone)], ["sender_number", "register_entry_id"], order="id")
        return found | {entry.id: documents for entry, documents in holders.grouped("register_entry_id").items()}

    def _prepare_lines(self, rows):
        identifiers = [row.id for row in rows]
        hidden, documents = self._get_hidden("oa.register.entry", identifiers), self._get_documents(rows)
        # A hidden event keeps its kind and moment, as a hidden line does.
        events_sudo = self.env["oa.register.event"].sudo().search([("entry_id", "in", identifiers)], order="position")
        unread = self._get_hidden("oa.register.event", events_sudo.ids)
        notes = {
            entry.id: tuple(self._describe_event(event, entry.id in hidden or event.id in unread) for event in events)
            for entry, events in events_sudo.grouped("entry_id").items()
        }
        annulled = {event.entry_id.id for event in events_sudo if event.kind == "annulment"}
        # Whoever reads a line reads who wrote it.
        names = {user.id: user.name for user in self.env["res.users"].sudo().browse({row.registered_by_id for row in rows})}
        lines = []
        for row in rows:
            facts = {
                "sequence": row.sequence,
                "number": row.name,
                "uri": row.uri if row.uri != row.name else "",
                "moment": self._show_moment(row.registered_at),
                "direction": _DIRECTIONS[row.direction],
                "is_annulled": row.id in annulled,
                "notes": notes.get(row.id, ()),
                "digest": row.digest,
            }
            if row.id not in hidden:
                facts |= {
                    "kind": row.kind or "",
                    "correspondent": row.correspondent or "",
                    "their_number": (row.id in documents and documents[row.id][:1].sender_number) or "",
                    "subject": row.subject,
                    "registered_by": names[row.registered_by_id],
                }
            lines.append(BookLine(**facts))
        return lines

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
