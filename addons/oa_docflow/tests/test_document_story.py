import os
import unittest

from odoo.tests import tagged

from .common import DocflowCase


@tagged("post_install", "-at_install")
class TestDocumentStory(DocflowCase):
    """The product as one story: an application for a certificate on state property, from the desk to the closed case."""

    @unittest.skipUnless(os.environ.get("OA_TOKEN_SOCKET"), "the story signs with a real token: ./oa test starts the service")
    def test_certificate_goes_from_the_desk_to_the_closed_case(self):
        self.assertTrue(self.give_key(self.governor))

        application = self.clerk_registers_the_scanned_application()
        directors_task = self.governor_resolves_it_to_the_director(application)
        experts_task = self.director_delegates_it_to_the_expert(directors_task)
        certificate = self.expert_drafts_the_certificate(experts_task)
        self.lawyer_returns_it_once_and_a_new_version_goes_round_again(certificate)
        self.last_agreement_freezes_it_and_takes_its_number(certificate)
        self.governor_signs_it(certificate)
        self.clerk_dispatches_it(certificate, application)
        self.tasks_are_reported_and_accepted(experts_task, directors_task, certificate)
        self.clerk_closes_the_case(application, certificate)
        self.every_step_is_in_the_journal(application, certificate)

    def clerk_registers_the_scanned_application(self):
        application = self.receive(carrier="paper")
        for title, role in (("Заявление", "main"), ("Скица", "attachment"), ("Нотариален акт", "attachment")):
            application._add_file(f"{title}.pdf", application._render_pdf(f"<h1>{title}</h1>", title), role)

        self.register(application)
        self.run_cron("oa_registry.oa_document_receipt_cron")

        self.assertTrue(application.uri)
        self.assertEqual(application.case_id.name, application.uri)
        self.assertIn(application.case_id.class_id.code, ("05-01", "03-06"))
        self.assertEqual(application.term_ids.amount, 7)
        self.assertIn("7 работни дни", application.term_explanation)
        self.assertIn("receipt", application.file_ids.mapped("role"))
        self.assertEqual(application.waiting_for_id, self.governor)
        self.assertEqual(self.activities_of(self.governor, application).activity_type_id.name, "For resolution")
        return application

    def governor_resolves_it_to_the_director(self, application):
        task = self.resolve(application)

        self.assertEqual(application.state, "assigned")
        self.assertFalse(self.activities_of(self.governor, application))
        self.assertEqual(task.due_on, application.due_on)
        self.assertEqual(len(self.activities_of(self.director, task)), 1)
        self.assertTrue(self.as_(self.director, application).has_access("read"))
        return task

    def director_delegates_it_to_the_expert(self, directors_task):
        task = self.delegate(directors_task)

        self.assertFalse(self.activities_of(self.director, directors_task))
        self.assertEqual(task.waiting_for_id, self.expert)
        self.assertEqual(directors_task.document_id.state, "in_progress")
        return task

    def expert_drafts_the_certificate(self, experts_task):
        self.as_(self.expert, experts_task).action_accept()

        certificate = self.draft(experts_task)

        self.assertEqual(certificate.case_id, experts_task.document_id.case_id)
        self.assertEqual(certificate.reply_to_id, experts_task.document_id)
        self.assertIn("УДОСТОВЕРЯВА", certificate.body_html)
        self.assertIn(self.applicant.name, certificate.body_html)
        self.assertTrue(certificate._get_preview_pdf().startswith(b"%PDF"))
        return certificate

    def lawyer_returns_it_once_and_a_new_version_goes_round_again(self, certificate):
        self.submit(certificate)
        self.as_(self.director, certificate).action_agree()
        wizard = self.as_(self.lawyer, self.env["oa.document.return"]).create(
            {"document_id": certificate.id, "reason": "Липсва чл. 82а от ППЗДС."}
        )
        wizard.action_confirm()

        self.assertEqual(certificate.state, "returned")
        self.assertEqual(certificate.waiting_for_id, self.expert)

        draft = self.as_(self.expert, certificate)
        draft.body_html = draft.body_html + "<p>Основание: чл. 82а от ППЗДС.</p>"
        draft.action_submit()

        self.assertEqual(certificate.round_count, 2)
        self.assertEqual(certificate.waiting_for_id, self.director)

    def last_agreement_freezes_it_and_takes_its_number(self, certificate):
        self.agree_all(certificate)

        self.assertEqual(certificate.state, "for_signature")
        self.assertTrue(certificate.number)
        self.assertEqual(certificate.approved_hash, certificate._compute_content_hash())
        self.assertEqual(certificate.waiting_for_id, self.governor)

    def governor_signs_it(self, certificate):
        self.as_(self.governor, certificate)._sign_with_pin(self.read_pin())

        self.assertEqual(certificate.state, "signed")
        self.assertIn("signed", certificate.file_ids.mapped("role"))
        self.assertEqual(certificate.signature_ids.user_id, self.governor)
        self.assertEqual(certificate.waiting_act, "dispatch")
        self.assertEqual(certificate.waiting_for_id, self.clerk)

    def clerk_dispatches_it(self, certificate, application):
        self.as_(self.clerk, certificate).action_dispatch()

        self.assertEqual(certificate.state, "dispatched")
        self.assertEqual(certificate.dispatch_ids.mapped("state"), ["sent"])
        self.assertEqual(application.state, "answered")

    def tasks_are_reported_and_accepted(self, experts_task, directors_task, certificate):
        for task, executor, assigner in ((experts_task, self.expert, self.director), (directors_task, self.director, self.governor)):
            wizard = self.as_(executor, self.env["oa.task.report"]).create({"task_id": task.id, "document_id": task.document_id.id})
            self.assertEqual(wizard.result_document_id, certificate)
            wizard.action_confirm()
            self.assertEqual(task.waiting_for_id, assigner)
            self.as_(assigner, task).action_confirm_report()
            self.assertEqual(task.state, "confirmed")

    def clerk_closes_the_case(self, application, certificate):
        self.as_(self.clerk, application.case_id).action_close()

        self.assertEqual(application.case_id.state, "closed")
        self.assertEqual({application.state, certificate.state}, {"closed"})
        self.assertFalse(
            self.env["mail.activity"].search([("res_id", "in", (application | certificate).ids), ("res_model", "=", "oa.document")])
        )

    def every_step_is_in_the_journal(self, application, certificate):
        entries = self.env["oa.journal.entry"].search([("document_id", "in", (application | certificate).ids)])
        wanted = {
            "register",
            "resolve",
            "delegate",
            "accept",
            "draft",
            "submit",
            "agree",
            "return",
            "approve",
            "sign",
            "dispatch",
            "report",
            "confirm",
        }

        self.assertLessEqual(wanted, set(entries.mapped("action")))
        self.assertTrue(all(entry.capacity for entry in entries if entry.action in wanted))
