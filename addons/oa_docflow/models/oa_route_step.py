from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core.routing import Act, Step, StepState
from .locks import is_moving, moving, refuse_changes
from .oa_function import FUNCTIONS
from .oa_procedure_step import LEVELS, STEP_ACTS

STEP_STATES = [
    ("planned", "Planned"),
    ("waiting", "Waiting"),
    ("done", "Done"),
    ("returned", "Returned"),
    ("cancelled", "Not reached"),
]


class OaRouteStep(models.Model):
    """One person's step in one round. Once taken it is a fact that neither Odoo nor SQL changes."""

    _name = "oa.route.step"
    _description = "Step of a route"
    _order = "route_id, sequence, id"

    route_id = fields.Many2one("oa.route", required=True, index=True, ondelete="restrict", readonly=True)
    document_id = fields.Many2one(related="route_id.document_id", store=True, index=True)
    company_id = fields.Many2one(related="route_id.company_id", store=True, index=True)
    sequence = fields.Integer(readonly=True)
    name = fields.Char(required=True, readonly=True)
    act = fields.Selection(STEP_ACTS, required=True, readonly=True)
    function = fields.Selection(FUNCTIONS, required=True, readonly=True)
    signature_level = fields.Selection(LEVELS, required=True, default="logged", readonly=True)
    term_days = fields.Integer(readonly=True)
    user_id = fields.Many2one("res.users", required=True, index=True, ondelete="restrict", readonly=True)
    state = fields.Selection(STEP_STATES, required=True, default="planned", readonly=True)
    waiting_since = fields.Datetime(readonly=True)
    due_on = fields.Date(string="Term", readonly=True)
    acted_at = fields.Datetime(readonly=True)
    acted_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    capacity = fields.Char(readonly=True)
    substitution_id = fields.Many2one("oa.substitution", string="By mandate", ondelete="restrict", readonly=True)
    mandate_digest = fields.Char("Digest of the mandate", readonly=True)
    comment = fields.Text(readonly=True)
    content_hash = fields.Char(readonly=True)

    def init(self):
        refuse_changes(self.env.cr, self._table, when="OLD.acted_at IS NOT NULL")

    @api.model_create_multi
    def create(self, vals_list):
        self._check_moving()
        return super().create(vals_list)

    def write(self, vals):
        self._check_moving()
        if any(step.acted_at for step in self):
            raise AccessError(self.env._("A step that was taken is not changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("The steps of a route are not deleted."))

    def _check_moving(self):
        if not is_moving(self.env):
            raise AccessError(self.env._("Steps are taken with the buttons on the document, they are not written by hand."))

    def action_agree(self, comment=""):
        """Agree to the version that stands on the document now."""
        self._raise_blockers(self._get_act_blockers("coordinate"))
        self.document_id._agree(self, comment)

    def action_return(self, reason=""):
        """Send the document back to its author with a reason."""
        self._raise_blockers(self._get_act_blockers("coordinate"))
        self.document_id._return(self, reason)

    def _raise_blockers(self, blockers):
        if blockers:
            raise UserError("\n".join(blockers))

    def _get_act_blockers(self, act):
        """Say why the current person cannot take these steps now; an empty list means they can be taken."""
        return [blocker for step in self for blocker in step._get_own_blockers(act)]

    def _get_own_blockers(self, act):
        self.ensure_one()
        step_sudo = self.sudo()  # the sentence names persons whom the reader may not look up
        if step_sudo.act != act:
            return [self.env._("The step “%(step)s” is of another kind.", step=step_sudo.name)]
        if step_sudo.acted_at:
            return [
                self.env._(
                    "%(person)s has already taken the step “%(step)s”; it is taken once.",
                    person=step_sudo.acted_by_id.name,
                    step=step_sudo.name,
                )
            ]
        if step_sudo.state != "waiting":
            return [step_sudo.document_id._sentence_of_turn()]
        if not self.env["oa.substitution"]._may_act(step_sudo.user_id, step_sudo.document_id):
            return [
                self.env._(
                    "“%(document)s” waits for %(person)s (%(step)s), not for you.",
                    document=step_sudo.document_id.display_name,
                    person=step_sudo.user_id.name,
                    step=step_sudo.name,
                )
            ]
        return []

    def _open(self):
        # The next person's step is opened by the one before, who may not write it.
        steps = moving(self.sudo())
        days = self.env["oa.calendar.day"]
        today = fields.Date.context_today(self)
        for step in steps:
            step.write(
                {
                    "state": "waiting",
                    "waiting_since": fields.Datetime.now(),
                    "due_on": days._add_working_days(today, max(step.term_days, 1)),
                }
            )

    def _record(self, state, comment, content_hash=None):
        """Write the outcome: who, when, in which capacity, on which version."""
        # The outcome is written for the person who acts; nobody may write steps directly.
        for step in moving(self.sudo()):
            mandate = self.env["oa.substitution"]._find_own(step.user_id, step.document_id)
            step.write(
                {
                    "state": state,
                    "acted_at": fields.Datetime.now(),
                    "acted_by_id": self.env.uid,
                    "capacity": mandate._get_capacity() if mandate else self.env.user._get_capacity(),
                    "substitution_id": mandate.id,
                    # Who acts for whom, and by which order, is known to all colleagues.
                    "mandate_digest": mandate.sudo().order_digest,
                    "comment": comment or False,
                    "content_hash": content_hash or step.route_id.content_hash,
                }
            )

    def _get_holder_of(self, document):
        """Whose step of these it is on the document."""
        # Names of colleagues are no secret of the document.
        return self.sudo().filtered(lambda step: step.document_id.id == document.id).user_id[:1]

    def _to_core(self):
        return [Step(step.id, step.sequence, Act(step.act), StepState(step.state)) for step in self]
