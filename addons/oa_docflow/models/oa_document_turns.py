from odoo import api, fields, models

from .oa_turn_mixin import ACTS, TURN_OF_ACT, Turn


class OaDocument(models.Model):
    """Several people may wait on one document: each has an activity, the document shows the first and how many more."""

    _inherit = "oa.document"

    waiting_more_count = fields.Integer("And others", readonly=True, copy=False)
    waiting_names = fields.Char("Waits for all of", compute="_compute_waiting_names")
    my_step_act = fields.Selection(ACTS, compute="_compute_my_step_act")

    _waiting_act_index = models.Index("(waiting_for_id, waiting_act, waiting_until) WHERE waiting_for_id IS NOT NULL")
    _waiting_until_index = models.Index("(waiting_for_id, waiting_until, id) WHERE waiting_for_id IS NOT NULL")
    _waiting_more_index = models.Index("(waiting_more_count) WHERE waiting_more_count > 0")

    @api.depends("waiting_for_id", "waiting_more_count", "route_ids.step_ids.state")
    def _compute_waiting_names(self):
        for document in self:
            steps = document.sudo()._get_waiting_steps() if document.waiting_more_count else ()  # names of colleagues
            document.waiting_names = ", ".join(step.document_id._find_actor(step).name for step in steps) or False

    @api.depends("waiting_for_id", "waiting_act", "waiting_more_count", "route_ids.step_ids.state")
    @api.depends_context("uid")
    def _compute_my_step_act(self):
        for document in self:
            document.my_step_act = document.waiting_act if document.is_my_turn else False

    @api.depends("waiting_more_count", "route_ids.step_ids.state")
    def _compute_is_my_turn(self):
        super()._compute_is_my_turn()
        shared = self.filtered(lambda document: document.waiting_more_count and not document.is_my_turn)
        if shared:
            # One's own activities.
            activities_sudo = self.env["mail.activity"].sudo().search([*self._get_own_activity_domain(), ("res_id", "in", shared.ids)])
            mine = set(activities_sudo.mapped("res_id"))
            shared.filtered(lambda document: document.id in mine).is_my_turn = True

    def _get_own_activity_domain(self):
        type_ids = list(self.env["mail.activity"]._get_flow_type_ids() - {False})
        return [("res_model", "=", "oa.document"), ("user_id", "=", self.env.uid), ("activity_type_id", "in", type_ids)]

    @api.model
    def _get_my_turn_domain(self):
        """The usual document waits for one person, which an index answers; only shared places ask further."""
        own = super()._get_my_turn_domain()
        # Which documents wait for several people is asked of all; who reads the answer sees only what that person may see.
        shared = self.sudo().search([("waiting_more_count", ">", 0), ("activity_ids", "any", self._get_own_activity_domain())])
        return ["|", *own, ("id", "in", shared.ids)] if shared else own

    def _get_turns(self):
        """Everybody whose step of the current place waits."""
        first = super()._get_turns()
        steps = self._get_waiting_steps()
        if len(steps) < 2 or not first or first[0].is_shown_only or self.state in ("annulled", "returned"):
            return first
        turns = [Turn(step.user_id.id, TURN_OF_ACT.get(step.act, step.act), step.due_on or None) for step in steps]
        return tuple(sorted(turns, key=lambda turn: turn.until or fields.Date.today()))

    def _prepare_turn_vals(self, turns):
        return {**super()._prepare_turn_vals(turns), "waiting_more_count": max(len(turns) - 1, 0)}

    def _is_other_turn(self, turns):
        return super()._is_other_turn(turns) or len(turns) > 1 or bool(self.waiting_more_count)

    @api.model
    def _get_held_domain(self, holders):
        """Also whoever stands second at a place hands over when absent."""
        steps = self.env["oa.route.step"].search([("state", "=", "waiting"), ("user_id", "in", holders.ids)])
        return ["|", *super()._get_held_domain(holders), ("id", "in", steps.document_id.ids)]

    def _name_turn(self):
        """Whom the document waits for, in whose place, and how many more."""
        name = super()._name_turn()
        if not self.waiting_more_count:
            return name
        return self.env._("%(person)s and %(count)s more", person=name, count=self.waiting_more_count)
