import base64
from io import BytesIO
from zipfile import ZipFile

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from pyhanko.pdf_utils.reader import PdfFileReader

from ..adapters.dummy import PIN
from .common import SigningCase, make_pdf

XML = '<?xml version="1.0" encoding="UTF-8"?><заявление><номер>12-00-345</номер></заявление>'.encode()
TEXT = "Приложение към заповед".encode()


@tagged("post_install", "-at_install")
class TestFormats(SigningCase):
    def set_parameter(self, name, value):
        self.env["ir.config_parameter"].set_param(f"oa_signing.{name}", value)

    def sign_in(self, code, data=TEXT, name="Приложение.txt", file=None):
        """Sign in a format that the person chose in the dialog."""
        file = file or self.make_file(name=name, data=data)
        request = self.env["oa.signature.request"].browse(file.action_sign()["params"]["request_id"]).with_user(self.signer)
        request.action_set_format(request.get_dialog_data()["lines"][0]["id"], code)
        request.action_prepare(request.get_dialog_data()["key_id"])
        request.action_sign_with_pin(PIN)
        return file.signature_ids

    def test_the_file_decides_about_the_format(self):
        for name, data, code in (
            ("Писмо.pdf", make_pdf(), "pades"),
            ("Заявление.xml", XML, "xades"),
            ("Таблица.xlsx", b"PK\x03\x04 and so on", "cades"),
        ):
            with self.subTest(name=name):
                self.assertEqual(self.sign(self.make_file(name=name, data=data)).format, code)

    def test_settings_decide_about_files_that_are_no_pdf(self):
        self.set_parameter("xml_format", "asic_xades")
        self.set_parameter("other_format", "asic_cades")

        self.assertEqual(self.sign(self.make_file(name="a.xml", data=XML)).format, "asic_xades")
        self.assertEqual(self.sign(self.make_file(name="a.txt", data=TEXT)).format, "asic_cades")

    def test_record_decides_before_the_settings(self):
        self.patch(self.registry["oa.signing.file"], "_get_signing_format", lambda file: "asic_xades")

        self.assertEqual(self.sign(self.make_file(name="a.pdf")).format, "asic_xades")

    def test_every_format_is_completed_and_checked_by_itself(self):
        for code in ("cades", "xades_detached", "asic_xades", "asic_cades", "xades"):
            with self.subTest(format=code):
                self.timestamps.is_down = True
                signature = self.sign_in(code, XML, "Заявление.xml")
                self.assertEqual((signature.level, signature.state, signature.target_level), ("B-B", "incomplete", "B-T"))

                self.timestamps.is_down = False
                self.env["oa.signature.pending"].search([("signature_id", "=", signature.id)])._attempt()
                self.env.invalidate_all()

                self.assertEqual((signature.level, signature.state, signature.verdict), ("B-T", "complete", "valid"))
                self.assertTrue(signature.timestamp_at)

    def test_signature_beside_a_file_is_kept_with_it(self):
        signature = self.sign(self.make_file(name="Приложение.txt", data=TEXT))
        file = signature._get_record()

        self.assertEqual(signature.attachment_id.name, "Приложение.txt.p7s")
        self.assertEqual(signature.original_id.raw, TEXT)
        self.assertFalse(file.signed_data)
        self.assertEqual(base64.b64decode(file.data), TEXT)

    def test_second_signature_beside_a_file_gets_a_name_of_its_own(self):
        file = self.make_file(name="Приложение.txt", data=TEXT, signers=[self.second_signer])
        self.sign(file)
        self.sign(file.with_user(self.second_signer))

        self.assertEqual(set(file.sudo().signature_ids.attachment_id.mapped("name")), {"Приложение.txt.p7s", "Приложение.txt-2.p7s"})

    def test_second_signature_goes_into_the_same_container(self):
        file = self.make_file(name="Приложение.txt", data=TEXT, signers=[self.second_signer])
        self.sign_in("asic_cades", file=file)
        self.sign(file.with_user(self.second_signer))

        with ZipFile(BytesIO(base64.b64decode(file.signed_data))) as container:
            names = container.namelist()
        self.assertEqual(file.signed_name, "Приложение.asice")
        self.assertEqual([name for name in names if name.endswith(".p7s")], ["META-INF/signature001.p7s", "META-INF/signature002.p7s"])
        check = self.env["oa.signature.check"]._validate("x.asice", base64.b64decode(file.signed_data))
        self.assertEqual((check.outcome, check.signer_names), ("valid", f"{self.signer.name}, {self.second_signer.name}"))

    def test_signature_beside_a_signed_xml_leaves_it_as_it_is(self):
        file = self.make_file(name="Искане.xml", data=XML, signers=[self.second_signer])
        inside = self.sign(file)
        beside = self.sign(file.with_user(self.second_signer))
        self.complete()

        self.assertEqual((inside.format, beside.format), ("xades", "cades"))
        self.assertEqual((inside.verdict, beside.verdict), ("valid", "valid"))
        self.assertIn(b"<ds:Signature", base64.b64decode(file.signed_data))

    def test_level_aimed_at_comes_from_the_settings(self):
        for level, reached in (("B-B", "B-B"), ("B-T", "B-T"), ("B-LTA", "B-LTA")):
            with self.subTest(level=level):
                self.set_parameter("level", level)
                signature = self.sign(self.make_file(data=make_pdf(level)))
                self.complete()

                self.assertEqual((signature.level, signature.state, signature.verdict), (reached, "complete", "valid"))

    def test_who_may_change_the_document_chooses_the_format_and_nobody_else(self):
        file = self.make_file(signers=[self.second_signer])
        request = self.open_dialog(file.with_user(self.second_signer))
        (line,) = request.get_dialog_data()["lines"]

        self.assertEqual([item["code"] for item in line["formats"]], ["pades"])
        with self.assertRaises(AccessError):
            request.action_set_format(line["id"], "cades")
        with self.assertRaises(AccessError):
            request.with_user(self.colleague).action_set_format(line["id"], "cades")

    def test_format_that_does_not_fit_the_file_is_refused(self):
        request = self.open_dialog(self.make_file(name="a.txt", data=TEXT))
        (line,) = request.get_dialog_data()["lines"]

        for code in ("pades", "xades", "nonsense"):
            with self.subTest(format=code), self.assertRaises(UserError):
                request.action_set_format(line["id"], code)

    def test_what_was_prepared_in_one_format_is_not_signed_in_another(self):
        request = self.open_dialog(self.make_file())
        (line,) = request.get_dialog_data()["lines"]

        request.action_set_format(line["id"], "cades")
        (line,) = request.action_sign_with_pin(PIN)["lines"]

        self.assertEqual(line["state"], "pending")

    def test_capacity_of_the_signer_travels_in_the_signature_and_is_shown(self):
        role = "за областния управител, Заповед № РД-12"
        for code in ("pades", "cades", "asic_xades"):
            file = self.make_file(name="a.pdf", data=make_pdf(code))
            request = self.env["oa.signature.request"].browse(file.action_sign()["params"]["request_id"]).with_user(self.signer)
            (line,) = request.get_dialog_data()["lines"]
            request.action_set_format(line["id"], code)
            request.action_set_role(line["id"], role)
            request.action_prepare(request.get_dialog_data()["key_id"])
            request.action_sign_with_pin(PIN)
            signature = file.signature_ids

            check = self.env["oa.signature.check"]._validate("x", signature._get_data(), file, signature)

            with self.subTest(format=code):
                self.assertEqual(signature.claimed_roles, role)
                self.assertIn(role, check.verdict)

    def test_capacity_and_mandate_that_the_record_states_are_signed_attributes(self):
        roles = ["за областния управител", "по Заповед № РД-12/05.01.2026 г."]
        self.patch(self.registry["oa.signing.file"], "_get_claimed_roles", lambda file: roles)
        file = self.make_file()
        self.sign(file)

        (signature,) = PdfFileReader(BytesIO(base64.b64decode(file.signed_data))).embedded_regular_signatures
        (info,) = signature.signed_data["signer_infos"]
        signed = {item["type"].native: item["values"] for item in info["signed_attrs"]}
        unsigned = info["unsigned_attrs"].dump()

        (attribute,) = signed["signer_attributes_v2"]
        (claimed,) = attribute["claimed_attributes"]
        self.assertEqual([str(value.native) for value in claimed["values"]], roles)
        self.assertNotIn(roles[1].encode(), unsigned)
        self.assertEqual(file.signature_ids.claimed_roles, "\n".join(roles))
        slip = file.signature_ids.sudo()._prepare_slip()
        self.assertIn(", ".join(roles), str(slip.sections))
        # Signed means: another capacity breaks the signature.
        forged = base64.b64decode(file.signed_data).replace(
            roles[0].encode().hex().encode(), "за главния секретар   ".encode().hex().encode()
        )
        self.assertEqual(self.env["oa.signature.check"]._validate("x.pdf", forged).outcome, "invalid")

    def test_capacity_that_the_record_states_is_not_changed_in_the_dialog(self):
        self.patch(self.registry["oa.signing.file"], "_get_claimed_roles", lambda file: ["за управителя"])
        request = self.open_dialog(self.make_file())
        (line,) = request.get_dialog_data()["lines"]

        self.assertEqual(line["roles"], ["за управителя"])
        with self.assertRaises(AccessError):
            request.action_set_role(line["id"], "областен управител")

    def test_three_people_sign_one_certified_file_in_order(self):
        file = self.make_file(signers=[self.second_signer, self.administrator])
        self.administrator.group_ids += self.env.ref("oa_signing.oa_signing_group_signer")
        self.give_key(self.administrator)
        file.is_certified = True
        for person in (self.signer, self.second_signer, self.administrator):
            self.sign(file.with_user(person))

        self.complete()

        data = base64.b64decode(file.signed_data)
        self.assertIn(b"/DocMDP", data)
        self.assertEqual(file.sudo().signature_ids.mapped("field_name"), ["Signature3", "Signature2", "Signature1"])
        self.assertEqual(self.env["oa.signature.check"]._validate("x.pdf", data).outcome, "valid")

    def test_uploaded_signature_is_checked_together_with_its_file(self):
        signature = self.sign(self.make_file(name="a.txt", data=TEXT))
        upload = self.env["oa.signature.check.upload"].with_user(self.colleague)
        for original, outcome in ((TEXT, "valid"), (TEXT + b"!", "invalid"), (None, "indeterminate")):
            vals = {"data": base64.b64encode(signature._get_data()), "file_name": "a.txt.p7s"}
            if original:
                vals["original"] = base64.b64encode(original)
            action = upload.create(vals).action_confirm()

            with self.subTest(outcome=outcome):
                self.assertEqual(self.env["oa.signature.check"].browse(action["res_id"]).outcome, outcome)
