import ast

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..core.levels import PERSONAL_LEVELS
from ..core.routing import BEFORE_ACTS, Act, Mode, Step, StepState
from .locks import moving, refuse_changes
from .oa_function import STEP_FUNCTIONS
from .oa_opinion import ACT_OF_OPINION, OPINIONS
from .oa_procedure_step import LEVELS, MODES, STEP_ACTS, STEP_UNITS
from .signed_acts import person_signs

STEP_STATES = [
    ("planned", "Planned"),
    ("waiting", "Waiting"),
    ("done", "Done"),
    ("returned", "Returned"),
    ("cancelled", "Not reached"),
    ("skipped", "Not needed here"),
    ("spared", "Others have acted"),
]
_AUTOMATIC = frozenset({"id", "create_uid", "create_date", "write_uid", "write_date"})
OUTCOME_FIELDS = frozenset({
    "state", "waiting_since", "due_on", "due_at", "term_explanation", "acted_at", "acted_by_id", "capacity", "substitution_id",
    "mandate_digest", "comment", "opinion", "opened_at", "content_hash",
})  # fmt: skip
"""What a step gets while it is taken; the rest is its plan."""
TAKEN_ACTS = ("acquaint", "execute")
"""Acts after the signature that are taken with one button."""


class OaRouteStep(models.Model):
    """One person's step in one round. Once taken it is a fact that neither Odoo nor SQL changes."""

    _name = "oa.route.step"
    _inherit = ["oa.kept.mixin"]
    _description = "Step of a route"
    _order = "route_id, sequence, id"

    route_id = fields.Many2one("oa.route", required=True, index=True, ondelete="restrict", readonly=True)
    document_id = fields.Many2one(related="route_id.document_id", store=True, index=True)
    company_id = fields.Many2one(related="route_id.company_id", store=True, index=True)
    sequence = fields.Integer(readonly=True)
    name = fields.Char(required=True, readonly=True)
    act = fields.Selection(STEP_ACTS, required=True, readonly=True)
    function = fields.Selection(STEP_FUNCTIONS, required=True, readonly=True)
    signature_level = fields.Selection(LEVELS, required=True, default="logged", readonly=True)
    mode = fields.Selection(MODES, readonly=True)
    quorum = fields.Integer(readonly=True)
    condition = fields.Char(readonly=True)
    required_fields = fields.Char(readonly=True)
    legal_ground = fields.Char(readonly=True)
    procedure_step_id = fields.Many2one("oa.procedure.step", index="btree_not_null", ondelete="set null", readonly=True)
    term_amount = fields.Integer(readonly=True)
    term_unit = fields.Selection(STEP_UNITS, readonly=True)
    user_id = fields.Many2one("res.users", index=True, ondelete="restrict", readonly=True)
    state = fields.Selection(STEP_STATES, required=True, default="planned", readonly=True)
    waiting_since = fields.Datetime(readonly=True)
    due_on = fields.Date(string="Term", readonly=True)
    acted_at = fields.Datetime(readonly=True)
    acted_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    capacity = fields.Char(readonly=True)
    substitution_id = fields.Many2one("oa.substitution", string="By mandate", ondelete="restrict", readonly=True)
    mandate_digest = fields.Char("Digest of the mandate", readonly=True)
    comment = fields.Text(readonly=True)
    opinion = fields.Selection(OPINIONS, readonly=True)
    opened_at = fields.Datetime(readonly=True, help="When the person first opened the document in this step.")
    content_hash = fields.Char(readonly=True)

    def init(self):
        refuse_changes(self.env.cr, self._table, when="OLD.acted_at IS NOT NULL")

    def write(self, vals):
        if any(step.acted_at for step in self):
            raise AccessError(self.env._("A step that was taken is not changed."))
        return super().write(vals)

    def _say_not_deleted(self):
        return self.env._("The steps of a route are not deleted.")

    def _say_how_written(self):
        return self.env._("Steps are taken with the buttons on the document, they are not written by hand.")

    def action_agree(self, comment=""):
        """Agree to the version that stands on the document now."""
        return self.action_give_opinion("agree", comment)

    @person_signs
    def action_give_opinion(self, opinion, comment=""):
        """Say what one thinks of the version that stands on the document now; where the step asks for it, it counts when it is signed."""
        self._raise_blockers(self._get_act_blockers(BEFORE_ACTS, with_gaps=opinion != "stop"))
        self._raise_blockers(self._get_opinion_blockers(opinion, comment))
        self.document_id._give_opinion(self, opinion, comment)

    def _get_opinion_blockers(self, opinion, comment):
        """Say why this opinion cannot be given in these words; an empty list means it can."""
        if opinion not in ACT_OF_OPINION:
            return [self.env._("This is no opinion that is given in coordination.")]
        if opinion == "disagree" and any(step.act in ("prepare", "approve") for step in self):
            return [self.env._("In this step one does not disagree: return the document with a reason, or add a dissenting opinion.")]
        if opinion != "agree" and not (comment or "").strip():
            return [self.env._("Write why: everybody who comes after you reads it.")]
        return []

    @person_signs
    def action_return(self, reason="", to_step_id=None):
        """Send the document back with a reason: to its author, or to an earlier step of the route."""
        self._raise_blockers(self._get_act_blockers(BEFORE_ACTS, with_gaps=False))
        if not to_step_id:
            self.document_id._return(self, reason)
            return
        self.ensure_one()
        target = self.document_id._get_steps_to_return_to().filtered(lambda step: step.id == to_step_id)
        if not target:
            raise UserError(self.env._("The document can be returned only to a step that was taken in this round."))
        self.document_id._return_to(self, target, reason)

    @person_signs
    def action_take(self, comment=""):
        """Say that one has got to know the document, or has carried out what it says."""
        self._raise_blockers(self._get_act_blockers(TAKEN_ACTS))
        self.document_id._take(self, comment)

    def _raise_blockers(self, blockers):
        if blockers:
            raise UserError("\n".join(blockers))

    def _get_act_blockers(self, acts, *, with_gaps=True):
        """Say why the current person cannot take these steps now; an empty list means they can be taken.

        :param acts: the act, or the acts, that are meant
        :param with_gaps: name also what has to be filled in before
        """
        blockers = [blocker for step in self for blocker in step._get_own_blockers((acts,) if isinstance(acts, str) else acts)]
        return blockers or (with_gaps and [gap for step in self for gap in step._get_gaps()]) or []

    def _get_gaps(self):
        """What the procedure wants to be filled in before this step."""
        document_sudo = self.document_id.sudo()  # only whether there is something in the fields
        names = [name for name in (self.sudo().required_fields or "").split(",") if name and not document_sudo[name]]
        if not names:
            return []
        labels = ", ".join(document_sudo._fields[name]._description_string(self.env) for name in names)
        return [self.env._("Before the step “%(step)s” has to be filled in: %(fields)s.", step=self.name, fields=labels)]

    def _get_own_blockers(self, acts):
        self.ensure_one()
        step_sudo = self.sudo()  # the sentence names persons whom the reader may not look up
        if step_sudo.act not in acts:
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

    def _holds(self):
        """Say whether the document meets the condition of this step; asked when the route reaches it."""
        if not self.condition:
            return True
        # The condition is data of the procedure and answers yes or no; whoever acts need not see what it asks.
        return bool(self.document_id.sudo().filtered_domain(ast.literal_eval(self.condition)))

    def _is_taken_by_sending(self):
        """Say whether the author, who sends the draft on now, takes this step by that."""
        is_own = self.act == "prepare" and self.state == "waiting" and self.user_id == self.document_id.author_id == self.env.user
        # What the author has to sign is signed as an act of its own.
        return is_own and self.signature_level not in PERSONAL_LEVELS

    def _leave_out(self, state):
        # Steps that nobody needs are left out by the flow.
        if self:
            moving(self.sudo()).write({"state": state})

    def _open(self):
        # The next person's step is opened by the one before, who may not write it.
        steps = moving(self.sudo())
        now = fields.Datetime.now()
        for step in steps.filtered(lambda step: not step.user_id):
            # A conditional step gets its person when the condition holds.
            step.user_id = step.procedure_step_id._find_users(step.document_id)[:1]
            step.route_id._refuse_nobody([step.name] if not step.user_id else [])
            step.document_id._grant_with_case(step.user_id, self.env._("Person of the route"), origin=step.route_id)
        for step in steps:
            step.write({"state": "waiting", "waiting_since": now, **step._prepare_term_vals(now)})

    def _is_behind(self, step):
        """Say whether this step comes after the other one, or waits beside it."""
        place, own = Step(0, step.sequence, Act(step.act)).place, Step(0, self.sequence, Act(self.act)).place
        return own > place or (own == place and self.state in ("planned", "waiting") and self != step)

    def _prepare_again_vals(self):
        """The plan of this step for the next round."""
        self.ensure_one()
        names = [name for name, field in self._fields.items() if field.store and not field.related and name not in _AUTOMATIC]
        plan = [name for name in names if name not in OUTCOME_FIELDS and name != "route_id"]
        return {name: self._fields[name].convert_to_write(self[name], self) for name in plan}

    def _record(self, state, comment, content_hash=None, opinion=False):
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
                    "opinion": opinion,
                    "content_hash": content_hash or step.route_id.content_hash,
                }
            )

    def _get_holder_of(self, document):
        """Whose step of these it is on the document."""
        # Names of colleagues are no secret of the document.
        return self.sudo().filtered(lambda step: step.document_id.id == document.id).user_id[:1]

    def _to_core(self):
        return [
            Step(
                step.id, step.sequence, Act(step.act), StepState(step.state), Mode(step.mode or "all"), step.quorum or 0,
                is_against=step.opinion == "disagree",
            )
            for step in self
        ]  # fmt: skip
