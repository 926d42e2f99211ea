import json

import psycopg2
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from ..core.hash_chain import Flaw
from .common import RegistryCase


@tagged("post_install", "-at_install")
class TestCorrection(RegistryCase):
    def setUp(self):
        super().setUp()
        self.document = self.create_registered(sender_number="ЗП-1")

    def correct(self, reason="сгрешено при въвеждане", user=None, **vals):
        document = self.document.with_user(user or self.head_registrar)
        document._correct(vals, None, reason)
        return document.register_entry_id.event_ids[:1]

    def assert_refused_by_sql(self, query, *params):
        self.env.flush_all()
        with self.assertRaises(psycopg2.Error), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute(query, params)

    def test_old_and_new_value_person_and_reason_stay(self):
        event = self.correct(subject="Удостоверение за сграда")

        self.assertEqual(self.document.subject, "Удостоверение за сграда")
        change = json.loads(event.details)["subject"]
        self.assertEqual((change["old"], change["new"]), ("Удостоверение за имот", "Удостоверение за сграда"))
        self.assertEqual((event.by_id, event.reason), (self.head_registrar, "сгрешено при въвеждане"))
        self.assertEqual(self.document.register_entry_id.subject, "Удостоверение за имот")
        self.assertIn("Удостоверение за сграда", self.document.register_entry_id.event_note)
        self.assertIn("correct", self.document.journal_ids.mapped("action"))

    def test_number_and_date_are_not_among_what_is_corrected(self):
        with self.assertRaisesRegex(UserError, "Nothing is changed"):
            self.correct(number="1", registered_at="2020-01-01 00:00:00", uri="1")

    def test_each_listed_field_is_corrected(self):
        self.correct(
            sender_number="ЗП-2",
            sender_date="2026-11-01",
            received_at="2026-11-20 08:30:00",
            received_channel="post",
            kind_id=self.letter.id,
        )
        document = self.document
        self.assertEqual((document.sender_number, str(document.sender_date), document.received_channel), ("ЗП-2", "2026-11-01", "post"))
        self.assertEqual((document.kind_id, str(document.received_at)), (self.letter, "2026-11-20 08:30:00"))

    def test_an_emptied_value_is_a_correction_too(self):
        self.correct(sender_number=False)
        self.assertFalse(self.document.sender_number)

    def test_correspondents_are_corrected_in_the_form(self):
        other = self.env["res.partner"].create({"name": "Вярна Пробна"})
        form = Form(self.env["oa.document.correct"].with_user(self.head_registrar).with_context(default_document_id=self.document.id))
        self.assertEqual(form.subject, self.document.subject)
        with form.person_ids.edit(0) as person:
            person.partner_id = other
        form.reason = "друг заявител"
        form.save().action_confirm()

        self.assertEqual(self.document.correspondent_ids.partner_id, other)
        self.assertIn("Вярна Пробна", self.document.register_entry_id.event_note)

    def test_sql_changes_a_value_only_to_what_a_correction_says(self):
        self.correct(subject="Първа поправка")
        self.correct(subject="Втора поправка")
        for subject in ("Подменено", "Първа поправка", "Удостоверение за имот"):
            self.assert_refused_by_sql("UPDATE oa_document SET subject = %s WHERE id = %s", subject, self.document.id)
        for column, value in (
            ("kind_id", self.letter.id),
            ("sender_number", "x"),
            ("received_at", "2020-01-01"),
            ("received_channel", "web"),
        ):
            self.assert_refused_by_sql(f"UPDATE oa_document SET {column} = %s WHERE id = %s", value, self.document.id)

    def test_sql_changes_no_correspondents_of_a_registered_document(self):
        row = self.document.correspondent_ids
        stranger = self.env["res.partner"].create({"name": "Чужд"})
        self.assert_refused_by_sql("UPDATE oa_document_correspondent SET partner_id = %s WHERE id = %s", stranger.id, row.id)
        self.assert_refused_by_sql("DELETE FROM oa_document_correspondent WHERE id = %s", row.id)
        self.assert_refused_by_sql(
            "INSERT INTO oa_document_correspondent (document_id, partner_id, role) VALUES (%s, %s, 'sender')", self.document.id, stranger.id
        )

    def test_sql_annuls_nothing_and_takes_no_annulment_back(self):
        self.assert_refused_by_sql("UPDATE oa_document SET state = 'annulled' WHERE id = %s", self.document.id)
        self.document.with_user(self.head_registrar)._annul("повторен")
        self.assert_refused_by_sql("UPDATE oa_document SET state = 'registered' WHERE id = %s", self.document.id)

    def test_sql_gives_a_draft_no_number(self):
        draft = self.create_document()
        self.assert_refused_by_sql("UPDATE oa_document SET number = '7' WHERE id = %s", draft.id)

    def test_only_the_head_registrar_corrects(self):
        self.assertFalse(self.document.with_user(self.clerk).can_correct)
        with self.assertRaisesRegex(UserError, "head registrar"):
            self.correct(user=self.clerk, subject="x")
        with self.assertRaises(AccessError):
            self.env["oa.document.correct"].with_user(self.clerk).create({"document_id": self.document.id, "reason": "x"})

    def test_a_reason_is_obligatory(self):
        with self.assertRaisesRegex(UserError, "Say why"):
            self.correct(reason=" ", subject="x")

    def test_a_closed_or_annulled_document_is_not_corrected(self):
        self.document.with_user(self.head_registrar)._annul("повторен")
        with self.assertRaisesRegex(UserError, "closed or annulled"):
            self.correct(subject="x")

    def test_a_draft_is_simply_changed(self):
        self.document = self.create_document()
        with self.assertRaisesRegex(UserError, "simply changed"):
            self.correct(subject="x")

    def test_access_does_not_open_with_the_kind(self):
        self.document = self.create_registered(self.env.ref("oa_registry.oa_document_kind_signal"))
        self.correct(kind_id=self.letter.id)
        self.assertEqual((self.document.access_level, self.document.kind_id), ("restricted", self.letter))

    def test_the_direction_stays(self):
        with self.assertRaises(UserError):
            self.correct(kind_id=self.reply.id)

    def test_an_altered_event_is_found(self):
        self.correct(subject="Първа поправка")
        event = self.correct(subject="Втора поправка")
        self.assertIsNone(self.official._verify_all()[self.official])
        self.change_by_sql("UPDATE oa_register_event SET reason = 'друга причина' WHERE id = %s", event.id)
        problem = self.official._verify_all()[self.official]
        self.assertEqual((problem.part, problem.flaw), ("event", Flaw.ALTERED))

    def test_a_removed_event_is_found(self):
        event = self.correct(subject="Първа поправка")
        self.correct(subject="Втора поправка")
        self.change_by_sql("DELETE FROM oa_register_event WHERE id = %s", event.id)
        self.assertIs(self.official._verify_all()[self.official].flaw, Flaw.MISSING)

    def test_nobody_writes_events_by_hand(self):
        for user in (self.head_registrar, self.administrator):
            with self.assertRaises(AccessError):
                self.env["oa.register.event"].with_user(user).create({"kind": "annulment", "register_id": self.official.id})
        event = self.correct(subject="Друго")
        for user in (self.head_registrar, self.env.ref("base.user_root")):
            with self.assertRaises(AccessError):
                event.with_user(user).write({"reason": "x"})

    def test_the_event_of_a_hidden_document_is_hidden(self):
        self.document = self.create_registered(access_level="restricted")
        event = self.correct(subject="Поверително")
        self.assertFalse(event.with_user(self.colleague).has_access("read"))

    def test_an_annulled_number_names_the_one_in_its_place(self):
        other = self.create_registered()
        wizard = self.env["oa.document.annul"].with_user(self.head_registrar)
        wizard.create({
            "document_ids": self.document.ids, "reason": "повторен", "replacing_entry_id": other.register_entry_id.id,
        }).action_confirm()  # fmt: skip
        self.assertIn(other.number, self.document.annulment_note)


@tagged("post_install", "-at_install")
class TestUri(RegistryCase, HttpCase):
    def test_the_identifier_of_the_official_register_has_integer_parts(self):
        document = self.create_registered()
        name, xml = document._get_uri_xml()
        self.assertIn("<uri:RegisterIndex>999</uri:RegisterIndex><uri:SequenceNumber>1</uri:SequenceNumber>", xml)
        self.assertEqual(name, f"{document.uri}.xml")

    def test_an_internal_register_gives_its_number_as_text(self):
        memo = self.create_registered(self.memo)
        self.assertIn(f"<DocumentInInternalRegisterURI>{memo.number}</DocumentInInternalRegisterURI>", memo._get_uri_xml()[1])

    def test_the_identifier_is_for_whoever_sees_the_document(self):
        document = self.create_registered(access_level="restricted")
        for user, status in ((self.clerk, 200), (self.colleague, 404)):
            self.authenticate(user.login, user.login)
            self.assertEqual(self.url_open(f"/oa/document/{document.id}/uri").status_code, status)
        self.assertIsNone(self.create_document()._get_uri_xml())
