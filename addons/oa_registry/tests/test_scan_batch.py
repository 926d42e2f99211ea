import io
from unittest.mock import patch

import qrcode
import zxingcpp
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from PIL import Image, TiffImagePlugin  # noqa: F401  # Odoo leaves this format out of those that it opens

from ..adapters.foreign import _START
from ..core.scan_split import SEPARATOR
from .common import PDF, RegistryCase


def draw_page(*codes):
    """A scanned page with labels on it, a little askew as paper is."""
    page = Image.new("L", (1240, 1754), 255)
    for number, code in enumerate(codes):
        page.paste(qrcode.make(code, box_size=6).get_image().convert("L"), (100 + number * 500, 120))
    return page.rotate(2, fillcolor=255)


def draw_bars(code):
    """A page with the label of another program: bars instead of squares."""
    bars = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.Code128).to_image(scale=3)
    height, width = bars.shape
    page = Image.new("L", (1240, 1754), 255)
    page.paste(Image.frombuffer("L", (width, height), memoryview(bars), "raw", "L", 0, 1), (100, 120))
    return page


def draw_tiff(*pages):
    first, *rest = pages
    stream = io.BytesIO()
    first.save(stream, "TIFF", save_all=True, append_images=rest, dpi=(150, 150))
    return stream.getvalue()


def draw_pile(*pages):
    first, *rest = [draw_page(*codes) for codes in pages]
    stream = io.BytesIO()
    first.save(stream, "PDF", save_all=True, append_images=rest, resolution=150)
    return stream.getvalue()


