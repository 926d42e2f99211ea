from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import lifecycle
from ..core.lifecycle import Subject
from .locks import moving
from .oa_opinion import DISSENTING


class OaDocument(models.Model):
    """Backwards: to an earlier step with a reason, or taken back by whoever acted last, as long as the next person has not opened it."""

    _inherit = "oa.document"

    dissent_note = fields.Text("Dissenting opinions", compute="_compute_dissent_note")

    @api.depends("route_ids.step_ids.opinion")
    def _compute_dissent_note(self):
        labels = dict(self.env["oa.route.step"]._fields["opinion"]._description_selection(self.env))
        for document in self:
            # Who does not agree, and why, is told to everybody who sees the document.
            document_sudo = document.sudo()
            content = document_sudo.route_id.content_hash
            steps = document_sudo.route_ids.filtered(lambda route, content=content: route.content_hash == content).step_ids
            steps = steps.filtered(lambda step: step.acted_at and step.opinion in DISSENTING).sorted("acted_at")
            document.dissent_note = (
                "\n".join(f"{step.acted_by_id.name} – {labels[step.opinion]}: {step.comment}" for step in steps) or False
            )

    def _get_agreed_steps(self):
        """Whose agreement to this content stands, over all rounds: each person of the procedure once."""
        self.ensure_one()
        content = self.route_id.content_hash
        steps = self.route_ids.filtered(lambda route: route.content_hash == content).sorted("round").step_ids
        agreed = steps.filtered(lambda step: step.act in ("coordinate", "opinion", "approve") and step.state == "done")
        return agreed.browse({(step.act, step.user_id.id): step.id for step in agreed}.values())

    def web_read(self, specification):
        values = super().web_read(specification)
        # Only the form asks for its stages; a list of one document is not read.
        if len(self) == 1 and self.id and "stage_bar" in specification:
            self._note_opening()
        return values

    def _note_opening(self):
        """Remember that the person whose turn it is has opened the document: nobody takes it back any more."""
        self.ensure_one()
        if self.state not in ("in_coordination", "for_signature"):
            return
        may_act = self.env["oa.substitution"]._may_act
        # Whoever opens a document may not write its route.
        steps_sudo = self.sudo()._get_waiting_steps()
        fresh = steps_sudo.filtered(lambda step: not step.opened_at and may_act(step.user_id, self))
        if fresh:
            moving(fresh).write({"opened_at": fields.Datetime.now()})

    # ------------------------------------------------------------ to an earlier step
    def _get_steps_to_return_to(self):
        """Steps of coordination that were taken in this round."""
        self.ensure_one()
        return self.route_id.step_ids.filtered(lambda step: step.state == "done" and step.acted_at and step.user_id)

    @api.private
    def _return_to(self, step, target, reason):
        self._check_reason(reason)
        holder, route = step._get_holder_of, self.route_id
        step._record("returned", reason)
        self._begin_again_at(route, target, "sent_back")
        who = self.env["oa.function"]._get_name(target.user_id)
        self._log_act("send_back", f"{target.name}, {who}: {reason}", holder, steps=step)

    def _begin_again_at(self, route, step, state):
        new = route._begin_at(step, state)
        self.invalidate_recordset(["route_id", "round_count"])
        self._write_kept({"version": new.round})
        self._go_on(new)

    def _send_back(self):
        """The author writes anew under the same number; what was agreed to is agreed to again."""
        self.ensure_one()
        # One statement: the database lets a frozen text go only together with its state.
        self._write_kept(
            {"state": lifecycle.move(Subject.OWN, self.state, "send_back").target, "approved_hash": False, "approved_at": False}
        )
        self.flush_recordset()
        self._refresh_turns()

    def _check_reason(self, reason):
        if not (reason or "").strip():
            raise UserError(self.env._("Write why you return the document; its author has to know what to change."))

    # ------------------------------------------------------------ taken back
    def _get_recall_blockers(self):
        """Say why the person cannot take back what was done last; an empty list means it can be taken back."""
        self.ensure_one()
        if self.state != "in_coordination":
            return [self._sentence_of_turn()]
        # Names of colleagues and moments only.
        route_sudo = self.sudo().route_id
        last = route_sudo._get_last_taken()
        holder = last.user_id if last else self.author_id
        if not self.env["oa.substitution"]._may_act(holder, self):
            return [
                self.env._("Only %(person)s, who acted last, takes the document back.", person=self.env["oa.function"]._get_name(holder))
            ]
        opened = route_sudo.step_ids.filtered(lambda step: step.state == "waiting" and step.opened_at and step not in last._get_beside())[
            :1
        ]
        if opened:
            return [
                self.env._(
                    "%(person)s has opened the document already: ask for its return.",
                    person=self.env["oa.function"]._get_name(opened.user_id),
                )
            ]
        return []

    def action_recall(self):
        """Take back what was done last: the author gets the draft, whoever agreed gets the turn again."""
        self._check_blockers("recall")
        for document in self:
            last = document.route_id._get_last_taken()
            if last:
                document._begin_again_at(document.route_id, last, "recalled")
                document._log_act("undo", last.name, last._get_holder_of)
            else:
                document.route_id._close("recalled")
                document._move_to("recall")
                document._log_act("recall")


class OaRoute(models.Model):
    _inherit = "oa.route"

    def _get_last_taken(self):
        """The step that was taken last in this round, without those that the author takes by sending; nothing at its beginning."""
        taken = self.step_ids.filtered(lambda step: step.acted_at and step.opinion)
        return taken.sorted(lambda step: (step.acted_at, step.id))[-1:]


class OaRouteStep(models.Model):
    _inherit = "oa.route.step"

    def _get_beside(self):
        """Steps at the same place."""
        return self.route_id.step_ids.filtered(lambda step: (step.act, step.sequence) == (self.act, self.sequence)) if self else self
