import io
from datetime import date

import openpyxl
from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import DocflowCase


@tagged("post_install", "-at_install")
class TestRegisterYear(DocflowCase, HttpCase):
    """The registers of complaints and of access to information report their year, on a page and in a sheet."""

    def receive_kind(self, name, **vals):
        return self.register(self.receive(kind_id=self.env.ref(f"oa_registry.oa_document_kind_{name}").id, **vals))

    def decide(self, person, document, outcome, ground="", day=None):
        self.as_(person, self.env["oa.document.outcome"]).create(
            {"document_id": document.id, "outcome": outcome, "ground": ground, "day": day or date.today()}
        ).action_confirm()

    def read_sheets(self, person, subject, year):
        data = self.as_(person, self.env["oa.register.year"])._make(self.company, subject, year, "xlsx")
        book = openpyxl.load_workbook(io.BytesIO(data))
        return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)] for sheet in book}

    def test_the_year_counts_what_came_how_it_ended_and_why_it_was_refused(self):
        with freeze_time("2026-03-02 08:00:00"):
            full, refused, _open = (self.receive_kind("foi_application") for _number in range(3))
            self.receive_kind("complaint")
        with freeze_time("2026-03-05 08:00:00"):
            self.decide(self.clerk, full, "granted", day=date(2026, 3, 5))
            self.decide(self.clerk, refused, "refused", "чл. 37, ал. 1, т. 1 от ЗДОИ", date(2026, 3, 5))
            sheets = self.read_sheets(self.secretary, "foi", 2026)
        head, *_kinds, total = sheets["Постъпили и изход"]
        found = dict(zip(head, total, strict=True))
        self.assertEqual((found["Постъпили"], found["Уважени / пълен достъп"], found["Отказ / отхвърлени"]), (3, 1, 1))
        self.assertEqual(found["Без отбелязан изход"], 1)
        self.assertIn(["чл. 37, ал. 1, т. 1 от ЗДОИ", 1], sheets["Основания за отказ"])
        self.assertEqual(sheets["По месеци"][3][:3], ["март", 3, 2])

    def test_the_page_and_the_address_are_for_those_who_report(self):
        self.assertTrue(
            self.as_(self.clerk, self.env["oa.register.year"])._make(self.company, "complaints", 2026, "pdf").startswith(b"%PDF")
        )
        with self.assertRaises(AccessError):
            self.as_(self.expert, self.env["oa.register.year"])._make(self.company, "foi", 2026, "pdf")
        self.authenticate("test.secretary", "test.secretary")
        self.assertEqual(self.url_open(f"/oa_docflow/register-year/{self.company.id}/foi/2026.xlsx").status_code, 200)
        self.assertEqual(self.url_open(f"/oa_docflow/register-year/{self.env.ref('base.main_company').id}/foi/2026.xlsx").status_code, 404)

    def test_a_refusal_names_its_ground_and_the_day_is_not_in_the_future(self):
        document = self.receive_kind("foi_application")
        with self.assertRaisesRegex(UserError, "ground"):
            self.decide(self.clerk, document, "refused")
        with self.assertRaisesRegex(UserError, "day"):
            self.decide(self.clerk, document, "granted", day=date(2099, 1, 1))

    def test_the_outcome_is_said_by_those_who_work_on_it_and_stands_in_the_journal(self):
        document = self.receive_kind("complaint")
        self.resolve(document, self.director)
        document._grant_with_case(self.colleague, "test")
        with self.assertRaises(UserError):
            self.decide(self.colleague, document, "granted")
        with self.assertRaises(AccessError):
            self.as_(self.director, document).write({"outcome": "granted"})
        self.decide(self.director, document, "partly", "чл. 97 от АПК")
        self.assertEqual((document.outcome, document.outcome_ground), ("partly", "чл. 97 от АПК"))
        self.assertIn("outcome", document.sudo().journal_ids.mapped("action"))
