"""Series, first numbers, sub-numbers, missed numbers: how a book counts."""

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from ..core.hash_chain import Flaw
from .common import RegistryCase


@tagged("post_install", "-at_install")
class TestSeries(RegistryCase):
    def create_register(self, **vals):
        vals = {"code": "ИЗП", "name": "Изпитен регистър", "direction": "official", "company_id": self.company.id, **vals}
        return self.env["oa.register"].with_user(self.head_registrar).create(vals)

    def register_in(self, register, *documents):
        for document in documents:
            document.register_id = register
        self.register(*documents)
        return [document.register_entry_id.sequence for document in documents]

    def assert_whole(self, register):
        self.assertIsNone(register._verify_all()[register])

    def test_incoming_and_outgoing_are_counted_apart_where_the_register_says_so(self):
        register = self.create_register(series="separate", number_template="{series}-{seq}/{yyyy}")
        documents = [self.create_document(), self.create_document(self.reply), self.create_document()]

        self.assertEqual(self.register_in(register, *documents), [1, 1, 2])
        self.assertRegex(documents[1].number, r"^ИЗХ-1/\d{4}$")
        self.assert_whole(register)

    def test_two_series_without_their_token_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "series"):
            self.create_register(series="separate", number_template="{seq}/{yyyy}")

    def test_a_register_with_an_index_has_one_series(self):
        with self.assertRaisesRegex(ValidationError, "УРИ"):
            self.official.write({"series": "separate", "number_template": "{index}-{series}-{seq}/{yyyy}"})

    def test_each_kind_has_its_own_series(self):
        register = self.create_register(algorithm="kind", number_template="{kind}-{seq}/{yyyy}")
        documents = [self.create_document(), self.create_document(self.letter), self.create_document()]

        self.assertEqual(self.register_in(register, *documents), [1, 1, 2])
        self.assertTrue(documents[2].number.startswith(f"{self.application.code}-2/"))
        self.assert_whole(register)

    def test_replies_are_sub_numbers_of_their_case(self):
        register = self.create_register(direction="outgoing", algorithm="case", number_template="{case}-({seq})", reset="never")
        first, second = self.create_registered(), self.create_registered()
        replies = [self.create_document(self.reply, case_id=opening.case_id.id) for opening in (first, first, second)]

        self.assertEqual(self.register_in(register, *replies), [1, 2, 1])
        self.assertEqual(replies[1].number, f"{first.uri}-(2)")
        self.assert_whole(register)

    def test_a_reply_without_a_case_has_no_sub_number(self):
        register = self.create_register(direction="outgoing", algorithm="case", number_template="{case}-({seq})", reset="never")
        with self.assertRaisesRegex(UserError, "case"):
            self.register_in(register, self.create_document(self.reply))

    def test_sub_numbers_never_restart(self):
        with self.assertRaises(ValidationError):
            self.create_register(direction="outgoing", algorithm="case", number_template="{case}-({seq})/{yyyy}")

    def test_a_register_goes_on_after_its_paper_book_and_restarts_with_the_year(self):
        register = self.create_register(first_number=1235)
        with freeze_time("2026-12-31 21:59:59"):
            old = self.register_in(register, self.create_document(), self.create_document())
        with freeze_time("2026-12-31 22:00:00"):
            new = self.register_in(register, self.create_document())

        self.assertEqual((old, new), ([1235, 1236], [1]))
        self.assert_whole(register)

    def test_a_series_of_a_kind_goes_on_after_its_paper_book(self):
        register = self.create_register(algorithm="kind", number_template="{kind}-{seq}/{yyyy}")
        register.series_ids = [Command.create({"kind_id": self.application.id, "first_number": 77})]

        self.assertEqual(self.register_in(register, self.create_document(), self.create_document(self.letter)), [77, 1])
        self.assert_whole(register)
        with self.assertRaisesRegex(UserError, "first number"):
            register.series_ids.first_number = 5

    def test_a_register_with_entries_keeps_its_numbering(self):
        self.create_registered()
        register = self.official.with_user(self.administrator)
        for values in ({"reset": "never"}, {"first_number": 9}, {"index": "000123"}, {"algorithm": "kind"}):
            with self.assertRaisesRegex(UserError, "keeps its numbering"):
                register.write(values)
        register.write({"reset": "yearly", "name": "Ново име"})

    def test_the_preview_follows_algorithm_series_and_first_number_while_they_are_typed(self):
        form = Form(self.env["oa.register"].with_user(self.head_registrar))
        form.direction = "official"
        form.first_number = 1235
        self.assertTrue(form.number_preview.startswith("1235/"))
        form.series = "separate"
        self.assertFalse(form.number_preview)
        self.assertIn("{series}", form.number_flaw)
        form.number_template = "{series}-{seq}/{yyyy}"
        self.assertRegex(form.number_preview, r"^ВХ-1/\d{4}, ИЗХ-1/\d{4}$")


