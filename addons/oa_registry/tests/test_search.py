"""One field finds a document by subject, number, correspondent and the text of its files, for those who may see it."""

import io
import zipfile
from pathlib import Path

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..adapters import text_reader
from ..models import oa_document_search
from .common import PDF, RegistryCase

WORD = '<w:document xmlns:w="w"><w:body><w:p><w:t>%s</w:t></w:p></w:body></w:document>'


def make_docx(text):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", WORD % text)
    return buffer.getvalue()


@tagged("post_install", "-at_install")
class TestSearch(RegistryCase):
    def find(self, text, user=None, **options):
        return self.env["oa.document"].with_user(user or self.clerk).search([("search_text", "ilike", text)], limit=80, **options)

    def read_files(self):
        """The jobs, one after the other, as at night."""
        self.run_job("oa_document_text_cron")
        self.run_job("oa_document_text_cron_recognise")

    def run_job(self, name):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(f"oa_registry.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def test_every_form_of_a_word_finds_the_subject(self):
        document = self.create_registered(subject="Заповед за отчуждаване на майолика")
        for asked in ("заповеди", "ЗАПОВЕДТА", "майоликата", "отчуждаване заповедите"):
            self.assertIn(document, self.find(asked), asked)
        self.assertNotIn(document, self.find("заповеди апостил"))

    def test_the_kind_and_the_correspondent_find_the_document(self):
        document = self.create_registered(subject="Молба за среща")
        self.assertIn(document, self.find("заявления Пробна"))

    def test_a_number_is_found_whole_and_in_part(self):
        document = self.create_registered(sender_number="РД-15-7/01.02.2026")
        parts = document.number.split("-")
        for asked in (document.number, f"{parts[0]}-{parts[1]}", "РД-15-7", "15-7", "7/01.02.2026", "рд-1*"):
            self.assertIn(document, self.find(asked), asked)
        self.assertNotIn(document, self.find("РД-15-77"))

    def test_the_number_stands_before_a_text_that_mentions_it(self):
        document = self.create_registered(subject="Жалба")
        mention = self.create_registered(subject=f"Отговор на {document.number}")
        self.assertEqual(self.find(document.number)[:2], document + mention)

    def test_the_subject_weighs_more_than_the_text(self):
        by_subject = self.create_registered(subject="Майолика")
        by_text = self.create_document(self.application, subject="Друго")
        by_text._add_file("писмо.docx", make_docx("Майолика на фасадата"))
        self.register(by_text)
        self.read_files()
        self.assertEqual(self.find("майолики"), by_subject + by_text)

    def test_the_text_of_a_file_is_found_with_words_of_the_subject(self):
        document = self.create_document(subject="Жалба от собственик")
        document._add_file("писмо.docx", make_docx("Разрушена е оградата на чешмата."))
        self.assertFalse(self.find("чешмите"))
        self.read_files()
        self.assertEqual(self.find("жалби чешмите"), document)
        self.assertEqual(document.file_ids.text_state, "read")
        self.assertFalse(document.file_ids.text_note)

    def test_the_excerpt_shows_where_it_was_found_and_nothing_of_the_page_runs(self):
        document = self.create_document()
        document._add_file("писмо.docx", make_docx("&lt;script&gt; до чешмата &lt;/script&gt;"))
        self.read_files()
        excerpt = document.with_context(oa_registry_search="чешми").search_excerpt
        self.assertIn("<mark>чешмата</mark>", excerpt)
        self.assertNotIn("<script>", excerpt)
        self.assertFalse(document.with_context(oa_registry_search="").search_excerpt)

    def test_a_scan_is_recognised_by_the_slow_job(self):
        document = self.create_document()
        document._add_file("скан.pdf", (Path(__file__).parents[3] / "tests/data/zayavlenie-1972.pdf").read_bytes())
        self.run_job("oa_document_text_cron")
        self.assertEqual(document.file_ids.text_state, "scan")
        self.run_job("oa_document_text_cron_recognise")
        self.assertEqual(document.file_ids.text_state, "recognised")
        self.assertIn(document, self.find("нотариус сделката"))

    def test_a_missing_program_is_said_and_the_scan_waits_for_it(self):
        document = self.create_document()
        document._add_file("скан.png", b"\x89PNG\r\n\x1a\n not much of a picture")
        self.run_job("oa_document_text_cron")
        self.patch(text_reader, "list_missing_programs", lambda: ["tesseract-ocr"])
        self.run_job("oa_document_text_cron_recognise")
        self.assertEqual(document.file_ids.text_state, "scan")
        self.assertIn("tesseract-ocr", document.file_ids.text_note)

    def test_a_damaged_file_has_a_reason_and_keeps_nobody_waiting(self):
        document = self.create_document()
        document._add_file("писмо.docx", b"PK\x03\x04 cut off")
        document._add_file("друго.docx", make_docx("Чешма"))
        self.read_files()
        self.assertEqual(document.file_ids.mapped("text_state"), ["failed", "read"])
        self.assertTrue(document.file_ids[0].text_note)

    def test_nobody_finds_what_they_may_not_see(self):
        document = self.create_document(access_level="restricted", subject="Майолика на тайно място")
        document._add_file("писмо.docx", make_docx("Чешма"))
        self.register(document)
        self.read_files()
        self.assertEqual(self.find("майолика чешмата"), document)
        for user in (self.colleague, self.outsider, self.governor):
            self.assertFalse(self.find("майолика чешмата", user), user.name)
            self.assertFalse(self.env["oa.document.text"].with_user(user).search([("content", "ilike", "Чешма")]), user.name)

    def test_words_and_texts_are_written_by_the_system_only(self):
        document = self.create_document()
        document._add_file("писмо.docx", make_docx("Чешма"))
        with self.assertRaises(AccessError):
            document.read(["search_words"])
        with self.assertRaises(AccessError):
            document.text_ids.with_user(self.head_registrar).write({"content": "друго"})
        with self.assertRaises(AccessError):
            self.env["oa.document"].with_user(self.clerk).search([("search_words", "!=", False)])

    def test_a_renamed_correspondent_is_found_by_the_new_name(self):
        document = self.create_registered()
        self.applicant.name = "Рада Венчанова"
        self.run_job("oa_document_words_cron")
        self.assertIn(document, self.find("Венчанова"))
        self.assertNotIn(document, self.find("Пробна"))

    def test_documents_that_came_without_words_get_them(self):
        document = self.create_registered(subject="Майолика")
        self.env.cr.execute("UPDATE oa_document SET search_words = NULL WHERE id = %s", [document.id])
        self.assertFalse(self.find("майолика"))
        self.run_job("oa_document_words_cron")
        self.assertEqual(self.find("майолика"), document)

    def test_a_list_shows_the_newest_of_very_many_and_counts_what_it_shows(self):
        self.patch(oa_document_search, "RANKED", 3)
        documents = self.env["oa.document"].concat(*(self.create_document(subject=f"Чешма {number}") for number in range(7)))
        mine = self.env["oa.document"].with_user(self.clerk)
        domain = [("search_text", "ilike", "чешми")]
        pages = [mine.search(domain, offset=offset, limit=2) for offset in (0, 2, 4)]
        self.assertEqual([len(page) for page in pages], [2, 1, 0])
        self.assertEqual(mine.concat(*pages), documents[:3:-1])
        self.assertEqual(mine.search_count(domain, limit=5001), 3)
        self.assertEqual(mine.search(domain), documents[::-1], "who asks for all gets all")

    def test_rare_and_common_words_find_the_same(self):
        documents = [self.create_document(subject=f"Чешма {number} РД-15-{number}") for number in range(5)]
        for rare in (0, 1_000_000):
            self.patch(oa_document_search, "RARE", rare)
            self.assertEqual(len(self.find("чешмата")), 5)
            self.assertEqual(self.find("чешмата РД-15-3"), documents[3])

    def test_a_question_that_is_no_question_breaks_nothing(self):
        document = self.create_document(subject="Скица 100% ' за \\ имот")
        for asked in ("'", "\\", "за", "100%", "имот & !скица", "((("):
            self.find(asked)
        self.assertIn(document, self.find("за"))

    def test_few_and_many_found_cost_the_same_queries(self):
        for number in range(2):
            self.create_document(subject=f"Чешма {number}")
        self._count_queries()
        few = self._count_queries()
        for number in range(38):
            self.create_document(subject=f"Чешма {number}")
        self.assertEqual(self._count_queries(), few)

    def _count_queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        specification = {"name": {}, "subject": {}, "search_excerpt": {}}
        documents = self.env["oa.document"].with_user(self.clerk).with_context(oa_registry_search="чешма")
        self.assertTrue(documents.web_search_read([("search_text", "ilike", "чешма")], specification, limit=80)["records"])
        return self.env.cr.sql_log_count - before

    def test_a_file_of_a_draft_that_is_taken_away_is_not_found_any_more(self):
        document = self.create_document(correspondent_ids=[Command.clear()], subject="Празно")
        file = document._add_file("писмо.docx", make_docx("Чешма"))
        self.read_files()
        self.assertEqual(self.find("чешма"), document)
        file.action_remove()
        self.assertFalse(self.find("чешма"))

    def test_a_file_without_text_says_so(self):
        document = self.create_document()
        document._add_file("празен.pdf", PDF)
        self.read_files()
        self.assertTrue(document.file_ids.text_note)
