from odoo import api, fields, models
from odoo.exceptions import UserError

OUTCOMES = [
    ("granted", "Granted, or full access"),
    ("partly", "Granted in part"),
    ("refused", "Refused"),
    ("forwarded", "Forwarded by competence"),
    ("unexamined", "Left unexamined"),
    ("withdrawn", "Withdrawn by the applicant"),
]


class OaDocument(models.Model):
    """How an application, complaint or signal ended: what the yearly reports of the registers count."""

    _inherit = "oa.document"

    outcome = fields.Selection(OUTCOMES, readonly=True, copy=False, index="btree_not_null")
    outcome_ground = fields.Char("Ground of the outcome", readonly=True, copy=False)
    outcome_on = fields.Date("Decided on", readonly=True, copy=False)
    can_set_outcome = fields.Boolean(compute="_compute_can_set_outcome")

    @api.depends("state", "direction", "task_ids.state")
    @api.depends_context("uid")
    def _compute_can_set_outcome(self):
        for document in self:
            document.can_set_outcome = not document._get_outcome_blockers()

    def _get_outcome_blockers(self):
        """Say why the person cannot say how the document ended; an empty list means they can."""
        self.ensure_one()
        if self.direction != "incoming" or not self.number or self.state == "annulled":
            return [self.env._("An outcome is said of a registered incoming document.")]
        # Names of colleagues are no secret of the document.
        document_sudo = self.sudo()
        people = document_sudo.task_ids.responsible_id | document_sudo.task_ids.assigner_id | document_sudo._get_holder()
        may_act = self.env["oa.substitution"]._may_act
        if self.env.user.has_group("oa_registry.oa_registry_group_clerk") or any(may_act(person, self) for person in people):
            return []
        return [self.env._("The outcome is said by the registry and by those who work on the document.")]

    def action_set_outcome(self):
        self.ensure_one()
        return self._open_wizard("outcome", self.env._("Outcome"), "oa.document.outcome")

    @api.private
    def _set_outcome(self, outcome, ground, day):
        self.ensure_one()
        self._check_blockers("outcome")
        ground = (ground or "").strip()
        if outcome in ("refused", "partly") and not ground:
            raise UserError(self.env._("Name the legal ground of the refusal: the yearly report counts by it."))
        if not day or day > self.env["oa.calendar.day"]._get_today():
            raise UserError(self.env._("Choose the day of the decision: today or an earlier one."))
        self._write_kept({"outcome": outcome, "outcome_ground": ground or False, "outcome_on": day})
        label = dict(self._fields["outcome"]._description_selection(self.env))[outcome]
        self._log_act("outcome", "; ".join(filter(None, (label, ground, f"{day:%d.%m.%Y}"))))