class ScanCase(RegistryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = cls.company.oa_default_office_id
        cls.office.user_ids = cls.clerk

    def take_in(self, data, name="пакет.pdf", read=True):
        batch = self.env["oa.scan.batch"].with_user(self.clerk)._receive(self.office, name, data)
        if read:
            self.read_piles()
        return batch

    def read_piles(self):
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60.0):
            self.env["oa.scan.batch"]._cron_read()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestScanBatch(ScanCase):
    def test_each_letter_of_the_pile_finds_its_document(self):
        first, second = self.register(self.create_document(carrier="paper"), self.create_document(carrier="paper"))

        batch = self.take_in(draw_pile([first.uri], [], [SEPARATOR], [second.uri], []))

        self.assertEqual((batch.state, batch.page_count, batch.filed_count, batch.waiting_count), ("done", 5, 2, 0))
        self.assertEqual([(part.first_page, part.last_page, part.document_id) for part in batch.part_ids], [(1, 2, first), (4, 5, second)])
        for document in (first, second):
            self.assertEqual((document.file_ids.role, document.page_count), ("scan", 2))
        self.assertEqual(batch.sudo().attachment_id.raw[:5], b"%PDF-")

    def test_what_cannot_be_matched_waits_with_the_reason_and_a_picture(self):
        known = self.create_registered(carrier="paper")
        pile = draw_pile([], ["000999-77-01.01.2026"], [SEPARATOR], ["https://example.com"], [known.uri, "000999-78-01.01.2026"])
        batch = self.take_in(pile)
        self.assertEqual(batch.part_ids.mapped("state"), ["waiting"] * 4)
        self.assertEqual(batch.part_ids.mapped("code"), [False, "000999-77-01.01.2026", False, False])
        self.assertIn("Two different labels", batch.part_ids[-1].reason)
        self.assertTrue(all(part.preview for part in batch.part_ids))
        self.assertFalse(known.file_ids)

    def test_the_clerk_files_by_hand_once(self):
        document = self.create_registered(carrier="paper")
        part = self.take_in(draw_pile([])).part_ids
        with self.assertRaisesRegex(UserError, "Choose the document"):
            part.action_file()
        part.chosen_id = document
        part.action_file()
        self.assertEqual((part.state, document.file_ids), ("filed", part.file_id))
        with self.assertRaises(UserError):
            part.action_file()

    def test_an_unknown_letter_becomes_a_draft_on_paper(self):
        part = self.take_in(draw_pile([], [])).part_ids
        part.action_draft()
        document = part.document_id
        self.assertEqual((document.state, document.carrier, document.author_id), ("draft", "paper", self.clerk))
        self.assertEqual((document.file_ids.role, document.page_count), ("main", 2))

    def test_a_document_that_takes_no_scans_leaves_the_letter_in_the_tray(self):
        document = self.create_registered(carrier="paper")
        document._write_system({"state": "closed"})
        part = self.take_in(draw_pile([document.uri])).part_ids
        self.assertEqual(part.state, "waiting")
        self.assertIn("closed", part.reason)

    def test_a_label_of_another_administration_finds_nothing(self):
        foreign = self.env["oa.document"].with_user(self.outsider).create({"subject": "Чуждо", "kind_id": self.memo.id})
        foreign.with_user(self.outsider).action_register()
        self.env["oa.register.entry"]._allot_pending()
        part = self.take_in(draw_pile([foreign.uri])).part_ids
        self.assertEqual((part.state, part.document_id), ("waiting", self.env["oa.document"]))

    def test_a_killed_reading_goes_on_and_a_killed_cutting_leaves_nothing_half_done(self):
        document = self.create_registered(carrier="paper")
        batch = self.take_in(draw_pile([document.uri], []), read=False)
        steps = batch._as_asked()
        for _step in range(2):
            steps._try_work()
        self.assertEqual((batch.pages_read, batch.state, len(batch.part_ids)), (2, "running", 0))

        find_home = type(batch.part_ids)._find_home

        def die(part, known):
            find_home(part, known)
            raise KeyboardInterrupt

        with patch.object(type(batch.part_ids), "_find_home", die), self.assertRaises(KeyboardInterrupt), self.env.cr.savepoint():
            steps._work()
        self.env.invalidate_all()
        self.assertFalse(batch.part_ids or document.file_ids)

        steps._try_work()
        self.assertEqual((batch.state, batch.part_ids.document_id), ("done", document))

    def test_a_damaged_pile_says_so_keeps_the_original_and_is_read_again(self):
        batch = self.take_in(PDF)
        self.assertEqual(batch.state, "failed")
        self.assertTrue(batch.problem)
        self.assertEqual(batch.sudo().attachment_id.raw, PDF)
        batch.action_retry()
        self.assertEqual(batch.state, "waiting")

    def test_a_tiff_of_several_pages_is_cut_and_kept_as_it_came(self):
        document = self.create_registered(carrier="paper")
        pile = draw_tiff(draw_page(document.uri), draw_page(), draw_page(SEPARATOR), draw_page())
        batch = self.take_in(pile, "пакет.tif")
        self.assertEqual((batch.state, batch.page_count, batch.problem), ("done", 4, False))
        self.assertEqual((document.file_ids.role, document.page_count, document.file_ids.mimetype), ("scan", 2, "application/pdf"))
        self.assertEqual((batch.part_ids[1].state, batch.sudo().attachment_id.raw), ("waiting", pile))

    def test_bars_lead_to_the_document_as_squares_do(self):
        document = self.create_registered(carrier="paper")
        batch = self.take_in(draw_tiff(draw_bars(document.uri)), "пакет.tiff")
        self.assertEqual(batch.part_ids.document_id, document)

    def test_a_missing_library_is_named_and_the_pile_is_read_again_when_it_is_there(self):
        document = self.create_registered(carrier="paper")
        with patch("odoo.addons.oa_registry.adapters.foreign._START", f"import sys; sys.modules['zxingcpp'] = None; {_START}"):
            batch = self.take_in(draw_pile([document.uri]))
        self.assertEqual(batch.state, "failed")
        self.assertIn("lacks zxing-cpp", batch.problem)
        batch.action_retry()
        self.read_piles()
        self.assertEqual((batch.state, batch.part_ids.document_id), ("done", document))

    def test_the_same_pile_twice_is_refused(self):
        pile = draw_pile([])
        self.take_in(pile)
        with self.assertRaisesRegex(UserError, "already been taken in"):
            self.take_in(pile, "друго име.pdf")

    def test_only_clerks_of_the_office_see_piles_and_nobody_writes_them(self):
        batch = self.take_in(draw_pile([]))
        other = self._create_person("clerk", "elsewhere")
        with self.assertRaises(AccessError):
            batch.with_user(other).read(["name"])
        with self.assertRaises(AccessError):
            batch.part_ids.with_user(other).read(["code"])
        self.assertTrue(batch.with_user(self.head_registrar).has_access("read"))
        with self.assertRaises(AccessError):
            self.env["oa.scan.batch"].with_user(self.expert)._receive(self.office, "x.pdf", PDF)
        with self.assertRaises(AccessError):
            batch.part_ids.write({"document_id": False})

    def test_the_scan_of_a_hidden_document_is_hidden(self):
        document = self.create_registered(carrier="paper", access_level="restricted")
        batch = self.take_in(draw_pile([document.uri], [SEPARATOR], []))
        colleague = self._create_person("clerk", "same_office")
        self.office.user_ids |= colleague
        self.assertEqual(batch.part_ids[0].document_id, document)
        seen = self.env["oa.scan.part"].with_user(colleague).search([("batch_id", "=", batch.id)])
        self.assertEqual(seen.ids, batch.part_ids[1].ids)


@tagged("post_install", "-at_install")
class TestScanAddress(ScanCase, HttpCase):
    def test_pages_and_separator_are_for_clerks(self):
        batch = self.take_in(draw_pile([]))
        self.authenticate("test.clerk", "test.clerk")
        for url in ("/oa/separator", f"/oa/scan/batch/{batch.id}", f"/oa/scan/part/{batch.part_ids.id}"):
            self.assertEqual(self.url_open(url).content[:5], b"%PDF-")
        self.authenticate("test.expert", "test.expert")
        for url in ("/oa/separator", f"/oa/scan/batch/{batch.id}", f"/oa/scan/part/{batch.part_ids.id}"):
            self.assertEqual(self.url_open(url).status_code, 404)
