from dataclasses import dataclass, replace
from datetime import date
from time import time_ns

from odoo import api, fields, models

from .locks import moving
from .oa_notice import News

ACTS = [
    ("resolve", "For resolution"),
    ("execute", "For execution"),
    ("rework", "For rework"),
    ("coordinate", "For coordination"),
    ("sign", "For signature"),
    ("dispatch", "For dispatch"),
    ("confirm", "For acceptance of execution"),
    ("instruct", "For instructions"),
    ("extend", "For decision on a term"),
    ("prepare", "For preparation"),
    ("opinion", "For an opinion"),
    ("approve", "For approval"),
    ("seal", "For sealing"),
    ("acquaint", "For information"),
    ("perform", "For action"),
    ("opine", "For opinion on a task"),
    ("read", "For acquaintance"),
]
TURN_OF_ACT = {"execute": "perform"}
"""A step of a route is carried out on the document itself; tasks are executed."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is, for what and until when; in whose place, when a substitute has it.

    A shown turn is only read in lists: its activity stands at another record.
    """

    user_id: int = 0
    act: str = ""
    until: date | None = None
    holder_id: int = 0
    is_shown_only: bool = False

    @property
    def key(self):
        return self.user_id, self.act, self.until, self.holder_id


NOBODY = Turn()


