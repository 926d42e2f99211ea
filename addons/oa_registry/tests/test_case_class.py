import base64
from datetime import date
from importlib import util

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, new_test_user, tagged
from odoo.tools import file_path

from .common import RegistryCase

TABLE = """Индекс;Наименование;Срок;Забележка
50;Пробен раздел;;
50-01;Договори;10 след изтичане;
50-02;Протоколи;П;оригинали
"""


@tagged("post_install", "-at_install")
class TestCaseClass(RegistryCase):
    def setUp(self):
        super().setUp()
        self.classes = self.env["oa.case.class"].with_user(self.archivist)
        self.year = self.classes.search([("company_id", "=", self.company.id)], limit=1).year
        self.services = self.classes.search([("company_id", "=", self.company.id), ("code", "=", "05-01")])

    def open(self, act, user=None, **values):
        dialog = Form(self.env["oa.case.class.act"].with_user(user or self.archivist).with_context(default_act=act))
        for name, value in values.items():
            setattr(dialog, name, value)
        return dialog

    def bring(self, text):
        return self.open("import", content=base64.b64encode(text.encode()))

    def count(self, year):
        return self.classes.search_count([("company_id", "=", self.company.id), ("year", "=", year)])

    def test_a_term_from_an_event_runs_when_the_day_is_known(self):
        rent = self.classes.search([("company_id", "=", self.company.id), ("code", "=", "03-07")])
        self.assertEqual((rent.retention_start, rent.retention_label), ("event", "10 след изтичане"))
        case = self.create_registered().case_id.with_user(self.clerk)
        case.class_id = rent
        case._write_system({"state": "closed", "closed_on": date(2026, 5, 1)})
        self.assertFalse(case.keep_until)
        case.retention_event_on = date(2028, 3, 1)
        self.assertEqual(case.keep_until, date(2038, 12, 31))

    def test_who_keeps_the_scheme_opens_it_without_seeing_cases(self):
        rows = self.env["oa.case.class"].with_user(self.people["administrator"]).search_read([], ["name", "case_count"], limit=5)
        self.assertTrue(rows)
        self.assertFalse(any(row["case_count"] for row in rows))

    def test_a_term_from_an_event_names_it(self):
        with self.assertRaisesRegex(ValidationError, "event"):
            self.services.write({"retention_start": "event"})

    def test_the_term_of_closed_cases_stays(self):
        case = self.create_registered().case_id
        self.assertEqual(case.class_id, self.services)
        self.services.retention_years = 6
        case._write_system({"state": "closed", "closed_on": date(2026, 5, 1)})
        with self.assertRaisesRegex(UserError, "closed under class"):
            self.services.retention_years = 7
        with self.assertRaisesRegex(UserError, "has cases"):
            self.services.unlink()

    def test_a_scheme_is_copied_in_one_act_that_says_beforehand_what_it_adds(self):
        count = self.count(self.year)
        dialog = self.open("copy")
        self.assertIn(str(count), dialog.preview)
        dialog.save().action_confirm()

        self.assertEqual((self.count(self.year), self.count(self.year + 1)), (count, count))
        copied = self.services._get_of_year(self.year + 1)
        self.assertEqual((copied.year, copied.code, copied.retention_label), (self.year + 1, "05-01", self.services.retention_label))
        self.assertEqual(copied.parent_id.year, self.year + 1)

    def test_copying_again_adds_only_what_is_missing(self):
        self.open("copy").save().action_confirm()
        self.classes.create({"code": "05-99", "name": "Ново", "parent_id": self.services.parent_id.id, "year": self.year})
        self.classes._copy_year(self.company, self.year, self.year + 1)
        self.assertEqual(self.count(self.year + 1), self.count(self.year))
        with self.assertRaisesRegex(UserError, "already"):
            self.classes._copy_year(self.company, self.year, self.year + 1)

    def test_a_new_case_takes_the_class_of_its_own_year(self):
        self.services.sudo().search([("company_id", "=", self.company.id)]).write({"year": self.year - 1})
        fresh = self.classes._copy_year(self.company, self.year - 1, self.year)
        case = self.create_registered().case_id
        self.assertEqual((case.class_id.code, case.class_id.year), ("05-01", self.year))
        self.assertIn(case.class_id, fresh)

    def test_open_cases_are_carried_over_when_asked(self):
        opened, closed = (self.create_registered().case_id for _number in range(2))
        closed._write_system({"state": "closed", "closed_on": date(2026, 5, 1)})
        self.classes._copy_year(self.company, self.year, self.year + 1, with_cases=True)
        self.assertEqual((opened.class_id.year, closed.class_id.year), (self.year + 1, self.year))

    def test_a_table_is_brought_in_after_its_preview(self):
        dialog = self.bring(TABLE)
        self.assertTrue(dialog.is_ready)
        self.assertIn("50-01", dialog.preview)
        dialog.save().action_confirm()
        rows = self.classes.search([("company_id", "=", self.company.id), ("code", "=like", "50%")], order="code")
        self.assertEqual(rows.mapped("retention_label"), ["", "10 след изтичане", "П"])
        self.assertEqual(rows[1].parent_id, rows[0])

        again = self.bring(TABLE.replace("Протоколи", "Протоколи и решения"))
        self.assertIn("50-02", again.preview)
        self.assertNotIn("50-01", again.preview)
        again.save().action_confirm()
        self.assertEqual(rows[2].name, "Протоколи и решения")

    def test_errors_are_told_by_row_and_nothing_is_brought(self):
        dialog = self.bring(TABLE + "50-03;;пет;\n60-01;Без раздел;5;\n")
        self.assertFalse(dialog.is_ready)
        for word in ("Row 5", "пет", "Row 6", "60-01"):
            self.assertIn(word, dialog.preview)
        with self.assertRaisesRegex(UserError, "Row 5"):
            dialog.save().action_confirm()
        self.assertFalse(self.classes.search([("code", "=", "50-01")]))

    def test_what_is_no_table_is_refused_with_a_sentence(self):
        dialog = self.open("import", content=base64.b64encode(b"\x00\x01"))
        self.assertIn("no XLSX or CSV", dialog.preview)

    def test_who_does_not_keep_the_scheme_neither_copies_nor_brings(self):
        for user in (self.clerk, self.expert):
            with self.assertRaises(AccessError):
                self.open("copy", user).save().action_confirm()

    def test_old_notes_become_events(self):
        rent = self.classes.search([("company_id", "=", self.company.id), ("code", "=", "03-07")])
        rent.write({"retention_start": "closing", "retention_event": False, "retention_note": "след изтичане"})
        self.env.flush_all()
        spec = util.spec_from_file_location("post_retention", file_path("oa_registry/migrations/19.0.3.0.0/post-retention.py"))
        module = util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.migrate(self.env.cr, "19.0.2.0.0")
        self.env.invalidate_all()
        self.assertEqual((rent.retention_label, rent.retention_note), ("10 след изтичане", False))


@tagged("post_install", "-at_install")
class TestCaseClassPrint(RegistryCase, HttpCase):
    def test_the_official_form_is_for_people_of_the_administration(self):
        new_test_user(
            self.env, "reader", "base.group_user,oa_registry.oa_registry_group_expert", company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)], password="reader-password",
        )  # fmt: skip
        year = self.env["oa.case.class"].search([("company_id", "=", self.company.id)], limit=1).year
        self.env.flush_all()
        self.authenticate("reader", "reader-password")
        answer = self.url_open(f"/oa/scheme/{self.company.id}/{year}")
        self.assertEqual((answer.status_code, answer.content[:5]), (200, b"%PDF-"))
        self.assertEqual(self.url_open(f"/oa/scheme/{self.other_company.id}/{year}").status_code, 404)
