"""Scenarios of the brief from registration to dispatch and closing, signed with real tokens; the number is that of the scenario."""

import io
import os
import unittest
import zipfile
from datetime import date

from freezegun import freeze_time
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import FLOW
from .story_common import StoryCase

EXPERT_TOKEN = "vratsa.expert.rr"


@unittest.skipUnless(os.environ.get("OA_TOKEN_SOCKET"), "the stories are signed with real tokens: ./oa test starts the service")
@tagged("post_install", "-at_install")
class TestStories(StoryCase):
    def setUp(self):
        super().setUp()
        self.assertTrue(self.give_key(self.governor))

    # ------------------------------------------------------------ scenario 2
    def test_scenario_2_a_decision_of_a_council_is_returned_within_14_days_and_waits_to_be_handed_over_to_the_exchange_system(self):
        council = self.env["res.partner"].create({"name": "Общински съвет Тестово", "is_company": True, "city": "Тестово"})
        with freeze_time("2026-11-02 08:00:00"):
            decision = self.receive_decision(council)
            self.assertEqual((decision.due_on, decision.procedure_id.name), (date(2026, 11, 16), "Контрол върху акт на общински съвет"))
            task = self.delegate(self.resolve(decision))
        with freeze_time("2026-11-05 08:00:00"):
            order = self.draft_under(task, "", body_html="<p>Връщам за ново обсъждане Решение № 117 на Общински съвет Тестово.</p>")
            self.assertEqual((order.kind_id.code, order._get_recipients(), order.case_id), ("ЗПВ", council, decision.case_id))
            self.submit(order)
            self.give_opinion(self.lawyer, order, "agree", "Решението противоречи на чл. 8 от ЗМДТ.")
            self.as_(self.director, order).action_agree()
            self.as_(self.secretary, order).action_agree()
            self.sign(self.governor, order)

            self.assertEqual((order.state, order.waiting_for_id, order.waiting_act), ("signed", self.clerk, "dispatch"))
            with self.assertRaisesRegex(UserError, order.number):
                self.as_(self.clerk, decision.case_id).action_close()
            dispatch = self.clerk_packs_it_for_the_exchange_system(order, council)
            self.clerk_hands_it_over(dispatch)

        self.assertEqual((order.state, decision.state), ("dispatched", "answered"))
        self.assertGreaterEqual(decision.due_on, order.sudo().dispatch_ids.sent_at.date(), "within the 14 days")
        with freeze_time("2026-11-06 08:00:00"):
            self.report_and_accept(decision, self.expert, self.director)
            self.close(decision.case_id)
        self.assert_acts(order, "submit", "agree", "agree", "agree", "approve", "sign")

    def receive_decision(self, council):
        kind = self.env.ref("oa_registry.oa_document_kind_council_decision")
        sender = [(0, 0, {"partner_id": council.id, "role": "sender"})]
        decision = self.receive(
            kind_id=kind.id, subject="Решение № 117 за определяне на такси", sender_number="117", correspondent_ids=sender,
        )  # fmt: skip
        return self.register(decision)

    def clerk_packs_it_for_the_exchange_system(self, order, council):
        """СЕОС is not connected, and the system says so; the package is kept, nothing is called sent."""
        answer = self.as_(self.clerk, order).action_dispatch()
        dispatch = self.as_(self.clerk, order.sudo().dispatch_ids)
        self.assertEqual((dispatch.partner_id, dispatch.channel, dispatch.state), (council, "seos", "prepared"))
        self.assertEqual((order.state, dispatch.sent_at), ("signed", False))
        self.assertIn("is not connected", answer["params"]["message"])
        self.assertIn("/package/", dispatch.action_download_package()["url"])
        with zipfile.ZipFile(io.BytesIO(dispatch.sudo()._make_package())) as package:
            document, sheet, digests = package.namelist()
            self.assertEqual(package.read(document), order.sudo()._get_final_pdf())
            self.assertIn(order.number, package.read(sheet).decode())
            self.assertIn(document, package.read(digests).decode())
        return dispatch

    def clerk_hands_it_over(self, dispatch):
        with self.assertRaisesRegex(UserError, "Enter in .Shipment number."):
            dispatch.action_hand_over()
        dispatch.tracking_number = "{5f0c8a52-7d14-4a56-9b1e-2f4f6d1c9a11}"
        dispatch.action_hand_over()
        self.assertEqual((dispatch.state, dispatch.sent_by_id), ("sent", self.clerk))

    # ------------------------------------------------------------ scenario 5
    def test_scenario_5_a_memo_with_a_dissent_becomes_an_order_that_everybody_has_agreed_to(self):
        self.assertTrue(self.give_key(self.expert, EXPERT_TOKEN))
        memo = self.write_memo("Необходимост от комисия за проверка на имотите")
        memo.is_initiating = True
        self.submit(memo)
        self.as_(self.director, memo).action_agree()
        self.give_opinion(self.secretary, memo, "dissent", "Комисията да е от трима, не от петима.")
        self.sign(self.expert, memo, EXPERT_TOKEN)

        self.assertIn("Комисията да е от трима", memo.dissent_note or "")
        self.assertEqual((memo.state, memo.waiting_for_id, memo.waiting_act), ("signed", self.governor, "resolve"))

        task = self.delegate(self.resolve(memo, text="Да се изготви заповед за комисия от трима."))
        order = self.draft_under(task, "Заповед", body_html="<p>Назначавам комисия в състав от трима души.</p>")
        self.assertEqual((order.kind_id.code, order.subject), ("ЗПВ", memo.subject))
        self.assertTrue(order.case_id)
        self.assertEqual(order.case_id, memo.case_id)
        self.agree_all(self.submit(order))
        self.sign(self.governor, order)
        self.as_(self.expert, order).action_take()

        self.assertFalse(order.waiting_for_id)
        self.report_and_accept(memo, self.expert, self.director)
        self.close(memo.case_id)
        self.assert_acts(memo, "submit", "agree", "dissent", "approve", "sign", "resolve", "delegate", "accept", "report", "confirm",
                         "report", "confirm")  # fmt: skip
        self.assert_acts(order, "submit", "agree", "agree", "agree", "approve", "sign", "acquaint")

    # ------------------------------------------------------------ scenario 7
    def test_scenario_7_a_contract_waits_for_the_financial_control_and_its_papers(self):
        controller = self.hire_controller()
        contract = self.write_contract()
        self.submit(contract)
        self.as_(self.director, contract).action_agree()
        self.assertEqual(contract.waiting_more_count, 1, "the lawyer and the controller stand side by side")
        self.as_(self.lawyer, contract).action_agree()
        with self.assertRaisesRegex(UserError, "Предварителен контрол.*has to be filled in"):
            self.as_(controller, contract).action_agree()
        self.as_(controller, self.env["oa.document.return"]).create(
            {"document_id": contract.id, "reason": "Липсва искането за поемане на задължение."}
        ).action_confirm()

        draft = self.as_(self.expert, contract)
        draft._add_file("Искане за задължение.pdf", draft._render_pdf("<p>Искане</p>", "Искане"), "attachment")
        draft.action_submit()
        self.as_(self.director, contract).action_agree()
        self.as_(controller, contract).action_agree("Разходът е в бюджета.")
        self.as_(self.lawyer, contract).action_agree()
        self.as_(self.secretary, contract).action_agree()
        self.sign(self.governor, contract)
        self.assertEqual((contract.waiting_for_id, contract.waiting_act), (controller, "acquaint"))
        self.as_(controller, contract).action_take()

        self.assertRegex(contract.number, "^ДГ-")
        self.assertEqual(contract.sudo().signature_ids.user_id, self.governor)
        self.close(contract.case_id)
        self.assert_acts(
            contract, "submit", "agree", "agree", "return", "submit", "agree", "agree", "agree", "agree", "approve", "sign", "acquaint"
        )

    def hire_controller(self):
        controller = new_test_user(
            self.env, "test.controller", FLOW + "financial_controller", name="Финансов контрольор Тестов", tz="Europe/Sofia",
            company_id=self.company.id, company_ids=[(6, 0, self.company.ids)],
        )  # fmt: skip
        self.env["hr.employee"].create({
            "name": controller.name, "user_id": controller.id, "company_id": self.company.id, "job_title": "Финансов контрольор",
            "department_id": self.head_office.id,
        })  # fmt: skip
        return controller

    def write_contract(self):
        procedure = self.procedures.filtered(lambda procedure: procedure.name == "Договор с предварителен контрол")
        return self.as_(self.expert, self.env["oa.document"]).create({
            "kind_id": procedure.kind_id.id, "procedure_id": procedure.id, "company_id": self.company.id,
            "subject": "Договор за поддръжка на асансьора", "body_html": "<p>Изпълнителят поддържа асансьора.</p>",
            "is_initiating": True,
        })  # fmt: skip
