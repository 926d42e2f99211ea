import psycopg2
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import RegistryCase


@tagged("post_install", "-at_install")
class TestCaseEvents(RegistryCase):
    """Documents move and cases merge by events with reasons; nothing disappears from a contents list."""

    def setUp(self):
        super().setUp()
        self.first = self.create_registered(subject="Продажба на имот")
        self.second = self.create_registered(subject="Делба на имот")
        self.case, self.other = (document.case_id.with_user(self.clerk) for document in (self.first, self.second))
        self.memo = self.register(self.create_document(self.memo, case_id=self.case.id))
        self.reply = self.register(self.create_document(self.reply, case_id=self.case.id))

    def read_contents(self, case):
        return [(line.document_id, line.position, line.is_here) for line in case._list_contents()]

    def find_event(self, **vals):
        domain = [(name, "=", value) for name, value in vals.items()]
        return self.env["oa.case.event"].with_user(self.clerk).search(domain, limit=1)

    def act(self, action):
        """The dialog that the button opens."""
        return Form(self.env[action["res_model"]].with_user(self.clerk).with_context(**action["context"]))

    def test_a_moved_document_leaves_a_line_and_stands_last_in_the_other_case(self):
        self.memo._put_into_case(self.other, "отнася се за друга преписка")

        self.assertEqual(self.read_contents(self.case), [(self.first.id, 1, True), (self.memo.id, 2, False), (self.reply.id, 3, True)])
        self.assertEqual(self.read_contents(self.other), [(self.second.id, 1, True), (self.memo.id, 2, True)])
        event = self.find_event(document_id=self.memo.id)
        self.assertEqual((event.kind, event.by_id, event.reason), ("move", self.clerk, "отнася се за друга преписка"))

    def test_an_older_document_that_comes_later_does_not_push_the_others(self):
        self.change_by_sql("UPDATE oa_document SET registered_at = registered_at - interval '3 days' WHERE id = %s", self.memo.id)
        self.memo._put_into_case(self.other, "отнася се за друга преписка")
        self.assertEqual(self.read_contents(self.other), [(self.second.id, 1, True), (self.memo.id, 2, True)])

    def test_numbers_of_the_contents_stay_when_a_document_comes_back(self):
        self.memo._put_into_case(self.other, "грешно")
        later = self.register(self.create_document(self.letter, case_id=self.case.id))
        self.find_event(document_id=self.memo.id)._undo("все пак е тук")

        self.assertEqual(
            self.read_contents(self.case),
            [(self.first.id, 1, True), (self.memo.id, 2, True), (self.reply.id, 3, True), (later.id, 4, True)],
        )
        self.assertEqual((later.case_position, self.memo.case_position), (4, 2))

    def test_a_registered_document_changes_its_case_only_with_a_reason(self):
        with self.assertRaisesRegex(UserError, "reason"):
            self.memo.write({"case_id": self.other.id})
        with self.assertRaisesRegex(UserError, "reason"):
            self.memo.write({"case_id": False})
        for reason in (False, " "):
            with self.assertRaisesRegex(UserError, "Say why"):
                self.memo._put_into_case(self.other, reason)
        self.assertEqual(self.memo.case_id, self.case)

    def test_a_document_without_a_case_is_put_into_one_and_the_event_says_so(self):
        letter = self.create_registered(self.letter)
        letter.write({"case_id": self.case.id})
        self.assertEqual(self.find_event(document_id=letter.id).kind, "join")
        self.assertEqual(self.read_contents(self.case)[-1], (letter.id, 4, True))

    def test_what_opened_a_case_leaves_it_only_with_the_whole_case(self):
        with self.assertRaisesRegex(UserError, "opened the case"):
            self.first._put_into_case(self.other, "грешно")

    def test_a_merged_case_is_found_by_its_number_and_seen_through_the_other(self):
        self.case._merge(self.other, "едно и също искане")

        self.assertEqual((self.case.state, self.case.merged_into_id), ("merged", self.other))
        self.assertEqual((self.first | self.memo | self.reply).case_id, self.other)
        self.assertEqual(self.env["oa.case"].with_user(self.clerk).search([("name", "=", self.case.name)]), self.case)
        self.assertEqual(self.other.document_count, 4)

    def test_a_merged_case_is_hidden_from_whoever_does_not_see_the_documents(self):
        self.memo._grant(self.expert, "изпълнител")
        self.case._merge(self.other, "едно и също искане")
        model = self.env["oa.case"]
        self.assertIn(self.case, model.with_user(self.expert).search([]))
        self.assertNotIn(self.case, model.with_user(self.colleague).search([]))
        with self.assertRaises(AccessError):
            self.case.with_user(self.colleague).read(["subject"])

    def test_undoing_a_merge_puts_everything_back(self):
        self.case._merge(self.other, "едно и също искане")
        self.find_event(kind="merge")._undo("различни имоти")

        self.assertEqual((self.case.state, self.case.merged_into_id.id), ("open", False))
        self.assertEqual((self.first | self.memo | self.reply).case_id, self.case)
        self.assertEqual(self.second.case_id, self.other)
        self.assertEqual([line[1:] for line in self.read_contents(self.case)], [(1, True), (2, True), (3, True)])

    def test_a_chain_of_merges_leads_to_the_last_case_and_back(self):
        third = self.create_registered(subject="Замяна").case_id.with_user(self.clerk)
        self.case._merge(self.other, "първо")
        self.other._merge(third, "второ")
        self.assertEqual((self.case | self.other).merged_into_id, third)

        self.find_event(kind="merge", from_case_id=self.other.id)._undo("назад")

        self.assertEqual((self.case.merged_into_id, self.other.merged_into_id.id, self.first.case_id), (self.other, False, self.other))

    def test_an_event_is_undone_once(self):
        self.memo._put_into_case(self.other, "грешно")
        event = self.find_event(document_id=self.memo.id)
        event._undo("назад")
        with self.assertRaisesRegex(UserError, "already undone"):
            event._undo("още веднъж")

    def test_a_closed_case_gives_and_takes_nothing(self):
        self.other._write_system({"state": "closed", "closed_on": fields.Date.today()})
        for act in (lambda: self.case._merge(self.other, "x"), lambda: self.memo._put_into_case(self.other, "x")):
            with self.assertRaisesRegex(UserError, "closed"):
                act()

    def test_continuing_asks_for_a_reason_and_keeps_it(self):
        self.case._write_system({"state": "closed", "closed_on": fields.Date.today()})
        dialog = self.act(self.case.action_continue())
        dialog.reason = "постъпи допълнение"
        dialog.save().action_confirm()
        self.assertEqual(self.case.state, "continued")
        self.assertEqual(self.find_event(kind="continue").reason, "постъпи допълнение")

    def test_the_dialog_moves_several_documents(self):
        dialog = self.act((self.memo | self.reply).action_move_to_case())
        dialog.target_case_id = self.other
        dialog.reason = "за делбата"
        dialog.save().action_confirm()
        self.assertEqual((self.memo | self.reply).case_id, self.other)

    def test_an_expert_moves_and_merges_nothing(self):
        for document in (self.first, self.memo, self.second):
            document._grant(self.expert, "изпълнител")
        with self.assertRaises(AccessError):
            self.memo.with_user(self.expert)._put_into_case(self.other.with_user(self.expert), "моя")
        with self.assertRaises(AccessError):
            self.case.with_user(self.expert)._merge(self.other.with_user(self.expert), "моя")
        with self.assertRaises(AccessError):
            self.env["oa.case.act"].with_user(self.expert).create({"act": "merge"})

    def test_events_are_added_and_never_changed(self):
        self.memo._put_into_case(self.other, "грешно")
        event = self.find_event(document_id=self.memo.id)
        with self.assertRaises(AccessError):
            event.sudo().write({"reason": "друго"})
        with self.assertRaises(AccessError):
            self.env["oa.case.event"].with_user(self.head_registrar).create({"kind": "join", "company_id": self.company.id})
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.RaiseException), self.cr.savepoint():
            self.cr.execute("UPDATE oa_case_event SET reason = 'друго' WHERE id = %s", [event.id])

    def test_the_event_of_a_hidden_document_is_hidden(self):
        secret = self.register(self.create_document(self.letter, case_id=self.case.id, access_level="restricted"))
        secret._put_into_case(self.other, "поверително")
        self.first._grant(self.expert, "изпълнител")
        events = self.env["oa.case.event"].with_user(self.expert).search([])
        self.assertNotIn(secret, events.document_id)

    def test_the_journal_of_the_document_knows_the_move(self):
        self.memo._put_into_case(self.other, "грешно")
        row = self.env["oa.journal.entry"].search([("document_id", "=", self.memo.id), ("action", "=", "case_move")])
        self.assertEqual((len(row), row.user_id), (1, self.clerk))
        self.assertIn("грешно", row.sudo().details)

    def test_missing_things_lead_to_what_mends_them(self):
        draft = self.create_document(self.letter, case_id=self.case.id, subject="Недовършено")
        self.assertIn(f"/odoo/oa.document/{draft.id}", self.case.close_blockers)
        self.assertIn("Недовършено", self.case.close_blockers)


