import shutil
import unittest
from base64 import b64encode
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..adapters import office, office_pdf
from .test_document_template import TemplateCase, change, read_shipped

NEEDS_OFFICE = unittest.skipUnless(shutil.which("soffice"), "LibreOffice is not on this machine")


@tagged("post_install", "-at_install")
class TestDocumentOffice(TemplateCase):
    """A draft whose text is a file: filled from a template, edited outside, compared, turned into PDF/A with its number."""

    def setUp(self):
        super().setUp()
        self.template = self.make_template()
        self.template.action_publish()

    def fill_draft(self):
        draft = self.draft()
        draft.template_id = self.template
        draft.action_fill_from_template()
        return draft

    def read_text(self, file):
        return "\n".join(office.read_paragraphs(file.sudo()._get_verified_bytes()))

    def test_a_draft_is_filled_and_keeps_its_version_of_the_template(self):
        draft = self.fill_draft()
        self.template.write({"draft_file": b64encode(change(read_shipped(), "Относно", "Тема")), "draft_file_name": "letter.docx"})
        self.template.action_publish()

        text = self.read_text(draft._get_main_files())
        self.assertIn(self.applicant.name, text)
        self.assertIn(draft.reply_to_id.number, text)
        self.assertIn("[[рег_номер_и_дата]]", text)
        self.assertEqual(draft.template_version_id.number, 1)
        self.assertTrue(draft.has_office_file)

    def test_the_version_is_written_by_the_flow_only(self):
        draft = self.fill_draft()

        with self.assertRaises(AccessError):
            draft.write({"template_version_id": False})

    def test_an_edited_version_is_put_by_its_author_and_releases_the_file(self):
        draft = self.fill_draft()
        draft.action_check_out()
        edited = change(draft._get_main_files().sudo()._get_verified_bytes(), "УВАЖАЕМИ ДАМИ И ГОСПОДА", "УВАЖАЕМИ КОЛЕГИ")

        wizard = draft.env["oa.document.revise"].create({"document_id": draft.id, "file": b64encode(edited), "file_name": "Писмо.docx"})
        wizard.action_confirm()

        self.assertIn("УВАЖАЕМИ КОЛЕГИ", self.read_text(draft._get_main_files()))
        self.assertFalse(draft.checked_out_by_id)
        self.assertEqual(draft.file_ids.filtered(lambda file: file.role == "main").mapped("version"), [1, 2])

    def test_an_edited_version_with_macros_is_refused(self):
        draft = self.fill_draft()
        edited = change(read_shipped(), "", "", extra="word/vbaProject.bin")

        with self.assertRaisesRegex(UserError, "contains macros"):
            draft._revise("Писмо.docx", b64encode(edited))

    def test_a_colleague_does_not_change_the_text_nor_after_it_is_frozen_its_author(self):
        draft = self.fill_draft()
        self.assertTrue(draft.can_revise)
        with self.assertRaises(UserError):
            self.as_(self.director, draft)._revise("Писмо.docx", b64encode(read_shipped()))

        self.submit(draft)
        self.agree_all(draft)

        self.assertFalse(self.as_(self.expert, draft).can_revise)
        with self.assertRaises(UserError):
            self.as_(self.expert, draft)._revise("Писмо.docx", b64encode(read_shipped()))

    def test_a_text_without_a_place_for_number_and_date_is_not_coordinated(self):
        draft = self.fill_draft()
        marked = draft._get_main_files().sudo()._get_verified_bytes()
        draft._revise("Писмо.docx", b64encode(change(marked, "[[рег_номер_и_дата]]", "")))

        with self.assertRaisesRegex(UserError, r"no place for its number and date any more. Write \[\[рег_номер_и_дата\]\]"):
            draft.action_submit()
        self.assertEqual(draft.state, "draft")
        draft._revise("Писмо.docx", b64encode(change(marked, "[[рег_номер_и_дата]]", "№ [[рег_номер]] от [[дата]]")))
        draft.action_submit()

        self.assertEqual(draft.state, "in_coordination")
        with self.assertRaisesRegex(UserError, "no place for its number"):
            draft._revise("Писмо.docx", b64encode(change(marked, "[[рег_номер_и_дата]]", "")))

    def test_a_template_without_a_place_for_number_and_date_is_not_published(self):
        for mark in ("", "{{ рег_номер }}"):
            self.template.write(
                {"draft_file": b64encode(change(read_shipped(), "{{ рег_номер_и_дата }}", mark)), "draft_file_name": "letter.docx"}
            )
            with self.assertRaisesRegex(UserError, "has no place for number and date"):
                self.template.action_publish()

    def test_two_versions_are_compared_side_by_side(self):
        draft = self.fill_draft()
        with self.assertRaisesRegex(UserError, "one version only"):
            draft._compare_versions(0, 0)
        edited = change(draft._get_main_files().sudo()._get_verified_bytes(), "С уважение", "С почит")
        draft._revise("Писмо.docx", b64encode(edited))

        rows = self.as_(self.expert, draft)._compare_versions(0, 0)["rows"]

        (changed,) = [row for row in rows if row.kind == "changed"]
        self.assertEqual([part for part, differs in changed.after if differs], ["почит,"])

    @NEEDS_OFFICE
    def test_the_signing_copy_is_pdf_a_of_the_file_with_number_and_date(self):
        draft = self.fill_draft()
        self.assertTrue(draft._get_preview_pdf().startswith(b"%PDF"))
        self.submit(draft)
        self.agree_all(draft)

        with patch.object(office_pdf, "convert", wraps=office_pdf.convert) as convert:
            copy = self.as_(self.governor, draft)._ensure_signing_copy()

        self.assertTrue(office_pdf.is_pdf_a(copy.sudo()._get_verified_bytes()))
        text = "\n".join(office.read_paragraphs(convert.call_args.args[0]))
        self.assertIn(draft.number, text)
        self.assertNotIn("[[", text)

    def test_a_machine_without_libreoffice_says_so_on_the_form_and_in_the_preview(self):
        draft = self.fill_draft()
        with patch.dict("os.environ", {"PATH": "/nowhere"}):
            self.assertIn("libreoffice-writer-nogui", self.template.office_warning)
            with self.assertRaisesRegex(UserError, "no LibreOffice"):
                draft._get_preview_pdf()

    @NEEDS_OFFICE
    def test_a_template_is_seen_with_sample_data_before_it_is_published(self):
        self.template.write({"draft_file": b64encode(read_shipped("letter.odt")), "draft_file_name": "letter.odt"})

        self.assertTrue(self.as_(self.expert, self.template)._get_preview_pdf().startswith(b"%PDF"))