class OaTurnMixin(models.AbstractModel):
    """A record that waits for somebody, who finds it among the own activities."""

    _name = "oa.turn.mixin"
    _description = "Waits for a person"

    waiting_for_id = fields.Many2one("res.users", string="Waiting for", index=True, readonly=True, copy=False)
    waiting_holder_id = fields.Many2one("res.users", string="In the place of", index="btree_not_null", readonly=True, copy=False)
    waiting_act = fields.Selection(ACTS, string="Waiting act", index=True, readonly=True, copy=False)
    waiting_until = fields.Date(string="Waiting until", readonly=True, copy=False)
    escalated_to_id = fields.Many2one(
        "res.users", string="Superior was told", index="btree_not_null", readonly=True, copy=False, ondelete="set null"
    )
    is_my_turn = fields.Boolean(compute="_compute_is_my_turn", search="_search_is_my_turn")
    is_overdue = fields.Boolean(compute="_compute_is_overdue")

    @api.depends("waiting_for_id")
    @api.depends_context("uid")
    def _compute_is_my_turn(self):
        for record in self:
            record.is_my_turn = record.waiting_for_id == self.env.user

    def _search_is_my_turn(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return self._get_my_turn_domain()

    @api.model
    def _get_my_turn_domain(self):
        """Hook: what waits for the current person."""
        return [("waiting_for_id", "=", self.env.uid)]

    @api.model
    def _get_held_domain(self, holders):
        """Hook: what waits for these people, or for whoever acts for them."""
        return ["|", ("waiting_for_id", "in", holders.ids), ("waiting_holder_id", "in", holders.ids)]

    @api.depends("waiting_until")
    def _compute_is_overdue(self):
        today = self.env["oa.calendar.day"]._get_today()
        for record in self:
            record.is_overdue = bool(record.waiting_until) and record.waiting_until < today

    def _get_turn(self):
        """Hook: the Turn of this record as it stands now."""
        self.ensure_one()
        return NOBODY

    def _get_turns(self):
        """Hook: all turns as they stand now, for records on which several people may wait; lists show the first."""
        turn = self._get_turn()
        return (turn,) if turn.user_id else ()

    def _refresh_turns(self):
        """Write whose turn it is and keep exactly one activity for each: in bulk, and without a message to anybody twice."""
        # The turn is kept by the flow; the person who acts may not write the record of the next one.
        turns = {record: record._hand_over_turns(record._get_turns()) for record in self.sudo().browse(self.ids)}
        changed = {record: own for record, own in turns.items() if record._is_other_turn(own)}
        if not changed:
            return
        by_vals = {}
        for record, own in changed.items():
            vals = tuple(record._prepare_turn_vals(own).items())
            by_vals[vals] = by_vals.get(vals, record) | record
        for vals, records in by_vals.items():
            records.write(dict(vals))
        self._tell_turns(self._replace_activities(changed))
        for record, own in changed.items():
            for turn in own:
                if turn.holder_id and not turn.is_shown_only:
                    record._open_to_substitute(self.env["res.users"].browse(turn.holder_id))

    def _prepare_turn_vals(self, turns):
        """Hook: what lists show of these turns."""
        turn = turns[0] if turns else NOBODY
        return {
            "waiting_for_id": turn.user_id or False,
            "waiting_holder_id": turn.holder_id or False,
            "waiting_act": turn.act or False,
            "waiting_until": turn.until,
            "escalated_to_id": False,
        }

    def _is_other_turn(self, turns):
        """Hook: say whether these turns may differ from what is written."""
        return (turns[0] if turns else NOBODY).key != self._get_stored_key()

    def _hand_over_turns(self, turns):
        """The turns as they are today, one for each person and act."""
        handed = [self._hand_over_turn(turn) for turn in turns]
        return tuple({(turn.user_id, turn.act): turn for turn in reversed(handed)}.values())[::-1]

    def _tell_turns(self, news):
        """Write at once to whoever has chosen e-mail; for all others the activity is the notice. Who gives it to oneself knows."""
        given = [(record, turn) for record, turn in news if turn.user_id != self.env.uid]
        # Which way a colleague has chosen is asked for the telling only.
        users_sudo = self.env["res.users"].sudo().browse({turn.user_id for _record, turn in given})
        by_mail = set(users_sudo.filtered(lambda user: user.docflow_channel == "email").ids)
        self.env["oa.notice"]._tell([
            News(turn.user_id, "turn", record, f"{turn.act}:{time_ns()}", turn.until, words=turn.act)
            for record, turn in given
            if turn.user_id in by_mail
        ])  # fmt: skip

    def _write_escalated(self, user):
        """Remember which superior was told."""
        # The trace is written by the flow.
        moving(self.sudo()).write({"escalated_to_id": user.id})

    def _get_turn_documents(self):
        return self.env["oa.document"].union(*(record._get_turn_document() for record in self))

    def _open_to_substitute(self, holder):
        """Let whoever acts for the holder see the document and its case until the mandate ends."""
        reason = self.env._("Substitution")
        for record in self:
            document = record._get_turn_document()
            mandate_sudo = self.env["oa.substitution"]._find_for(holder, document).sudo()  # who acts for whom is known to everybody
            document._grant_with_case(mandate_sudo.substitute_id, reason, origin=mandate_sudo)

    def _hand_over_turn(self, turn):
        """The turn as it is today: with whoever acts for its holder."""
        if not turn.user_id or turn.is_shown_only:
            return turn
        mandate = self.env["oa.substitution"]._find_for(self.env["res.users"].browse(turn.user_id), self._get_turn_document())
        return replace(turn, user_id=mandate.substitute_id.id, holder_id=turn.user_id) if mandate else turn

    def _get_turn_document(self):
        """Hook: the document whose kind and unit decide who acts for an absent person."""
        return self

    def _get_holder(self):
        """Whose turn it is by the procedure, present or absent."""
        return self.waiting_holder_id or self.waiting_for_id

    def _get_turn_summary(self):
        """Hook: what the activity says."""
        return self.display_name

    def _get_stored_key(self):
        return self.waiting_for_id.id or 0, self.waiting_act or "", self.waiting_until or None, self.waiting_holder_id.id or 0

    def _replace_activities(self, turns):
        """Close the activities of those whose turn is over and open those of the others; return the turns that are news."""
        find_id = self.env["ir.model.data"]._xmlid_to_res_id
        types = {act: find_id(f"oa_docflow.mail_activity_type_{act}") for act, _label in ACTS}
        # The activities belong to the flow: neither who acts nor who comes next may write those of others.
        activities_sudo = self.env["mail.activity"].sudo()
        record_ids = [record.id for record in turns]
        domain = [("res_model", "=", self._name), ("res_id", "in", record_ids), ("activity_type_id", "in", list(types.values()))]
        wanted = {
            (record.id, types[turn.act], turn.user_id): (record, turn)
            for record, own in turns.items()
            for turn in own
            if turn.user_id and turn.act and not turn.is_shown_only
        }
        gone, known = activities_sudo, set()
        for activity in activities_sudo.search(domain):
            key = activity.res_id, activity.activity_type_id.id, activity.user_id.id
            known.add(key)
            if key in wanted and wanted[key][1].until in (None, activity.date_deadline):
                del wanted[key]
            else:
                gone |= activity
        gone._close_turns(self.browse(record_ids))
        opened = activities_sudo.with_context(mail_activity_quick_update=True, oa_docflow_turn=True).create(
            [record._prepare_activity_vals(types[turn.act], turn) for record, turn in wanted.values()]
        )
        # The name was written with the row; it need not be computed and written again.
        opened.env.remove_to_compute(opened._fields["res_name"], opened)
        return [(self.browse(record.id), turn) for key, (record, turn) in wanted.items() if key not in known]

    def _prepare_activity_vals(self, type_id, turn):
        return {
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "res_model": self._name,
            "res_id": self.id,
            "res_name": self.display_name,
            "activity_type_id": type_id,
            "user_id": turn.user_id,
            "user_tz": self.env["res.users"].browse(turn.user_id).tz,
            "date_deadline": turn.until or fields.Date.context_today(self),
            "summary": self._get_turn_summary(),
            "automated": True,
        }
