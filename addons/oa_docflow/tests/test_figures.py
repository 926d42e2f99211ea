from datetime import date, timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import FLOW, DocflowCase


@tagged("post_install", "-at_install")
class TestFigures(DocflowCase):
    """Heads see how much work is where and how long it takes; persons are not ranked without a right of its own."""

    def group(self, person, model, by, *measures):
        self.env.flush_all()
        return self.as_(person, self.env[model]).formatted_read_group([], by, measures)

    def set_times(self, step, hours):
        began = step.acted_at - timedelta(hours=hours)
        self.env.cr.execute("ALTER TABLE oa_route_step DISABLE TRIGGER USER")
        self.env.cr.execute("UPDATE oa_route_step SET waiting_since = %s WHERE id = %s", [began, step.id])
        self.env.cr.execute("ALTER TABLE oa_route_step ENABLE TRIGGER USER")

    def test_workload_and_overdue_are_counted_by_unit(self):
        for days in (-3, 3):
            self.delegate(self.make_task(), due_on=date.today() + timedelta(days=days))
        self.resolve(self.register(self.receive()), self.lawyer)
        rows = {
            row["unit_id"][0]: row for row in self.group(self.secretary, "oa.figure.work", ["unit_id"], "open_count:sum", "late_count:sum")
        }
        # Two tasks of the director and two of the expert; one of the expert's is overdue.
        self.assertEqual((rows[self.directorate.id]["open_count:sum"], rows[self.directorate.id]["late_count:sum"]), (4, 1))
        self.assertEqual(rows[self.head_office.id]["open_count:sum"], 1)

    def test_median_and_ninth_tenth_are_those_of_the_rows_of_each_group(self):
        memos = [self.write_memo(f"Докладна {number}") for number in range(5)]
        for memo in memos:
            memo.action_submit()
            self.as_(self.director, memo).action_agree()
        self.env.flush_all()
        for memo, hours in zip(memos, (1, 2, 3, 4, 100), strict=True):
            self.set_times(memo.sudo().route_id.step_ids.filtered(lambda step: step.user_id == self.director), hours)
        measures = ("waiting_median:avg", "waiting_ninth:avg", "waiting_hours:avg", "working_median:avg", "__count")
        row = next(row for row in self.group(self.secretary, "oa.figure.step", ["stage"], *measures) if row["stage"] == "coordinate")
        self.assertEqual(row["__count"], 5)
        self.assertAlmostEqual(row["waiting_median:avg"], 3, 2)
        self.assertAlmostEqual(row["waiting_ninth:avg"], 61.6, 1)
        self.assertAlmostEqual(row["waiting_hours:avg"], 22, 2)
        self.assertAlmostEqual(row["working_median:avg"], 0, 2)

    def test_waiting_ends_when_the_person_opens_the_document(self):
        with freeze_time("2026-11-23 08:00:00"):
            memo = self.write_memo()
            memo.action_submit()
            self.env.flush_all()
        with freeze_time("2026-11-23 10:00:00"):
            self.env["oa.journal.entry"].with_user(self.director)._log(memo.with_user(self.director), "view")
        with freeze_time("2026-11-23 15:00:00"):
            self.as_(self.director, memo).action_agree()
        self.env.flush_all()
        found = self.env["oa.figure.step"].sudo().search([("company_id", "=", self.company.id), ("stage", "=", "coordinate")])
        self.assertEqual(len(found), 1)
        self.assertEqual((round(found.waiting_hours, 1), round(found.working_hours, 1)), (2.0, 5.0))

    def test_a_return_is_counted(self):
        memo = self.write_memo()
        memo.action_submit()
        self.as_(self.director, self.env["oa.document.return"]).create(
            {"document_id": memo.id, "reason": "Липсва основание."}
        ).action_confirm()
        rows = self.group(self.secretary, "oa.figure.step", ["stage"], "returned_percent:avg")
        self.assertEqual([row["returned_percent:avg"] for row in rows if row["stage"] == "coordinate"], [100.0])

    def test_a_director_sees_the_own_units_and_the_management_all(self):
        self.delegate(self.make_task())
        self.resolve(self.register(self.receive()), self.lawyer)
        own = self.as_(self.director, self.env["oa.figure.work"]).search([])
        self.assertEqual(own.sudo().unit_id, self.directorate)
        self.assertLess(len(own), len(self.as_(self.governor, self.env["oa.figure.work"]).search([])))
        for person in (self.expert, self.clerk):
            with self.assertRaises(AccessError):
                self.as_(person, self.env["oa.figure.work"]).search([])
        other = self.env["res.company"].create({"name": "Друга"})
        stranger = self.make_user("figures", FLOW + "governor", company=other)
        found = self.env["oa.figure.work"].with_user(stranger).with_context(allowed_company_ids=other.ids).search([])
        self.assertFalse(found.sudo().filtered(lambda row: row.company_id == self.company))

    def test_nobody_is_ranked_without_the_right(self):
        self.delegate(self.make_task())
        with self.assertRaises(AccessError):
            self.group(self.governor, "oa.figure.work", ["user_id"], "open_count:sum")
        with self.assertRaises(AccessError):
            self.as_(self.governor, self.env["oa.figure.work"]).search([]).read(["user_id"])
        with self.assertRaises(AccessError):
            self.as_(self.governor, self.env["oa.figure.step"]).search([("user_id", "=", self.expert.id)])
        self.governor.group_ids = [Command.link(self.env.ref("oa_docflow.oa_docflow_group_person_figures").id)]
        rows = self.group(self.governor, "oa.figure.work", ["user_id"], "open_count:sum")
        self.assertIn(self.expert.id, [row["user_id"][0] for row in rows])
