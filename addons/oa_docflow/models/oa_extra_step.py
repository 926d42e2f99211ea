from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.routing import BEFORE_ACTS
from .locks import moving

EXTRA_ACTS = [("coordinate", "Coordinates"), ("opinion", "Gives an opinion")]
PLACES = [("before", "Before me, then it comes back"), ("next", "Right after the step that waits"), ("last", "Last before the signature")]


class OaExtraStep(models.Model):
    """One more person for one document, beside its procedure; kept for every round of the document."""

    _name = "oa.extra.step"
    _inherit = ["oa.kept.mixin"]
    _description = "Additional step of one document"
    _order = "document_id, id"
    _rec_name = "user_id"

    document_id = fields.Many2one("oa.document", required=True, index=True, ondelete="restrict", readonly=True)
    company_id = fields.Many2one(related="document_id.company_id", store=True, index=True)
    user_id = fields.Many2one("res.users", "Person", required=True, ondelete="restrict", readonly=True)
    act = fields.Selection(EXTRA_ACTS, required=True, default="coordinate", readonly=True)
    place = fields.Selection(PLACES, required=True, readonly=True)
    reason = fields.Char(required=True, readonly=True)
    added_by_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="restrict")
    added_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)

    def _say_not_deleted(self):
        return self.env._("An additional step is not deleted.")

    def _say_how_written(self):
        return self.env._("An additional step is added with the button on the document.")

    def _add_to_plan(self, plan):
        """The steps of a new round with the additional ones among those of coordination."""
        numbers = [vals["sequence"] for vals in plan if vals["act"] in BEFORE_ACTS]
        for extra in self:
            is_last = extra.place == "last"
            number = max(numbers, default=0) + 1 if is_last else min(numbers, default=1) - 1
            numbers.append(number)
            plan = [*plan, extra._prepare_step_vals(number)]
        return plan

    def _prepare_step_vals(self, number):
        self.ensure_one()
        names = dict(self._fields["act"]._description_selection(self.with_context(lang=self.company_id._get_official_language()).env))
        return {
            "sequence": number, "name": f"{names[self.act]}: {self.reason}"[:120], "act": self.act, "function": "persons",
            "user_id": self.user_id.id, "signature_level": "logged", "mode": "all", "term_amount": 1, "term_unit": "working_days",
            "condition": False,
        }  # fmt: skip


class OaDocument(models.Model):
    """An additional step is added by the author, before or while the document travels, and by whoever has the turn."""

    _inherit = "oa.document"

    extra_step_ids = fields.One2many("oa.extra.step", "document_id", string="Additional steps", readonly=True, copy=False)
    can_add_step = fields.Boolean(compute="_compute_can_add_step")

    @api.depends("state", "waiting_for_id", "author_id")
    @api.depends_context("uid")
    def _compute_can_add_step(self):
        for document in self:
            document.can_add_step = not document._get_add_step_blockers()

    def _get_add_step_blockers(self):
        """Say why no step can be added now; an empty list means it can."""
        self.ensure_one()
        if self.direction == "incoming" or self.state not in ("draft", "returned", "in_coordination"):
            return [self._sentence_of_turn()]
        if self.author_id == self.env.user or (self.state == "in_coordination" and not self._get_return_blockers()):
            return []
        return [self.env._("A step is added by the author, or by whose turn it is.")]

    def action_add_step(self):
        return self._open_wizard("add_step", self.env._("Add a step"), "oa.document.add.step")

    @api.private
    def _add_step(self, vals):
        """Remember the person for every round, and let the running one go there."""
        self.ensure_one()
        self._check_blockers("add_step")
        if not (vals["reason"] or "").strip():
            raise UserError(self.env._("Write why one more person is needed: it stands on the approval sheet."))
        mine = self._get_waiting_step() if self.state == "in_coordination" and not self._get_return_blockers() else None
        if vals["place"] == "before" and (not mine or len(mine._get_beside()) > 1):
            raise UserError(self.env._("Before you only when it is your turn and you stand alone at your place: choose another place."))
        # Whoever adds a step may write neither routes nor the plan.
        extra = moving(self.env["oa.extra.step"].sudo()).create({**vals, "document_id": self.id, "added_by_id": self.env.uid})
        self._grant_with_case(extra.user_id, self.env._("Person of the route"))
        if self.state == "in_coordination":
            self.route_id._insert(extra, mine)
        self._log_act("add_step", f"{extra.user_id.name}: {vals['reason']}", mine._get_holder_of if mine else None)
        if self.state == "in_coordination":
            self._go_on(self.route_id)


class OaRoute(models.Model):
    _inherit = "oa.route"

    def _insert(self, extra, mine):
        """Put the additional step at its place in the running round."""
        self.ensure_one()
        # As above.
        route = moving(self.sudo())
        steps = route.step_ids.filtered(lambda step: step.act in BEFORE_ACTS)
        current = mine.sequence if mine else min(steps.filtered(lambda step: step.state == "waiting").mapped("sequence"))
        if extra.place == "last":
            number = max(steps.mapped("sequence")) + 1
        else:
            for step in steps.filtered(lambda step: step.sequence > current and step.state == "planned"):
                step.sequence += 1
            number = current + 1
        if extra.place == "before":
            # As above.
            moving(mine.sudo()).write({
                "state": "planned", "sequence": number, "waiting_since": False, "due_on": False, "due_at": False, "term_explanation": False,
                "opened_at": False,
            })  # fmt: skip
            number = current
        route.env["oa.route.step"].create({**extra._prepare_step_vals(number), "route_id": self.id})
