import base64
import time

from freezegun import freeze_time
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from ..adapters.token_client import TokenClient
from ..adapters.validation_client import DocumentClient, ServiceSettings
from ..core.errors import CertificateRevokedError, CertificateUntrustedError
from .common import SigningCase


def encode(data):
    return base64.b64encode(data).decode()


@tagged("post_install", "-at_install")
class TestSelftest(SigningCase):
    """What the help desk is told; each cause has a sentence with the way to mend it."""

    def setUp(self):
        super().setUp()
        self.card = self.give_card(self.signer)
        self.selftest = self.env["oa.signing.selftest"].with_user(self.signer)

    def check_server(self, person=None, moment=None):
        steps = self.env["oa.signing.selftest"].with_user(person or self.signer).check_server(moment or time.time())
        return {step["name"]: step for step in steps}

    def check_card(self, card=None):
        steps = self.selftest.check_certificate([encode((card or self.card).certificate)])
        return {step["name"]: step for step in steps}

    def assert_step(self, step, state, sentence):
        self.assertEqual(step["state"], state, step)
        self.assertRegex(step["message"], sentence)

    def test_everything_in_order_is_said(self):
        steps = {**self.check_server(), **self.check_card()}

        self.assertEqual({name for name, step in steps.items() if step["state"] == "bad"}, set())
        self.assertEqual(set(steps), {"clock", "documents", "timestamps", "trust", "token", "proof", "holder", "term", "chain"})

    def test_clock_that_is_wrong_is_named_with_its_minutes(self):
        self.assert_step(self.check_server(moment=time.time() - 600)["clock"], "bad", "by 10 minutes.*automatic")

    def test_document_service_that_is_down_is_named(self):
        client = DocumentClient("/nowhere.sock", ServiceSettings())
        self.patch(self.registry["oa.signing.ports"], "_get_documents", lambda ports: client)

        steps = self.check_server()

        self.assert_step(steps["documents"], "bad", "signing service does not answer")
        self.assert_step(steps["timestamps"], "bad", "signing service does not answer")

    def test_timestamp_service_that_is_down_is_named(self):
        self.patch(self.timestamps, "is_down", True)

        self.assert_step(self.check_server()["timestamps"], "bad", "timestamp service does not answer")

    def test_locked_key_on_the_server_is_named(self):
        self.patch(type(self.tokens), "get_attempts_left", lambda tokens, label: 0)

        self.assert_step(self.check_server()["token"], "bad", "locked after too many wrong PINs")

    def test_token_that_is_not_in_its_reader_is_named(self):
        self.patch(type(self.tokens), "get_keys", lambda tokens: [])

        self.assert_step(self.check_server()["token"], "bad", "token with your key is not there")

    def test_token_service_that_is_down_is_named(self):
        self.patch(self.registry["oa.signing.ports"], "_get_token", lambda ports: TokenClient("/nowhere.sock"))

        self.assert_step(self.check_server()["token"], "bad", "signing service does not answer")

    def test_folder_without_trusted_roots_is_named(self):
        def refuse(_documents):
            raise CertificateUntrustedError("no root")

        self.patch(type(self.documents), "check_trust", refuse)

        self.assert_step(self.check_server()["trust"], "bad", "holds no root certificate")

    def test_revoked_card_is_named(self):
        def refuse(_documents, _identity):
            raise CertificateRevokedError

        self.patch(type(self.documents), "check_certificate", refuse)

        self.assert_step(self.check_card()["chain"], "bad", "is revoked and cannot sign")

    def test_provider_that_does_not_say_whether_the_card_is_revoked_is_named(self):
        self.patch(type(self.documents), "check_certificate", lambda _documents, _identity: ["revocation_unknown"])

        self.assert_step(self.check_card()["chain"], "warning", "did not answer whether it is revoked")

    def test_person_without_a_key_on_the_server_is_told_to_use_the_card(self):
        self.assert_step(self.check_server(self.colleague)["token"], "good", "sign with your own card")

    def test_proof_that_cannot_be_read_is_named(self):
        self.env["ir.config_parameter"].set_param("oa_signing.proof_key_file", "/nowhere/key.pem")
        self.env["ir.config_parameter"].set_param("oa_signing.proof_certificate_file", "/nowhere/certificate.pem")

        self.assert_step(self.check_server()["proof"], "bad", "proves this server")

    def test_card_of_another_person_is_named(self):
        self.assert_step(self.check_card(self.give_card(self.second_signer))["holder"], "bad", "is of Мая Йорданова")

    def test_certificate_that_expires_is_named_with_its_day(self):
        certificate_days = self.check_card()["term"]["message"]
        self.assertRegex(certificate_days, r"valid until \d\d/\d\d/\d{4}")
        with freeze_time(self.env["oa.certificate"]._prepare_import_vals(self.card.certificate)["valid_to"]):
            self.assert_step(self.check_card()["term"], "warning", "Renew it in time")
        with freeze_time("2040-01-01"):
            self.assert_step(self.check_card()["term"], "bad", "Renew it at the provider")

    def test_issuer_that_is_not_trusted_is_named(self):
        stranger = type(self.card)(type(self.authority)(), self.signer.name, f"PNOBG-{self.signer.id:010}")

        self.assert_step(self.check_card(stranger)["chain"], "bad", "not among the trusted")

    def test_trial_is_signed_by_the_card_and_by_no_other(self):
        chain = [encode(self.card.certificate)]
        trial = self.selftest.make_trial(chain)
        signature = encode(self.card.sign(base64.b64decode(trial["job"]["lines"][0]["content"])))
        forged = encode(self.give_card(self.second_signer).sign(base64.b64decode(trial["text"])))

        self.assert_step(self.selftest.check_trial(chain, trial["text"], signature), "good", "in order")
        self.assert_step(self.selftest.check_trial(chain, trial["text"], forged), "bad", "does not fit its certificate")

    def test_test_leaves_no_record_of_the_card(self):
        before = self.env["oa.certificate"].search_count([])

        self.check_card()
        self.check_card(self.give_card(self.second_signer))

        self.assertEqual(self.env["oa.certificate"].search_count([]), before)

    def test_answers_that_are_no_certificates_are_refused(self):
        for chain in ([], ["не"], [encode(b"nothing")]):
            with self.subTest(chain=chain), self.assertRaises(UserError):
                self.selftest.check_certificate(chain)


@tagged("post_install", "-at_install")
class TestSelftestPage(SigningCase, HttpCase):
    def test_address_for_the_telephone_opens_the_test(self):
        self.env.flush_all()
        self.authenticate(self.signer.login, self.signer.login)

        answer = self.url_open("/oa/signing/selftest", allow_redirects=False)

        self.assertEqual(answer.status_code, 303)
        self.assertIn("oa_signing_selftest_action", answer.headers["Location"])
