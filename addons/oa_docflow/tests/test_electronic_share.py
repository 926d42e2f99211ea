from odoo.exceptions import AccessError
from odoo.fields import Date
from odoo.tests import tagged

from .exemption_common import ExemptionCase


@tagged("post_install", "-at_install")
class TestElectronicShare(ExemptionCase):
    """(all − exempt − breaches) / all, and every breach by its document."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = cls.env["oa.electronic.share"]

    def read_rows(self, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.as_(user or self.secretary, self.rows).search([("company_id", "=", self.company.id)])

    def test_the_share_counts_electronic_exempt_and_breaches(self):
        self.exempt(self.apostille, ("drafting",))
        self.register(self.write_on_paper(self.apostille))
        self.register(self.write_on_paper(self.letter, carrier="electronic"))
        unscanned = self.register(self.receive(carrier="paper"))
        self.register(self.receive())

        rows = self.read_rows()

        self.assertEqual(sorted(rows.mapped("outcome")), ["breach", "electronic", "electronic", "exempt"])
        breach = rows.filtered(lambda row: row.outcome == "breach")
        self.assertEqual((breach.document_id, breach.paper_text), (unscanned, "No scan"))
        self.assertEqual(breach.action_open_document()["res_id"], unscanned.id)
        (summary,) = self.as_(self.secretary, self.rows)._summarise([("company_id", "=", self.company.id)], [])
        self.assertEqual((summary["count"], summary["electronic"], summary["percent"]), (4, 2, "50,0"))

    def test_the_report_judges_as_the_rule_does(self):
        """Whatever the rule would refuse is a breach when it got into the book some other way, and nothing else is."""
        documents = self.env["oa.document"]
        ways = [
            {"carrier": carrier, "signing_method": method, "paper_disposition": disposition}
            for carrier in ("electronic", "paper", "mixed")
            for method in (False, "qes", "hand")
            for disposition in (False, "kept", "returned")
        ]
        for kind in (self.letter, self.certificate_procedure.kind_id):
            for vals in ways:
                documents |= self.write_on_paper(kind, carrier="electronic", with_image=False, procedure_id=False)
                self.register(documents[-1])
                self.env.flush_all()
                # As if it had been entered before the rule.
                self.env.cr.execute(
                    "UPDATE oa_document SET carrier = %s, signing_method = %s, paper_disposition = %s WHERE id = %s",
                    [vals["carrier"], vals["signing_method"] or None, vals["paper_disposition"] or None, documents[-1].id],
                )
        self.env.invalidate_all()

        found = {row.document_id: row.paper_parts or "" for row in self.read_rows()}

        for document in documents:
            with self.subTest(carrier=document.carrier, method=document.signing_method, kept=document.paper_disposition):
                self.assertEqual(found[document], ",".join(sorted(document._get_paper_parts())))

    def test_paper_that_reached_an_administration_without_an_exemption_is_a_breach(self):
        letter = self.register(self.write_on_paper(self.letter, partner=self.municipality, carrier="electronic"))
        dispatch = letter.env["oa.dispatch"].create({"document_id": letter.id, "partner_id": self.municipality.id, "channel": "post"})
        dispatch._mark_sent()

        self.assertEqual((self.read_rows().outcome, self.read_rows().paper_parts), ("breach", "service"))

    def test_a_document_without_a_unit_counts_for_the_unit_of_its_author(self):
        memo = self.as_(self.expert, self.write_memo())
        memo.action_submit()
        for step in memo.sudo().route_id.step_ids.filtered(lambda step: step.act == "coordinate"):
            self.as_(step.user_id, memo).action_agree()
        self.env["oa.register.entry"]._allot_pending()

        self.assertEqual(self.read_rows().unit_id, self.directorate)

    def test_an_annulled_number_is_not_counted(self):
        document = self.register(self.receive())
        self.clerk.group_ids += self.env.ref("oa_registry.oa_registry_group_head_registrar")
        self.as_(self.clerk, document)._annul("Регистрирано повторно")

        self.assertFalse(self.read_rows())

    def test_staff_do_not_read_it_and_the_page_prints(self):
        self.register(self.receive(carrier="paper"))
        with self.assertRaises(AccessError):
            self.read_rows(self.expert)

        today = Date.today()
        page = self.as_(self.secretary, self.rows)._get_report_pdf(self.company, today.replace(day=1), today)

        self.assertTrue(page.startswith(b"%PDF"))
