from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import RegistryCase


@tagged("post_install", "-at_install")
class TestAccessReview(RegistryCase):
    """Access does not survive leaving by itself, and the data protection officer sees who sees what."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = cls.people["privacy_officer"]
        cls.restricted = cls.register(cls, cls.create_document(cls, subject="Тайна тема", access_level="restricted"))
        cls.free = cls.register(cls, cls.create_document(cls))
        cls.restricted._grant(cls.colleague, "задача")
        cls.reviews = cls.env["oa.access.review"]

    def test_a_person_who_leaves_leaves_a_review_with_their_access(self):
        self.colleague.active = False

        review = self.reviews.with_user(self.head_registrar).search([])
        self.assertEqual((review.user_id, review.cause, review.grant_ids), (self.colleague, "left", self.restricted.grant_ids))

        review.action_withdraw_all()
        self.assertFalse(self.restricted.grant_ids.filtered("is_current"))
        self.assertEqual((review.state, review.done_by_id, review.grant_count), ("done", self.head_registrar, 0))

    def test_a_person_who_changes_the_unit_is_reviewed_and_may_keep_what_is_left(self):
        employee = self.colleague.with_company(self.company).employee_id
        employee.department_id = self.unit
        self.assertFalse(self.reviews.search([]), "whoever comes to the first unit changes none")
        employee.department_id = self.env["hr.department"].create({"name": "Друг отдел", "company_id": self.company.id})

        review = self.reviews.with_user(self.head_registrar).search([])
        self.assertEqual((review.cause, review.grant_count), ("moved", 1))
        review.action_finish()
        self.assertTrue(self.restricted.with_user(self.colleague).has_access("read"))

    def test_whoever_holds_no_personal_access_needs_no_review(self):
        self.expert.active = False
        self.assertFalse(self.reviews.search([]))

    def test_reviews_are_done_by_the_head_registrar_only(self):
        self.colleague.active = False
        review = self.reviews.search([])
        for user in (self.clerk, self.officer, self.expert):
            with self.subTest(user.login), self.assertRaises(AccessError):
                review.with_user(user).action_withdraw_all()
        with self.assertRaises(AccessError):
            review.with_user(self.head_registrar).write({"state": "done"})

    def test_the_officer_reads_who_sees_restricted_documents_and_not_what_they_are_about(self):
        lines = (
            self.env["oa.access.line"].with_user(self.officer).search_read([], ["number", "who", "why", "document_id", "sort", "is_denied"])
        )
        text = str(lines)
        self.assertIn(self.restricted.number, text)
        self.assertIn("задача", text)
        self.assertNotIn(self.free.number, text)
        self.assertNotIn("Тайна тема", text)
        grants = self.env["oa.document.grant"].with_user(self.officer).search_read([], ["document_id", "reason", "effect", "display_name"])
        self.assertEqual(grants[0]["document_id"][1], self.restricted.number)
        with self.assertRaises(AccessError):
            self.restricted.with_user(self.officer).read(["subject"])

    def test_the_officer_of_another_administration_reads_nothing_of_ours(self):
        other = self._create_person("privacy_officer", "other_officer", self.other_company)
        for model in ("oa.access.line", "oa.document.grant", "oa.access.review"):
            self.assertFalse(self.env[model].with_user(other).search([]), model)

    def test_grants_of_drafts_are_their_authors_matter(self):
        draft = self.create_document(self.memo, user=self.expert, subject="Чернова тема")
        draft._grant(self.colleague, "мнение")
        found = self.env["oa.document.grant"].with_user(self.officer).search([("document_id", "=", draft.id)])
        self.assertFalse(found)

    def test_lines_and_reviews_cost_the_same_for_few_and_for_many(self):
        for number in range(40):
            self.restricted._grant(self.colleague, f"задача {number}")

        def count(limit):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["oa.access.line"].with_user(self.officer).search_read([], ["number", "who", "why"], limit=limit)
            return self.cr.sql_log_count - before

        count(1)
        self.assertLessEqual(count(40), count(2) + 4)
