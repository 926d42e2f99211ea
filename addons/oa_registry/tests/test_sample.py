"""The sample of many documents is like what people would have made."""

import hashlib
import random

from odoo.exceptions import UserError
from odoo.tests import tagged
from stdnum.bg import egn, vat

from ..demo.sample.identities import make_egn, make_eik
from ..demo.sample.subjects import Subjects
from .common import RegistryCase

COUNT = 220


@tagged("post_install", "-at_install")
class TestSample(RegistryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["oa.sample"]._build(COUNT, companies=cls.company, with_files=20)
        cls.documents = cls.env["oa.document"].search([("company_id", "=", cls.company.id)])

    def test_as_many_documents_as_were_asked_for_of_every_direction_and_state(self):
        self.assertEqual(len(self.documents), COUNT)
        self.assertEqual(set(self.documents.mapped("direction")), {"incoming", "outgoing", "internal"})
        self.assertLessEqual({"draft", "registered", "closed", "annulled"}, set(self.documents.mapped("state")))
        self.assertEqual(set(self.documents.mapped("access_level")), {"free", "restricted"})

    def test_principals_are_those_that_the_rule_computes(self):
        for document in self.documents:
            rule = sorted({rule.principal for rule in document._get_access_rules()})
            self.assertEqual(list(document.access_principals), rule, document.display_name)
        everything = {principal[0] for document in self.documents for principal in document.access_principals}
        self.assertEqual(everything, set("udtomr!"), "the comparison must have met every sort of principal")

    def test_the_books_are_whole(self):
        books = self.documents.register_entry_id.register_id
        self.assertEqual(set(books._verify_all().values()), {None})
        self.assertEqual(sum(books.mapped("entry_count")), len(self.documents.filtered("number")))

    def test_the_journal_is_whole(self):
        rows = self.env["oa.journal.entry"].search([("document_id", "in", self.documents.ids)])
        self.assertGreaterEqual(len(rows), COUNT)
        self.assertIsNone(self.env["oa.journal.seal"]._verify())

    def test_nobody_registers_in_the_books_of_the_sample(self):
        self.assertFalse(any(self.documents.register_entry_id.register_id.mapped("active")))
        entry = self.create_registered().register_entry_id
        self.assertEqual(entry.register_id, self.official)

    def test_what_belongs_to_a_document_is_there(self):
        answers = self.documents.filtered("reply_to_id")
        self.assertTrue(answers)
        self.assertEqual(answers.mapped("case_id"), answers.reply_to_id.case_id)
        numbered = self.documents.filtered("number")
        self.assertEqual(len(numbered.register_entry_id), len(numbered))
        self.assertEqual(
            self.env["oa.journal.entry"].search_count([("document_id", "in", numbered.ids), ("action", "=", "register")]), len(numbered)
        )
        self.assertFalse(numbered.filtered(lambda document: document.direction != "internal" and not document.correspondent_ids))

    def test_some_documents_have_a_file_that_the_book_knows(self):
        files = self.documents.file_ids
        self.assertTrue(20 < len(files) < 80, len(files))
        for file in files:
            self.assertTrue(file.attachment_id.raw.startswith(b"%PDF-"))
            self.assertEqual(hashlib.sha256(file.attachment_id.raw).hexdigest(), file.sha256)
            self.assertIn(file.sha256, file.document_id.register_entry_id.snapshot)

    def test_nobody_of_the_registry_is_shut_out_of_a_document(self):
        denied = {word for document in self.documents for word in document.access_principals if word.startswith("!")}
        self.assertTrue(denied)
        self.assertFalse(denied & {f"!u:{user.id}" for user in self.clerk | self.head_registrar})

    def test_the_newcomer_sees_five_documents(self):
        newcomer = self.env["res.users"].search([("login", "=", "sample.newcomer")])
        self.assertEqual(self.env["oa.document"].with_user(newcomer).search_count([]), 5)

    def test_a_database_that_is_no_demo_is_not_filled(self):
        self.env.ref("base.module_oa_registry").demo = False
        before = self.env["oa.document"].search_count([])
        with self.assertRaises(UserError):
            self.env["oa.sample"]._build(1)
        self.assertEqual(self.env["oa.document"].search_count([]), before)

    def test_identities_have_right_check_digits(self):
        rng = random.Random(7)
        for _number in range(300):
            self.assertTrue(egn.is_valid(make_egn(rng, is_man=True)))
            self.assertTrue(vat.is_valid(make_eik(rng)))

    def test_the_same_seed_tells_the_same_story(self):
        told = [[Subjects(random.Random(seed), "Видин").write(kind) for kind in ("З", "ДЗ", "?")] for seed in (1, 1, 2)]
        self.assertEqual(told[0], told[1])
        self.assertNotEqual(told[0], told[2])
