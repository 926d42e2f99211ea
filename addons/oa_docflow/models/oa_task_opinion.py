from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import lifecycle
from .locks import moving, refuse_changes
from .oa_turn_mixin import NOBODY, Turn
from .signed_acts import person_signs

STATES = [("asked", "Asked"), ("given", "Given"), ("taken_back", "Taken back")]


class OaTaskOpinion(models.Model):
    """A question of the executor to a colleague and the opinion that comes back; the task stays with the executor."""

    _name = "oa.task.opinion"
    _inherit = ["oa.kept.mixin", "oa.guarded.thread", "mail.activity.mixin", "oa.turn.mixin"]
    _description = "Opinion on a task"
    _order = "id desc"
    _rec_name = "task_id"

    task_id = fields.Many2one("oa.task", required=True, index=True, ondelete="restrict", readonly=True)
    document_id = fields.Many2one(related="task_id.document_id", store=True, index=True)
    document_subject = fields.Char(related="document_id.subject", string="Subject")
    company_id = fields.Many2one(related="task_id.company_id", store=True, index=True)
    asked_by_id = fields.Many2one("res.users", "Asked by", required=True, readonly=True, ondelete="restrict")
    colleague_id = fields.Many2one("res.users", "Asked of", required=True, readonly=True, index=True, ondelete="restrict")
    question = fields.Text(required=True, readonly=True)
    until = fields.Date(readonly=True)
    term_explanation = fields.Text("How the term was counted", readonly=True)
    state = fields.Selection(STATES, required=True, default="asked", readonly=True, index=True)
    opinion = fields.Text(readonly=True)
    result_document_id = fields.Many2one("oa.document", "By document", readonly=True, ondelete="restrict", index="btree_not_null")
    given_by_id = fields.Many2one("res.users", "Given by", readonly=True, ondelete="restrict")
    given_at = fields.Datetime("Given at", readonly=True)
    can_give = fields.Boolean(compute="_compute_can_give")

    def init(self):
        super().init()
        refuse_changes(self.env.cr, self._table, when="OLD.given_at IS NOT NULL AND OLD.waiting_for_id IS NULL")

    @api.depends("state", "waiting_for_id")
    @api.depends_context("uid")
    def _compute_can_give(self):
        for opinion in self:
            opinion.can_give = not opinion._get_give_blockers()

    @api.depends("task_id.document_id")
    def _compute_display_name(self):
        for opinion in self:
            opinion.display_name = opinion.task_id.name

    def _get_turn(self):
        self.ensure_one()
        return Turn(self.colleague_id.id, "opine", self.until or None) if self.state == "asked" else NOBODY

    def _get_turn_document(self):
        return self.document_id

    def _refresh_turns(self):
        """The mixin writes the turn with the flow's own permission."""
        super(OaTaskOpinion, moving(self))._refresh_turns()

    def _get_give_blockers(self):
        """Say why the person cannot give this opinion now; an empty list means they can."""
        self.ensure_one()
        # Names of colleagues are no secret of the task.
        opinion_sudo = self.sudo()
        if self.state != "asked":
            return [self.env._("The opinion was given already, or is no longer asked for.")]
        if not self.env["oa.substitution"]._may_act(opinion_sudo.colleague_id, opinion_sudo.document_id):
            return [self.env._("The opinion is asked of %(person)s.", person=opinion_sudo.colleague_id.name)]
        return []

    def action_give(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Give an opinion"),
            "res_model": "oa.task.opine",
            "view_mode": "form",
            "target": "new",
            "context": {"default_opinion_id": self.id},
        }

    def action_open_document(self):
        self.ensure_one()
        return self.document_id._get_form_action()

    @api.private
    @person_signs
    def _give(self, words, result_document):
        """Give the opinion; with the last one the task is back with who asked."""
        self.ensure_one()
        if blockers := self._get_give_blockers():
            raise UserError("\n".join(blockers))
        self.task_id._check_text(words)
        # Whoever gives an opinion may write neither the task nor the request.
        opinion_sudo = self.sudo()
        moving(opinion_sudo).write({
            "state": "given", "opinion": words, "result_document_id": result_document.id, "given_by_id": self.env.uid,
            "given_at": fields.Datetime.now(),
        })  # fmt: skip
        if result_document:
            result_document._grant(opinion_sudo.asked_by_id, self.env._("Opinion on a task"), source=self)
        decided = opinion_sudo.task_id._say_tasks()
        self.document_id._log_act("opine", words, lambda _document: opinion_sudo.colleague_id, decided=lambda _document: decided)
        self._refresh_turns()
        opinion_sudo.task_id._end_forwarding("opine")
        if opinion_sudo.task_id.state == "waiting_opinion":
            self._tell(opinion_sudo.asked_by_id, self.env._("an opinion has come"), "opinion")

    # ------------------------------------------------------------ guards
    def _say_not_deleted(self):
        return self.env._("What was asked and answered about a task is not deleted.")

    def _say_how_written(self):
        return self.env._("Opinions are asked for and given with the buttons of the task.")


