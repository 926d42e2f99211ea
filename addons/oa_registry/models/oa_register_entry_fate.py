from odoo import api, fields, models


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

    @api.depends("event_ids.kind", "origin")
    @api.depends_context("lang")
    def _compute_fate(self):
        for entry in self:
            events = {event.kind: event for event in entry.event_ids}
            annulment = events.get("annulment")
            entry.is_annulled = bool(annulment)
            entry.annulment_note = bool(annulment) and annulment._describe_annulment()
            entry.fate = entry._get_fate(events)

    def _get_fate(self, events):
        if "annulment" in events:
            return "annulled"
        if self.origin != "reserved":
            return "registered"
        return "entered" if "back_entry" in events else "unused" if "unused" in events else "waiting"

    def _is_explained(self):
        """Say whether the reserved number has its document or the reason why it has none."""
        return bool(self.event_ids.filtered(lambda event: event.kind in {"back_entry", "unused"}))

    def _search_is_annulled(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("annulment_ids", "!=" if True in value else "=", False)]

    def _search_fate(self, operator, value):
        if operator != "in":
            return NotImplemented
        # A book is one, whoever reads it: the state of a line does not depend on the reader.
        explained = [("event_ids.kind", "in", ("back_entry", "unused"))]
        domains = {
            "annulled": [("is_annulled", "=", True)],
            "waiting": ["&", ("origin", "=", "reserved"), "!", *explained],
            "entered": ["&", ("event_ids.kind", "in", ["back_entry"]), ("is_annulled", "=", False)],
            "unused": [("event_ids.kind", "in", ["unused"])],
            "registered": ["&", ("origin", "!=", "reserved"), ("is_annulled", "=", False)],
        }
        return fields.Domain.OR([domains[one] for one in value if one in domains])

    def action_open_document(self):
        """Open the document that holds the number; a reserved number without one opens its own page."""
        self.ensure_one()
        record = self.holder_ids or self
        return {"type": "ir.actions.act_window", "res_model": record._name, "res_id": record.id, "views": [(False, "form")]}


class OaRegisterEvent(models.Model):
    _inherit = "oa.register.event"

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
