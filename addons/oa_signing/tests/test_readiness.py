from datetime import timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..adapters.token_client import TokenClient
from ..adapters.validation_client import DocumentClient, ServiceSettings
from ..core.errors import CertificateRevokedError, CertificateUntrustedError
from .common import SigningCase


def _lose(keys):
    for key in keys:
        key.is_open, key.opening, key.closed_notice = False, "lost", "Печатът е затворен."


@tagged("post_install", "-at_install")
class TestReadiness(SigningCase):
    def look(self, administrator=None):
        readiness = self.env["oa.signing.readiness"].with_user(administrator or self.administrator)
        rows = readiness.search(readiness.action_look()["domain"])
        return {row.name: row for row in rows}

    def test_everything_that_is_ready_is_said_to_be(self):
        rows = self.look()

        self.assertEqual(rows[self.signer.name].state, "good")
        self.assertEqual({row.state for row in rows.values() if row.kind == "service"}, {"good"})

    def test_locked_key_missing_token_and_other_certificate_are_told_with_the_fix(self):
        self.addCleanup(self.tokens.unlock, self.signer.login)
        self.addCleanup(self.tokens._keys.update, dict(self.tokens._keys))
        for _attempt in range(3):
            with self.assertRaises(UserError):
                self.sign(self.make_file(), pin="1")
        self.tokens._keys.pop(self.second_signer.login)

        rows = self.look()

        self.assertEqual((rows[self.signer.name].state, rows[self.second_signer.name].state), ("bad", "bad"))
        self.assertIn("Unlock", rows[self.signer.name].fix)
        self.assertIn("Insert the token", rows[self.second_signer.name].fix)

    def test_many_people_cost_as_many_queries_and_one_question_as_few(self):
        def count(people):
            for number in range(people):
                self.give_key(
                    self.make_person(f"extra{people}{number}", f"Подписващ {people} {number}", "oa_signing.oa_signing_group_signer")
                )
            readiness = self.env["oa.signing.readiness"].with_user(self.administrator)
            # What new people made the server forget is not counted.
            readiness.action_look()
            self.env.flush_all()
            self.env.invalidate_all()
            asked.clear()
            before = self.cr.sql_log_count
            readiness.action_look()
            self.env.flush_all()
            return self.cr.sql_log_count - before, len(asked)

        asked, check_all = [], type(self.documents).check_certificates
        self.patch(type(self.documents), "check_certificates", lambda documents, items: asked.append(1) or check_all(documents, items))
        self.patch(type(self.documents), "check_certificate", lambda *_arguments: self.fail("Certificates are asked about together."))

        self.assertEqual(count(2), count(12))

    def test_revoked_certificate_is_told(self):
        self.patch(type(self.documents), "check_certificates", lambda _documents, items: [CertificateRevokedError() for _item in items])

        self.assertIn("revoked", self.look()[self.signer.name].finding)

    def test_end_of_the_term_is_told_before_it_comes(self):
        with freeze_time(self.signer.signing_key_ids.valid_to - timedelta(days=10)):
            row = self.look()[self.signer.name]

        self.assertEqual(row.state, "warning")
        self.assertIn("10 days", row.finding)

    def test_silent_timestamp_service_is_told(self):
        self.timestamps.is_down = True
        self.addCleanup(setattr, self.timestamps, "is_down", False)

        self.assertEqual(self.look()["Timestamps"].state, "bad")

    def test_each_service_that_is_down_has_its_row_with_what_to_do(self):
        ports = self.registry["oa.signing.ports"]
        self.patch(ports, "_get_token", lambda _ports: TokenClient("/nowhere/token.sock"))
        self.patch(ports, "_get_documents", lambda _ports: DocumentClient("/nowhere/documents.sock", ServiceSettings()))

        rows = self.look()

        for name in ("Token service", "Document service", "Timestamps", "Trusted certificates"):
            with self.subTest(name=name):
                self.assertEqual(rows[name].state, "bad")
                self.assertIn("does not answer", rows[name].finding)
                self.assertTrue(rows[name].fix)
        # What cannot be asked is not said of the people.
        self.assertEqual(rows[self.signer.name].state, "good")

    def test_folder_without_roots_is_told(self):
        def refuse(_documents):
            raise CertificateUntrustedError("no root")

        self.patch(type(self.documents), "check_trust", refuse)

        row = self.look()["Trusted certificates"]
        self.assertEqual(row.state, "bad")
        self.assertIn("folder of trusted certificates", row.finding)
        self.assertIn("PEM files", row.fix)

    def test_provider_that_does_not_say_whether_it_is_revoked_is_told(self):
        self.patch(type(self.documents), "check_certificates", lambda _documents, items: [["revocation_unknown"] for _item in items])

        row = self.look()[self.signer.name]
        self.assertEqual(row.state, "warning")
        self.assertIn("did not answer whether it is revoked", row.finding)
        self.assertIn("Revocation", row.fix)

    def test_expired_certificate_is_told(self):
        with freeze_time(self.signer.signing_key_ids.valid_to + timedelta(days=1)):
            row = self.look()[self.signer.name]

        self.assertEqual(row.state, "bad")
        self.assertIn("Expired", row.finding)
        self.assertIn("new certificate", row.fix)

    def test_other_certificate_on_the_token_is_told(self):
        self.addCleanup(self.tokens._keys.update, dict(self.tokens._keys))
        stranger = self.tokens.add(self.signer.login, "Непознат", "PNOBG-0000000000")
        self.assertTrue(stranger.certificate)

        row = self.look()[self.signer.name]

        self.assertEqual(row.state, "bad")
        self.assertIn("holds another certificate", row.finding)
        self.assertIn("find keys anew", row.fix)

    def test_seal_that_was_open_and_is_not_any_more_is_told(self):
        self.patch(self.registry["oa.signing.key"], "_compute_opening", _lose)

        row = self.look()[self.signer.name]

        self.assertEqual(row.state, "bad")
        self.assertIn("Open the seal", row.fix)

    def test_person_without_a_key_is_told_what_is_missing(self):
        newcomer = self.make_person("nova", "Нова Служителка", "oa_signing.oa_signing_group_signer")

        row = self.look()[newcomer.name]

        self.assertEqual(row.state, "warning")
        self.assertIn("no key on the server", row.finding)
        self.assertIn("own card", row.fix)

    def test_only_administrators_of_signatures_look(self):
        with self.assertRaises(AccessError):
            self.look(self.signer)
