from datetime import date

from odoo.addons.oa_signing.tests.common import PIN, SigningCase
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..core.step_record import read_facts
from .common import DocflowCase


@tagged("post_install", "-at_install")
class TestSignedActs(DocflowCase):
    """Acts that count when the person has signed them, at the level that the step, the procedure or the administration asks for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        SigningCase.use_dummy_ports.__func__(cls)
        for person in (cls.governor, cls.director, cls.lawyer, cls.expert, cls.clerk):
            person.group_ids += cls.env.ref("oa_signing.oa_signing_group_signer")
            SigningCase.give_key.__func__(cls, person)
        cls.records = cls.env["oa.step.record"]

    def ask(self, level="advanced"):
        self.company.docflow_work_level = level

    def waiting(self, person):
        """What this person has prepared and not signed yet."""
        return self.as_(person, self.records).search([("state", "=", "prepared"), ("user_id", "=", person.id)])

    def sign(self, person):
        return self.waiting(person)._sign_with_pin(PIN)

    def assert_dialog(self, action):
        self.assertEqual(action["tag"], "oa_signing.sign")

    # ------------------------------------------------------------ images of paper
    def test_image_of_paper_is_certified_by_the_signature_of_the_clerk(self):
        self.company.docflow_certify_level = "advanced"
        document = self.receive(carrier="paper", sheet_count=1)
        document._add_file("Заявление.pdf", document._render_pdf("<h1>Заявление</h1>", "Заявление"), "scan")
        self.register(document)

        self.assert_dialog(self.as_(self.clerk, document).action_certify())
        self.assertFalse(document.certification_ids, "nothing is certified before the signature")

        self.sign(self.clerk)

        image = document.file_ids.filtered(lambda file: file.role == "scan")
        act = document.sudo().act_ids[-1]
        self.assertEqual((document.certification_ids.file_id, document.certification_ids.certified_by_id), (image, self.clerk))
        self.assertEqual((act.act, act.state, act.level, act.signature_ids.user_id), ("scan_certify", "signed", "advanced", self.clerk))
        self.assertIn(image.sha256, act.xml)
        self.assertIsNone(self.records._verify())

    # ------------------------------------------------------------ resolutions
    def test_resolution_on_twenty_documents_is_given_by_one_signing(self):
        documents = self.register(self.receive(20))
        self.ask()
        vals = {"type": "execute", "text": "За изпълнение.", "responsible_id": self.director.id, "due_on": False}

        action = self.as_(self.governor, documents)._resolve(vals)

        self.assert_dialog(action)
        self.assertFalse(documents.sudo().resolution_ids)
        request = self.as_(self.governor, self.env["oa.signature.request"].browse(action["params"]["request_id"]))
        logins = self.tokens.logins
        request.action_prepare(request._get_default_key().id)
        request.action_sign_with_pin(PIN)

        self.assertEqual(self.tokens.logins, logins + 1)
        self.assertEqual(len(documents.sudo().task_ids), 20)
        acts = documents.sudo().act_ids
        self.assertEqual(set(acts.mapped(lambda act: (act.act, act.state, act.level))), {("resolve", "signed", "advanced")})
        self.assertEqual(acts.signature_ids.user_id, self.governor)
        self.assertIsNone(self.records._verify())

    def test_resolution_says_who_and_until_when_in_what_is_signed(self):
        document = self.register(self.receive())
        self.ask()
        self.resolve(document, due_on="2199-01-15", co_executor_ids=[Command.set(self.expert.ids)])

        self.sign(self.governor)

        decided = dict(read_facts(document.sudo().act_ids.xml))
        self.assertIn(self.director.name, decided.values())
        self.assertIn(self.expert.name, decided.values())
        self.assertIn("15.01.2199", decided.values())
        self.assertEqual(document.sudo().task_ids.due_on.isoformat(), "2199-01-15")

    def test_procedure_asks_for_less_or_more_than_the_administration(self):
        document = self.register(self.receive())
        self.ask("qualified")
        self.certificate_procedure.sudo().flush_recordset()
        self.env.cr.execute("UPDATE oa_procedure SET work_level = 'logged' WHERE id = %s", [document.procedure_id.id])
        self.env.invalidate_all()

        self.assertTrue(self.resolve(document))

    # ------------------------------------------------------------ tasks
    def test_every_move_of_a_task_waits_for_the_signature_of_its_person(self):
        task = self.make_task()
        self.ask()
        moves = [
            (self.director, lambda: self.as_(self.director, task)._ask("Кой е собственикът?"), "waiting_instructions"),
            (self.governor, lambda: self.as_(self.governor, task)._instruct("Държавата."), "accepted"),
            (self.director, lambda: self.as_(self.director, task)._forward(self.lawyer, "Има ли пречка?", False), "waiting_opinion"),
            (self.lawyer, lambda: self.as_(self.lawyer, task.opinion_ids)._give("Няма.", self.env["oa.document"]), "accepted"),
            (self.director, lambda: self.as_(self.director, task)._report("Изпълнено.", self.env["oa.document"]), "reported"),
            (self.governor, lambda: self.as_(self.governor, task)._return("Липсва справка."), "returned"),
            (self.director, lambda: self.as_(self.director, task)._report("Допълнено.", self.env["oa.document"]), "reported"),
            (self.governor, lambda: self.as_(self.governor, task).action_confirm_report(), "confirmed"),
        ]
        for person, move, state in moves:
            with self.subTest(state=state):
                before = task.sudo().state
                self.assert_dialog(move())
                self.assertEqual(task.sudo().state, before)

                self.sign(person)

                self.assertEqual(task.sudo().state, state)
        acts = task.sudo().document_id.act_ids[1:]
        self.assertEqual(acts.mapped("act"), ["ask", "instruct", "forward", "opine", "report", "task_return", "report", "confirm"])
        self.assertEqual(set(acts.mapped("state")), {"signed"})
        self.assertIsNone(self.records._verify())

    def test_delegation_term_and_redirection_are_signed(self):
        task = self.resolve(self.register(self.receive()), due_on="2199-01-15")
        self.ask()
        self.assertFalse(self.delegate(task))
        self.sign(self.director)
        below = task.sudo().child_ids
        self.assertEqual(below.responsible_id, self.expert)

        self.assert_dialog(self.as_(self.expert, below)._ask_extension(date(2199, 2, 1), "Обемно."))
        self.sign(self.expert)
        self.assert_dialog(self.as_(self.director, below.extension_ids)._decide(below.extension_ids.wanted_on, "Да."))
        self.sign(self.director)
        self.assertEqual(below.due_on.isoformat(), "2199-02-01")

        self.assert_dialog(self.as_(self.director, below)._redirect(self.colleague, "Отпуск."))
        self.assertFalse(below.redirected_to_id)
        self.sign(self.director)
        self.assertEqual(below.redirected_to_id.responsible_id, self.colleague)

    # ------------------------------------------------------------ steps of the route
    def test_return_at_a_signed_step_is_signed_too(self):
        self.change_step(self.certificate_procedure, 0, signature_level="advanced")
        draft = self.submit(self.draft())

        self.assert_dialog(self.as_(self.director, draft.route_id.step_ids[0]).action_return("Липсва основание."))
        self.assertEqual(draft.state, "in_coordination")
        self.sign(self.director)

        self.assertEqual((draft.state, draft.act_ids[-1].act, draft.act_ids[-1].state), ("returned", "return", "signed"))

    def test_refusal_to_sign_is_signed_at_the_level_of_the_signature(self):
        self.change_step(self.certificate_procedure, 3, signature_level="advanced")
        draft = self.agree_all(self.submit(self.draft()))

        self.assert_dialog(self.as_(self.governor, draft)._refuse("Незаконосъобразно."))
        self.assertEqual(draft.state, "for_signature")
        self.sign(self.governor)

        self.assertEqual((draft.state, draft.act_ids[-1].act, draft.act_ids[-1].level), ("refused", "refuse", "advanced"))

    def test_opinions_on_many_documents_are_signed_at_once(self):
        self.change_step(self.memo_procedure, 0, signature_level="advanced")
        memos = self.write_memo("Първа") | self.write_memo("Втора") | self.write_memo("Трета")
        memos.action_submit()

        self.as_(self.director, memos).action_agree("Без бележки.")
        self.sign(self.director)

        self.assertEqual([memo.act_ids[-1].act for memo in memos.sudo()], ["agree"] * 3)

    # ------------------------------------------------------------ substitutions
    def test_substitution_begins_and_ends_with_the_signature_of_whoever_confirms(self):
        order, _waiting = self.register(self.receive()), self.make_task()
        self.ask()
        mandate = self.env["oa.substitution"].with_user(self.governor).create({
            "holder_id": self.director.id, "substitute_id": self.colleague.id, "date_to": "2199-01-01", "order_id": order.id,
            "company_id": self.company.id,
        })  # fmt: skip

        self.assert_dialog(mandate.action_confirm())
        self.assertEqual(mandate.state, "draft")
        self.assertFalse(self.env["oa.substitution"]._list_mandates(self.director.id, self.company.id), "no cache tells what was tried out")
        self.sign(self.governor)
        self.assertEqual(mandate.state, "active")
        self.assert_dialog(self.as_(self.governor, mandate)._end("Върна се."))
        self.assertTrue(self.env["oa.substitution"]._list_mandates(self.director.id, self.company.id))
        self.sign(self.governor)

        self.assertEqual(mandate.state, "ended")
        self.assertEqual(order.sudo().act_ids.mapped("state"), ["signed", "signed"])

    # ------------------------------------------------------------ nothing without, nothing lost, nothing twice
    def test_nothing_is_recorded_without_the_signature_whatever_the_client_sends(self):
        document = self.register(self.receive())
        self.ask()
        forged = {"oa_docflow_signed_act": True, "oa_docflow_move": True}
        vals = {"type": "execute", "text": "За изпълнение.", "responsible_id": self.director.id}

        self.as_(self.governor, document).with_context(**forged)._resolve(vals)
        with self.assertRaisesRegex(UserError, "only when you sign it"):
            self.as_(self.governor, document)._log_act("resolve", "За изпълнение.")
        with self.assertRaises(AccessError):
            self.waiting(self.governor).write({"state": "unsealed", "position": 1})

        self.assertEqual(document.sudo().state, "registered")
        self.assertFalse(document.sudo().act_ids)

    def test_wrong_pin_loses_nothing_and_the_next_try_signs_once(self):
        document = self.register(self.receive())
        self.ask()
        self.resolve(document)
        with self.assertRaises(UserError):
            self.waiting(self.governor)._sign_with_pin("000000")
        self.assertFalse(document.sudo().task_ids)

        self.assert_dialog(self.waiting(self.governor).action_sign_again())
        self.sign(self.governor)

        self.assertEqual(len(document.sudo().task_ids), 1)
        self.assertEqual(len(document.sudo().act_ids.signature_ids), 1)
        self.assertFalse(self.waiting(self.governor))

    def test_wishing_twice_keeps_one_and_a_signed_act_is_not_signed_again(self):
        task = self.make_task()
        self.ask()
        self.as_(self.director, task).action_accept()
        self.as_(self.director, task).action_accept()
        prepared = self.waiting(self.director)
        self.assertEqual(len(prepared), 1)
        self.assertEqual(self.as_(self.director, task).unsigned_act_ids, prepared)
        self.assertFalse(self.as_(self.governor, task).unsigned_act_ids)
        self.sign(self.director)

        with self.assertRaisesRegex(UserError, "already"):
            self.as_(self.director, prepared).action_sign()
        self.assertEqual(task.sudo().document_id.act_ids.mapped("act"), ["resolve", "accept"])

    def test_act_is_prepared_anew_when_somebody_acted_meanwhile(self):
        document = self.register(self.receive())
        first, second = self.resolve_twice(document)
        self.ask()
        self.as_(self.director, first)._report("Готово.", self.env["oa.document"])
        self.as_(self.expert, second).action_accept()
        self.sign(self.expert)

        with self.assertRaisesRegex(UserError, "acted on"):
            self.sign(self.director)
        self.waiting(self.director).action_sign_again()
        self.sign(self.director)

        self.assertEqual((first.sudo().state, second.sudo().state), ("reported", "accepted"))

    def resolve_twice(self, document):
        """Two tasks on one document, of two people."""
        first = self.resolve(document)
        second = self.delegate(first)
        self.env.cr.execute("UPDATE oa_task SET parent_id = NULL WHERE id = %s", [second.id])
        self.env.invalidate_all()
        return first, second

    def test_what_changed_between_wish_and_signature_is_not_done(self):
        document = self.register(self.receive())
        self.ask()
        self.resolve(document)
        self.governor.partner_id.name = "Друго име"

        with self.assertRaisesRegex(UserError, "has changed since"):
            self.sign(self.governor)
        self.assertFalse(document.sudo().task_ids)

    def test_what_another_person_prepares_is_seen_by_nobody_else(self):
        document = self.register(self.receive())
        self.ask()
        self.resolve(document)

        self.assertFalse(self.as_(self.clerk, self.records).search([("document_id", "=", document.id)]))
        self.assertTrue(self.waiting(self.governor))
        with self.assertRaises(UserError):
            self.as_(self.governor, self.waiting(self.governor)).with_user(self.director).action_drop()
        self.waiting(self.governor).action_drop()
        self.assertFalse(self.waiting(self.governor))

    def test_jobs_have_no_signature_and_go_on_under_the_seal(self):
        order = self.register(self.receive())
        mandate = self.env["oa.substitution"].with_user(self.director).create({
            "holder_id": self.director.id, "substitute_id": self.colleague.id, "date_to": "2199-01-01", "order_id": order.id,
            "company_id": self.company.id,
        })  # fmt: skip
        mandate.action_confirm()
        self.ask()

        mandate.with_user(self.env.ref("base.user_root"))._write_end("Последният ден изтече.")

        self.assertEqual((mandate.state, order.sudo().act_ids[-1].level), ("ended", "logged"))

    # ------------------------------------------------------------ levels
    def test_weaker_signature_than_asked_is_refused_before_anything_moves(self):
        document = self.register(self.receive())
        self.ask("qualified")
        self.resolve(document)

        with self.assertRaisesRegex(UserError, "Sign with another key"):
            self.sign(self.governor)
        self.assertFalse(document.sudo().task_ids)

        self.env["oa.certificate"].search([("name", "=", self.governor.name)]).is_qualified = True
        self.sign(self.governor)
        self.assertTrue(document.sudo().task_ids)

    def test_own_certificate_authority_makes_internal_signatures(self):
        document = self.register(self.receive())
        certificate = self.env["oa.certificate"].search([("name", "=", self.governor.name)])
        self.company.docflow_internal_issuers = certificate.issuer
        self.ask("advanced")
        self.resolve(document)
        with self.assertRaisesRegex(UserError, "internal certificate"):
            self.sign(self.governor)

        self.ask("internal")
        self.waiting(self.governor).action_sign_again()
        self.sign(self.governor)
        self.assertTrue(document.sudo().task_ids)

    def test_document_signed_more_weakly_than_its_step_asks_does_not_move_on(self):
        self.change_step(self.certificate_procedure, 3, signature_level="qualified")
        draft = self.agree_all(self.submit(self.draft()))

        with self.assertRaisesRegex(UserError, "qualified"):
            self.as_(self.governor, draft)._sign_with_pin(PIN)
        self.assertEqual(draft.state, "for_signature")

        self.env["oa.certificate"].search([("name", "=", self.governor.name)]).is_qualified = True
        self.as_(self.governor, draft)._sign_with_pin(PIN)
        self.assertEqual(draft.state, "signed")
