from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.content import compute_content_hash
from ..core.lifecycle import EDITABLE_STATES
from ..core.routing import BEFORE_ACTS
from .oa_opinion import ACT_OF_OPINION

CONTENT_FIELDS = {"body_html", "subject", "kind_id", "correspondent_ids", "template_id"}


class OaDocument(models.Model):
    """Coordination: submitted by the author, agreed by one after another, frozen by the last."""

    _inherit = "oa.document"

    approved_hash = fields.Char(string="Digest of the approved content", readonly=True, copy=False)
    approved_at = fields.Datetime(readonly=True, copy=False)
    copied_round = fields.Integer("Round of the signing copy", readonly=True, copy=False)
    can_submit = fields.Boolean(compute="_compute_can_coordinate")
    can_agree = fields.Boolean(compute="_compute_can_coordinate")
    can_return = fields.Boolean(compute="_compute_can_coordinate")
    can_recall = fields.Boolean(compute="_compute_can_coordinate")
    can_edit_content = fields.Boolean(compute="_compute_can_coordinate")

    @api.depends("state", "waiting_for_id", "procedure_id", "body_html", "author_id")
    @api.depends_context("uid")
    def _compute_can_coordinate(self):
        for document in self:
            # The button is there while the author still writes; pressed too early, it says what is missing.
            document.can_submit = not document._get_submit_blockers(with_gaps=False)
            document.can_agree = not document._get_agree_blockers()
            document.can_return = not document._get_return_blockers()
            document.can_recall = not document._get_recall_blockers()
            document.can_edit_content = not document._get_edit_content_blockers()

    def write(self, vals):
        changes_content = bool(vals.keys() & CONTENT_FIELDS)
        if "body_html" in vals or "template_id" in vals:
            self._check_blockers("edit_content")
        result = super().write(vals)
        if changes_content:
            self._on_content_changed()
        return result

    def _get_edit_content_blockers(self):
        """Say why the text cannot be changed now; an empty list means it can."""
        self.ensure_one()
        if self.direction == "incoming" or self.state not in EDITABLE_STATES | {"in_coordination"}:
            return [self.env._("The text of “%(document)s” is frozen and cannot be changed any more.", document=self.display_name)]
        if self.author_id and self.author_id != self.env.user and not self.env.su:
            return [self.env._("The text is changed by its author %(person)s.", person=self.env["oa.function"]._get_name(self.author_id))]
        return []

    def _get_submit_blockers(self, *, with_gaps=True):
        """Say why the draft cannot be sent for coordination now; an empty list means it can.

        :param with_gaps: name also what the author has not written yet
        """
        self.ensure_one()
        if self.direction == "incoming":
            return [self.env._("An incoming document is not coordinated.")]
        if not self._can_move("submit"):
            return [self._sentence_of_turn()]
        if self.author_id != self.env.user:
            return [
                self.env._(
                    "The draft is sent for coordination by its author %(person)s.", person=self.env["oa.function"]._get_name(self.author_id)
                )
            ]
        if not self.procedure_id:
            return [self.env._("Choose a procedure: it says who coordinates and who signs.")]
        return self._get_draft_gaps() if with_gaps else []

    def _get_draft_gaps(self):
        blockers = []
        if not self._has_content():
            blockers.append(self.env._("The draft has no text yet: write it or fill it from a template."))
        if self.direction == "outgoing" and not self.correspondent_ids:
            blockers.append(self.env._("An outgoing document needs a recipient."))
        return blockers

    def _get_agree_blockers(self):
        """Say why the person cannot agree now; an empty list means agreeing is possible."""
        self.ensure_one()
        if self.state != "in_coordination":
            return [self._sentence_of_turn()]
        return self._get_waiting_step()._get_act_blockers(BEFORE_ACTS)

    def _get_return_blockers(self):
        """Say why the person cannot return the document now; an empty list means it can be returned."""
        if self.state != "in_coordination":
            return [self._sentence_of_turn()]
        return self._get_waiting_step()._get_act_blockers(BEFORE_ACTS, with_gaps=False)

    def action_submit(self):
        """Begin a round: the first person of the route gets the turn."""
        self._check_blockers("submit")
        routes = self.env["oa.route"]
        for document in self:
            routes |= document._start_route()
        self._move_to("submit")
        self._log_act("submit")
        self._go_on(routes)

    def action_agree(self, comment=""):
        self._check_blockers("agree")
        return self.env["oa.route.step"].union(*(document._get_waiting_step() for document in self)).action_agree(comment)

    def action_opinion(self):
        """Ask which opinion, and why."""
        verb = "sign" if self.state == "for_signature" else "return"
        return self._open_wizard(verb, self.env._("Opinion"), "oa.document.opinion")

    def action_return(self):
        return self._open_wizard("return", self.env._("Return with a reason"), "oa.document.return")

    @api.private
    def _give_opinion(self, steps, opinion, comment):
        """Record the opinion of these steps and give the turn to the next ones, or freeze what is agreed, or end the procedure."""
        for document in self:
            if document._compute_content_hash() != document.route_id.content_hash:
                raise UserError(
                    self.env._("The content of “%(document)s” has changed meanwhile; open it again.", document=document.display_name)
                )
        steps._record("returned" if opinion == "stop" else "done", comment, opinion=opinion)
        if opinion == "stop":
            self.route_id._close("stopped")
            self._move_to("stop")
        self._log_act(ACT_OF_OPINION[opinion], comment, steps._get_holder_of, steps=steps, opinion=opinion)
        if opinion != "stop":
            self._go_on(self.route_id)

    @api.private
    def _return(self, steps, reason):
        if not (reason or "").strip():
            raise UserError(self.env._("Write why you return the document; its author has to know what to change."))
        steps._record("returned", reason)
        self.route_id._close("returned")
        self._move_to("return")
        self._log_act("return", reason, steps._get_holder_of, steps=steps)

    def _start_route(self):
        route = self.env["oa.route"]._start(self)
        route._check_plan()
        self._write_kept({"version": route.round})
        self._grant_with_case(route.step_ids.user_id, self.env._("Person of the route"), origin=route)
        return route

    def _go_on(self, routes):
        """Open the next steps; documents whose last agreement is given are frozen and take their number."""
        agreed = routes._advance().document_id
        if agreed:
            self.browse(agreed.ids)._freeze()
        routes.document_id._refresh_turns()

    def _freeze(self):
        for document in self:
            document._write_kept({"approved_hash": document.route_id.content_hash, "approved_at": fields.Datetime.now()})
        self._move_to("approve")
        self._log_act("approve")
        # A document that came back from its signer has its number already.
        if numbered := self.filtered("number"):
            numbered._schedule_signing_copies()
        (self - numbered)._take_numbers()

    def _on_content_changed(self):
        """What was agreed is no longer what stands there: everybody is asked again, from the start."""
        running = self.filtered(lambda document: document.state == "in_coordination" and document._has_changed_content())
        for document in running:
            document.route_id._close("changed")
            document._go_on(document._start_route())
        if running:
            running._log_act("reset")

    def _has_changed_content(self):
        return bool(self.route_id) and self._compute_content_hash() != self.route_id.content_hash

    def _compute_content_hash(self):
        """Digest of what people agree to: text, subject, kind, recipients, attachments."""
        self.ensure_one()
        document_sudo = self.sudo()  # the digest covers the whole content, whoever asks for it
        recipients = sorted(document_sudo.correspondent_ids.partner_id.mapped("display_name"))
        content = {
            "subject": document_sudo.subject or "",
            "body": document_sudo.body_html or "",
            "kind": document_sudo.kind_id.code or document_sudo.kind_id.name or "",
            "recipients": "\n".join(recipients),
        }
        return compute_content_hash(content, document_sudo._get_content_digests())
