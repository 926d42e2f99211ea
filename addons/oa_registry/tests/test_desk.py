import io

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from pypdf import PdfReader, PdfWriter

from .common import PDF, RegistryCase


def make_pdf(pages=1, rotation=0):
    """A PDF that a reader opens, unlike the smallest one of the other tests."""
    writer, stream = PdfWriter(), io.BytesIO()
    for _number in range(pages):
        writer.add_blank_page(595, 842).rotate(rotation)
    writer.write(stream)
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestDesk(RegistryCase):
    def scan(self, pages=2, **vals):
        document = self.create_registered(carrier="paper", sheet_count=2, **vals).with_user(self.clerk)
        document._add_file("сканирано.pdf", make_pdf(pages), "scan")
        return document

    def test_pages_within_both_sides_of_the_sheets_are_silent_and_others_warn(self):
        for pages, is_warned in ((1, True), (2, False), (4, False), (5, True)):
            with self.subTest(pages=pages):
                document = self.scan(pages)
                self.assertEqual((document.page_count, bool(document.page_warning)), (pages, is_warned))

    def test_sheets_of_enclosures_count_with_those_of_the_document(self):
        enclosure = {"name": "Скица", "carrier": "paper", "sheet_count": 3}
        document = self.scan(5, enclosure_ids=[Command.create(enclosure), Command.create({**enclosure, "carrier": "disc"})])
        self.assertFalse(document.page_warning)
        document.enclosure_ids[0].sheet_count = 0
        self.assertTrue(document.page_warning)

    def test_a_scan_that_nobody_can_count_is_still_taken(self):
        document = self.create_registered(carrier="paper", sheet_count=2)
        document.with_user(self.clerk)._add_file("сканирано.pdf", PDF, "scan")
        self.assertEqual((document.page_count, document.page_warning), (0, False))

    def test_the_clerk_certifies_the_image_once(self):
        document = self.scan()
        document.action_certify()
        certification = document.certification_ids
        self.assertEqual((certification.certified_by_id, certification.page_count, certification.sheet_count), (self.clerk, 2, 2))
        self.assertEqual(certification.sha256, document.file_ids.sha256)
        self.assertIn("scan_certify", document.journal_ids.mapped("action"))
        self.assertFalse(document.can_certify)
        with self.assertRaises(UserError):
            document.action_certify()

    def test_a_second_scan_waits_for_its_own_certification(self):
        document = self.scan()
        document.action_certify()
        document._add_file("приложение.pdf", make_pdf(), "scan")
        document.action_certify()
        self.assertEqual(len(document.certification_ids), 2)
        self.assertIn("сканирано.pdf, приложение.pdf", document.certification_note)

    def test_only_a_clerk_certifies_and_only_paper(self):
        document = self.scan()
        document._grant(self.expert, "справка")
        with self.assertRaisesRegex(UserError, "registry clerk"):
            document.with_user(self.expert).action_certify()
        self.assertFalse(self.create_registered().with_user(self.clerk).can_certify)

    def test_certifications_are_not_written_by_hand_or_changed(self):
        document = self.scan()
        document.action_certify()
        with self.assertRaises(AccessError):
            document.certification_ids.copy()
        with self.assertRaises(AccessError):
            document.certification_ids.sudo().write({"page_count": 9})
        with self.assertRaises(AccessError):
            document.write({"page_counts": {}})

    def test_the_place_of_the_paper_is_in_the_trail(self):
        document = self.scan()
        document.write({"paper_disposition": "kept", "paper_location": "Стая 12, кутия 4"})
        entry = document.journal_ids.filtered(lambda entry: entry.action == "paper")
        self.assertIn("Стая 12, кутия 4", entry.sudo().details)

    def test_the_stamp_is_on_a_copy_and_the_file_stays_as_registered(self):
        for rotation in (0, 90):
            with self.subTest(rotation=rotation):
                document = self.create_document()
                data = make_pdf(2, rotation)
                document._add_file("заявление.pdf", data, "main")
                self.register(document)
                document.with_user(self.clerk).action_stamp()
                files = {file.role: file for file in document.file_ids}
                self.assertEqual(files["main"].sudo().attachment_id.raw, data)
                pages = PdfReader(io.BytesIO(files["stamped"].sudo().attachment_id.raw)).pages
                self.assertIn(document.number, pages[0].extract_text().replace("\n", ""))
                self.assertNotIn(document.number, pages[1].extract_text())
                self.assertEqual(document.main_file_id, files["main"])

    def test_a_damaged_pdf_gets_no_stamp_and_a_sentence(self):
        document = self.create_document()
        document._add_file("счупен.pdf", PDF, "main")
        self.register(document)
        with self.assertRaisesRegex(UserError, "damaged"):
            document.with_user(self.clerk).action_stamp()

    def test_a_draft_has_no_label(self):
        with self.assertRaisesRegex(UserError, "needs a number"):
            self.create_document().with_user(self.clerk).action_print_label()

    def test_labels_fill_sheets_from_the_first_free_place(self):
        documents = self.env["oa.document"].concat(*(self.create_registered() for _number in range(3))).with_user(self.clerk)
        _name, data = documents._print_labels("sheet", first=23, copies=1)
        reader = PdfReader(io.BytesIO(data))
        texts = [page.extract_text().replace("\n", "") for page in reader.pages]
        found = [[document.number in text for document in documents] for text in texts]
        self.assertEqual(found, [[True, True, False], [False, False, True]])

    def test_a_roll_has_one_small_page_for_each_label(self):
        _name, data = self.create_registered().with_user(self.clerk)._print_labels("roll", copies=2)
        pages = PdfReader(io.BytesIO(data)).pages
        self.assertEqual([(round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in pages], [(176, 82)] * 2)

    def test_the_desk_form_saves_and_registers(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("oa_registry.oa_document_action_desk")
        model = self.env["oa.document"].with_user(self.clerk).with_context(default_carrier="paper", default_received_channel="desk")
        views = model.get_views([(self.env.ref("oa_registry.oa_document_view_form_desk").id, "form")])
        self.assertIn("action_print_label", views["views"]["form"]["arch"])
        self.assertIn("oa_document_view_form_desk", self.env["ir.ui.view"].browse(action["views"][0][0]).xml_id)


@tagged("post_install", "-at_install")
class TestLabelAddress(RegistryCase, HttpCase):
    def test_labels_are_for_clerks_who_see_the_document(self):
        document = self.create_registered()
        url = f"/oa/labels?documents={document.id}&format=roll"
        self.authenticate("test.clerk", "test.clerk")
        response = self.url_open(url)
        self.assertEqual((response.status_code, response.content[:5]), (200, b"%PDF-"))
        self.authenticate("test.outsider", "test.outsider")
        self.assertEqual(self.url_open(url).status_code, 404)
        self.authenticate("test.clerk", "test.clerk")
        for bad in ("/oa/labels?documents=x", url + "&first=a", url.replace("roll", "cup")):
            self.assertEqual(self.url_open(bad).status_code, 404)
