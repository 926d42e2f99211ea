from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DocflowCase


@tagged("post_install", "-at_install")
class TestDocumentOpinions(DocflowCase):
    """Opinions, dissent, the way back, additional steps, and what a refused signature leads to."""

    def step_of(self, document, person):
        return document.route_id.step_ids.filtered(lambda step: step.user_id == person and step.state in ("waiting", "planned"))

    def give(self, person, document, opinion, comment=""):
        return self.as_(person, self.step_of(document, person)).action_give_opinion(opinion, comment)

    def add_step(self, person, document, place, user=None):
        wizard = self.as_(person, self.env["oa.document.add.step"]).create(
            {"document_id": document.id, "user_id": (user or self.colleague).id, "place": place, "reason": "Проверка на сметките"}
        )
        wizard.action_confirm()

    # ------------------------------------------------------------ opinions
    def test_dissent_goes_on_and_is_seen_by_everybody_after(self):
        draft = self.submit()

        self.give(self.director, draft, "disagree", "Липсва становище на общината.")

        self.assertEqual(draft.waiting_for_id, self.lawyer)
        self.assertIn("Липсва становище на общината.", self.as_(self.lawyer, draft).dissent_note)
        self.assertEqual(draft.act_ids[-1].opinion, "disagree")

    def test_every_opinion_but_agreement_needs_words(self):
        draft = self.submit()

        for opinion in ("disagree", "dissent", "stop"):
            with self.subTest(opinion=opinion), self.assertRaisesRegex(UserError, "Write why"):
                self.give(self.director, draft, opinion, "  ")

    def test_opinion_that_is_none_is_refused(self):
        draft = self.submit()

        for opinion in ("clean", "yes", ""):
            with self.assertRaises(UserError):
                self.give(self.director, draft, opinion, "x")

    def test_opinion_out_of_turn_is_refused_for_everybody_else(self):
        draft = self.submit()
        step = draft.route_id.step_ids[0]

        for person in (self.expert, self.lawyer, self.secretary, self.governor, self.clerk, self.colleague):
            with self.subTest(person=person.name), self.assertRaises(UserError):
                self.as_(person, step).action_give_opinion("stop", "Спирам.")

    def test_ended_procedure_asks_nobody_any_more(self):
        draft = self.submit()

        self.give(self.director, draft, "stop", "Отпаднало основание.")

        self.assertEqual((draft.state, draft.waiting_for_id.id, draft.number), ("stopped", False, False))
        self.assertEqual(draft.act_ids[-1].act, "stop")

    def test_dissent_on_another_text_is_not_held_against_the_new_one(self):
        draft = self.submit()
        self.give(self.director, draft, "dissent", "Липсва приложение.")

        self.as_(self.expert, draft).body_html = "<p>Друг текст</p>"

        self.assertFalse(draft.dissent_note)

    # ------------------------------------------------------------ back to an earlier step
    def test_return_to_an_earlier_step_keeps_what_was_agreed_before(self):
        draft = self.submit()
        self.as_(self.director, draft).action_agree()
        self.as_(self.lawyer, draft).action_agree()
        lawyers = draft.route_id.step_ids.filtered(lambda step: step.user_id == self.lawyer)

        self.as_(self.secretary, self.step_of(draft, self.secretary)).action_return("Кое е основанието?", lawyers.id)

        self.assertEqual((draft.state, draft.waiting_for_id, draft.route_id.round), ("in_coordination", self.lawyer, 2))
        self.assertEqual(draft.route_id.step_ids.user_id, self.lawyer | self.secretary | self.governor | self.clerk)
        self.as_(self.lawyer, draft).action_agree()
        self.as_(self.secretary, draft).action_agree()
        self.assertEqual(draft.state, "for_signature")
        self.assertEqual(draft._get_agreed_steps().user_id, self.director | self.lawyer | self.secretary)

    def test_return_only_to_a_step_that_was_taken(self):
        draft = self.submit()
        self.as_(self.director, draft).action_agree()
        later = draft.route_id.step_ids.filtered(lambda step: step.user_id == self.secretary)

        with self.assertRaisesRegex(UserError, "only to a step that was taken"):
            self.as_(self.lawyer, self.step_of(draft, self.lawyer)).action_return("Назад", later.id)

    def test_return_to_a_step_needs_a_reason(self):
        draft = self.submit()
        self.as_(self.director, draft).action_agree()

        with self.assertRaisesRegex(UserError, "Write why"):
            self.as_(self.lawyer, self.step_of(draft, self.lawyer)).action_return(" ", draft.route_id.step_ids[0].id)

    # ------------------------------------------------------------ recall
    def test_own_agreement_is_taken_back_until_the_next_person_opens_it(self):
        draft = self.submit()
        self.as_(self.director, draft).action_agree()

        self.as_(self.director, draft).action_recall()

        self.assertEqual(draft.waiting_for_id, self.director)
        self.assertEqual(draft.act_ids[-1].act, "undo")
        self.assertFalse(self.activities_of(self.lawyer, draft))

    def test_what_the_next_person_has_opened_is_not_taken_back(self):
        draft = self.submit()
        self.as_(self.director, draft).action_agree()

        self.as_(self.lawyer, draft).web_read({"subject": {}, "stage_bar": {}})

        self.assertTrue(draft.route_id.step_ids[1].opened_at)
        with self.assertRaisesRegex(UserError, f"{self.lawyer.name} has opened"):
            self.as_(self.director, draft).action_recall()

    def test_opening_by_somebody_else_or_in_a_list_changes_nothing(self):
        draft = self.submit()
        self.as_(self.director, draft).action_agree()

        self.as_(self.expert, draft).web_read({"subject": {}, "stage_bar": {}})
        self.as_(self.lawyer, draft).web_search_read([("id", "=", draft.id)], {"subject": {}})

        self.as_(self.director, draft).action_recall()
        self.assertEqual(draft.waiting_for_id, self.director)

    def test_author_takes_back_only_what_nobody_has_opened(self):
        draft = self.submit()
        self.as_(self.director, draft).web_read({"subject": {}, "stage_bar": {}})

        with self.assertRaisesRegex(UserError, f"{self.director.name} has opened"):
            self.as_(self.expert, draft).action_recall()

    def test_only_who_acted_last_takes_back(self):
        draft = self.submit()
        self.as_(self.director, draft).action_agree()

        for person in (self.expert, self.lawyer, self.governor):
            with self.subTest(person=person.name), self.assertRaisesRegex(UserError, self.director.name):
                self.as_(person, draft).action_recall()

    # ------------------------------------------------------------ additional steps
    def test_opinion_asked_before_me_comes_back_to_me(self):
        draft = self.submit()

        self.add_step(self.director, draft, "before")
        self.assertEqual(draft.waiting_for_id, self.colleague)
        self.as_(self.colleague, draft).action_agree()

        self.assertEqual(draft.waiting_for_id, self.director)
        self.assertEqual(draft.act_ids.mapped("act"), ["submit", "add_step", "agree"])

    def test_step_is_added_next_and_last(self):
        for place, order in (
            ("next", ["director", "colleague", "lawyer", "secretary"]),
            ("last", ["director", "lawyer", "secretary", "colleague"]),
        ):
            with self.subTest(place=place):
                memo = self.submit(self.draft())
                self.add_step(self.expert, memo, place)
                for role in order:
                    self.assertEqual(memo.waiting_for_id, getattr(self, role))
                    self.as_(getattr(self, role), memo).action_agree()
                self.assertEqual(memo.state, "for_signature")

    def test_step_added_before_the_start_is_there_in_every_round(self):
        draft = self.draft()
        self.add_step(self.expert, draft, "next")
        self.submit(draft)
        self.assertEqual(draft.waiting_for_id, self.colleague)

        self.as_(self.expert, draft).body_html = "<p>Друг текст</p>"

        self.assertEqual((draft.route_id.round, draft.waiting_for_id), (2, self.colleague))

    def test_only_the_author_and_whose_turn_it_is_add_steps(self):
        draft = self.submit()

        for person in (self.lawyer, self.secretary, self.governor, self.clerk):
            with self.subTest(person=person.name), self.assertRaises(UserError):
                self.add_step(person, draft, "last")
        with self.assertRaisesRegex(UserError, "when it is your turn"):
            self.add_step(self.expert, draft, "before")
        with self.assertRaises(AccessError):
            self.as_(self.expert, self.env["oa.extra.step"]).create({"document_id": draft.id})

    # ------------------------------------------------------------ a refused signature
    def refuse(self, document):
        wizard = self.as_(self.governor, self.env["oa.document.return"])
        wizard.create({"document_id": document.id, "reason": "Преписката е непълна.", "is_refusal": True}).action_confirm()
        self.env.flush_all()

    def test_refusal_annuls_the_number_when_it_is_set_so(self):
        self.company.docflow_refusal = "annul"
        self.ask_signers_for_no_level()
        document = self.agree_all(self.submit())

        self.refuse(document)

        self.assertEqual(document.state, "annulled")
        self.assertIn("Преписката е непълна.", document.annulment_note)
        self.assertEqual(document.act_ids[-1].act, "refuse")
        self.assertFalse(document.waiting_for_id)

    def test_refusal_returns_the_document_under_its_number_when_it_is_set_so(self):
        self.company.docflow_refusal = "return"
        self.ask_signers_for_no_level()
        document = self.agree_all(self.submit())
        number, copy = document.number, document._ensure_signing_copy()

        self.refuse(document)
        self.assertEqual((document.state, document.waiting_for_id, document.number), ("returned", self.expert, number))
        self.as_(self.expert, document).body_html = "<p>Допълнен текст</p>"
        self.submit(document)
        self.agree_all(document)

        self.assertEqual((document.state, document.number), ("for_signature", number))
        self.assertNotEqual(document._ensure_signing_copy(), copy)
        self.assertEqual(document._ensure_signing_copy(), document._ensure_signing_copy())

    def test_nobody_annuls_through_a_refusal_that_is_not_theirs(self):
        self.company.docflow_refusal = "annul"
        document = self.agree_all(self.submit())

        with self.assertRaises(UserError):
            self.as_(self.secretary, document)._refuse("Не.")
        self.assertIn("head registrar", "".join(self.as_(self.secretary, document)._get_annul_blockers()))

    # ------------------------------------------------------------ many at once
    def test_one_that_refuses_leaves_the_rest_agreed(self):
        memos = self.write_memo("Първа") | self.write_memo("Втора") | self.write_memo("Трета")
        memos.action_submit()
        wizard = self.as_(self.director, self.env["oa.document.agree"]).with_context(active_ids=memos.ids).create({})
        # The digest of the route no longer fits the text of one of them.
        self.env.flush_all()
        self.env.cr.execute("UPDATE oa_route SET content_hash = 'x' WHERE id = %s", [memos[1].route_id.id])
        self.env.invalidate_all()

        wizard.action_confirm()

        self.assertEqual([memo.route_id.step_ids[0].state for memo in memos], ["done", "waiting", "done"])
        self.assertEqual([bool(line.outcome) for line in wizard.line_ids], [False, True, False])
        self.assertEqual(memos[1].act_ids.mapped("act"), ["submit"])
