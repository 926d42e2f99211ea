import os
import unittest

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..core.lifecycle import Subject, Who
from .move_doors import Door, MoveCase


@tagged("post_install", "-at_install")
class TestDocumentMoves(MoveCase):
    """Every move of the table of documents, in every state, by every role through RPC."""

    subjects = (Subject.INCOMING, Subject.OWN)
    doors = (
        Door(("register",), "register_number"),
        Door(("resolve",), "resolve_it"),
        Door(("start",), "start"),
        Door(("annul",), "annul"),
        Door(("submit",), "submit_it"),
        Door(("return",), "return_it"),
        Door(("recall",), "recall"),
        Door(("stop",), "stop"),
        Door(("approve",), "agree", stage="last"),
        Door(("sign",), "sign"),
        Door(("refuse",), "refuse"),
        Door(("send_back",), "refuse", stage="goes_back"),
        Door(("dispatch",), "dispatch"),
    )

    # ------------------------------------------------------------ what a client sends
    def press_button(self, user, document, method):
        self.send(user, "oa.document", method, document.ids)
        self.env["oa.register.entry"].sudo()._allot_pending()

    def register_number(self, user, document):
        self.press_button(user, document, "action_register")

    def resolve_it(self, user, document):
        self.answer(user, "oa.document.resolve", {
            "document_ids": [Command.set(document.ids)], "document_id": document.id, "text": "За изпълнение.",
            "responsible_id": self.director.id,
        })  # fmt: skip

    def start(self, user, document):
        task = document.sudo().task_ids[:1]
        if not task:
            raise UserError("there is no task to take")  # pylint: disable=translation-required
        self.send(user, "oa.task", "action_accept", task.ids)

    def annul(self, user, document):
        self.answer(user, "oa.document.annul", {"document_ids": [Command.set(document.ids)], "reason": "Записан два пъти."})

    def submit_it(self, user, document):
        self.press_button(user, document, "action_submit")

    def return_it(self, user, document):
        self.answer(user, "oa.document.return", {"document_id": document.id, "reason": "Непълно."})

    def recall(self, user, document):
        self.press_button(user, document, "action_recall")

    def stop(self, user, document):
        if document.sudo().state == "for_signature":
            raise UserError("a signer has no such opinion to choose")  # pylint: disable=translation-required
        self.answer(user, "oa.document.opinion", {"document_id": document.id, "opinion": "stop", "comment": "Отпадна нуждата."})

    def agree(self, user, document):
        self.press_button(user, document, "action_agree")

    def sign(self, user, document):
        """Whoever may not sign is refused here; with whose key a file is signed is told by the tests of signing."""
        self.send(user, "oa.document", "action_sign", document.ids)
        self.as_(user, document)._sign_with_pin(self.read_pin())

    def refuse(self, user, document):
        self.answer(user, "oa.document.return", {"document_id": document.id, "reason": "Непълно.", "is_refusal": True})

    def dispatch(self, user, document):
        self.press_button(user, document, "action_dispatch")

    # ------------------------------------------------------------ the states
    def cast(self, record):
        def have(group):
            return {role for role in self.roles if getattr(self, role).has_group(f"oa_registry.oa_registry_group_{group}")}

        return {
            Who.CLERK: have("clerk"),
            Who.KEEPER: have("head_registrar"),
            Who.RESOLVER: self.role_of(record.waiting_for_id) if record.waiting_act == "resolve" else set(),
            Who.AUTHOR: self.role_of(record.author_id),
            Who.TURN: self.role_of(record.waiting_for_id),
            Who.RESPONSIBLE: self.role_of(record.task_ids.responsible_id),
        }

    def reach_incoming(self, state):
        document = self.receive()
        if state == "draft":
            return document
        self.register(document)
        if state == "annulled":
            self.annul(self.keeper, document)
        elif state != "registered":
            task = self.resolve(document)
            if state in ("in_progress", "answered", "closed"):
                self.send(self.director, "oa.task", "action_accept", task.ids)
            if state in ("answered", "closed"):
                document.sudo()._move_to("answer")
            if state == "closed":
                document.sudo()._move_to("close")
        self.assertEqual(document.sudo().state, state)
        return document

    def reach_own(self, state):
        self.ask_signers_for_no_level()
        draft = self.draft()
        if state == "draft":
            return draft
        self.submit(draft)
        if state == "returned":
            self.return_it(self.director, draft)
        elif state == "stopped":
            self.stop(self.director, draft)
        elif state != "in_coordination":
            self.agree_all(draft)
            if state == "refused":
                self.refuse(self.governor, draft)
            elif state == "annulled":
                self.annul(self.keeper, draft)
            elif state != "for_signature":
                self.sign(self.governor, draft)
            if state in ("dispatched", "closed"):
                self.dispatch(self.clerk, draft)
            if state == "closed":
                draft.sudo()._move_to("close")
        self.assertEqual(draft.state, state)
        return draft

    def write_letter(self):
        """An outgoing letter that no procedure asks to coordinate."""
        return self.as_(self.clerk, self.env["oa.document"]).create({
            "kind_id": self.env.ref("oa_registry.oa_document_kind_cover_letter").id, "company_id": self.company.id, "subject": "Писмо",
            "body_html": "<p>Текст.</p>", "procedure_id": False,
            "correspondent_ids": [Command.create({"partner_id": self.applicant.id, "role": "recipient"})],
        })  # fmt: skip

    # ------------------------------------------------------------ the tests
    def try_incoming(self, *states):
        self.subjects = (Subject.INCOMING,)
        for state in states:
            self.try_every_door(state, self.reach_incoming(state))

    def try_own(self, *states, stage=""):
        self.subjects = (Subject.OWN,)
        self.assertTrue(self.give_key(self.governor))
        for state in states:
            self.try_every_door(state, self.reach_own(state), stage)

    def test_every_move_of_the_table_has_a_door(self):
        self.check_doors_lead_to_every_move()

    def test_every_door_of_an_incoming_document_lets_in_whom_the_table_names(self):
        self.try_incoming("draft", "registered", "assigned", "in_progress", "answered", "closed", "annulled")

    @unittest.skipUnless(os.environ.get("OA_TOKEN_SOCKET"), "needs the token service: ./oa test starts it")
    def test_every_door_of_an_own_document_lets_in_whom_the_table_names(self):
        self.try_own("in_coordination", "returned", "for_signature", "signed", "dispatched", "refused", "stopped", "closed", "annulled")

    @unittest.skipUnless(os.environ.get("OA_TOKEN_SOCKET"), "needs the token service: ./oa test starts it")
    def test_a_refusal_that_gives_the_document_back_does_so_for_the_signer_only(self):
        self.company.docflow_refusal = "return"
        self.try_own("for_signature", stage="goes_back")

    def test_a_draft_with_a_route_is_sent_on_and_a_letter_without_one_is_registered_and_sent(self):
        self.subjects = (Subject.OWN,)
        self.try_every_door("draft", self.draft(), without=("register_number",))
        letter = self.write_letter()
        letter._add_file("Писмо.pdf", letter._render_pdf("<p>Текст</p>", "Писмо"), "main")
        self.try_every_door("draft", letter, without=("submit_it",))
        self.register_number(self.clerk, letter)
        self.try_every_door("registered", letter)

    def test_the_last_agreement_is_given_by_whose_turn_it_is(self):
        self.subjects = (Subject.OWN,)
        draft = self.submit()
        for person in (self.director, self.lawyer):
            self.as_(person, draft).action_agree()
        self.try_every_door("in_coordination", draft, "last")