class OaTask(models.Model):
    """Forward for an opinion, and back."""

    _inherit = "oa.task"

    opinion_ids = fields.One2many("oa.task.opinion", "task_id", string="Opinions")

    def _get_opinion_turn(self):
        """The colleague who is asked has the turn; its activity stands at the request."""
        asked = self.opinion_ids.filtered(lambda opinion: opinion.state == "asked").sorted("id")[:1]
        if not asked:
            return Turn(self.responsible_id.id, "execute", self.due_on or None)
        holder_id = asked.waiting_holder_id.id or 0
        return Turn(asked.waiting_for_id.id, "opine", asked.until or self.due_on or None, holder_id, is_shown_only=True)

    def _get_forward_blockers(self):
        """Say why no opinion can be asked for now; an empty list means it can."""
        if blockers := self._get_move_blockers("forward", self.responsible_id):
            return blockers
        if self.open_child_count:
            return [self.env._("The task is delegated: the executor below it asks for opinions.")]
        return []

    def _get_take_back_blockers(self):
        """Say why the request for an opinion cannot be taken back now; an empty list means it can."""
        return self._get_move_blockers("take_back", self.responsible_id)

    def action_forward(self):
        return self._open_wizard("forward", self.env._("Ask for an opinion"), "oa.task.forward")

    @api.private
    @person_signs
    def _forward(self, colleagues, question, until):
        """Ask each of the colleagues; the task waits for all of them."""
        self.ensure_one()
        self._raise_blockers("forward")
        self._check_text(question)
        # Names of colleagues are no secret of the task.
        task_sudo = self.sudo()
        asked = task_sudo.opinion_ids.filtered(lambda opinion: opinion.state == "asked").colleague_id
        if again := colleagues & (asked | task_sudo.responsible_id | self.env.user):
            raise UserError(self.env._("%(person)s is asked already, or holds the task.", person=", ".join(again.mapped("name"))))
        told = self.env["oa.calendar.day"]._explain_day(until)
        # What was asked stays as it was asked; nobody writes it by hand.
        opinions = moving(self.env["oa.task.opinion"].sudo()).create([
            {"task_id": self.id, "asked_by_id": self.env.uid, "colleague_id": colleague.id, "question": question, "until": until or False,
             "term_explanation": told}
            for colleague in colleagues
        ])  # fmt: skip
        for opinion in opinions:
            # The document alone: whoever is asked a question has no work in the case.
            self.document_id._grant(opinion.colleague_id, self.env._("Opinion on a task"), source=opinion)
        opinions._refresh_turns()
        self._move_to("forward")
        self.document_id._start_work()
        self._log("forward", f"{', '.join(colleagues.sudo().mapped('name'))}: {question}")  # as above
        return opinions.sudo(False)  # the right of the flow ends here

    @person_signs
    def action_take_back(self):
        """Ask no longer: what was not answered yet is taken back."""
        self._raise_blockers("take_back")
        for task in self:
            # The colleague's request is written by the flow.
            asked = moving(task.sudo().opinion_ids.filtered(lambda opinion: opinion.state == "asked"))
            task._end_opinions(asked)
            task._end_forwarding("take_back")
        self._log("take_back")

    def _end_opinions(self, asked):
        moving(asked).write({"state": "taken_back"})
        asked._refresh_turns()
        for opinion in asked:
            opinion.document_id._withdraw_grants_of(opinion, self.env._("The opinion is no longer asked for."))
            opinion._tell(opinion.colleague_id, self.env._("the opinion is no longer asked for"), "take_back")

    def _end_forwarding(self, name):
        """Give the task back when nobody is asked any more; else show whose opinion is next."""
        self.ensure_one()
        self.invalidate_recordset(["opinion_ids"])
        if any(opinion.state == "asked" for opinion in self.opinion_ids):
            self._refresh_turns()
            self.document_id._refresh_turns()
        else:
            self._move_to(name)

    def _move_to(self, name, **vals):
        result = super()._move_to(name, **vals)
        for task in self:
            # Whoever ends a task ends what was asked under it.
            asked = task.sudo().opinion_ids.filtered(lambda opinion: opinion.state == "asked")
            if asked and task.state in lifecycle.FINAL_TASK_STATES:
                task._end_opinions(asked)
        return result