@tagged("post_install", "-at_install")
class TestCaseVolumes(RegistryCase):
    def setUp(self):
        super().setUp()
        self.first = self.create_registered(sheet_count=3)
        self.case = self.first.case_id.with_user(self.clerk)
        self.register(*(self.create_document(self.letter, case_id=self.case.id, sheet_count=count) for count in (4, 5)))

    def test_a_volume_holds_the_documents_from_its_number_to_the_next(self):
        one = self.case._begin_volume(1, "шкаф 2")
        two = self.case._begin_volume(3)
        self.assertEqual([(v.number, v.first_position, v.last_position, v.sheet_count) for v in one | two], [(1, 1, 2, 7), (2, 3, 3, 5)])

    def test_a_volume_begins_behind_the_one_before(self):
        self.case._begin_volume(1)
        for position in (1, 5):
            with self.assertRaisesRegex(UserError, "from No. 2 to No. 4"):
                self.case._begin_volume(position)

    def test_a_volume_that_is_charged_out_keeps_the_case_open_until_it_is_back(self):
        volume = self.case._begin_volume(1)
        self.first._grant(self.expert, "изпълнител")
        volume._charge(self.expert, fields.Date.context_today(self.env.user))
        self.assertIn(self.expert.name, "\n".join(self.case._get_close_blockers()))
        with self.assertRaisesRegex(UserError, "Take it back"):
            volume._charge(self.clerk, False)

        volume.action_return()

        self.assertFalse(volume.holder_id)
        self.assertNotIn(self.expert.name, "\n".join(self.case._get_close_blockers()))
        kinds = self.env["oa.case.event"].with_user(self.clerk).search([("volume_id", "=", volume.id)]).mapped("kind")
        self.assertEqual(kinds, ["return", "charge", "volume"])

    def test_paper_goes_only_to_whoever_sees_the_case(self):
        volume = self.case._begin_volume(1)
        with self.assertRaisesRegex(UserError, "does not see"):
            volume._charge(self.colleague, False)

    def test_holder_and_number_are_not_written_by_people(self):
        volume = self.case._begin_volume(1)
        volume.location = "кутия 7"
        for vals in ({"holder_id": self.clerk.id}, {"first_position": 2}):
            with self.assertRaises(AccessError):
                volume.write(vals)


