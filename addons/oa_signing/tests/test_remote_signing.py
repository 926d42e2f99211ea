import base64
import json

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..adapters.dummy import DummyRemote
from ..adapters.remote_client import RemoteClient
from ..core.errors import RemoteAccessError, RemoteRefusedError, RemoteTimeoutError
from .common import SigningCase, make_pdf


@tagged("post_install", "-at_install")
class TestRemoteSigning(SigningCase):
    """A key at a provider that accepts the documents and signs when the person has confirmed."""

    def setUp(self):
        super().setUp()
        self.remote = DummyRemote(self.give_card(self.signer))
        self.patch(self.registry["oa.signing.ports"], "_get_remote", lambda ports, settings: self.remote)
        self.provider = self.env["oa.signing.provider"].create({"name": "Облак", "url": "https://csc.example"})
        self.provider.with_user(self.administrator).action_find_keys()
        self.key = self.provider.key_ids

    def begin(self, *names):
        files = self.env["oa.signing.file"].with_user(self.signer)
        for name in names or ("Заповед.pdf",):
            files |= self.make_file(name=name, data=make_pdf(name))
        action = files.action_sign()
        return self.env["oa.signature.request"].with_user(self.signer).browse(action["params"]["request_id"])

    def sign(self, request):
        request.action_prepare_remote(self.key.id)
        return {line["name"]: line for line in request.action_sign_remote("", "")["lines"]}

    def poll_by_cron(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("oa_signing.oa_signature_request_cron").method_direct_trigger()
        self.env.invalidate_all()

    def test_keys_of_the_provider_are_linked_by_the_personal_number(self):
        self.assertEqual((self.key.user_id, self.key.state), (self.signer, "active"))

    def test_key_of_a_stranger_waits_for_an_owner_and_signs_nothing(self):
        self.remote._card = type(self.remote._card)(self.authority, "Непознат", "PNOBG-0000000000")
        self.key.unlink()

        self.provider.with_user(self.administrator).action_find_keys()

        self.assertEqual((self.provider.key_ids.state, self.provider.key_ids.user_id.id), ("found", False))
        with self.assertRaises(UserError):
            self.begin().action_prepare_remote(self.provider.key_ids.id)

    def test_provider_that_signs_at_once_ends_the_request(self):
        self.remote.decisions = {0: "signed", 1: "signed"}
        request = self.begin("Първи.pdf", "Втори.pdf")

        lines = self.sign(request)

        self.assertEqual({line["state"] for line in lines.values()}, {"signed"})
        self.assertEqual(request.state, "done")

    def test_accepted_documents_wait_and_are_finished_by_the_scheduler(self):
        request = self.begin("Първи.pdf", "Втори.pdf", "Трети.pdf")
        lines = self.sign(request)
        self.assertEqual({line["state"] for line in lines.values()}, {"waiting"})
        self.assertIn("Confirm the signing", lines["Първи.pdf"]["message"])

        self.remote.decisions = {0: "signed", 1: "refused"}
        self.poll_by_cron()

        self.assertEqual(sorted(request.line_ids.mapped("state")), ["refused", "signed", "waiting"])
        self.remote.decisions[2] = "signed"
        self.poll_by_cron()
        self.assertEqual(sorted(request.line_ids.mapped("state")), ["refused", "signed", "signed"])
        signed = request.line_ids.filtered(lambda line: line.state == "signed").signature_id
        self.assertEqual(signed.user_id, self.signer)
        self.complete()
        self.assertEqual(set(signed.mapped("verdict")), {"valid"})

    def test_window_that_stays_open_sees_the_outcome(self):
        request = self.begin()
        self.sign(request)

        self.remote.decisions = {0: "signed"}

        self.assertEqual(request.action_poll()["lines"][0]["state"], "signed")

    def test_refusal_and_time_out_at_the_provider_are_sentences(self):
        request = self.begin("Първи.pdf", "Втори.pdf")
        self.remote.decisions = {0: "refused", 1: "expired"}

        lines = self.sign(request)

        messages = " ".join(line["message"] for line in lines.values())
        self.assertIn("the signing was refused", messages)
        self.assertIn("not confirmed in time", messages)

    def test_each_failure_of_the_service_has_its_sentence_and_leaves_the_documents_ready(self):
        failures = {
            RemoteRefusedError: "PIN or the code was wrong",
            RemoteTimeoutError: "did not answer in time",
            RemoteAccessError: "does not let this system in",
        }
        request = self.begin()
        request.action_prepare_remote(self.key.id)
        for failure, sentence in failures.items():

            def fail(*_arguments, error=failure):
                raise error

            with self.subTest(failure=failure.__name__):
                self.patch(self.remote, "sign", fail)
                with self.assertRaisesRegex(UserError, sentence), self.env.cr.savepoint():
                    request.action_sign_remote("", "")
                self.env.invalidate_all()
                self.assertEqual(request.line_ids.state, "prepared")

    def test_service_that_does_not_run_loses_nothing(self):
        self.patch(self.registry["oa.signing.ports"], "_get_remote", lambda ports, settings: RemoteClient("/nowhere/remote.sock", settings))
        request = self.begin()
        request.action_prepare_remote(self.key.id)

        with self.assertRaisesRegex(UserError, "nothing was lost"):
            request.action_sign_remote("", "")

    def test_document_that_changed_while_waiting_is_not_signed(self):
        request = self.begin()
        self.sign(request)
        file = self.env["oa.signing.file"].browse(request.line_ids.res_id)
        file.data = base64.b64encode(make_pdf("other"))

        self.remote.decisions = {0: "signed"}
        self.poll_by_cron()

        self.assertEqual(request.line_ids.state, "refused")
        self.assertFalse(file.signature_ids)

    def test_stranger_neither_signs_nor_asks(self):
        request = self.begin()
        self.sign(request)

        for method, arguments in (("action_sign_remote", []), ("action_poll", []), ("action_prepare_remote", [self.key.id])):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(request.with_user(self.second_signer), method)(*arguments)

    def test_unsafe_addresses_and_secrets_are_not_stored(self):
        for values in ({"url": "http://csc.example"}, {"url": "https://me:pw@csc.example"}, {"secret_name": "S3cret!value"}):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.provider.write(values)

    def test_signers_do_not_read_how_providers_are_reached(self):
        with self.assertRaises(AccessError):
            self.provider.with_user(self.signer).read(["url"])
        with self.assertRaises(AccessError):
            self.provider.with_user(self.signer).action_find_keys()

    def test_handle_of_the_provider_is_read_by_nobody(self):
        request = self.begin()
        self.sign(request)

        with self.assertRaises(AccessError):
            request.line_ids.with_user(self.signer).read(["remote_handle"])
        self.assertNotIn("order-1", json.dumps(request.get_dialog_data()))
