from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import RegistryCase


@tagged("post_install", "-at_install")
class TestDocumentCard(RegistryCase):
    """After registration the content stays; the rest of the card is completed by the registry."""

    def setUp(self):
        super().setUp()
        self.document = self.create_registered()
        self.document._grant(self.expert, "изпълнител")

    def test_the_clerk_completes_the_card_of_a_registered_document(self):
        self.document.with_user(self.clerk).write({"urgency": "fast", "due_on": "2030-01-15", "topic": "Собственост"})

        self.assertEqual((self.document.urgency, str(self.document.due_on)), ("fast", "2030-01-15"))

    def test_who_works_on_a_document_moves_neither_its_term_nor_its_card(self):
        document = self.document.with_user(self.expert)

        self.assertFalse(document.can_fill_in or document.can_shelve)
        for vals in (
            {"due_on": "2030-01-15"},
            {"urgency": "very_fast"},
            {"competence": "forwarded"},
            {"paper_location": "х"},
            {"note": "х"},
        ):
            with self.subTest(vals), self.assertRaisesRegex(UserError, "completed by the registry clerk"):
                document.write(vals)

    def test_the_card_of_a_closed_document_keeps_only_the_place_of_its_paper_open(self):
        self.document._write_system({"state": "closed"})
        document = self.document.with_user(self.clerk)

        with self.assertRaisesRegex(UserError, "is closed"):
            document.write({"due_on": "2030-01-15"})
        document.write({"paper_disposition": "kept", "paper_location": "Стая 3, кутия 4"})

        self.assertEqual(self.document.paper_location, "Стая 3, кутия 4")

    def test_carrier_and_what_it_answers_are_content(self):
        other = self.create_registered()
        for vals in ({"carrier": "paper"}, {"reply_to_id": other.id}, {"is_initiating": False}):
            with self.subTest(vals), self.assertRaisesRegex(UserError, "is registered"):
                self.document.with_user(self.head_registrar).write(vals)
