import json

from odoo.tests import HttpCase, tagged

from .common import SigningCase


@tagged("post_install", "-at_install")
class TestSignDialog(SigningCase, HttpCase):
    def test_person_signs_two_files_in_the_web_client_after_one_wrong_pin(self):
        self.make_file(name="Първи.pdf")
        self.make_file(name="Втори.pdf")

        self.start_tour("/odoo/action-oa_signing.oa_signing_file_action", "oa_signing_sign_tour", login=self.signer.login)

        files = self.env["oa.signing.file"].search([("user_id", "=", self.signer.id)])
        self.assertEqual(files.mapped("signature_count"), [1, 1])

    def test_pin_sent_by_a_stranger_over_rpc_is_refused(self):
        request = self.open_dialog(self.make_file())
        self.env.flush_all()
        self.authenticate(self.second_signer.login, self.second_signer.login)

        answer = self.url_open(
            "/web/dataset/call_kw/oa.signature.request/action_sign_with_pin",
            data=json.dumps({"params": {
                "model": "oa.signature.request", "method": "action_sign_with_pin",
                "args": [[request.id], "123456"], "kwargs": {},
            }}),
            headers={"Content-Type": "application/json"},
        ).json()  # fmt: skip

        self.assertEqual(answer["error"]["data"]["name"], "odoo.exceptions.AccessError")
        self.assertNotIn("123456", json.dumps(answer))