@tagged("post_install", "-at_install")
class TestCaseTitle(RegistryCase):
    def test_the_title_follows_a_correction_of_what_opened_the_case(self):
        document = self.create_registered(subject="Продажда")
        document.with_user(self.head_registrar)._correct({"subject": "Продажба"}, None, "правописна грешка")
        self.assertEqual(document.case_id.subject, "Продажба")

    def test_the_title_loses_the_subject_when_the_document_becomes_restricted(self):
        document = self.create_registered(subject="Осиновяване на Петър")
        document.with_user(self.head_registrar).write({"access_level": "restricted"})
        self.assertNotIn("Петър", document.case_id.sudo().subject)

    def test_a_title_given_by_hand_stays(self):
        document = self.create_registered(subject="Продажда")
        document.case_id.with_user(self.clerk).subject = "Имоти в Дунавци"
        document.with_user(self.head_registrar)._correct({"subject": "Продажба"}, None, "правописна грешка")
        self.assertEqual(document.case_id.subject, "Имоти в Дунавци")

    def test_a_subject_changed_before_the_number_is_taken_becomes_the_title(self):
        document = self.create_document(subject="Стара тема")
        document.action_register()
        document._prepare_for_number()
        document._write_system({"subject": "Нова тема"})
        self.env["oa.register.entry"]._allot_pending()
        self.assertEqual(document.case_id.subject, "Нова тема")


@tagged("post_install", "-at_install")
class TestCaseContents(RegistryCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.first = self.create_registered(subject="Продажба на имот")
        self.case = self.first.case_id.with_user(self.clerk)
        self.secret = self.register(self.create_document(self.letter, case_id=self.case.id, access_level="restricted", subject="Тайна"))
        self.reader = new_test_user(
            self.env, "reader", "base.group_user,oa_registry.oa_registry_group_expert", company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)], password="reader-password",
        )  # fmt: skip
        self.first._grant(self.reader, "изпълнител")

    def test_a_hidden_document_keeps_its_number_and_nothing_more(self):
        html = str(self.env["ir.qweb"]._render("oa_registry.oa_case_contents", self.case.with_user(self.reader)._prepare_contents_vals()))
        self.assertIn("(ограничен достъп)", html)
        self.assertIn("Продажба на имот", html)
        for word in ("Тайна", self.secret.number):
            self.assertNotIn(word, html)

    def test_the_contents_are_a_pdf_for_whoever_sees_the_case(self):
        self.env.flush_all()
        self.authenticate("reader", "reader-password")
        answer = self.url_open(f"/oa/case/{self.case.id}/contents")
        self.assertEqual((answer.status_code, answer.content[:5]), (200, b"%PDF-"))

    def test_the_contents_of_a_hidden_case_are_not_found(self):
        hidden = self.create_registered().case_id
        self.env.flush_all()
        self.authenticate("reader", "reader-password")
        self.assertEqual(self.url_open(f"/oa/case/{hidden.id}/contents").status_code, 404)

    def test_few_and_many_lines_cost_the_same_queries(self):
        def count(case):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            case._prepare_contents_vals()
            return self.cr.sql_log_count - before

        count(self.case)
        few = count(self.case)
        self.register(*(self.create_document(self.letter, case_id=self.case.id) for _number in range(20)))
        self.assertLessEqual(count(self.case), few)
