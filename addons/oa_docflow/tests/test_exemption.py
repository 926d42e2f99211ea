from datetime import timedelta
from importlib import util

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.fields import Date
from odoo.tests import tagged
from odoo.tools import file_path

from .exemption_common import ExemptionCase

APOSTILLE_PARTS = ("drafting", "signing", "service")


@tagged("post_install", "-at_install")
class TestExemption(ExemptionCase):
    """A step on paper needs an exemption in force with the ministry's opinion."""

    # ------------------------------------------------------------ what is refused, what is allowed
    def test_paper_without_an_exemption_is_refused_with_what_to_do(self):
        document = self.write_on_paper(self.apostille, signing_method="hand")

        with self.assertRaisesRegex(UserError, "on paper .preparation, signature. needs .* ask the Secretary General"):
            document.action_register()
        self.assertIn("signature", document.paper_warning)
        self.assertFalse(document.register_entry_id)

    def test_an_exemption_covers_its_own_parts_kinds_and_administration_only(self):
        self.exempt(self.apostille, ("signing",))

        with self.assertRaisesRegex(UserError, "on paper .preparation. needs"):
            self.write_on_paper(self.apostille, signing_method="hand").action_register()
        with self.assertRaises(UserError):
            self.write_on_paper(self.letter, signing_method="hand", carrier="electronic").action_register()
        self.register(self.write_on_paper(self.apostille, signing_method="hand", carrier="electronic"))

    def test_storing_the_original_is_refused_when_only_its_preparation_is_exempt(self):
        self.exempt(self.property_act, ("drafting", "coordination"))
        act = self.register(self.write_on_paper(self.property_act, procedure_id=False))

        with self.assertRaisesRegex(UserError, "on paper .storage. needs"):
            act.write({"paper_disposition": "kept"})

    def test_a_draft_a_request_and_a_refusal_cover_nothing(self):
        exemption = self.write_exemption(self.apostille, APOSTILLE_PARTS)
        document = self.write_on_paper(self.apostille)
        for move in (lambda: None, exemption.action_request):
            move()
            self.assertTrue(document._get_paper_blockers())

        exemption.write({"opinion_number": "1", "opinion_on": "2026-02-01", "opinion_result": "refused", "opinion_file": self.opinion})
        exemption.action_enter_opinion()

        self.assertEqual(exemption.state, "refused")
        self.assertTrue(document._get_paper_blockers())

    def test_the_last_day_counts_and_the_next_one_does_not(self):
        self.exempt(self.apostille, APOSTILLE_PARTS, date_to="2026-11-30")
        document = self.write_on_paper(self.apostille)

        with freeze_time("2026-11-30 21:00:00"):
            self.assertFalse(document._get_paper_blockers())
        with freeze_time("2026-11-30 22:30:00"):
            self.assertTrue(document._get_paper_blockers())

    def test_paper_to_an_administration_is_refused_and_to_a_citizen_is_not(self):
        self.exempt(self.apostille, ("drafting",))
        document = self.register(self.write_on_paper(self.apostille, partner=self.municipality))
        dispatches = document.env["oa.dispatch"]
        to_office, to_citizen = dispatches.create(
            [{"document_id": document.id, "partner_id": partner.id, "channel": "post"} for partner in (self.municipality, self.applicant)]
        )

        with self.assertRaisesRegex(UserError, "is an administration and gets documents electronically"):
            to_office.action_send()
        to_citizen.action_send()

        self.assertEqual((to_office.state, to_citizen.state), ("draft", "sent"))

    def test_paper_to_an_administration_goes_under_an_exemption_of_service(self):
        self.exempt(self.apostille, APOSTILLE_PARTS)
        document = self.register(self.write_on_paper(self.apostille, partner=self.municipality))
        dispatch = document.env["oa.dispatch"].create(
            {"document_id": document.id, "partner_id": self.municipality.id, "channel": "courier"}
        )

        dispatch.action_send()

        self.assertEqual(dispatch.state, "sent")

    def test_an_own_draft_on_paper_is_not_sent_for_coordination(self):
        draft = self.draft()
        draft.carrier = "paper"

        with self.assertRaisesRegex(UserError, "on paper .preparation. needs"):
            draft.action_submit()

    def test_whoever_sends_the_exemption_through_rpc_is_refused(self):
        document = self.write_on_paper(self.apostille)
        exemption = self.exempt(self.apostille, APOSTILLE_PARTS)

        with self.assertRaises(AccessError):
            document.write({"exemption_id": exemption.id})
        with self.assertRaises(AccessError):
            self.as_(self.secretary, exemption).write({"state": "draft"})

    # ------------------------------------------------------------ the register
    def test_a_request_says_all_that_it_lacks(self):
        exemption = self.as_(self.secretary, self.env["oa.exemption"]).create({"name": "Празно", "company_id": self.company.id})

        with self.assertRaisesRegex(UserError, "(?s)document kinds.*Tick.*legal ground.*stays electronic.*number and date"):
            exemption.action_request()

    def test_an_opinion_needs_its_number_its_file_and_its_first_day(self):
        exemption = self.write_exemption(self.apostille, APOSTILLE_PARTS)
        exemption.action_request()

        with self.assertRaisesRegex(UserError, "(?s)number, date and result.*file of the opinion.*from which day"):
            exemption.action_enter_opinion()

    def test_a_file_that_is_no_document_is_refused_as_an_opinion(self):
        exemption = self.write_exemption(self.apostille, APOSTILLE_PARTS)
        exemption.action_request()

        with self.assertRaisesRegex(UserError, "is a program"):
            exemption.write({"opinion_file": b"TVqQAAMAAAAEAAAA", "opinion_file_name": "opinion.exe"})

    def test_what_the_ministry_has_agreed_to_is_not_widened(self):
        exemption = self.exempt(self.apostille, ("signing",))

        for vals in ({"is_storage_exempt": True}, {"kind_ids": [(4, self.letter.id)]}, {"date_to": "2030-01-01"}, {"opinion_number": "2"}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                exemption.write(vals)
        exemption.write({"review_on": "2027-01-01", "order_number": "РД-1"})

    def test_staff_read_and_do_not_move(self):
        exemption = self.write_exemption(self.apostille, APOSTILLE_PARTS)

        as_expert = self.as_(self.expert, exemption)
        self.assertEqual(as_expert.name, "Удостоверяване с апостил")
        with self.assertRaisesRegex(AccessError, "kept by the Secretary General"):
            as_expert.action_request()
        self.assertFalse(as_expert.can_request)

    def test_each_change_is_in_the_journal(self):
        exemption = self.exempt(self.apostille, APOSTILLE_PARTS)

        rows = self.env["oa.journal.entry"].search([("res_model", "=", "oa.exemption"), ("res_id", "=", exemption.id)])

        self.assertIn("МЕУ-1", "".join(rows.mapped("new_value")))

    def test_ending_it_keeps_what_was_done_covered(self):
        exemption = self.exempt(self.apostille, APOSTILLE_PARTS)
        document = self.register(self.write_on_paper(self.apostille))

        exemption.action_end()

        self.assertEqual(self.get_share(document).outcome, "exempt")
        with freeze_time(Date.context_today(self.env.user) + timedelta(days=2)):
            self.assertTrue(self.write_on_paper(self.apostille)._get_paper_blockers())

    # ------------------------------------------------------------ time
    def test_the_responsible_person_is_warned_once_sixty_days_before(self):
        exemption = self.exempt(self.apostille, APOSTILLE_PARTS, date_to=Date.context_today(self.env.user) + timedelta(days=61))
        self.run_cron("oa_docflow.ir_cron_exemption")
        self.assertFalse(self.activities_of(self.secretary, exemption))

        with freeze_time(Date.context_today(self.env.user) + timedelta(days=1)):
            self.run_cron("oa_docflow.ir_cron_exemption")
            self.run_cron("oa_docflow.ir_cron_exemption")

            self.assertTrue(exemption.is_expiring)
            self.assertEqual(len(self.activities_of(self.secretary, exemption)), 1)

    def test_after_its_last_day_it_expires_and_asks_for_nothing_more(self):
        exemption = self.exempt(self.apostille, APOSTILLE_PARTS, date_to=Date.context_today(self.env.user) + timedelta(days=30))
        self.run_cron("oa_docflow.ir_cron_exemption")

        with freeze_time(Date.context_today(self.env.user) + timedelta(days=31)):
            self.run_cron("oa_docflow.ir_cron_exemption")

        self.assertEqual(exemption.state, "expired")
        self.assertFalse(self.activities_of(self.secretary, exemption))

    # ------------------------------------------------------------ shipped and printed
    def test_the_usual_exemptions_are_drafts_once(self):
        exemptions = self.env["oa.exemption"]

        shipped = exemptions._load_standard(self.company)

        self.assertEqual(set(shipped.mapped("state")), {"draft"})
        self.assertIn(self.apostille, shipped.kind_ids)
        self.assertIn(self.property_act, shipped.kind_ids)
        self.assertFalse(exemptions._load_standard(self.company))

    def test_an_administration_from_before_gets_them_by_the_update(self):
        path = file_path("oa_docflow/migrations/19.0.4.0.0/post-exemptions.py")
        spec = util.spec_from_file_location("post_exemptions", path)
        module = util.module_from_spec(spec)
        spec.loader.exec_module(module)

        module.migrate(self.env.cr, "19.0.3.0.0")

        found = self.env["oa.exemption"].search([("company_id", "=", self.company.id)])
        self.assertEqual(set(found.mapped("state")), {"draft"})

    def test_the_annex_prints_what_is_in_force(self):
        self.exempt(self.apostille, APOSTILLE_PARTS)
        annex = self.as_(self.expert, self.env["oa.exemption"])

        self.assertTrue(annex._get_annex_pdf(self.company).startswith(b"%PDF"))

    def test_an_annex_of_nothing_says_so(self):
        with self.assertRaisesRegex(UserError, "No exemption is in force"):
            self.as_(self.secretary, self.env["oa.exemption"])._get_annex_pdf(self.company)

    def get_share(self, document):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["oa.electronic.share"].browse(document.id)
