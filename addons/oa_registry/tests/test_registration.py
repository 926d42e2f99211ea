from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import RegistryCase


@tagged("post_install", "-at_install")
class TestRegistration(RegistryCase):
    def test_a_registered_document_gets_number_moment_and_entry(self):
        document = self.create_registered()

        entry = document.register_entry_id
        self.assertEqual(document.state, "registered")
        self.assertRegex(document.number, r"^000999-1-\d\d\.\d\d\.\d{4}$")
        self.assertEqual(document.uri, document.number)
        self.assertEqual((entry.name, entry.sequence, entry.register_id), (document.number, 1, self.official))
        self.assertEqual(entry.registered_by_id, self.clerk)
        self.assertEqual(document.registered_at, entry.registered_at)

    def test_incoming_and_outgoing_share_the_official_series(self):
        self.register(self.create_document(), self.create_document(self.reply), self.create_document())

        sequences = self.env["oa.register.entry"].search([("register_id", "=", self.official.id)], order="id").mapped("sequence")
        self.assertEqual(sequences, [1, 2, 3])

    def test_registering_twice_keeps_one_entry(self):
        document = self.create_registered()
        entry = document.register_entry_id

        document._register_in(self.official)
        self.env["oa.register.entry"]._allot_pending()

        self.assertEqual(document.register_entry_id, entry)

    def test_pressing_twice_in_one_transaction_takes_one_number(self):
        document = self.create_document()
        document._register_in(self.official)
        document._register_in(self.official)

        self.assertEqual(len(self.env["oa.register.entry"]._allot_pending()), 1)

    def test_many_documents_of_one_call_share_one_visit(self):
        template = self.create_document().copy_data()[0]
        with patch.object(self.registry["oa.register"], "_lock", autospec=True) as lock:
            documents = self.env["oa.document"].with_user(self.clerk)
            documents = documents.browse(documents.register_new([dict(template) for _number in range(40)]))
            self.env["oa.register.entry"]._allot_pending()

        self.assertEqual(lock.call_count, 1)
        self.assertEqual(documents.mapped("register_entry_id.sequence"), list(range(1, 41)))

    def test_one_document_that_cannot_be_registered_stops_the_whole_call(self):
        good = self.create_document().copy_data()[0]
        nobodys = {**good, "correspondent_ids": []}

        with self.assertRaisesRegex(UserError, "correspondent"), self.env.cr.savepoint():
            self.env["oa.document"].with_user(self.clerk).register_new([good, nobodys])

        self.assertFalse(self.env["oa.register.entry"]._allot_pending())

    def test_what_needs_no_number_is_done_before_the_lock(self):
        document = self.create_document()
        document.action_register()
        with patch.object(self.registry["oa.register"], "_lock", side_effect=lambda: seen.append(document.case_id.state)):
            seen = []
            self.env["oa.register.entry"]._allot_pending()

        self.assertEqual((seen, document.case_id.name), (["open"], document.uri))

    def test_rolled_back_work_frees_its_number(self):
        kept = self.create_document()
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.create_registered()
            raise ZeroDivisionError

        self.register(kept)

        self.assertEqual(kept.register_entry_id.sequence, 1)

    def test_rolled_back_work_leaves_nothing_in_the_queue(self):
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.create_document().action_register()
            raise ZeroDivisionError

        self.assertFalse(self.env["oa.register.entry"]._allot_pending())

    def test_the_commit_itself_takes_the_number(self):
        document = self.create_document()
        document.action_register()
        self.assertFalse(document.number)

        self.env.cr.flush()

        self.assertTrue(document.number)

    def test_the_year_turns_at_midnight_in_sofia(self):
        with freeze_time("2026-12-31 21:59:59"):
            old = self.create_registered()
        with freeze_time("2026-12-31 22:00:01"):
            new = self.create_registered()

        self.assertEqual(old.number, "000999-1-31.12.2026")
        self.assertEqual(new.number, "000999-1-01.01.2027")

    def test_a_register_that_never_restarts_goes_on(self):
        acts = self.env["oa.register"].search([("company_id", "=", self.company.id), ("code", "=", "АДС")])
        kind = self.env.ref("oa_registry.oa_document_kind_property_act")
        with freeze_time("2026-12-31 12:00:00"):
            self.create_registered(kind)
        with freeze_time("2027-01-02 12:00:00"):
            act = self.create_registered(kind)

        self.assertEqual((act.register_id, act.number), (acts, "2/02.01.2027"))

    def test_many_documents_registered_together_follow_each_other(self):
        documents = self.env["oa.document"].with_user(self.clerk).union(*(self.create_document() for _number in range(5)))

        documents.action_register()
        self.env["oa.register.entry"]._allot_pending()

        self.assertEqual(documents.register_entry_id.mapped("sequence"), [1, 2, 3, 4, 5])

    def test_kind_gives_direction_register_and_access(self):
        signal = self.create_document(self.env.ref("oa_registry.oa_document_kind_signal"))

        self.assertEqual((signal.direction, signal.register_id.code, signal.access_level), ("incoming", "ЖС", "restricted"))

    def test_a_missing_unit_in_the_number_is_told_before(self):
        order = self.create_document(self.env.ref("oa_registry.oa_document_kind_order_property"))
        with self.assertRaisesRegex(UserError, "unit"):
            order.action_register()

        order.unit_id = self.unit
        self.register(order)

        self.assertTrue(order.number.startswith("ДС-ИМ-1/"))

    def test_without_a_correspondent_there_is_no_number(self):
        document = self.create_document(correspondent_ids=[])
        with self.assertRaisesRegex(UserError, "correspondent"):
            document.action_register()

    def test_an_expert_does_not_register(self):
        document = self.create_document(user=self.expert)

        self.assertFalse(document.can_register)
        with self.assertRaisesRegex(UserError, "registry clerk"):
            document.action_register()

    def test_the_button_is_shown_to_whom_may_press_it(self):
        self.assertTrue(self.create_document().can_register)
        self.assertFalse(self.create_registered().can_register)

    def test_a_register_of_another_administration_does_not_take_the_document(self):
        foreign = self.env["oa.register"].search([("company_id", "=", self.other_company.id), ("code", "=", "ОДР")])
        with self.assertRaises(UserError):
            self.create_document()._register_in(foreign)

    def test_state_and_number_are_not_written_by_people(self):
        document = self.create_document()
        for values in ({"state": "registered"}, {"number": "1"}, {"access_code": "x"}):
            with self.assertRaises(AccessError):
                document.with_user(self.head_registrar).write(values)
        with self.assertRaises(AccessError):
            self.create_document(number="1", state="registered")

    def test_a_context_sent_by_the_client_opens_nothing(self):
        document = self.create_document().with_context(oa_registry_system=True)
        with self.assertRaises(AccessError):
            document.write({"state": "registered"})

    def test_a_clerk_fills_the_form(self):
        form = Form(self.env["oa.document"].with_user(self.clerk).with_context(default_direction="incoming"))
        form.kind_id = self.application
        form.subject = "Заявление от формата"
        with form.correspondent_ids.new() as line:
            line.partner_id = self.applicant
        document = form.save()

        self.assertEqual((document.register_id, document.is_initiating), (self.official, True))
        self.assertTrue(document.received_at)


