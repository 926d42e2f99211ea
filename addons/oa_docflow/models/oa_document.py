from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core import lifecycle
from ..core.errors import LifecycleError
from ..core.lifecycle import subject_of
from .locks import is_moving, moving, refuse_update
from .oa_turn_mixin import NOBODY, TURN_OF_ACT, Turn

STATES = [
    ("assigned", "Assigned"),
    ("in_progress", "In progress"),
    ("answered", "Answered"),
    ("in_coordination", "In coordination"),
    ("returned", "Returned"),
    ("for_signature", "For signature"),
    ("signed", "Signed"),
    ("dispatched", "Dispatched"),
    ("refused", "Signature refused"),
    ("stopped", "Procedure ended"),
]
KEPT_FIELDS = {
    "waiting_for_id", "waiting_holder_id", "waiting_act", "waiting_until", "waiting_more_count", "escalated_to_id", "approved_hash",
    "approved_at", "exemption_id", "template_version_id", "outcome", "outcome_ground", "outcome_on", "copied_round",
}  # fmt: skip


class OaDocument(models.Model):
    """A document that travels: one table says where to, one method moves it, one person at a time has the turn."""

    _name = "oa.document"
    _inherit = ["oa.document", "oa.turn.mixin"]

    state = fields.Selection(selection_add=STATES, ondelete={state: "set default" for state, _label in STATES})
    procedure_id = fields.Many2one(
        "oa.procedure", index="btree_not_null", check_company=True, ondelete="restrict", domain=[("state", "=", "published")]
    )
    task_ids = fields.One2many("oa.task", "document_id")
    task_count = fields.Integer(compute="_compute_task_count")
    resolution_ids = fields.One2many("oa.resolution", "document_id")
    term_ids = fields.One2many("oa.term", "document_id")
    term_explanation = fields.Text(compute="_compute_term_explanation")

    def init(self):
        super().init()
        refuse_update(
            self.env.cr,
            self._table,
            when="OLD.approved_hash IS NOT NULL AND (NEW.body_html, NEW.approved_hash) IS DISTINCT FROM (OLD.body_html, OLD.approved_hash)"
            # A refused signature may give the document back to its author; the text is not touched by that.
            " AND NOT (OLD.state = 'for_signature' AND NEW.state = 'returned' AND NEW.approved_hash IS NULL"
            " AND NEW.body_html IS NOT DISTINCT FROM OLD.body_html)",
        )

    @api.depends("task_ids")
    def _compute_task_count(self):
        counts = dict(self.env["oa.task"]._read_group([("document_id", "in", self.ids)], ["document_id"], ["__count"]))
        for document in self:
            document.task_count = counts.get(document, 0)

    @api.depends("term_ids.explanation")
    def _compute_term_explanation(self):
        for document in self:
            document.term_explanation = "\n".join(filter(None, document.term_ids.sorted("id").mapped("explanation"))) or False

    @api.onchange("kind_id")
    def _onchange_kind_procedure(self):
        if self.kind_id and not self.procedure_id:
            self.procedure_id = self.env["oa.procedure"]._find_for(self.kind_id, self.company_id)

    @api.model_create_multi
    def create(self, vals_list):
        if not is_moving(self.env) and any(KEPT_FIELDS & vals.keys() for vals in vals_list):
            raise AccessError(self.env._("A document begins as a draft; its buttons move it on."))
        documents = super().create(vals_list)
        for document in documents.filtered(lambda document: document.direction == "incoming" and not document.procedure_id):
            document.procedure_id = self.env["oa.procedure"]._find_for(document.kind_id, document.company_id)
        return documents

    def write(self, vals):
        if vals.keys() & (KEPT_FIELDS | {"task_id"}) and not is_moving(self.env):
            raise AccessError(self.env._("The state of a document is moved by its buttons, it is not written by hand."))
        return super().write(vals)

    @api.private
    def _move_to(self, name):
        """The one way for a document to change its state."""
        by_target = {}
        for document in self:
            try:
                target = lifecycle.move(subject_of(document.direction), document.state, name).target
            except LifecycleError as error:
                raise UserError(document._sentence_of_turn()) from error
            by_target.setdefault(target, self.browse())
            by_target[target] |= document
        for target, documents in by_target.items():
            documents._write_kept({"state": target})
        self._refresh_turns()

    def _can_move(self, name):
        return bool(lifecycle.find_move(subject_of(self.direction), self.state, name))

    def _refresh_turns(self):
        """The mixin writes the turn with the flow's own permission."""
        super(OaDocument, moving(self))._refresh_turns()

    def _get_turn(self):
        """Whose turn it is: the resolver, a step of the route, the author of a returned draft, or the holder of a task."""
        self.ensure_one()
        if self.state == "annulled":
            return NOBODY
        if self.state in ("assigned", "in_progress"):
            return self._get_task_turn()
        if self.state == "returned":
            return Turn(self.author_id.id, "rework")
        if step := self._get_waiting_step():
            return Turn(step.user_id.id, TURN_OF_ACT.get(step.act, step.act), step.due_on or None)
        if self._is_for_resolution():
            return self._get_resolver_turn()
        return NOBODY

    def _get_turn_summary(self):
        return self.subject

    def _get_task_turn(self):
        waiting = self.task_ids.filtered("waiting_for_id").sorted(lambda task: (task.due_on or fields.Date.today(), task.id))[:1]
        if not waiting:
            return NOBODY
        holder_id = waiting.waiting_holder_id.id or 0
        return Turn(waiting.waiting_for_id.id, waiting.waiting_act, waiting.waiting_until or None, holder_id, is_shown_only=True)

    def _sentence_of_turn(self):
        """Whose turn it is, as a person reads it."""
        self.ensure_one()
        # Names of colleagues are no secret of the document.
        document_sudo = self.sudo()
        state = dict(self._fields["state"]._description_selection(self.env))[document_sudo.state]
        if not document_sudo.waiting_for_id:
            return self.env._("“%(document)s” is in state “%(state)s” and waits for nobody.", document=self.display_name, state=state)
        act = dict(self._fields["waiting_act"]._description_selection(self.env))[document_sudo.waiting_act]
        return self.env._(
            "“%(document)s” is in state “%(state)s”. It waits for %(person)s: %(act)s.",
            document=self.display_name,
            state=state,
            person=document_sudo._name_turn(),
            act=act.lower(),
        )

    def _name_turn(self):
        """Whom the document waits for, and in whose place."""
        if not self.waiting_holder_id:
            return self.waiting_for_id.name
        return self.env._("%(substitute)s for %(holder)s", substitute=self.waiting_for_id.name, holder=self.waiting_holder_id.name)

    def _get_form_action(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "oa.document",
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _open_wizard(self, verb, title, model, **defaults):
        self._check_blockers(verb)
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_document_id": self.id} | {f"default_{key}": value for key, value in defaults.items()},
        }
