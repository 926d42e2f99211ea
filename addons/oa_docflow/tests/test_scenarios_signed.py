"""Scenarios 1, 4 and 9 of the brief from the desk to the closed case, each person by the lowest rights, signed with a real token."""

import os
import unittest
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import REGISTRY, DocflowCase


@tagged("post_install", "-at_install")
@unittest.skipUnless(os.environ.get("OA_TOKEN_SOCKET"), "the stories are signed with a real token: ./oa test starts the service")
class TestScenariosSigned(DocflowCase):
    def report_and_confirm(self, task, executor, assigner, result, words="Изпълнено."):
        wizard = self.as_(executor, self.env["oa.task.report"]).create(
            {"task_id": task.id, "document_id": task.document_id.id, "text": words, "result_document_id": result.id}
        )
        wizard.action_confirm()
        self.as_(assigner, task).action_confirm_report()
        self.assertEqual(task.state, "confirmed")

    def sign(self, person, document):
        self.assertTrue(self.give_key(person))
        signature = self.as_(person, document)._sign_with_pin(self.read_pin())
        self.assertEqual(document.state, "signed")
        self.assertEqual(document.waiting_for_id, self.clerk)
        return signature

    def send_by(self, document, channel, partner):
        """The clerk chooses the channel of a dispatch that waits, and sends it."""
        dispatch = self.as_(self.clerk, document).dispatch_ids.filtered(lambda row: row.partner_id == partner)
        dispatch.channel = channel
        dispatch.action_send()
        return dispatch

    def list_acts(self, documents):
        return documents.sudo().journal_ids.sorted("id").mapped("action")

    def test_scenario_1_a_paper_application_is_certified_resolved_coordinated_signed_and_sent(self):
        application = self.clerk_certifies_the_scan_of_a_paper_application()
        task = self.resolve(application)
        expert_task = self.delegate(task)
        certificate = self.agree_all(self.submit(self.draft(expert_task)))
        self.assertEqual((certificate.waiting_for_id, certificate.waiting_act), (self.governor, "sign"))
        self.assertEqual(self.sign(self.governor, certificate).user_id, self.governor)

        self.clerk_hands_it_over_to_the_channel_that_is_not_connected(certificate)
        self.assertEqual((certificate.state, application.state), ("dispatched", "answered"))

        self.report_and_confirm(expert_task, self.expert, self.director, certificate)
        self.report_and_confirm(task, self.director, self.governor, certificate)
        self.as_(self.clerk, application.case_id).action_close()
        self.assertEqual((application.case_id.state, application.state, certificate.state), ("closed", "closed", "closed"))
        acts = self.list_acts(application | certificate)
        wanted = [
            "register", "scan_certify", "resolve", "delegate", "draft", "submit", "agree", "approve", "sign", "dispatch", "report",
            "confirm",
        ]  # fmt: skip
        self.assertEqual([act for act in dict.fromkeys(acts) if act in wanted], wanted, "in this order")

    def clerk_certifies_the_scan_of_a_paper_application(self):
        application = self.receive(carrier="paper", sheet_count=1)
        with self.assertRaisesRegex(UserError, "after the document is registered"):
            application.action_certify()
        application._add_file("Заявление.pdf", application._render_pdf("<h1>Заявление</h1>", "Заявление"), "scan")
        self.register(application)
        with self.assertRaises(UserError):
            self.as_(self.governor, application).action_certify()
        application = self.as_(self.clerk, application)
        application.action_certify()
        self.assertEqual(application.certification_ids.certified_by_id, self.clerk)
        self.assertEqual(application.certification_ids.sha256, application.file_ids.filtered(lambda file: file.role == "scan").sha256)
        return application

    def clerk_hands_it_over_to_the_channel_that_is_not_connected(self, certificate):
        """The applicant has no e-mail address: the clerk chooses ССЕВ, which says that it is not connected and makes the package for it."""
        self.applicant.sudo().email = False
        self.as_(self.clerk, certificate).action_dispatch()
        dispatch = self.send_by(certificate, "ssev", self.applicant)
        self.assertEqual((dispatch.state, certificate.state), ("prepared", "signed"), "nothing has gone out yet")
        self.assertIn("is not connected", dispatch.outcome)
        self.assertTrue(dispatch.package)
        with self.assertRaisesRegex(UserError, "Shipment number"):
            dispatch.action_hand_over()
        dispatch.tracking_number = "ССЕВ-2026-118"
        dispatch.action_hand_over()
        self.assertEqual(dispatch.state, "sent")

    def test_scenario_4_a_signal_is_forwarded_by_competence_and_its_sender_is_told(self):
        forwarding = self.procedures.filtered(lambda procedure: procedure.name == "Препращане по компетентност")
        self.assertTrue(forwarding)
        municipality = self.env["res.partner"].create({"name": "Община Тестово", "email": "obshtina@mail.example", "is_company": True})
        signal = self.register(self.receive(kind_id=self.env.ref("oa_registry.oa_document_kind_signal").id))
        task = self.resolve(signal, self.expert, type="competence", text="Да се препрати по компетентност.")
        draft = self.as_(self.expert, task).action_draft_reply()
        letter = self.as_(self.expert, self.env["oa.document"]).browse(draft["res_id"])
        self.assertEqual((letter.procedure_id, letter.kind_id), (forwarding, forwarding.kind_id), "it is forwarded, not answered")
        letter.write({
            "subject": "Препращане на сигнал по компетентност",
            "body_html": "<p>Препращаме Ви сигнала по компетентност на основание чл. 112 от АПК.</p>",
            "correspondent_ids": [
                Command.clear(),
                Command.create({"partner_id": municipality.id, "role": "recipient"}),
                Command.create({"partner_id": self.applicant.id, "role": "recipient"}),
            ],
        })  # fmt: skip
        self.assertEqual((letter.reply_to_id, letter.case_id), (signal, signal.case_id))
        letter.action_submit()
        self.as_(self.director, letter).action_agree()
        self.env["oa.register.entry"]._allot_pending()
        self.sign(self.governor, letter)

        self.as_(self.clerk, letter).action_dispatch()
        self.assertEqual((letter.state, signal.state), ("dispatched", "answered"))
        self.assertEqual(set(letter.dispatch_ids.partner_id), {municipality, self.applicant}, "the sender of the signal is told, too")
        self.assertEqual(set(letter.dispatch_ids.mapped("state")), {"sent"})

        self.as_(self.expert, self.env["oa.document.outcome"]).create(
            {"document_id": signal.id, "outcome": "forwarded", "ground": "чл. 112 от АПК"}
        ).action_confirm()
        self.report_and_confirm(task, self.expert, self.governor, letter, "Препратено на Община Тестово.")
        self.as_(self.clerk, signal.case_id).action_close()
        self.assertEqual((signal.state, signal.outcome), ("closed", "forwarded"))

    def test_scenario_9_while_the_governor_is_on_leave_the_deputy_signs_and_act_and_signature_name_both(self):
        deputy = self.make_user("deputy", f"base.group_user,{REGISTRY}expert", name="Заместник Тестов", email="deputy@test.example")
        order = self.register(self.receive())
        certificate = self.agree_all(self.submit())
        self.assertEqual(certificate.waiting_for_id, self.governor)
        with self.assertRaises(AccessError):
            self.as_(deputy, certificate)._get_sign_blockers()

        today = self.env["oa.substitution"]._get_today()
        mandate = self.as_(self.governor, self.env["oa.substitution"]).create({
            "holder_id": self.governor.id, "substitute_id": deputy.id, "date_from": today, "date_to": today + timedelta(days=7),
            "ground": "платен годишен отпуск", "order_id": order.id, "company_id": self.company.id,
        })  # fmt: skip
        mandate.action_confirm()
        self.assertEqual((certificate.waiting_for_id, certificate.waiting_holder_id), (deputy, self.governor))

        other = self.register(self.receive())
        self.as_(deputy, self.env["oa.document.resolve"]).create(
            {"document_ids": [Command.set(other.ids)], "text": "За изпълнение.", "responsible_id": self.director.id}
        ).action_confirm()
        resolution = other.sudo().resolution_ids
        self.assertEqual((resolution.user_id, resolution.substitution_id), (deputy, mandate))

        signature = self.sign(deputy, certificate)

        self.assertEqual(signature.user_id, deputy)
        self.assertIn(self.governor.name, signature.claimed_roles, "the signature itself says in whose place")
        self.assertIn(order.number, signature.claimed_roles)
        step = certificate.route_id.step_ids.filtered(lambda step: step.act == "sign")
        self.assertEqual((step.user_id, step.acted_by_id, step.substitution_id), (self.governor, deputy, mandate))
        act = certificate.sudo().act_ids.filtered(lambda record: record.act == "sign")
        said = act._read_record()
        self.assertEqual((act.user_id, act.holder_id), (deputy, self.governor))
        self.assertEqual((said["person/name"], said["person/actingFor/name"]), (deputy.name, self.governor.name))
        self.assertEqual(said["person/actingFor/mandate"], order.number)

        self.as_(self.governor, self.env["oa.substitution.end"]).create(
            {"substitution_id": mandate.id, "reason": "Върна се"}
        ).action_confirm()
        later = self.agree_all(self.submit())
        self.assertEqual(later.waiting_for_id, self.governor)
        with self.assertRaises(AccessError):
            self.as_(deputy, later)._sign_with_pin(self.read_pin())
