"""One list of what the program still has to check, complete or seal: who sees it, what it says, what may be asked of it."""

import json

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..core.errors import TimestampError
from .common import GROUP, SigningCase


class QueueCase(SigningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Whoever watches the queue reads documents by another role.
        cls.overseer = cls.make_person("valya", "Валя Регистраторска", f"{GROUP}overseer,{GROUP}signer")
        cls.file = cls.make_file(cls, signers=[cls.overseer])
        cls.signature = cls.sign(cls, cls.file)

    def bring(self, record=None, name="Писмо.pdf"):
        record = record or self.file
        data = self.signature._get_data()
        attachment = self.env["ir.attachment"].create({"name": name, "raw": data, "res_model": record._name, "res_id": record.id})
        self.env["oa.signature.check.queue"].with_user(self.signer)._enqueue(record, [(name, attachment)])

    def look(self, person=None):
        return self.env["oa.signing.queue"].with_user(person or self.administrator).search([])

    def find(self, kind, person=None):
        return self.look(person).filtered(lambda row: row.kind == kind)

    def refuse_timestamps(self):
        def refuse(*_arguments):
            raise TimestampError("timestamp_unreachable")

        self.patch(self.documents, "complete_many", refuse)


@tagged("post_install", "-at_install")
class TestQueueScreen(QueueCase):
    def test_file_to_be_checked_and_signature_to_be_completed_are_in_one_list(self):
        self.bring()

        rows = self.look()

        self.assertEqual(sorted(rows.mapped("kind")), ["check", "completion"])
        self.assertEqual(set(rows.mapped("state")), {"waiting"})
        self.assertEqual(self.find("check").name, "Писмо.pdf")
        self.assertEqual(set(self.look(self.overseer).mapped("record_name")), {self.file.display_name})
        # Whoever looks after keys may not read the documents.
        self.assertEqual(set(rows.mapped("record_name")), {False})

    def test_what_failed_says_why_and_when_it_is_tried_again(self):
        self.refuse_timestamps()

        self.complete()

        row = self.find("completion")
        self.assertEqual((row.state, row.attempts), ("failed", 1))
        self.assertTrue(row.message)
        self.assertGreater(row.next_at, fields.Datetime.now())
        self.assertIn("by itself", row.advice)

    def test_after_many_attempts_a_person_is_told_what_to_do(self):
        self.refuse_timestamps()
        for _attempt in range(5):
            with freeze_time(self.find("completion").next_at):
                self.complete()

        self.assertIn("beside the timestamp service", self.find("completion").advice)

    def test_row_is_seen_under_way_while_it_is_worked_on(self):
        seen = []
        judge = self.documents.validate

        def validate(*arguments):
            self.env.invalidate_all()
            seen.append(self.find("check").state)
            return judge(*arguments)

        self.patch(self.documents, "validate", validate)
        self.bring()

        self.run_cron("oa_signing.oa_signature_check_queue_cron")

        self.assertEqual(seen, ["running"])

    def test_file_that_killed_its_worker_is_no_more_under_way_and_does_not_come_first_again(self):
        self.bring()
        waiting = self.env["oa.signature.check.queue"].search([])
        with freeze_time("2026-11-22 10:00:00"):
            waiting._start()
            self.assertEqual(self.find("check").state, "running")
            self.assertNotIn(waiting, waiting._find_due(10))
        self.env.invalidate_all()
        with freeze_time("2026-11-22 10:20:00"):
            self.assertEqual(self.find("check").state, "failed")
            self.assertIn(waiting, waiting._find_due(10))
            waiting._start()

        self.assertEqual(waiting.attempts, 1)

    def test_trying_again_is_done_at_once_and_heals(self):
        answer = self.documents.complete_many
        self.refuse_timestamps()
        self.complete()
        self.patch(self.documents, "complete_many", answer)
        self.complete()
        self.assertEqual(self.find("completion").state, "failed")

        self.find("completion", self.overseer).action_try_again()
        self.complete()

        self.assertFalse(self.find("completion"))
        self.assertEqual(self.signature.state, "complete")

    def test_what_is_given_up_is_not_tried_says_by_whom_and_can_be_taken_up_again(self):
        self.find("completion").action_give_up()

        self.complete()

        row = self.find("completion")
        self.assertEqual((row.state, row.given_up_by_id), ("given_up", self.administrator))
        self.assertIn(self.administrator.name, self.signature.with_user(self.signer).given_up_notice)
        row.action_try_again()
        self.complete()
        self.assertEqual(self.signature.state, "complete")
        self.assertFalse(self.signature.given_up_notice)

    def test_pressing_a_button_on_what_was_done_meanwhile_breaks_nothing(self):
        row = self.find("completion")
        self.complete()

        row.action_try_again()
        row.action_give_up()

        self.assertFalse(self.look())

    def test_overseer_sees_only_what_is_about_records_that_the_person_may_read(self):
        self.bring(self.make_file(name="Чужда.pdf"), "Чужда.pdf")
        self.bring()

        self.assertEqual(self.find("check", self.overseer).mapped("name"), ["Писмо.pdf"])
        self.assertEqual(len(self.find("check")), 2)
        foreign = self.find("check").filtered(lambda row: row.name == "Чужда.pdf").with_user(self.overseer)
        self.assertFalse(foreign.is_subject_visible)
        for act in (foreign.action_try_again, foreign.action_open_record):
            with self.assertRaises(AccessError):
                act()

    def test_row_opens_its_document_for_who_may_read_it(self):
        action = self.find("completion", self.overseer).action_open_record()

        self.assertEqual((action["res_model"], action["res_id"]), (self.file._name, self.file.id))

    def test_row_of_a_document_that_is_gone_says_so(self):
        self.bring(self.make_file(name="Друга.pdf"), "Друга.pdf")
        self.env["oa.signature.check.queue"].search([]).res_id = 2**30

        with self.assertRaisesRegex(UserError, "is gone"):
            self.find("check").action_open_record()

    def test_overview_counts_each_state_and_says_when_a_job_is_turned_off(self):
        self.bring()
        self.env.ref("oa_signing.oa_signature_check_queue_cron").active = False

        overview = self.env["oa.signing.queue"].with_user(self.overseer).get_overview()

        self.assertEqual({item["state"]: item["count"] for item in overview["counts"]}["waiting"], 2)
        self.assertEqual(len(overview["stopped"]), 1)
        done = overview["done"]
        self.complete()
        self.assertGreater(self.env["oa.signing.queue"].with_user(self.overseer).get_overview()["done"], done)

    def test_forty_rows_cost_as_many_queries_as_two(self):
        for number in range(40):
            self.bring(name=f"Писмо {number}.pdf")
        costs = []
        for count in (2, 40):
            self.env.invalidate_all()
            rows = self.find("check")[:count]
            rows.check_access("read")
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            rows.action_try_again()
            self.env.flush_all()
            costs.append(self.env.cr.sql_log_count - before)

        self.assertLessEqual(costs[1], costs[0] + 2)


@tagged("post_install", "-at_install")
class TestQueueByRpc(QueueCase, HttpCase):
    def call(self, person, method, ids=None, **kwargs):
        self.env.flush_all()
        self.authenticate(person.login, person.login)
        args = [] if ids is None else [ids]
        body = {"params": {"model": "oa.signing.queue", "method": method, "args": args, "kwargs": kwargs}}
        answer = self.url_open(
            f"/web/dataset/call_kw/oa.signing.queue/{method}", json.dumps(body), headers={"Content-Type": "application/json"}
        )
        return answer.json()

    def get_error(self, *arguments, **kwargs):
        return self.call(*arguments, **kwargs).get("error", {}).get("data", {}).get("name", "")

    def test_signer_and_colleague_see_and_start_nothing(self):
        row = self.find("completion")
        for person in (self.signer, self.colleague):
            for method, ids in (("action_try_again", row.ids), ("action_give_up", row.ids), ("get_overview", None)):
                with self.subTest(person=person.login, method=method):
                    self.assertEqual(self.get_error(person, method, ids), "odoo.exceptions.AccessError")
            self.assertEqual(self.get_error(person, "search_read", domain=[]), "odoo.exceptions.AccessError")

    def test_overseer_starts_again_and_gives_nothing_up(self):
        row = self.find("completion")

        self.assertEqual(self.call(self.overseer, "action_try_again", row.ids)["result"]["tag"], "display_notification")
        self.assertEqual(self.get_error(self.overseer, "action_give_up", row.ids), "odoo.exceptions.AccessError")
        self.assertEqual(self.find("completion").state, "waiting")

    def test_nobody_writes_the_queue_by_hand(self):
        row = self.find("completion")
        for method, arguments in (("write", {"vals": {"state": "given_up"}}), ("unlink", {})):
            self.assertEqual(self.get_error(self.administrator, method, row.ids, **arguments), "odoo.exceptions.AccessError")
        self.assertIn("error", self.call(self.administrator, "_give_up", row.ids))
