from odoo.tests import tagged

from .common import DocflowCase

FEW, MANY = 2, 40


@tagged("post_install", "-at_install")
class TestDocumentQueries(DocflowCase):
    def count_queries(self, action):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        action()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def make_waiting(self, count):
        memos = self.as_(self.expert, self.env["oa.document"])
        for number in range(count):
            memos |= self.write_memo(f"Докладна {number}")
        memos.action_submit()
        return memos

    def test_agreeing_to_many_costs_as_many_queries_as_to_few(self):
        few, many = self.make_waiting(FEW), self.make_waiting(MANY)
        self.as_(self.director, self.make_waiting(1)).action_agree()

        cost_few = self.count_queries(lambda: self.as_(self.director, few).action_agree())
        cost_many = self.count_queries(lambda: self.as_(self.director, many).action_agree())

        self.assertLessEqual(cost_many, cost_few + 6)

    def test_list_of_many_costs_as_many_queries_as_of_few(self):
        few, many = self.make_waiting(FEW), self.make_waiting(MANY)
        names = ["name", "subject", "waiting_for_id", "waiting_until", "state", "is_overdue"]
        self.as_(self.director, few).read(names)

        self.assertEqual(
            self.count_queries(lambda: self.as_(self.director, many).read(names)),
            self.count_queries(lambda: self.as_(self.director, few).read(names)),
        )

    def test_one_step_costs_at_most_thirty_queries(self):
        memo = self.make_waiting(1)
        self.as_(self.director, self.make_waiting(1)).action_agree()

        self.assertLessEqual(self.count_queries(lambda: self.as_(self.director, memo).action_agree()), 30)

    def test_systray_of_many_costs_as_many_queries_as_of_few(self):
        """It counts every one of them, and nobody else's."""
        users = self.as_(self.director, self.env["res.users"])

        def count():
            groups = {group["model"]: group for group in users._get_activity_groups()}
            return groups["oa.document"]["planned_count"] + groups["oa.document"]["total_count"]

        self.make_waiting(FEW)
        few, cost_few = count(), self.count_queries(users._get_activity_groups)
        self.make_waiting(MANY)

        self.assertEqual(count(), few + MANY)
        self.assertEqual(self.count_queries(users._get_activity_groups), cost_few)

    def test_own_reminder_beside_the_flow_is_counted_with_it(self):
        memo = self.make_waiting(1)
        self.as_(self.director, memo).activity_schedule("mail.mail_activity_data_todo", user_id=self.director.id, summary="Обаждане")

        groups = [
            group for group in self.as_(self.director, self.env["res.users"])._get_activity_groups() if group["model"] == "oa.document"
        ]

        self.assertEqual(len(groups), 1)
        self.assertEqual(groups[0]["planned_count"] + groups[0]["total_count"], 2)
