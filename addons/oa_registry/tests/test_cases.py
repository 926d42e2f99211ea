from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PDF, RegistryCase


@tagged("post_install", "-at_install")
class TestCases(RegistryCase):
    def setUp(self):
        super().setUp()
        self.initiating = self.create_registered()
        self.case = self.initiating.case_id.with_user(self.clerk)

    def test_an_initiating_document_opens_a_case_with_its_number(self):
        self.assertEqual((self.case.name, self.case.subject, self.case.state), (self.initiating.uri, self.initiating.subject, "open"))
        self.assertEqual(self.case.class_id.code, "05-01")

    def test_a_letter_opens_no_case(self):
        self.assertFalse(self.create_registered(self.letter).case_id)

    def test_contents_are_numbered_in_the_order_of_registration(self):
        reply = self.create_document(self.reply, case_id=self.case.id)
        memo = self.create_document(self.memo, case_id=self.case.id)
        self.register(memo, reply)

        self.assertEqual([document.case_position for document in (self.initiating, memo, reply)], [1, 2, 3])

    def test_closing_names_all_that_is_missing(self):
        self.case.class_id = False
        reply = self.register(self.create_document(self.reply, case_id=self.case.id))
        draft = self.create_document(self.memo, case_id=self.case.id, subject="Недовършена докладна")

        blockers = "\n".join(self.case._get_close_blockers())

        self.assertFalse(self.case.can_close)
        for words in ("class", reply.number, draft.subject):
            self.assertIn(words, blockers)
        with self.assertRaises(UserError):
            self.case.action_close()

    def test_a_case_closes_when_everything_is_dispatched_or_annulled(self):
        sent, annulled = (self.create_registered(self.reply, case_id=self.case.id) for _number in range(2))
        sent._add_file("писмо.pdf", PDF, "scan")
        dispatch = (
            self.env["oa.dispatch"]
            .with_user(self.clerk)
            .create({"document_id": sent.id, "partner_id": self.applicant.id, "channel": "post"})
        )
        dispatch.action_send()
        annulled.with_user(self.head_registrar)._annul("грешен получател")

        self.case.action_close()

        self.assertEqual((self.case.state, self.case.closed_by_id), ("closed", self.clerk))
        self.assertEqual(self.case.keep_until.year, self.case.closed_on.year + 5)

    def test_a_closed_case_takes_no_document_until_it_is_continued(self):
        self.case.action_close()
        with self.assertRaisesRegex(UserError, "closed"):
            self.create_document(self.reply, case_id=self.case.id)

        self.case._continue("дойде допълнение")
        self.create_document(self.reply, case_id=self.case.id)

    def test_the_state_is_not_written_by_people(self):
        with self.assertRaises(AccessError):
            self.case.write({"state": "closed"})

    def test_an_expert_does_not_close(self):
        self.initiating._grant(self.expert, "изпълнител")
        with self.assertRaises(AccessError):
            self.case.with_user(self.expert).action_close()

    def test_a_reply_joins_the_case_of_what_it_answers(self):
        document = self.env["oa.document"].with_user(self.clerk).new({"reply_to_id": self.initiating.id})
        document._onchange_reply_to_id()
        self.assertEqual(document.case_id._origin.id, self.case.id)
