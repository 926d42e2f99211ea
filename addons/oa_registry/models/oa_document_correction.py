from odoo import api, fields, models
from odoo.exceptions import UserError

from .oa_register_entry import write_plain

CORRECTABLE = ("subject", "kind_id", "sender_number", "sender_date", "received_at", "received_channel")
"""What a correction may mend; number, date and files are never among it."""
CORRESPONDENTS = "correspondents"


class OaDocument(models.Model):
    """Correction of what the book says of a document: the old value, the new one and the reason stay for ever."""

    _inherit = "oa.document"

    register_event_ids = fields.One2many("oa.register.event", "document_id", "Events of the number", readonly=True, copy=False)
    can_correct = fields.Boolean(compute="_compute_can_correct")

    @api.depends("state", "register_entry_id")
    @api.depends_context("uid")
    def _compute_can_correct(self):
        for document in self:
            document.can_correct = not document._get_correct_blockers()

    def _get_correct_blockers(self):
        """Say why nothing of the document can be corrected now; an empty list means it can."""
        self.ensure_one()
        if not self.register_entry_id:
            return [self.env._("Only a registered document is corrected; a draft is simply changed.")]
        blockers = []
        if self.state in {"closed", "annulled"}:
            blockers.append(self.env._("Document %(number)s is closed or annulled and is not corrected.", number=self.number))
        if not self.env.user.has_group("oa_registry.oa_registry_group_head_registrar"):
            blockers.append(self.env._("Entries are corrected by the head registrar."))
        return blockers

    def action_correct(self):
        """Ask what is to be corrected and why."""
        self.ensure_one()
        self._check_blockers("correct")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct the entry"),
            "res_model": "oa.document.correct",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_document_id": self.id},
        }

    def _correct(self, vals, people, reason):
        """Mend values of the fields in CORRECTABLE; `people` is the new list of correspondents, or None to leave them."""
        self.ensure_one()
        self.check_access("write")
        self._check_blockers("correct")
        details = self._compare(vals, people)
        self._check_correction(details, reason)
        # The trigger of the database lets a value change only to what an event says, so the event comes first.
        self.env["oa.register.event"]._record([
            {
                "kind": "correction",
                "register_id": self.register_id.id,
                "entry_id": self.register_entry_id.id,
                "document_id": self.id,
                "reason": reason,
                "details": details,
            }
        ])  # fmt: skip
        # What follows from the kind was decided at registration and stays.
        kept = {"direction": self.direction, "access_level": self.access_level, "is_initiating": self.is_initiating}
        self._write_system({**kept, **{name: vals[name] for name in details if name in CORRECTABLE}})
        if CORRESPONDENTS in details:
            self._replace_correspondents(people)
        self.env.flush_all()
        names = ", ".join(self._get_field_label(name) for name in details)
        self.env["oa.journal.entry"]._log(self, "correct", f"{self.number}: {names} ({reason})")

    def _check_correction(self, details, reason):
        if not details:
            raise UserError(self.env._("Nothing is changed. Type the right value first."))
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the entry is corrected."))
        if "subject" in details and not details["subject"]["new"]:
            raise UserError(self.env._("A registered document keeps a subject."))
        if "kind_id" in details:
            kind = self.env["oa.document.kind"].browse(details["kind_id"]["new"] or [])
            if kind.direction != self.direction or "{kind}" in self.register_id.number_template or self.register_id.algorithm == "kind":
                raise UserError(self.env._("The number follows from the kind. Annul it and register the document anew."))
        if CORRESPONDENTS in details and not details[CORRESPONDENTS]["new"] and self.direction != "internal":
            raise UserError(self.env._("Add at least one correspondent."))

    def _compare(self, vals, people):
        """{field: old and new value, as the canonical record spells them}, of what really changes."""
        details = {}
        for name in CORRECTABLE:
            if name not in vals:
                continue
            field = self._fields[name]
            new = field.convert_to_record(field.convert_to_cache(vals[name], self), self)
            old = self[name]
            if write_plain(old) != write_plain(new):
                labels = {"old_label": self._show_value(name, old), "new_label": self._show_value(name, new)}
                details[name] = {"old": _write_value(old), "new": _write_value(new), **labels}
        if people is not None and (old := list_people(self.correspondent_ids)) != people:
            details[CORRESPONDENTS] = {"old": old, "new": people}
        return details

    def _replace_correspondents(self, people):
        rows = [
            {"partner_id": one["partner"], "role": one["role"], "their_number": one["their_number"], "their_date": one["their_date"]}
            for one in people
        ]
        self._write_system({"correspondent_ids": [fields.Command.clear(), *(fields.Command.create(row) for row in rows)]})

    def _show_value(self, name, value):
        field = self._fields[name]
        if isinstance(value, models.BaseModel):
            return value.display_name or ""
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        if field.type == "datetime" and value:
            return f"{fields.Datetime.context_timestamp(self.with_context(tz='Europe/Sofia'), value):%d.%m.%Y %H:%M}"
        return f"{value:%d.%m.%Y}" if field.type == "date" and value else value or ""

    def _get_field_label(self, name):
        field = self._fields["correspondent_ids" if name == CORRESPONDENTS else name]
        return field._description_string(self.env)


class OaRegisterEvent(models.Model):
    _inherit = "oa.register.event"

    def _describe_correction(self):
        document_model = self.env["oa.document"]
        parts = []
        for name, change in self._get_details().items():
            old, new = (change.get(f"{side}_label", change[side]) for side in ("old", "new"))
            if name == CORRESPONDENTS:
                old, new = (", ".join(person["name"] for person in side) for side in (old, new))
            parts.append(
                self.env._("%(field)s: “%(old)s” → “%(new)s”", field=document_model._get_field_label(name), old=old or "–", new=new or "–")
            )
        return "; ".join(parts)


def list_people(rows):
    """Correspondents of a document, or rows that will become ones, as the event of a correction spells them."""
    return [
        {
            "partner": row.partner_id.id,
            "name": row.partner_id.name or "",
            "role": row.role,
            "their_number": row.their_number or None,
            "their_date": (row.their_date and row.their_date.isoformat()) or None,
        }
        for row in rows
    ]


def _write_value(value):
    """What the trigger of the database compares with the column: its text, or nothing."""
    plain = write_plain(value)
    return plain.isoformat() if hasattr(plain, "isoformat") else plain or None