@tagged("post_install", "-at_install")
class TestRegister(RegistryCase):
    def test_a_wrong_template_is_refused_with_the_reason(self):
        for template, word in (("{seq}/{месец}", "месец"), ("{yyyy}", "seq"), ("РД-{seq}", "yyyy")):
            with self.assertRaisesRegex(ValidationError, word):
                self.internal.number_template = template

    def test_the_preview_shows_the_next_number(self):
        self.create_registered()

        self.assertTrue(self.official.number_preview.startswith("000999-2-"))

    def test_the_preview_explains_a_wrong_template_while_it_is_typed(self):
        form = Form(self.env["oa.register"])
        form.number_template = "{seq"
        self.assertIn("{token}", form.number_flaw)
        self.assertFalse(form.number_preview)

    def test_a_register_with_entries_is_not_deleted(self):
        self.create_registered()
        with self.assertRaises(ValidationError):
            self.official.unlink()
        self.internal.unlink()

    def test_figures_count_every_entry(self):
        self.create_registered(access_level="restricted")

        register = self.official.with_user(self.governor)
        self.assertEqual(register.entry_count, 1)
        self.assertTrue(register.last_number.startswith("000999-1-"))

    def test_the_pattern_adds_only_what_is_missing(self):
        before = self.env["oa.register"].search_count([("company_id", "=", self.company.id)])

        self.company._load_registry_template("000999")

        self.assertEqual(self.env["oa.register"].search_count([("company_id", "=", self.company.id)]), before)

    def test_two_series_have_a_register_for_each_direction(self):
        company = self.env["res.company"].create({"name": "Трета област"})
        company._load_registry_template("000997", one_series=False)

        registers = {register.code: register.direction for register in self.env["oa.register"].search([("company_id", "=", company.id)])}
        self.assertEqual((registers["ВХ"], registers["ИЗХ"]), ("incoming", "outgoing"))
        self.assertNotIn("ОДР", registers)
