from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..adapters.validation_client import DocumentClient, ServiceSettings
from ..core.errors import TimestampError
from .common import SigningCase


@tagged("post_install", "-at_install")
class TestPreservation(SigningCase):
    """Archive timestamps are added before proofs end; what cannot be renewed is said and tried again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.runs, cls.lives = cls.env["oa.preservation"], cls.env["oa.signature.life"]
        # Signatures of others in this database are not this test's business.
        for signature in cls.env["oa.signature"].search([]):
            cls.lives.create({"signature_id": signature.id, "state": "covered"})

    def setUp(self):
        super().setUp()
        certificate = self.authority.timestamp_certificate
        self.addCleanup(setattr, self.authority, "timestamp_certificate", certificate)

    def make_signature(self, name="Заповед.pdf", **values):
        signature = self.sign(self.make_file(name=name, **values))
        self.complete()
        return signature

    def preserve(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("oa_signing.oa_preservation_cron").method_direct_trigger()
        self.env.invalidate_all()

    def get_life(self, signature):
        return self.lives.search([("signature_id", "=", signature.id)])

    def go_near_the_end(self, signature):
        return freeze_time(self.get_life(signature).until - timedelta(days=30))

    def test_every_signed_file_is_measured_and_what_is_far_from_its_end_is_left_alone(self):
        signature = self.make_signature()

        self.preserve()

        life = self.get_life(signature)
        self.assertEqual((life.state, life.algorithm, life.bits), ("good", "SHA-256, RSA 2048", 112))
        self.assertGreater(life.days_left, 300)
        self.assertFalse(self.runs.search([]))
        self.assertEqual(signature.level, "B-LT")

    def test_proofs_are_renewed_in_time_and_stay_valid_after_the_first_certificates_ended(self):
        signature = self.make_signature()
        self.preserve()
        first_end = self.get_life(signature).until

        with self.go_near_the_end(signature):
            self.authority.renew_timestamps()
            self.preserve()

        life = self.get_life(signature)
        self.assertEqual((signature.level, life.state), ("B-LTA", "good"))
        self.assertGreater(life.until, first_end + timedelta(days=300))
        record = signature._get_record()
        self.assertEqual(record._get_signing_payload()[1], signature._get_data())
        with self.go_near_the_end(signature):
            self.authority.renew_timestamps()
            self.preserve()
        # The certificates of the signer and of the first two authorities have ended by now.
        with freeze_time(first_end + timedelta(days=500)):
            signature.action_check()
        self.assertEqual(signature.verdict, "valid", signature._get_last_check().reasons)

    def test_run_is_reported_as_record_and_page(self):
        signature = self.make_signature()
        self.preserve()
        with self.go_near_the_end(signature):
            self.authority.renew_timestamps()
            self.preserve()

        run = self.runs.with_user(self.administrator).search([])
        self.assertEqual((run.state, run.total_count, run.done_count, run.failed_count, run.progress), ("done", 1, 1, 0, 100))
        self.assertGreater(run.line_ids.until_after, run.line_ids.until_before)
        self.assertTrue(run._make_pdf().startswith(b"%PDF"))
        with self.assertRaises(AccessError):
            run.with_user(self.signer)._make_pdf()

    def test_silent_timestamp_service_loses_nothing_and_is_asked_again_later(self):
        signature = self.make_signature()
        self.preserve()
        before = signature._get_data()
        with self.go_near_the_end(signature):
            self.timestamps.is_down = True
            self.addCleanup(setattr, self.timestamps, "is_down", False)
            self.preserve()
            life = self.get_life(signature)
            self.assertEqual((life.state, life.attempts), ("waiting", 1))
            self.assertIn("did not answer", life.message)
            self.assertEqual(signature._get_data(), before)
            run = self.runs.search([], limit=1)
            self.assertEqual((run.state, run.failed_count), ("done", 1))
            again = life.next_at
            self.preserve()
            self.assertEqual(len(self.runs.search([])), 1)
        self.timestamps.is_down = False
        with freeze_time(again + timedelta(minutes=1)):
            self.authority.renew_timestamps()
            self.preserve()

        self.assertEqual((life.state, life.attempts, signature.level), ("good", 0, "B-LTA"))
        self.assertEqual(self.runs.search([], limit=1).done_count, 1)

    def test_one_broken_file_holds_up_no_other(self):
        good, bad = self.make_signature("Добър.pdf"), self.make_signature("Лош.pdf")
        self.preserve()
        refused, store = bad.res_id, self.registry["oa.signing.file"]._store_signed_payload

        def keep(record, name, data, signature):
            if record.id == refused:
                raise UserError("The register is closed.")  # pylint: disable=translation-required
            return store(record, name, data, signature)

        self.patch(self.registry["oa.signing.file"], "_store_signed_payload", keep)
        with self.go_near_the_end(good):
            self.authority.renew_timestamps()
            self.preserve()

        self.assertEqual((good.level, bad.level), ("B-LTA", "B-LT"))
        self.assertIn("The register is closed.", self.get_life(bad).message)
        run = self.runs.search([], limit=1)
        self.assertEqual((run.done_count, run.failed_count), (1, 1))

    def test_weak_algorithm_is_renewed_long_before_the_end_and_not_every_night(self):
        signature = self.make_signature()
        self.env["ir.config_parameter"].set_param("oa_signing.preservation_bits", "128")

        self.preserve()

        life = self.get_life(signature)
        self.assertEqual(signature.level, "B-LTA")
        self.assertIn("timestamp service itself", life.message)
        count = len(signature.augmentation_ids)
        self.preserve()
        self.assertEqual(len(signature.augmentation_ids), count)

    def test_other_formats_say_plainly_that_they_cannot_be_renewed(self):
        signature = self.make_signature("Приложение.txt", data="Приложение".encode())

        self.preserve()

        life = self.get_life(signature)
        self.assertEqual((life.state, life.until), ("manual", signature.certificate_id.valid_to))
        self.assertIn("PDF signatures only", life.message)
        with freeze_time(life.until - timedelta(days=5)):
            self.preserve()
        self.assertFalse(self.runs.search([]))

    def test_earlier_signature_of_the_same_file_is_covered_by_the_later_one(self):
        file = self.make_file(signers=[self.second_signer])
        first = self.sign(file)
        self.complete()
        self.preserve()
        second = self.sign(file.with_user(self.second_signer))
        self.complete()

        self.preserve()

        self.assertEqual((self.get_life(first).state, self.get_life(second).state), ("covered", "good"))

    def test_signature_that_is_still_being_completed_is_left_to_its_queue(self):
        self.timestamps.is_down = True
        self.addCleanup(setattr, self.timestamps, "is_down", False)
        signature = self.sign(self.make_file())
        self.preserve()

        with self.go_near_the_end(signature):
            self.preserve()

        self.assertFalse(self.runs.search([]))

    def test_administrators_hear_of_what_could_not_be_renewed_near_its_end(self):
        signature = self.make_signature()
        self.preserve()

        def refuse(_documents, _data):
            raise TimestampError("silent")

        self.patch(type(self.documents), "add_archive_timestamp", refuse)
        with freeze_time(self.get_life(signature).until - timedelta(days=10)), mute_logger("odoo.addons.mail"):
            self.preserve()

        run = self.runs.search([], limit=1)
        told = self.env["mail.message"].search([("model", "=", run._name), ("res_id", "=", run.id)])
        self.assertIn(self.administrator.partner_id, told.notified_partner_ids | told.partner_ids)

    def test_stopped_document_service_is_no_lost_night(self):
        signature = self.make_signature()
        documents = DocumentClient("/nowhere.sock", ServiceSettings())
        original = self.registry["oa.signing.ports"]._get_documents
        self.patch(self.registry["oa.signing.ports"], "_get_documents", lambda _ports: documents)
        self.preserve()
        self.assertFalse(self.get_life(signature))

        self.patch(self.registry["oa.signing.ports"], "_get_documents", original)
        self.preserve()

        self.assertEqual(self.get_life(signature).state, "good")

    def test_only_administrators_of_signatures_start_it(self):
        with self.assertRaises(AccessError):
            self.runs.with_user(self.signer).action_start()
        self.assertEqual(self.runs.with_user(self.administrator).action_start()["tag"], "display_notification")

    def test_setting_turns_it_off_and_unreasonable_settings_are_refused(self):
        settings = self.env["res.config.settings"].create({})
        settings.oa_signing_preservation = False
        settings.execute()
        signature = self.make_signature()

        self.preserve()

        self.assertFalse(self.get_life(signature))
        with self.assertRaisesRegex(UserError, "turned off"):
            self.runs.with_user(self.administrator).action_start()
        for vals in ({"oa_signing_preservation_days": 0}, {"oa_signing_preservation_bits": 40}):
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                self.env["res.config.settings"].create(vals)

    def test_list_costs_as_many_queries_for_many_as_for_few(self):
        for number in range(6):
            self.make_signature(f"Писмо {number}.pdf")
        self.preserve()

        def count(limit):
            lives = self.lives.with_user(self.administrator).search([("state", "=", "good")], limit=limit)
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            lives.web_read({"record_name": {}, "signer_name": {}, "format": {}, "until": {}, "days_left": {}, "state": {}})
            return self.cr.sql_log_count - before

        count(1)
        self.assertEqual(count(2), count(6))
        self.assertTrue(fields.Datetime.now())