@tagged("post_install", "-at_install")
class TestMissedNumbers(RegistryCase):
    def setUp(self):
        super().setUp()
        self.official.first_number = 1235
        self.env["oa.document"].browse()
        self.opening = self.create_registered()

    def miss(self, sequence, user=None, document=None, reason="пропуснат в хартиения дневник"):
        document = (document or self.create_document()).with_user(user or self.head_registrar)
        wizard = self.env["oa.document.missed"].with_user(document.env.user)
        wizard.create({"document_id": document.id, "sequence": sequence, "reason": reason}).action_confirm()
        self.env["oa.register.entry"]._allot_pending()
        return document

    def test_a_missed_number_is_entered_with_its_reason_and_leaves_the_counter(self):
        missed = self.miss(1100)

        self.assertRegex(missed.number, r"^000999-1100-")
        self.assertEqual(missed.register_entry_id.origin, "missed")
        self.assertIn("пропуснат в хартиения дневник", missed.register_entry_id.event_note)
        self.assertEqual(self.create_registered().register_entry_id.sequence, 1236)
        self.assertIsNone(self.official._verify_all()[self.official])
        self.assertIn("manual_number", missed.journal_ids.mapped("action"))

    def test_a_number_on_turn_or_taken_is_not_missed(self):
        self.miss(1100)
        for sequence, word in ((1235, "in the register"), (1236, "not missed"), (0, "not missed"), (1100, "in the register")):
            with self.assertRaisesRegex(UserError, word), self.env.cr.savepoint():
                self.miss(sequence)

    def test_only_the_head_registrar_enters_missed_numbers(self):
        document = self.create_document()
        self.assertFalse(document.can_missed)
        with self.assertRaisesRegex(UserError, "head registrar"):
            document._register_missed(1100, "без право")

    def test_a_book_that_began_with_one_has_missed_nothing(self):
        memo = self.create_document(self.memo)
        with self.assertRaisesRegex(UserError, "missed no number"):
            memo.with_user(self.head_registrar)._register_missed(1, "няма такъв")

    def test_a_register_kept_before_takes_missed_numbers_only(self):
        old_book = self.env["oa.register"].create({
            "code": "СТ", "name": "Стар дневник", "direction": "incoming", "company_id": self.company.id,
            "algorithm": "manual", "first_number": 500,
        })  # fmt: skip
        document = self.create_document(register_id=old_book.id)
        with self.assertRaisesRegex(UserError, "missed numbers only"):
            document.action_register()

        self.miss(17, document=document)

        self.assertTrue(document.number.startswith("17/"))
        self.assertIsNone(old_book._verify_all()[old_book])

    def test_an_entry_that_calls_itself_missed_is_found(self):
        missed = self.miss(1100).register_entry_id
        snapshot = missed.snapshot.replace('"sequence":1100', '"sequence":1300')
        self.change_by_sql("UPDATE oa_register_entry SET sequence = 1300, snapshot = %s WHERE id = %s", snapshot, missed.id)

        self.assertIs(self.official._verify_all()[self.official].flaw, Flaw.ALTERED)
