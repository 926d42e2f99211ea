from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DocflowCase

EVERYBODY = ("clerk", "governor", "director", "lawyer", "secretary", "expert", "colleague")
MOVES = (
    # state, move, who may
    ("draft", "submit", {"expert"}),
    ("draft", "agree", set()),
    ("draft", "recall", set()),
    ("draft", "refuse", set()),
    ("draft", "add_step", {"expert"}),
    ("in_coordination", "submit", set()),
    ("in_coordination", "agree", {"director"}),
    ("in_coordination", "dissent", {"director"}),
    ("in_coordination", "stop", {"director"}),
    ("in_coordination", "return", {"director"}),
    ("in_coordination", "recall", {"expert"}),
    ("in_coordination", "refuse", set()),
    ("in_coordination", "add_step", {"director", "expert"}),
    ("agreed_once", "agree", {"lawyer"}),
    ("agreed_once", "return_to_first", {"lawyer"}),
    ("agreed_once", "recall", {"director"}),
    ("for_signature", "agree", set()),
    ("for_signature", "return", set()),
    ("for_signature", "recall", set()),
    ("for_signature", "refuse", {"governor"}),
    ("for_signature", "add_step", set()),
    ("returned", "submit", {"expert"}),
    ("returned", "agree", set()),
    ("returned", "recall", set()),
    ("returned", "add_step", {"expert"}),
)


@tagged("post_install", "-at_install")
class TestRouteMoves(DocflowCase):
    """Every move in every state by everybody: the table is the law, and the server keeps it."""

    def prepare(self, state):
        self.ask_signers_for_no_level()
        draft = self.draft()
        if state == "draft":
            return draft
        self.submit(draft)
        if state == "agreed_once":
            self.as_(self.director, draft).action_agree()
        elif state == "for_signature":
            self.agree_all(draft)
        elif state == "returned":
            self.as_(self.director, draft.route_id.step_ids[0]).action_return("Липсва основание.")
        return draft

    def move(self, name, document, user):
        document = self.as_(user, document)
        if name in ("dissent", "stop"):
            document._get_waiting_step().action_give_opinion(name, "Защото.")
        elif name == "return":
            self.as_(user, document.sudo()._get_waiting_step()).action_return("Защото.")
        elif name == "return_to_first":
            steps = document.sudo().route_id.step_ids
            self.as_(user, document.sudo()._get_waiting_step()).action_return("Защото.", steps[0].id)
        elif name in ("refuse", "add_step"):
            self.move_by_dialog(name, document)
        else:
            getattr(document, f"action_{name}")()

    def move_by_dialog(self, name, document):
        getattr(document, f"action_{name}")()
        if name == "refuse":
            vals = {"document_id": document.id, "reason": "Защото.", "is_refusal": True}
            document.env["oa.document.return"].create(vals).action_confirm()
        else:
            vals = {"document_id": document.id, "user_id": self.colleague.id, "reason": "Защото.", "place": "last"}
            document.env["oa.document.add.step"].create(vals).action_confirm()

    def is_done(self, name, state, role):
        with self.env.cr.savepoint() as savepoint:
            try:
                if not self.prepared[state].with_user(getattr(self, role)).has_access("read"):
                    raise AccessError("not seen")  # pylint: disable=translation-required
                self.move(name, self.prepared[state], getattr(self, role))
                self.env.flush_all()
            except (AccessError, UserError):
                return False
            finally:
                savepoint.rollback()
                self.env.invalidate_all()
        return True

    def test_every_move_is_made_by_those_of_the_table_and_refused_to_all_others(self):
        self.prepared = {state: self.prepare(state) for state in dict.fromkeys(state for state, _name, _who in MOVES)}
        self.env.flush_all()

        for state, name, who in MOVES:
            with self.subTest(state=state, move=name):
                self.assertEqual({role for role in EVERYBODY if self.is_done(name, state, role)}, who)
