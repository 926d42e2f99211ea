from datetime import datetime

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import DocflowCase


@tagged("post_install", "-at_install")
class TestRoutePlaces(DocflowCase):
    """Several people at one place: all of them, any one, so many; conditions, hours, choices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group = cls.director | cls.lawyer | cls.secretary

    def plan(self, *steps):
        """A procedure for memos with these steps and the author's signature."""
        signature = {"name": "Подписване", "act": "sign", "function": "author", "sequence": 90, "signature_level": "qualified"}
        lines = [Command.create({"name": "Съгласуване", **step}) for step in (*steps, signature)]
        return self.change_procedure(self.memo_procedure, {"step_ids": [Command.clear(), *lines]})

    def plan_group(self, mode, quorum=1, **vals):
        together = {"act": "coordinate", "function": "persons", "user_ids": [Command.set(self.group.ids)], "mode": mode, "quorum": quorum}
        return self.plan({**together, **vals})

    def start(self, **vals):
        memo = self.write_memo()
        memo.write(vals)
        self.as_(self.expert, memo).action_submit()
        return memo

    def waiting_people(self, document):
        activities = self.env["mail.activity"].search([("res_model", "=", "oa.document"), ("res_id", "=", document.id)])
        self.assertEqual(len(activities), len(activities.user_id), "one activity for each person")
        return activities.user_id

    def test_everybody_of_a_parallel_place_waits_at_once(self):
        self.plan_group("all")

        memo = self.start()

        self.assertEqual(self.waiting_people(memo), self.group)
        self.assertIn(memo.waiting_for_id, self.group)
        self.assertEqual(memo.waiting_more_count, 2)
        for person in self.group:
            self.assertTrue(self.as_(person, memo).is_my_turn)
            self.assertIn(memo, self.as_(person, memo).search([("is_my_turn", "=", True)]))
            counts = {tile["act"]: tile["count"] for tile in self.as_(person, memo).get_desk_counts()}
            self.assertEqual(counts["coordinate"], 1)
        self.assertFalse(self.as_(self.colleague, memo).search([("is_my_turn", "=", True)]))

    def test_people_of_a_parallel_place_act_in_any_order(self):
        self.plan_group("all")
        memo = self.start()

        self.as_(self.secretary, memo).action_agree()
        self.assertEqual(self.waiting_people(memo), self.director | self.lawyer)
        self.as_(self.director, memo).action_agree()
        self.assertEqual((memo.waiting_for_id, memo.waiting_more_count), (self.lawyer, 0))
        self.as_(self.lawyer, memo).action_agree()

        self.assertEqual(memo.state, "for_signature")
        self.assertEqual(self.waiting_people(memo), self.expert)

    def test_disagreement_does_not_count_where_one_of_several_is_enough_and_is_seen_by_the_signer(self):
        self.plan_group("any")
        memo = self.start()

        self.as_(self.secretary, memo)._get_waiting_step().action_give_opinion("disagree", "Няма средства.")
        self.assertEqual(memo.state, "in_coordination")
        self.assertEqual(self.waiting_people(memo), self.director | self.lawyer)
        self.as_(self.director, memo).action_agree()

        self.assertEqual(memo.state, "for_signature")
        self.assertIn("Няма средства.", memo.dissent_note)
        self.assertIn(self.secretary.name, memo.dissent_note)

    def test_when_all_have_spoken_and_too_few_agree_the_signer_decides(self):
        self.plan_group("some", 2)
        memo = self.start()

        for person in (self.secretary, self.director):
            self.as_(person, memo)._get_waiting_step().action_give_opinion("disagree", f"Против: {person.name}")
            self.assertEqual(memo.state, "in_coordination")
        self.as_(self.lawyer, memo).action_agree()

        self.assertEqual(memo.state, "for_signature")
        self.assertEqual(memo.dissent_note.count("Против:"), 2)

    def test_nobody_acts_twice_at_a_parallel_place(self):
        self.plan_group("all")
        memo = self.start()
        self.as_(self.secretary, memo).action_agree()

        with self.assertRaisesRegex(UserError, "not for you"):
            self.as_(self.secretary, memo).action_agree()

    def test_any_one_closes_the_activities_of_the_others(self):
        self.plan_group("any")
        memo = self.start()

        self.as_(self.lawyer, memo).action_agree()

        self.assertEqual(memo.state, "for_signature")
        self.assertEqual(self.waiting_people(memo), self.expert)
        states = {step.user_id: step.state for step in memo.route_id.step_ids}
        self.assertEqual((states[self.lawyer], states[self.director], states[self.secretary]), ("done", "spared", "spared"))

    def test_two_of_three_are_enough(self):
        self.plan_group("some", quorum=2)
        memo = self.start()

        self.as_(self.lawyer, memo).action_agree()
        self.assertEqual(memo.state, "in_coordination")
        self.as_(self.secretary, memo).action_agree()

        self.assertEqual(memo.state, "for_signature")

    def test_return_by_one_ends_the_turn_of_all(self):
        self.plan_group("all")
        memo = self.start()

        self.as_(self.lawyer, self.as_(self.lawyer, memo)._get_waiting_step()).action_return("Липсва основание.")

        self.assertEqual(memo.state, "returned")
        self.assertEqual(self.waiting_people(memo), self.expert)

    def test_second_person_of_a_place_is_substituted(self):
        self.plan_group("all")
        memo = self.start()
        order = self.register(self.receive())
        mandate = self.env["oa.substitution"].create(
            {
                "holder_id": self.lawyer.id,
                "substitute_id": self.colleague.id,
                "company_id": self.company.id,
                "date_to": "2099-01-01",
                "order_id": order.id,
            }
        )

        mandate.action_confirm()

        self.assertEqual(self.waiting_people(memo), self.director | self.colleague | self.secretary)
        self.as_(self.colleague, memo).action_agree()
        self.assertEqual(memo.route_id.step_ids.filtered("acted_at").user_id, self.lawyer)

    def test_step_is_left_out_when_its_condition_does_not_hold(self):
        self.plan(
            {"function": "lawyer", "sequence": 10, "condition": "[('urgency', '=', 'fast')]"},
            {"function": "director", "sequence": 20},
        )

        ordinary, urgent = self.start(), self.start(urgency="fast")

        self.assertEqual(ordinary.waiting_for_id, self.director)
        self.assertEqual(ordinary.route_id.step_ids[0].state, "skipped")
        self.assertEqual(urgent.waiting_for_id, self.lawyer)

    def test_condition_is_data_and_never_run(self):
        for condition in ("__import__('os').getcwd()", "[('no_such_field', '=', 1)]", "[('subject'"):
            with self.assertRaises(ValidationError):
                self.plan({"function": "lawyer", "condition": condition})

    def test_missing_person_of_a_conditional_step_stops_only_those_it_concerns(self):
        self.plan({"function": "financial_controller", "condition": "[('urgency', '=', 'fast')]"})

        self.assertEqual(self.start().state, "for_signature")
        with self.assertRaisesRegex(UserError, "Nobody plays this part"):
            self.start(urgency="fast")

    @freeze_time("2026-02-16 08:00:00")
    def test_term_in_working_hours_is_a_moment(self):
        self.plan({"function": "lawyer", "term_amount": 4, "term_unit": "working_hours"})

        step = self.start().route_id.step_ids[0]

        self.assertEqual(step.due_at, datetime(2026, 2, 16, 12))
        self.assertEqual(str(step.due_on), "2026-02-16")

    def test_step_is_taken_after_its_fields_are_filled_in(self):
        field = self.env["ir.model.fields"]._get("oa.document", "unit_id")
        self.plan({"function": "lawyer", "required_field_ids": [Command.set(field.ids)]})
        memo = self.start(unit_id=False)

        with self.assertRaisesRegex(UserError, field.field_description):
            self.as_(self.lawyer, memo).action_agree()
        memo.unit_id = self.directorate
        self.as_(self.lawyer, memo).action_agree()

        self.assertEqual(memo.state, "for_signature")

    def test_author_chooses_whom_the_procedure_leaves_open(self):
        self.plan({"function": "chosen"})
        with self.assertRaisesRegex(UserError, "Съгласуване"):
            self.start()

        memo = self.start(chosen_user_ids=[Command.set(self.colleague.ids)])

        self.assertEqual(self.waiting_people(memo), self.colleague)

    def test_whole_unit_is_asked(self):
        self.plan({"function": "unit", "unit_id": self.directorate.id, "mode": "any"})

        memo = self.start()

        self.assertEqual(self.waiting_people(memo), self.director | self.expert | self.colleague)

    def test_author_who_sends_the_draft_has_prepared_it(self):
        self.plan({"act": "prepare", "function": "author", "sequence": 1}, {"function": "lawyer", "sequence": 10})

        memo = self.start()

        self.assertEqual(memo.route_id.step_ids[0].state, "done")
        self.assertEqual(memo.waiting_for_id, self.lawyer)

    def test_one_place_has_one_act(self):
        with self.assertRaisesRegex(ValidationError, "same"):
            self.plan({"function": "lawyer", "sequence": 10}, {"function": "director", "sequence": 10, "act": "opinion"})

    def test_many_documents_at_parallel_places_cost_as_many_queries_as_few(self):
        self.plan_group("all")
        few, many = (self.env["oa.document"].union(*(self.start() for _number in range(count))) for count in (2, 20))
        self.as_(self.lawyer, self.start()).action_agree()

        def cost(documents):
            documents = self.as_(self.lawyer, documents)
            before = self.env.cr.sql_log_count
            documents.action_agree()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        self.assertLessEqual(abs(cost(few) - cost(many)), 6)
