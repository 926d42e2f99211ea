"""Scenarios of the brief in which the law leaves a part on paper: only that part, by an exemption in force, and with an image."""

from base64 import b64encode

from odoo.exceptions import UserError
from odoo.tests import tagged

from .exemption_common import ExemptionCase
from .story_common import StoryCase


@tagged("post_install", "-at_install")
class TestStoriesOnPaper(ExemptionCase, StoryCase):
    def begin(self, name, kind):
        """An application goes to the expert; the draft by this procedure, filled from its template."""
        procedure = self.procedures.filtered(lambda procedure: procedure.name == name)
        application = self.receive(
            kind_id=self.env.ref(f"oa_registry.oa_document_kind_{kind}").id, carrier="paper", procedure_id=procedure.id
        )  # fmt: skip
        application._add_file("Образ.pdf", application._render_pdf("<p>Заявление</p>", "Заявление"), "main")
        task = self.delegate(self.resolve(self.register(application)))
        return application, self.draft_under(task, name)

    def take_image(self, document):
        return b64encode(document._render_pdf("<p>Подписан екземпляр</p>", "Образ"))

    def sign_by_hand(self, user, document, image=None):
        self.env["oa.register.entry"]._allot_pending()
        wizard = self.as_(user, self.env["oa.document.sign.paper"]).create(
            {"document_id": document.id, "file": image, "file_name": "Подписан.pdf"}
        )
        wizard.action_confirm()

    def get_share(self, document):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["oa.electronic.share"].browse(document.id)

    def test_scenario_6_an_apostille_is_signed_on_paper_under_an_exemption_and_handed_over_at_the_desk(self):
        papers, apostille = self.begin("Апостил на документи от общини и кметства", "apostille_papers")
        self.assertEqual((apostille.kind_id, papers.procedure_id.code), (self.apostille, "2972"))
        self.assertIn("Convention de La Haye", apostille.body_html)
        with self.assertRaisesRegex(UserError, "on paper .signature. needs an exemption"):
            self.submit(apostille)

        exemption = self.exempt(self.apostille, ("drafting", "signing", "service"))
        self.submit(apostille)
        self.env["oa.register.entry"]._allot_pending()
        self.assertEqual((apostille.state, apostille.waiting_for_id), ("for_signature", self.governor))
        self.assertFalse(self.as_(self.governor, apostille).can_sign)
        with self.assertRaisesRegex(UserError, "signed on paper"):
            self.as_(self.governor, apostille).action_sign()
        with self.assertRaisesRegex(UserError, "Add the image"):
            self.sign_by_hand(self.governor, apostille)
        self.sign_by_hand(self.governor, apostille, self.take_image(apostille))

        self.assertEqual((apostille.state, apostille.waiting_for_id, apostille.exemption_id), ("signed", self.clerk, exemption))
        dispatch = self.as_(self.clerk, self.env["oa.dispatch"]).create(
            {"document_id": apostille.id, "partner_id": self.applicant.id, "channel": "desk"}
        )
        dispatch.action_send()
        self.assertEqual((apostille.state, papers.state), ("dispatched", "answered"))
        self.report_and_accept(papers, self.expert, self.director)
        self.close(papers.case_id)
        self.assertEqual(self.get_share(apostille).outcome, "exempt")
        self.assert_acts(apostille, "submit", "agree", "approve", "sign")
        self.assertIn(exemption.name, apostille.sudo().act_ids.filtered(lambda act: act.act == "sign").comment)

    def test_scenario_14_an_act_of_state_property_is_scanned_and_its_paper_has_a_place(self):
        self.exempt(self.property_act, ("drafting", "signing", "storage"))
        application, act = self.begin("Съставяне и отписване на акт за държавна собственост", "application")
        self.submit(act)
        for person in (self.director, self.lawyer):
            self.as_(person, act).action_agree()
        self.env["oa.register.entry"]._allot_pending()
        self.as_(self.clerk, act)._add_file("Подписан акт.pdf", act._render_pdf("<p>Акт</p>", "Акт"), "scan")
        self.sign_by_hand(self.governor, act)
        self.as_(self.clerk, act).write({"paper_disposition": "kept", "paper_location": "Шкаф 3, книга 41"})
        self.as_(self.expert, act).action_take()

        self.assertEqual((act.state, act.paper_location, bool(act.exemption_id)), ("signed", "Шкаф 3, книга 41", True))
        self.assertEqual((self.get_share(act).outcome, self.get_share(act).paper_parts), ("exempt", "signing,storage"))
        self.report_and_accept(application, self.expert, self.director)
        self.close(application.case_id)
        self.assert_acts(act, "submit", "agree", "agree", "agree", "approve", "sign", "execute")

    def test_an_act_that_was_never_in_the_system_is_registered_from_its_image(self):
        self.exempt(self.property_act, ("drafting", "coordination", "signing", "storage"))
        act = self.write_on_paper(self.property_act, with_image=False, signing_method="hand", procedure_id=False)
        with self.assertRaisesRegex(UserError, "Scan the paper original"):
            act.action_register()

        act._add_file("Акт.pdf", act._render_pdf("<p>Акт</p>", "Акт"), "main")
        self.register(act)
        act.write({"paper_disposition": "kept", "paper_location": "Шкаф 3, книга 41"})

        self.assertEqual(self.get_share(act).paper_parts, "coordination,drafting,signing,storage")

    def test_nobody_else_and_nothing_else_is_signed_on_paper(self):
        self.exempt(self.apostille, ("drafting", "signing", "service"))
        _papers, apostille = self.begin("Апостил на документи от общини и кметства", "apostille_papers")
        self.submit(apostille)
        certificate = self.agree_all(self.submit(self.draft()))

        for person in (self.secretary, self.clerk, self.expert):
            with self.assertRaises(UserError):
                self.sign_by_hand(person, apostille, self.take_image(apostille))
        with self.assertRaisesRegex(UserError, "is signed electronically"):
            self.sign_by_hand(self.governor, certificate, self.take_image(certificate))

    def test_an_exemption_that_ended_meanwhile_stops_the_signature_on_paper(self):
        exemption = self.exempt(self.apostille, ("drafting", "signing", "service"))
        _papers, apostille = self.begin("Апостил на документи от общини и кметства", "apostille_papers")
        self.submit(apostille)
        exemption._write_system({"state": "refused"})

        with self.assertRaisesRegex(UserError, "on paper .signature. needs"):
            self.sign_by_hand(self.governor, apostille, self.take_image(apostille))
