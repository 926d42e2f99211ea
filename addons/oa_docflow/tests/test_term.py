from datetime import date

from odoo.tests import tagged

from .common import DocflowCase


@tagged("post_install", "-at_install")
class TestTerm(DocflowCase):
    def test_service_1972_has_seven_working_days_from_receipt(self):
        document = self.register(self.receive(received_at="2026-12-18 10:00:00"))

        self.assertEqual(document.due_on, date(2027, 1, 4))
        self.assertEqual(document.term_ids.due_on, date(2027, 1, 4))
        self.assertIn("Рождество Христово", document.term_explanation)
        self.assertIn("1972", document.term_ids.legal_ground)

    def test_fast_service_has_three_working_days(self):
        document = self.register(self.receive(received_at="2026-11-23 10:00:00", speed="fast"))

        self.assertEqual(document.due_on, date(2026, 11, 26))

    def test_moment_before_midnight_in_utc_counts_as_the_next_day_in_sofia(self):
        document = self.register(self.receive(received_at="2026-11-22 22:30:00"))

        self.assertEqual(document.term_ids.start_on, date(2026, 11, 23))

    def test_new_moved_day_changes_the_next_term(self):
        days = self.env["oa.calendar.day"]
        before = days._compute_term(date(2026, 11, 23), 1, "working_days").due

        days.create({"day": "2026-11-24", "is_working": False, "reason": "Разместен ден"})

        self.assertEqual(before, date(2026, 11, 24))
        self.assertEqual(days._compute_term(date(2026, 11, 23), 1, "working_days").due, date(2026, 11, 25))
