from odoo import api, fields, models

from .oa_route_step import TAKEN_ACTS


class OaDocument(models.Model):
    """Steps that are neither agreement nor signature: sealing, getting to know, carrying out."""

    _inherit = "oa.document"

    chosen_user_ids = fields.Many2many(
        "res.users", "oa_document_chosen_user_rel", string="Chosen persons", copy=False,
        domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
        help="Who takes the steps that the procedure leaves to the choice of the author.",
    )  # fmt: skip
    has_choice = fields.Boolean(compute="_compute_has_choice")
    can_take = fields.Boolean(compute="_compute_can_take")

    @api.depends("procedure_id")
    def _compute_has_choice(self):
        for document in self:
            # What a procedure asks is no secret.
            document.has_choice = "chosen" in document.procedure_id.sudo().step_ids.mapped("function")

    @api.depends("state", "waiting_for_id", "waiting_more_count")
    @api.depends_context("uid")
    def _compute_can_take(self):
        for document in self:
            document.can_take = not document._get_take_blockers()

    def _get_take_blockers(self):
        """Say why the person cannot say now that it is read, or done; an empty list means it can be said."""
        self.ensure_one()
        step = self._get_waiting_step()
        if not step or step.act not in TAKEN_ACTS:
            return [self._sentence_of_turn()]
        return step._get_act_blockers(TAKEN_ACTS)

    def action_take(self, comment=""):
        self._check_blockers("take")
        return self.env["oa.route.step"].union(*(document._get_waiting_step() for document in self)).action_take(comment)

    @api.private
    def _take(self, steps, comment):
        acts = dict.fromkeys(steps.mapped("act"))
        steps._record("done", comment)
        for act in acts:
            self.filtered(lambda document, act=act: steps.filtered(lambda step: step.document_id == document).act == act)._log_act(
                act, comment, steps._get_holder_of, steps=steps.filtered(lambda step, act=act: step.act == act)
            )
        self._go_on(self.route_id)

    def _get_resolve_steps(self):
        steps = self.env["oa.route.step"].union(*(document._get_waiting_step() for document in self))
        return steps.filtered(lambda step: step.act == "resolve")

    def _finish_resolve_steps(self):
        """A resolution takes the step of the route that waited for it."""
        if steps := self._get_resolve_steps():
            steps._record("done", "")
            steps.document_id._go_on(steps.route_id)
