from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..adapters.dummy import PIN
from .common import SigningCase


@tagged("post_install", "-at_install")
class TestSealingQueue(SigningCase):
    """The token service keeps the PIN of a seal in its memory: after a new start the seal has to be opened again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        token_key = cls.tokens.add("seal", "Областна администрация")
        cls.seal = cls.env["oa.signing.key"].create({
            "token_label": "seal",
            "key_label": "sign",
            "certificate_id": cls.env["oa.certificate"]._import(token_key.certificate).id,
            "is_seal": True,
            "company_id": cls.env.company.id,
            "seal_user_ids": [cls.signer.id],
        })  # fmt: skip

    def setUp(self):
        super().setUp()
        self.addCleanup(self.tokens.close, "seal")
        self.open_seal()

    def open_seal(self):
        self.seal.with_user(self.administrator).open_with_pin(PIN)

    def start_token_service_anew(self):
        self.tokens.close("seal")
        self.env.invalidate_all()

    def run_queue(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("oa_signing.oa_signing_sealing_cron").method_direct_trigger()
        self.env.invalidate_all()

    def list_waiting(self):
        return self.env["oa.signing.sealing"].with_user(self.administrator).search([("key_id", "=", self.seal.id)])

    def list_activities(self):
        kind = self.env.ref("oa_signing.oa_signing_activity_open_seal")
        return self.seal.certificate_id.activity_ids.filtered(lambda activity: activity.activity_type_id == kind)

    def test_lost_seal_says_who_opened_it_and_who_opens_it_again(self):
        self.start_token_service_anew()

        self.assertEqual(self.seal.opening, "lost")
        self.assertIn(f"was opened by {self.administrator.name}", self.seal.closed_notice)
        self.assertIn("closed since the token service started anew", self.seal.closed_notice)
        self.assertRegex(self.seal.closed_notice, f"with its PIN by: .*{self.administrator.name}")

    def test_seal_that_was_closed_on_purpose_is_not_lost(self):
        self.seal.with_user(self.administrator).action_close_seal()

        self.assertEqual((self.seal.opening, self.seal.closed_notice), ("closed", False))

    def test_readiness_and_settings_say_that_the_seal_is_lost(self):
        self.start_token_service_anew()
        readiness = self.env["oa.signing.readiness"].with_user(self.administrator)

        rows = readiness.search(readiness.action_look()["domain"])

        (row,) = rows.filtered(lambda row: row.key_id == self.seal)
        self.assertEqual((row.state, row.finding), ("bad", self.seal.with_user(self.administrator).closed_notice))
        self.assertIn("Open the seal", row.fix)
        self.assertIn("started anew", self.env["res.config.settings"].create({}).oa_signing_closed_seals)

    def test_what_is_sealed_while_the_seal_is_lost_waits_and_heals_when_it_is_opened(self):
        self.start_token_service_anew()
        file = self.make_file()

        answer = file.action_seal()
        self.run_queue()

        self.assertIn("started anew", answer["params"]["message"])
        self.assertEqual(self.list_waiting().res_id, file.id)
        self.assertIn(self.administrator.name, self.list_waiting().message)
        self.assertFalse(file.signature_ids)
        self.open_seal()
        self.run_queue()

        self.assertFalse(self.list_waiting())
        self.assertEqual((file.signature_ids.user_id, file.signature_ids.is_seal), (self.signer, self.seal.certificate_id.is_seal))
        self.assertEqual(file.signature_ids.certificate_id, self.seal.certificate_id)

    def test_administrators_are_asked_once_to_open_a_lost_seal_until_it_is_open(self):
        self.start_token_service_anew()

        self.run_queue()
        self.run_queue()

        self.assertEqual(len(self.list_activities().filtered(lambda activity: activity.user_id == self.administrator)), 1)
        self.assertNotIn(self.signer, self.list_activities().user_id)
        self.open_seal()
        self.assertFalse(self.list_activities())

    def test_file_waits_for_a_seal_once(self):
        file = self.make_file()

        file.action_seal()
        file.action_seal()

        self.assertEqual(len(self.list_waiting()), 1)
        self.run_queue()
        self.assertEqual(len(file.signature_ids), 1)

    def test_what_fails_is_tried_again_after_growing_pauses(self):
        self.start_token_service_anew()
        self.make_file().action_seal()
        pauses = []
        for _attempt in range(3):
            with freeze_time(self.list_waiting().next_at):
                self.run_queue()
                pauses.append(self.list_waiting().next_at - fields.Datetime.now())

        self.assertEqual([pause.total_seconds() for pause in pauses], [60, 120, 240])

    def test_failure_of_one_leaves_the_others(self):
        broken, whole = self.make_file(name="Счупен.pdf", data=b"%PDF-broken"), self.make_file()
        (broken | whole).action_seal()

        self.run_queue()

        self.assertEqual(len(whole.signature_ids), 1)
        self.assertEqual(self.list_waiting().res_id, broken.id)
        self.assertIn("damaged", self.list_waiting().message)

    def test_person_whom_the_seal_does_not_name_queues_nothing(self):
        file = self.make_file(self.second_signer)

        with self.assertRaisesRegex(UserError, "no seal that you may use"):
            file.action_seal()
        with self.assertRaises(AccessError):
            self.make_file().with_user(self.second_signer).action_seal()
        self.assertFalse(self.list_waiting())

    def test_nobody_writes_into_the_queue(self):
        values = {"res_model": "oa.signing.file", "res_id": self.make_file().id, "record_name": "x", "key_id": self.seal.id, "user_id": 1}
        for person in (self.signer, self.administrator):
            with self.assertRaises(AccessError):
                self.env["oa.signing.sealing"].with_user(person).create(values)
