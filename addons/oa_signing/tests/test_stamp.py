import subprocess
from io import BytesIO
from shutil import which
from unittest import skipUnless

from odoo.exceptions import UserError
from odoo.tests import tagged
from pypdf import PdfReader

from .common import SigningCase


@tagged("post_install", "-at_install")
class TestStamp(SigningCase):
    def get_box(self, file):
        """Rectangle of the stamp of the only signature."""
        reader = PdfReader(BytesIO(file._get_signing_payload()[1]))
        (field,) = [item.get_object() for item in reader.trailer["/Root"]["/AcroForm"]["/Fields"]]
        return [round(float(side)) for side in field["/Rect"]]

    def test_stamp_stands_where_the_setting_says(self):
        self.env["ir.config_parameter"].set_param("oa_signing.stamp_placement", "first:120,400")
        file = self.make_file()

        self.sign(file)

        self.assertEqual(self.get_box(file), [120, 400, 296, 462])

    def test_person_who_wants_no_stamp_gets_none(self):
        self.signer.with_user(self.signer).signing_stamp = "none"
        file = self.make_file()

        self.sign(file)

        self.assertEqual(self.get_box(file), [0, 0, 0, 0])

    def test_place_of_one_signing_goes_before_the_setting(self):
        file = self.make_file()
        request = self.open_dialog(file)

        request.action_place_stamp("last:top_right")
        request.action_sign_with_pin("123456")

        box = self.get_box(file)
        self.assertTrue(box[0] > 350 and box[1] > 700, box)

    def test_place_that_means_nothing_is_refused(self):
        request = self.open_dialog(self.make_file())

        with self.assertRaisesRegex(UserError, "page:corner"):
            request.action_place_stamp("somewhere")

    def test_place_is_asked_only_where_a_page_can_carry_a_stamp(self):
        text = self.make_file(name="Приложение.txt", data=b"text")

        self.assertFalse(self.open_dialog(text).get_dialog_data()["placements"])
        self.assertTrue(self.open_dialog(text | self.make_file()).get_dialog_data()["placements"])

    @skipUnless(which("pdftotext"), "poppler-utils is not on PATH")
    def test_stamp_speaks_bulgarian_with_every_letter(self):
        self.env["res.lang"]._activate_lang("bg_BG")
        self.signer.lang = "bg_BG"
        file = self.make_file()

        self.sign(file)

        data = file._get_signing_payload()[1]
        text = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout.decode()
        self.assertIn(self.signer.name, text)
