from datetime import timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import GROUP, SigningCase


@tagged("post_install", "-at_install")
class TestOwners(SigningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second_administrator = cls.make_person("ivan", "Иван Петров", GROUP + "administrator")
        cls.certificate = cls.env["oa.certificate"].create(
            {"name": "Нова карта", "fingerprint": "ab" * 32, "identifier": "PNOBG-8001010010", "valid_to": "2030-01-01"}
        )

    def propose(self, user=None, proposer=None):
        vals = {"certificate_id": self.certificate.id, "user_id": (user or self.signer).id, "reason": "Сравнено с договора."}
        return self.env["oa.certificate.link"].with_user(proposer or self.administrator).create(vals)

    def test_certificate_with_the_personal_number_belongs_to_the_person(self):
        self.assertFalse(self.certificate._belongs_to(self.signer))

        self.signer.signing_person_number = "8001010010"

        self.assertTrue(self.certificate._belongs_to(self.signer))
        self.assertFalse(self.certificate._belongs_to(self.second_signer))
        self.assertEqual(self.certificate.user_id, self.signer)

    def test_number_of_two_people_links_nobody(self):
        (self.signer | self.second_signer).signing_person_number = "8001010010"

        self.assertFalse(self.certificate._belongs_to(self.signer))

    def test_personal_number_is_read_by_administrators_of_signatures_only(self):
        self.signer.signing_person_number = "8001010010"

        self.assertEqual(self.signer.with_user(self.administrator).signing_person_number, "8001010010")
        for reader in (self.colleague, self.second_signer):
            with self.assertRaises(AccessError):
                self.signer.with_user(reader).read(["signing_person_number"])

    def test_foreign_number_on_a_token_links_no_key_to_the_name_of_the_token(self):
        self.second_signer.signing_person_number = "7001010010"
        self.second_signer.signing_key_ids.sudo().unlink()

        linked, proposed = self.env["oa.signing.key"]._import_keys([self.tokens.add("maya", "Друг човек")])

        self.assertFalse(linked)
        self.assertFalse(proposed)

    def test_proposal_links_only_after_somebody_else_approves(self):
        link = self.propose()
        self.assertFalse(self.certificate._belongs_to(self.signer))

        with self.assertRaisesRegex(UserError, "You proposed this yourself"):
            link.action_approve()
        link.with_user(self.second_administrator).action_approve()

        self.assertTrue(self.certificate._belongs_to(self.signer))
        self.assertEqual((link.state, link.decider_id), ("approved", self.second_administrator))

    def test_administrator_alone_writes_neither_owner_nor_content_of_a_certificate(self):
        certificate = self.certificate.with_user(self.administrator)
        for vals in ({"user_id": self.signer.id}, {"identifier": "PNOBG-1"}, {"pem": "x"}, {"check_code": "good"}, {"company_id": False}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                certificate.write(vals)
        with self.assertRaises(AccessError):
            certificate.create({"name": "Чужда", "fingerprint": "cd" * 32, "user_id": self.signer.id})
        certificate.message_post(body="Чака договора.")

    def test_key_is_given_only_to_whom_its_certificate_is_linked(self):
        key = self.second_signer.signing_key_ids.with_user(self.administrator)

        with self.assertRaisesRegex(ValidationError, "not linked to"):
            key.user_id = self.signer
        with self.assertRaisesRegex(ValidationError, "not linked to"):
            key.certificate_id = self.certificate

    def test_key_that_a_provider_offers_is_used_after_its_certificate_is_approved(self):
        provider = self.env["oa.signing.provider"].create({"name": "Облак", "url": "https://csc.example"})
        vals = {"provider_id": provider.id, "token_label": "Облак", "key_label": "cloud-1", "certificate_id": self.certificate.id}
        key = self.env["oa.signing.key"].create({**vals, "state": "found"})
        with self.assertRaises(ValidationError):
            key.with_user(self.administrator).write({"state": "active", "user_id": self.signer.id})
        self.env.invalidate_all()

        self.propose().with_user(self.second_administrator).action_approve()

        self.assertEqual((key.state, key.user_id), ("active", self.signer))

    def test_nobody_decides_about_themselves(self):
        link = self.propose(self.second_administrator)

        with self.assertRaisesRegex(UserError, "about yourself"):
            link.with_user(self.second_administrator).action_approve()

    def test_proposer_cannot_be_sent(self):
        vals = {"certificate_id": self.certificate.id, "user_id": self.signer.id, "reason": "x"}
        link = (
            self.env["oa.certificate.link"]
            .with_user(self.administrator)
            .create({**vals, "proposer_id": self.second_administrator.id, "state": "approved"})
        )

        self.assertEqual((link.proposer_id, link.state), (self.administrator, "proposed"))
        with self.assertRaises(AccessError):
            link.write({"user_id": self.administrator.id})

    def test_database_refuses_one_person_in_both_places(self):
        link = self.propose()

        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            link.sudo().write({"decider_id": self.administrator.id})

    def test_signers_neither_propose_nor_decide(self):
        link = self.propose()

        with self.assertRaises(AccessError):
            self.propose(proposer=self.second_signer)
        with self.assertRaises(AccessError):
            link.with_user(self.second_signer).action_approve()

    def test_end_of_a_certificate_is_said_three_times_to_the_person_and_to_the_administrators(self):
        certificate = self.signer.signing_key_ids.certificate_id
        counts = []
        for days in (31, 29, 28, 13, 2, 1):
            with freeze_time(certificate.valid_to - timedelta(days=days)):
                certificate._cron_warn()
            counts.append(len(certificate.activity_ids.filtered(lambda activity: activity.user_id == self.signer)))

        self.assertEqual(counts, [0, 1, 1, 2, 3, 3])
        self.assertIn(self.administrator, certificate.activity_ids.user_id)
        self.assertNotIn(self.second_signer, certificate.activity_ids.user_id)
