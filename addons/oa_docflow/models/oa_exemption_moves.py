from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .oa_exemption import FLAG_OF

WARNING_DAYS = 60
ACTIVITY = "oa_docflow.mail_activity_type_exemption"


class OaExemption(models.Model):
    """From draft to the ministry's opinion, into force and out of it."""

    _inherit = "oa.exemption"

    can_request = fields.Boolean(compute="_compute_can_move")
    can_enter_opinion = fields.Boolean(compute="_compute_can_move")
    can_end = fields.Boolean(compute="_compute_can_move")
    can_reopen = fields.Boolean(compute="_compute_can_move")
    is_expiring = fields.Boolean("Expires soon", compute="_compute_is_expiring", search="_search_is_expiring")
    days_left = fields.Integer(compute="_compute_is_expiring")

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_can_move(self):
        writable = self._filtered_access("write")
        for exemption in self:
            state = exemption.state if exemption in writable else ""
            exemption.can_request = state == "draft"
            exemption.can_enter_opinion = state == "requested"
            exemption.can_end = state == "active"
            exemption.can_reopen = state in {"requested", "refused"}

    @api.depends("state", "date_to")
    def _compute_is_expiring(self):
        today = self._get_today()
        for exemption in self:
            exemption.days_left = (exemption.date_to - today).days if exemption.date_to else 0
            is_in_force = exemption.state == "active" and bool(exemption.date_to)
            exemption.is_expiring = is_in_force and exemption.date_to <= today + timedelta(days=WARNING_DAYS)

    def _search_is_expiring(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [("state", "=", "active"), ("date_to", "<=", self._get_today() + timedelta(days=WARNING_DAYS))]

    # ------------------------------------------------------------ questions
    def _get_request_blockers(self):
        """Say what the request to the ministry lacks; an empty list means it can be noted as sent."""
        self.ensure_one()
        blockers = [] if self.state == "draft" else [self.env._("“%(name)s” is not a draft.", name=self.name)]
        if not self.kind_ids:
            blockers.append(self.env._("Choose the document kinds that it covers."))
        if not any(self[flag] for flag in FLAG_OF.values()):
            blockers.append(self.env._("Tick what is done on paper: preparation, coordination, signature, storage or service."))
        if not (self.legal_ground or "").strip():
            blockers.append(self.env._("Write the legal ground."))
        if not (self.electronic_steps or "").strip():
            blockers.append(self.env._("Write what stays electronic."))
        if not self.request_number or not self.request_on:
            blockers.append(self.env._("Write number and date of the request to the ministry."))
        return blockers

    def _get_enter_opinion_blockers(self):
        """Say what the opinion lacks; an empty list means it can be entered."""
        self.ensure_one()
        blockers = []
        if self.state != "requested":
            blockers.append(self.env._("An opinion is entered after it was requested."))
        if not (self.opinion_number and self.opinion_on and self.opinion_result):
            blockers.append(self.env._("Write number, date and result of the ministry's opinion."))
        if not self.opinion_file and not self.opinion_document_id:
            blockers.append(self.env._("Add the file of the opinion, or choose it from the register."))
        if self.opinion_result == "agreed_with_notes" and not (self.opinion_conditions or "").strip():
            blockers.append(self.env._("Write the notes and conditions of the opinion."))
        if self.opinion_result != "refused" and not (self.date_from and self.responsible_id):
            blockers.append(self.env._("Write from which day it is in force and who is responsible."))
        return blockers

    def _get_end_blockers(self):
        """Say why it cannot be ended; an empty list means it can."""
        return [] if self.state == "active" else [self.env._("Only an exemption in force is ended.")]

    def _get_reopen_blockers(self):
        """Say why it cannot go back to draft; an empty list means it can."""
        if self.state in {"requested", "refused"}:
            return []
        return [self.env._("What the ministry has agreed to is not changed: end it and write a new exemption.")]

    # ------------------------------------------------------------ moves
    def action_request(self):
        self._move("request", lambda exemption: {"state": "requested"})

    def action_enter_opinion(self):
        """A positive opinion brings it into force, a negative one refuses it."""
        self._move("enter_opinion", lambda exemption: {"state": "refused" if exemption.opinion_result == "refused" else "active"})

    def action_end(self):
        """From tomorrow the step is electronic again; what was done until today stays covered."""
        today = self._get_today()
        self._move("end", lambda exemption: {"state": "ended", "date_to": max(exemption.date_from, min(exemption.date_to or today, today))})
        self._close_warnings()

    def action_reopen(self):
        emptied = {"opinion_number": False, "opinion_on": False, "opinion_result": False, "opinion_file": False}
        self._move("reopen", lambda exemption: {"state": "draft", **emptied})

    def _move(self, verb, prepare):
        self._check_manager()
        for exemption in self:
            if blockers := getattr(exemption, f"_get_{verb}_blockers")():
                raise UserError("\n".join(blockers))
            exemption._write_system(prepare(exemption))

    # ------------------------------------------------------------ time
    @api.model
    def _cron_watch(self):
        """Expire what is over, warn of what soon will be; a second run of the same day does nothing."""
        today = self._get_today()
        self.search([("state", "=", "active"), ("date_to", "<", today)])._expire()
        soon = self.search([("state", "=", "active"), ("date_to", "<=", today + timedelta(days=WARNING_DAYS))])
        soon.filtered(lambda exemption: exemption.warned_until != exemption.date_to)._warn()

    def _expire(self):
        self._write_system({"state": "expired"})
        self._close_warnings()

    def _warn(self):
        """An activity of the responsible person, who also gets it by e-mail as every activity."""
        for exemption in self:
            exemption.activity_schedule(
                ACTIVITY,
                date_deadline=exemption.date_to,
                user_id=exemption.responsible_id.id,
                summary=exemption.env._("The exemption expires: ask for a new opinion or make the step electronic"),
            )
            exemption._write_system({"warned_until": exemption.date_to})

    def _close_warnings(self):
        self.activity_unlink([ACTIVITY])
