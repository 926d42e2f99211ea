"""Trusted lists: who brings them, which count, and who hears before one is out of date."""

import base64
from datetime import UTC, datetime, timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..adapters.dummy_lists import DummyListOperator, DummyPointer, DummyService
from ..adapters.trust_fetch import ListFetcher
from ..core.errors import TrustListError
from .common import SigningCase


@tagged("post_install", "-at_install")
class TestTrustLists(SigningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator, cls.national = DummyListOperator("EU"), DummyListOperator("BG")
        cls.list_of_lists = cls.env.ref("oa_signing.oa_trust_list_eu").with_user(cls.administrator)
        cls.bulgaria = cls.env.ref("oa_signing.oa_trust_list_bg").with_user(cls.administrator)
        cls.list_of_lists.operator_certificates = to_pem(cls.operator.certificate)

    def bring(self, trust_list, data):
        """What an administrator does with a file."""
        wizard = self.env["oa.trust.list.import"].with_user(self.administrator)
        return wizard.create({"list_id": trust_list.id, "data": base64.b64encode(data)}).action_confirm()

    def bring_list_of_lists(self):
        pointer = DummyPointer("BG", "https://list.example/bg.xml", self.national.certificate)
        self.bring(self.list_of_lists, self.operator.make_list(pointers=[pointer]))

    def make_national(self, **values):
        return self.national.make_list([DummyService(self.authority.get_roots()[0].dump())], **values)

    def test_national_list_is_believed_through_the_list_of_lists(self):
        with self.assertRaisesRegex(UserError, "not named as its operator"):
            self.bring(self.bulgaria, self.make_national())

        self.bring_list_of_lists()
        self.bring(self.bulgaria, self.make_national(sequence=45))

        self.assertEqual((self.bulgaria.state, self.bulgaria.sequence_number), ("good", 45))
        self.assertIn("Измислен доставчик", self.bulgaria.current_id.service_table)

    def test_version_that_counts_is_sent_with_every_question(self):
        self.bring_list_of_lists()
        data = self.make_national()
        self.bring(self.bulgaria, data)
        digest = self.bulgaria.current_id.digest

        ports = self.env["oa.signing.ports"].with_user(self.colleague)

        self.assertEqual(ports._get_service_settings().trust_lists, (digest,))
        self.assertEqual(self.env["oa.trust.list"].with_user(self.colleague)._load_version(digest), data)

    def test_older_and_foreign_lists_are_refused_and_the_same_one_is_kept_once(self):
        self.bring_list_of_lists()
        newest = self.make_national(sequence=9)
        self.bring(self.bulgaria, newest)
        self.bring(self.bulgaria, newest)

        self.assertEqual(len(self.bulgaria.version_ids), 1)
        with self.assertRaisesRegex(UserError, "older"):
            self.bring(self.bulgaria, self.make_national(sequence=8))
        with self.assertRaisesRegex(UserError, "another territory"):
            self.bring(self.bulgaria, self.make_national(sequence=10, territory="RO"))

    def test_versions_are_never_changed(self):
        self.bring_list_of_lists()

        with self.assertRaises(UserError):
            self.list_of_lists.current_id.sudo().write({"sequence_number": 99})
        with self.assertRaises(UserError):
            self.list_of_lists.current_id.sudo().unlink()

    def test_only_administrators_bring_lists_and_see_them(self):
        with self.assertRaises(AccessError):
            self.bulgaria.with_user(self.signer).read(["name"])
        with self.assertRaises(AccessError):
            self.bulgaria.with_user(self.signer).action_check()
        with self.assertRaises(AccessError):
            self.env["oa.trust.list.import"].with_user(self.signer).create({"list_id": self.bulgaria.id, "data": b""})

    def test_administrators_hear_once_when_a_list_turns_yellow_and_once_when_red(self):
        self.bring_list_of_lists()
        self.administrator.email = "boyko@example.org"
        self.bring(self.bulgaria, self.make_national(next_update=datetime.now(UTC) + timedelta(days=10)))

        self.assertEqual(self.bulgaria.state, "soon")
        self.assertEqual(self.count_mail_of_watch(), 1)
        self.assertEqual(self.count_mail_of_watch(), 0)
        with self.at(days=11):
            self.assertEqual(self.count_mail_of_watch(), 1)
            self.assertEqual(self.bulgaria.state, "old")

    def at(self, days):
        return freeze_time(datetime.now() + timedelta(days=days))

    def count_mail_of_watch(self):
        mails = self.env["mail.mail"].sudo()
        domain = [("email_to", "ilike", "boyko@example.org"), ("subject", "ilike", "Bulgaria")]
        before = mails.search_count(domain)
        self.run_cron("oa_signing.oa_trust_list_cron_watch")
        return mails.search_count(domain) - before

    def test_lists_come_over_https_from_named_hosts_and_never_from_inside(self):
        with self.assertRaises(ValidationError):
            self.bulgaria.url = "http://crc.bg/list.xml"
        inside = ListFetcher(("list.example",), resolve=lambda _host, _port: ["10.0.0.5"])
        for fetcher, url, reason in (
            (inside, "https://list.example/bg.xml", "private"),
            (ListFetcher(("list.example",), resolve=lambda _host, _port: ["127.0.0.1"]), "https://list.example/", "private"),
            (inside, "https://elsewhere.example/", "host"),
            (inside, "http://list.example/", "https"),
            (inside, "https://user@list.example/", "https"),
        ):
            with self.subTest(url=url), self.assertRaises(TrustListError) as caught:
                fetcher.fetch(url)
            self.assertEqual(caught.exception.detail, reason)

    def test_problem_of_fetching_is_said_on_the_list(self):
        self.bulgaria.url = "https://elsewhere.example/bg.xml"

        action = self.bulgaria.action_check()

        self.assertEqual(action["params"]["type"], "warning")
        self.assertIn("elsewhere.example", self.bulgaria.problem)


def to_pem(certificate):
    body = base64.encodebytes(certificate).decode()
    return f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n"
