from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import SigningCase


@tagged("post_install", "-at_install")
class TestKeys(SigningCase):
    def test_keys_on_tokens_are_linked_by_login(self):
        self.tokens.add(self.colleague.login, self.colleague.name)
        self.tokens.add("stranger", "Непознат")

        self.env["oa.signing.key"].with_user(self.administrator).action_discover_keys()

        self.assertEqual(self.colleague.signing_key_ids.token_label, self.colleague.login)
        self.assertFalse(self.env["oa.signing.key"].search([("token_label", "=", "stranger")]))

    def test_finding_twice_keeps_one_key(self):
        keys = self.env["oa.signing.key"].with_user(self.administrator)
        keys.action_discover_keys()
        before = keys.search_count([])

        keys.action_discover_keys()

        self.assertEqual(keys.search_count([]), before)

    def test_renewed_certificate_replaces_the_old_one(self):
        key = self.signer.signing_key_ids
        old = key.certificate_id
        self.tokens.add(self.signer.login, self.signer.name)

        self.env["oa.signing.key"].with_user(self.administrator).action_discover_keys()

        self.assertNotEqual(key.certificate_id, old)
        self.assertTrue(old.exists())

    def test_check_says_that_the_certificate_is_good(self):
        action = self.signer.signing_key_ids.with_user(self.signer).action_check()

        self.assertEqual(action["params"]["type"], "success")
        self.assertEqual(self.signer.signing_key_ids.certificate_id.check_code, "good")

    def test_key_without_owner_is_refused(self):
        with self.assertRaises(ValidationError):
            self.signer.signing_key_ids.user_id = False

    def test_demo_keys_need_a_folder(self):
        self.assertFalse(self.env["oa.signing.key"]._import_demo_keys("/nowhere"))
