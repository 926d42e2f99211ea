import re

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..adapters.dummy import PIN, DummyAuthority, DummyTokens
from .common import SigningCase


@tagged("post_install", "-at_install")
class TestKeys(SigningCase):
    def setUp(self):
        super().setUp()
        # Tokens outlive a test.
        self.addCleanup(self.tokens._keys.update, dict(self.tokens._keys))

    def discover(self):
        return self.env["oa.signing.key"].with_user(self.administrator).action_discover_keys()

    def test_keys_on_tokens_are_linked_by_the_personal_number(self):
        self.colleague.signing_person_number = "8001010010"
        self.tokens.add("some token", self.colleague.name, "PNOBG-8001010010")
        self.tokens.add("stranger", "Непознат")

        self.discover()

        self.assertEqual(self.colleague.signing_key_ids.token_label, "some token")
        self.assertFalse(self.env["oa.signing.key"].search([("token_label", "=", "stranger")]))

    def test_tokens_of_the_server_are_shown_as_a_list_that_says_which_keys_are_in_use(self):
        self.tokens.add("stranger", "Непознат")
        settings = self.env["res.config.settings"].create({})

        action = settings.action_oa_signing_list_tokens()

        rows = self.env["oa.signing.token"].search(action["domain"]).grouped("token_label")
        self.assertEqual(rows[self.signer.login].key_id, self.signer.signing_key_ids)
        self.assertEqual((rows["stranger"].name, rows["stranger"].key_id.id), ("Непознат", False))

    def test_subject_of_a_certificate_is_read_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("bg_BG")
        self.env["ir.module.module"].search([("name", "=", "oa_signing")])._update_translations(["bg_BG"])
        certificate = self.signer.signing_key_ids.certificate_id.with_context(lang="bg_BG")

        self.assertIn(f"Име: {self.signer.name}", certificate.subject_words)
        self.assertEqual(certificate._translate_subject("Common Name: BG, Country: BG"), "Име: BG, Държава: BG")
        self.assertFalse(re.search(r"(Common Name|Serial Number|Organization|Country)", certificate.subject_words))

    def test_the_name_of_a_token_proposes_its_owner_and_a_second_administrator_decides(self):
        self.tokens.add(self.colleague.login, self.colleague.name)

        self.discover()
        link = self.env["oa.certificate.link"].search([("user_id", "=", self.colleague.id)])
        self.assertEqual((len(link), link.state, link.proposer_id), (1, "proposed", self.administrator))
        self.assertFalse(self.colleague.signing_key_ids)
        self.discover()
        self.assertEqual(self.env["oa.certificate.link"].search_count([("user_id", "=", self.colleague.id)]), 1)

        link.with_user(self.env.ref("base.user_admin")).action_approve()
        self.discover()

        self.assertEqual(self.colleague.signing_key_ids.token_label, self.colleague.login)

    def test_finding_twice_keeps_one_key(self):
        keys = self.env["oa.signing.key"].with_user(self.administrator)
        keys.action_discover_keys()
        before = keys.search_count([])

        keys.action_discover_keys()

        self.assertEqual(keys.search_count([]), before)

    def test_renewed_certificate_replaces_the_old_one(self):
        key = self.signer.signing_key_ids
        old = key.certificate_id
        self.signer.signing_person_number = "8001010010"
        self.tokens.add(self.signer.login, self.signer.name, "PNOBG-8001010010")

        self.discover()

        self.assertNotEqual(key.certificate_id, old)
        self.assertTrue(old.exists())

    def take_renewed(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("oa_signing.oa_signing_key_cron_take_renewed").method_direct_trigger()
        self.env.invalidate_all()

    def test_renewed_certificate_of_the_same_person_is_taken_by_itself(self):
        key = self.signer.signing_key_ids
        new = self.tokens.add(self.signer.login, self.signer.name, key.certificate_id.identifier)

        self.take_renewed()

        self.assertEqual(key.certificate_id._get_identity().certificate, new.certificate)
        self.assertEqual(key.certificate_id.user_id, self.signer)
        self.assertTrue(self.make_file()._sign_with_pin(PIN))

    def test_certificate_of_somebody_else_on_the_token_is_not_taken_by_itself(self):
        key = self.signer.signing_key_ids
        old = key.certificate_id
        for identifier in ("PNOBG-9999999999", ""):
            self.tokens.add(self.signer.login, self.signer.name, identifier)

            self.take_renewed()

            self.assertEqual(key.certificate_id, old)

    def test_renewed_certificate_of_an_issuer_nobody_trusts_is_not_taken_by_itself(self):
        key = self.signer.signing_key_ids
        old = key.certificate_id
        stranger = DummyTokens(DummyAuthority())
        stranger.add(self.signer.login, self.signer.name, old.identifier)
        self.patch(type(self.env["oa.signing.ports"]), "_get_token", lambda ports: stranger)

        self.take_renewed()

        self.assertEqual(key.certificate_id, old)

    def test_check_says_that_the_certificate_is_good(self):
        action = self.signer.signing_key_ids.with_user(self.signer).action_check()

        self.assertEqual(action["params"]["type"], "success")
        self.assertEqual(self.signer.signing_key_ids.certificate_id.check_code, "good")

    def test_key_without_owner_is_refused(self):
        with self.assertRaises(ValidationError):
            self.signer.signing_key_ids.user_id = False

    def test_demo_keys_need_a_folder(self):
        self.assertFalse(self.env["oa.signing.key"]._import_demo_keys("/nowhere"))
