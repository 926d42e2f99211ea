from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..adapters.dummy import PIN
from .common import SigningCase, make_pdf


@tagged("post_install", "-at_install")
class TestAttachments(SigningCase):
    """Any record is enough: nothing but this addon and a contact."""

    def setUp(self):
        super().setUp()
        self.contact = self.env["res.partner"].create({"name": "Община Белоградчик"})
        self.data = make_pdf()
        self.attachment = self.attach("Договор.pdf", self.data)

    def attach(self, name, data):
        return self.env["ir.attachment"].create({"name": name, "raw": data, "res_model": "res.partner", "res_id": self.contact.id})

    def sign_attachment(self, attachment, user):
        action = attachment.with_user(user).action_oa_sign()
        request = self.env["oa.signature.request"].with_user(user).browse(action["params"]["request_id"])
        request.action_prepare(request.get_dialog_data()["key_id"])
        request.action_sign_with_pin(PIN)
        return request.sudo().line_ids

    def test_attachment_of_a_contact_is_signed_and_its_signed_copy_is_attached_beside(self):
        line = self.sign_attachment(self.attachment, self.signer)

        self.assertEqual(line.state, "signed")
        files = self.env["ir.attachment"].search([("res_model", "=", "res.partner"), ("res_id", "=", self.contact.id)])
        self.assertEqual(len(files), 2)
        self.assertEqual(self.attachment.raw, self.data)
        self.assertEqual((files - self.attachment).name, "Договор-signed.pdf")
        self.assertTrue((files - self.attachment).raw.startswith(self.data))

    def test_second_person_countersigns_the_signed_copy(self):
        self.sign_attachment(self.attachment, self.signer)
        signed = self.env["oa.signing.file"].search([]).signed_attachment_id

        line = self.sign_attachment(signed, self.second_signer)

        self.assertEqual(line.state, "signed")
        check = self.env["oa.signature.check"].browse(signed.with_user(self.colleague).action_oa_check()["res_id"])
        self.assertEqual((check.outcome, check.signer_names), ("valid", f"{self.signer.name}, {self.second_signer.name}"))

    def test_person_without_the_right_to_sign_is_refused(self):
        with self.assertRaises(AccessError):
            self.attachment.with_user(self.colleague).action_oa_sign()

    def test_file_of_a_record_that_one_may_not_read_is_not_signed(self):
        self.env["ir.rule"].create(
            {"name": "nobody", "model_id": self.env.ref("base.model_res_partner").id, "domain_force": "[('id', '=', 0)]"}
        )

        with self.assertRaises(AccessError):
            self.attachment.with_user(self.signer).action_oa_sign()
        with self.assertRaises(AccessError):
            self.env["ir.attachment"].with_user(self.signer).action_oa_choose("res.partner", self.contact.id)

    def test_link_is_no_file(self):
        link = self.env["ir.attachment"].create(
            {"name": "x", "type": "url", "url": "https://example.bg", "res_model": "res.partner", "res_id": self.contact.id}
        )

        with self.assertRaisesRegex(UserError, "no file"):
            link.with_user(self.signer).action_oa_sign()


@tagged("post_install", "-at_install")
class TestEvidenceAddresses(HttpCase):
    def test_addresses_of_evidence_ask_for_a_login(self):
        for what in ("slip", "evidence"):
            answer = self.url_open(f"/oa_signing/{what}/1", allow_redirects=False)
            self.assertEqual(answer.status_code, 303)
