from datetime import date

from freezegun import freeze_time
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import DocflowCase


@tagged("post_install", "-at_install")
class TestNotice(DocflowCase):
    """Everybody chooses how to be told, and nobody is told the same thing twice."""

    def choose(self, channel, *people):
        for person in people:
            self.as_(person, person).docflow_channel = channel

    def mails_to(self, person):
        return self.env["mail.mail"].sudo().search([("recipient_ids", "in", person.partner_id.ids)], order="id")

    def count_mails(self, act):
        before = {person: len(self.mails_to(person)) for person in self.staff}
        act()
        return {person.login.removeprefix("test."): n for person in self.staff if (n := len(self.mails_to(person)) - before[person])}

    def setUp(self):
        super().setUp()
        self.staff = self.governor | self.director | self.expert | self.colleague | self.lawyer | self.secretary | self.clerk

    def test_the_choice_is_ones_own_and_only_of_oneself(self):
        self.choose("email", self.expert)
        self.assertEqual(self.expert.docflow_channel, "email")
        with self.assertRaises(AccessError):
            self.as_(self.expert, self.director).docflow_channel = "email"

    def test_each_event_writes_once_to_whose_turn_it_is_and_to_nobody_else(self):
        self.choose("email", *self.staff)
        document = self.receive()

        self.assertEqual(self.count_mails(lambda: self.register(document)), {"governor": 1})
        self.assertEqual(self.count_mails(lambda: self.resolve(document)), {"director": 1})
        task = document.sudo().task_ids
        self.assertEqual(self.count_mails(lambda: self.delegate(task)), {"expert": 1})
        child = task.child_ids
        self.assertEqual(self.count_mails(lambda: self.as_(self.expert, child).action_accept()), {})
        self.assertEqual(
            self.count_mails(lambda: self.as_(self.expert, child)._report("Готово.", self.env["oa.document"])), {"director": 1}
        )
        self.assertEqual(self.count_mails(lambda: self.as_(self.director, child)._return("Няма приложение.")), {"expert": 1})
        self.assertEqual(self.count_mails(lambda: self.as_(self.director, child)._withdraw("Отпадна.")), {"expert": 1})

    def test_whoever_keeps_to_the_system_gets_no_letter(self):
        document = self.register(self.receive())
        self.assertEqual(self.count_mails(lambda: self.resolve(document)), {})

    def test_a_refusal_reaches_who_asked(self):
        with freeze_time("2026-11-20 09:00:00"):
            task = self.delegate(self.make_task(), due_on=date(2026, 11, 25))
            self.as_(self.expert, task)._ask_extension(date(2026, 12, 1), "Чака се справка.")
            self.as_(self.director, task.extension_ids)._decide(None, "Няма причина.")
        notice = self.env["oa.notice"].sudo().search([("user_id", "=", self.expert.id)])
        self.assertEqual((len(notice), notice.kind, notice.res_model), (1, "told", "oa.task.extension"))
        self.assertIn("Няма причина.", notice.text)
        self.assertFalse(self.env["oa.notice"].sudo().search([("user_id", "=", self.director.id)]))

    def test_a_task_that_goes_to_another_person_is_told_to_who_gave_it(self):
        task = self.delegate(self.make_task())
        self.as_(self.expert, task)._redirect(self.colleague, "Друг район.")
        told = self.env["oa.notice"].sudo().search([("company_id", "=", self.company.id)])
        self.assertEqual((told.user_id, told.kind), (self.director, "told"))

    def test_the_digest_is_one_letter_a_day_with_all_that_is_new(self):
        self.choose("digest", self.director)
        with freeze_time("2026-11-25 06:00:00"):
            tasks = [self.resolve(self.register(self.receive()), due_on=date(2026, 11, 25)) for _number in range(3)]
            list(self.env["oa.notice"]._remind_in_batches(self.company))
            self.assertEqual(len(self.mails_to(self.director)), 0)
            for _run in range(2):
                self.run_cron("oa_docflow.ir_cron_digest")
            letter = self.mails_to(self.director)
        self.assertEqual(len(letter), 1)
        for task in tasks:
            self.assertIn(task.document_id.subject, letter.body_html)
        self.assertIn("For execution", letter.body_html)
        with freeze_time("2026-11-26 06:00:00"):
            self.run_cron("oa_docflow.ir_cron_digest")
        second = self.mails_to(self.director) - letter
        self.assertEqual(len(second), 1)
        self.assertNotIn("<li><a", second.body_html)

    def test_no_digest_on_a_day_off_and_none_when_nothing_is_new_or_waits(self):
        self.choose("digest", self.director, self.colleague)
        self.make_task()
        with freeze_time("2026-11-28 06:00:00"):
            self.run_cron("oa_docflow.ir_cron_digest")
        self.assertFalse(self.mails_to(self.director))
        with freeze_time("2026-11-30 06:00:00"):
            self.run_cron("oa_docflow.ir_cron_digest")
        self.assertEqual((len(self.mails_to(self.director)), len(self.mails_to(self.colleague))), (1, 0))
