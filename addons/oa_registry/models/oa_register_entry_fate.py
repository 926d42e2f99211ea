import json

from odoo import api, fields, models
from odoo.fields import Domain


class OaRegisterEntry(models.Model):
    """What became of the line: annulled, corrected, explained. All of it is read from the events."""

    _inherit = "oa.register.entry"

    event_ids = fields.One2many("oa.register.event", "entry_id", "Events", readonly=True)
    annulment_ids = fields.One2many("oa.register.event", "entry_id", "Annulments", domain=[("kind", "=", "annulment")], readonly=True)
    holder_ids = fields.One2many("oa.document", "register_entry_id", "Documents with this number", readonly=True)
    is_annulled = fields.Boolean("Annulled", compute="_compute_fate", search="_search_is_annulled")
    annulment_note = fields.Char("Annulment", compute="_compute_fate")
    fate = fields.Selection(
        [
            ("registered", "Registered"),
            ("waiting", "Reserved, not explained"),
            ("entered", "Entered from paper"),
            ("unused", "Not used"),
            ("annulled", "Annulled"),
        ],
        "State",
        compute="_compute_fate",
        search="_search_fate",
    )

    shown_subject = fields.Char("Subject as it stands", compute="_compute_shown")
    shown_correspondent = fields.Char("Correspondent as it stands", compute="_compute_shown")
    shown_kind = fields.Char("Kind as it stands", compute="_compute_shown")
    event_note = fields.Text("Note", compute="_compute_shown", help="What became of the number: annulment, corrections, paper block.")

    @api.depends("event_ids.kind", "origin")
    @api.depends_context("lang")
    def _compute_fate(self):
        # What became of a number does not depend on who looks.
        found = self.sudo()._find_events()
        for entry in self:
            events = {event.kind: event for event in found.get(entry.id, ())}
            annulment = events.get("annulment")
            entry.is_annulled = bool(annulment)
            entry.annulment_note = bool(annulment) and annulment._describe_annulment()
            entry.fate = entry._get_fate(events)

    @api.depends("event_ids.details", "subject", "origin")
    @api.depends_context("lang", "uid")
    def _compute_shown(self):
        """The line as it is read: as it was written, or as its document was entered later. Only events that the reader may see."""
        found = self._find_events()
        for entry in self:
            events = found.get(entry.id, self.env["oa.register.event"])
            facts = events.filtered(lambda event: event.kind == "back_entry")._get_details()
            entry.shown_subject = facts.get("subject") or entry.subject
            entry.shown_correspondent = facts.get("correspondent") or entry.correspondent
            entry.shown_kind = facts.get("kind") or entry.kind
            entry.event_note = "\n".join(entry._get_notes(events)) or False

    def _find_events(self):
        """{id of the line: its events, oldest first}, asked anew each time: a cache does not know for whom it was filled."""
        events = self.env["oa.register.event"].search([("entry_id", "in", self.ids)], order="id")
        return {entry.id: found for entry, found in events.grouped("entry_id").items()}

    def _get_notes(self, events):
        """Sentences of what became of the number, oldest first."""
        notes = []
        if self.origin == "missed":
            reason = json.loads(self.snapshot)["missed"]["reason"]
            notes.append(self.env._("Missed number: %(reason)s", reason=reason))
        if self.fate == "waiting":
            notes.append(self.env._("Reserved for paper, not explained yet"))
        return notes + [event._get_summary() for event in events]

    def _get_fate(self, events):
        if "annulment" in events:
            return "annulled"
        if self.origin != "reserved":
            return "registered"
        return "entered" if "back_entry" in events else "unused" if "unused" in events else "waiting"

    def _is_explained(self):
        """Say whether the reserved number has its document or the reason why it has none."""
        return self.fate not in {"waiting", "registered"}

    def _search_is_annulled(self, operator, value):
        if operator != "in":
            return NotImplemented
        # What became of a number does not depend on who looks.
        return [("event_ids", "any!" if True in value else "not any!", [("kind", "=", "annulment")])]

    def _search_fate(self, operator, value):
        if operator != "in":
            return NotImplemented
        # As above.
        annulled = Domain("event_ids", "any!", [("kind", "=", "annulment")])
        entered = Domain("event_ids", "any!", [("kind", "=", "back_entry")])
        unused = Domain("event_ids", "any!", [("kind", "=", "unused")])
        reserved = Domain("origin", "=", "reserved")
        domains = {
            "annulled": annulled,
            "waiting": reserved & ~entered & ~unused,
            "entered": entered & ~annulled,
            "unused": unused,
            "registered": ~reserved & ~annulled,
        }
        return Domain.OR([domains[one] for one in value if one in domains])

    def action_open_document(self):
        """Open the document that holds the number; a reserved number without one opens its own page."""
        self.ensure_one()
        record = self.holder_ids or self
        return {"type": "ir.actions.act_window", "res_model": record._name, "res_id": record.id, "views": [(False, "form")]}


class OaRegisterEvent(models.Model):
    _inherit = "oa.register.event"

    def _get_summary(self):
        """Say in one line what the event did."""
        if self.kind == "annulment":
            return self._describe_annulment()
        if self.kind == "correction":
            return self._sign(self.env._("Correction. %(changes)s (%(reason)s)", changes=self._describe_correction(), reason=self.reason))
        if self.kind == "back_entry":
            return self._describe_back_entry()
        if self.kind == "unused":
            outcomes = dict(self._get_outcomes())
            return self._sign(f"{outcomes.get(self._get_details().get('outcome'), '')}: {self.reason}")
        return self._sign(f"{self._get_name()}: {self.reason}")

    def _get_outcomes(self):
        return [("unused", self.env._("Not used")), ("spoiled", self.env._("Spoiled form"))]

    def _sign(self, text):
        moment = fields.Datetime.context_timestamp(self.with_context(tz="Europe/Sofia"), self.at)
        # Whoever sees the event sees whose it is.
        return self.env._("%(text)s – %(person)s, %(moment)s", text=text, person=self.sudo().by_id.name, moment=f"{moment:%d.%m.%Y %H:%M}")

    def _describe_annulment(self):
        # Whoever sees the book sees who annulled a number.
        person = self.sudo().by_id.name
        note = self.env._("Annulled by %(person)s: %(reason)s", person=person, reason=self.reason)
        # The number that stands in its place is printed in the same book.
        replacing = self.sudo().replacing_entry_id.name
        return self.env._("%(note)s. Replaced by %(number)s", note=note, number=replacing) if replacing else note

    def _describe_back_entry(self):
        moment = fields.Datetime.context_timestamp(self.with_context(tz="Europe/Sofia"), self.at)
        event_sudo = self.sudo()  # whoever sees the document sees who entered it
        return self.env._(
            "Entered on %(moment)s by %(person)s from the paper block for %(day)s",
            moment=f"{moment:%d.%m.%Y %H:%M}",
            person=event_sudo.by_id.name,
            day=f"{event_sudo.block_id.day:%d.%m.%Y}",
        )
