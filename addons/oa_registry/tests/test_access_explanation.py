from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import RegistryCase


@tagged("post_install", "-at_install")
class TestAccessExplanation(RegistryCase):
    """Who sees a document and why, and why somebody does not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.free, cls.restricted = (
            cls.create_document(cls, subject="Свободна тема"),
            cls.create_document(cls, subject="Тайна тема", access_level="restricted"),
        )
        cls.register(cls, cls.free, cls.restricted)

    def refuse(self, user, document=None):
        return "\n".join((document or self.restricted).with_user(self.clerk)._explain_refusal(user))

    def test_the_explanation_agrees_with_the_search_for_everybody(self):
        self.free.unit_id = self.unit
        self.colleague.with_company(self.company).employee_id.department_id = self.unit
        self.restricted._grant(self.expert, "съизпълнител")
        self.free._deny(self.governor, "конфликт на интереси")
        people = self.env["res.users"].union(*self.people.values()) | self.colleague | self.outsider
        for user in people:
            for document in self.free | self.restricted:
                facts = document.with_user(self.clerk)._explain_access(user)
                is_seen = bool(facts) and all(fact.is_allowed for fact in facts)
                with self.subTest(user.login, document=document.subject):
                    self.assertEqual(is_seen, document.with_user(user).has_access("read"))
                    self.assertEqual(is_seen, not document.with_user(self.clerk)._explain_refusal(user))

    def test_a_grant_is_traced_to_its_rule_its_source_and_who_gave_it(self):
        self.restricted.with_user(self.clerk)._grant(self.colleague, "съизпълнител", source=self.free)

        row = self.restricted.with_user(self.clerk).get_access_facts()["rows"][-1]

        self.assertEqual(row["who"], self.colleague.name)
        self.assertIn(self.clerk.name, row["rule"])
        self.assertIn("съизпълнител", row["rule"])
        self.assertEqual(row["source"], {"model": "oa.document", "id": self.free.id, "name": self.free.number})

    def test_a_source_that_the_reader_may_not_see_is_not_named(self):
        self.free._grant(self.colleague, "задача", source=self.restricted)
        row = self.free.with_user(self.colleague).get_access_facts()["rows"][-1]
        self.assertFalse(row["source"])

    def test_denials_come_first_and_strike_the_person_out_of_every_other_rule(self):
        self.free._deny(self.governor, "конфликт на интереси")
        rows = self.free.with_user(self.clerk).get_access_facts()["rows"]
        self.assertTrue(rows[0]["is_denied"])
        overview = next(row for row in rows if row["principal"].endswith(":overview"))
        self.assertIn({"name": self.governor.name, "is_denied": True}, overview["people"])

    def test_the_reason_why_not_is_named(self):
        self.free._deny(self.expert, "конфликт на интереси")
        self.free.unit_id = self.unit
        self.assertIn("restricted", self.refuse(self.colleague))
        self.assertIn("another administration", self.refuse(self.outsider))
        self.assertIn("no role", self.refuse(self.administrator))
        self.assertIn("конфликт на интереси", self.refuse(self.expert, self.free))
        self.assertIn(self.unit.name, self.refuse(self.colleague, self.free))
        self.colleague.active = False
        self.assertIn("no active account", self.refuse(self.colleague))

    def test_the_explanation_is_for_those_who_see_the_document(self):
        with self.assertRaises(AccessError):
            self.restricted.with_user(self.colleague).get_access_facts()
        question = self.env["oa.document.explain"].with_user(self.colleague).create({"document_id": self.restricted.id})
        with self.assertRaises(AccessError):
            question.write({"user_id": self.colleague.id})
            question.read(["answer"])

    def test_the_dialog_answers_for_the_chosen_person(self):
        question = self.env["oa.document.explain"].with_user(self.clerk).create({"document_id": self.restricted.id})
        self.assertFalse(question.answer)
        question.user_id = self.colleague
        self.assertIn("restricted", question.answer)

    def test_whoever_opens_a_link_is_told_why_and_whom_to_ask_and_nothing_about_the_document(self):
        self.free._deny(self.colleague, "конфликт на интереси")
        cases = [
            (self.colleague, self.restricted, "restricted"),
            (self.colleague, self.free, "explicitly denied"),
            (self.expert, self.free, "no task or grant"),
            (self.outsider, self.restricted, "another administration"),
        ]
        self.colleague.group_ids = [Command.link(self.env.ref("base.group_no_one").id)]
        for user, document, sentence in cases:
            for record in (document, document.register_entry_id, document.correspondent_ids, document.case_id):
                with self.subTest(user.login, record=record), self.assertRaises(AccessError) as caught:
                    record.with_user(user).check_access("read")
                text = str(caught.exception)
                self.assertIn(sentence, text)
                for secret in (document.number, document.subject, "конфликт", self.applicant.name):
                    self.assertNotIn(secret, text)
        self.assertIn(self.head_registrar.name, self._refuse_text(self.colleague))

    def _refuse_text(self, user):
        with self.assertRaises(AccessError) as caught:
            self.restricted.with_user(user).check_access("read")
        return str(caught.exception)

    def test_explaining_costs_the_same_for_few_and_for_many_grants(self):
        def count(document):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            document.with_user(self.clerk).get_access_facts()
            return self.cr.sql_log_count - before

        for number in range(2):
            self.free._grant(self.colleague, f"задача {number}")
        for number in range(40):
            self.restricted._grant(self.colleague, f"задача {number}")
        count(self.free)
        self.assertLessEqual(count(self.restricted), count(self.free) + 2)
