import hashlib
import html
import json
import re

from freezegun import freeze_time
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from ..models import oa_signing_visit as visits
from .common import SigningCase


class CheckPageCase(SigningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Which records everybody may check is told by their models; the files of this addon are nobody's business.
        model = cls.registry["oa.signing.file"]
        cls.public = set()
        cls.classPatch(model, "_is_publicly_checked", lambda file: file.id in cls.public)
        cls.classPatch(model, "_get_public_facts", lambda file: [("Номер", f"ЗАП-{file.id}/22.11.2026"), ("Издател", file.company_id.name)])
        cls.env.ref("base.user_root").lang = "en_US"

    def setUp(self):
        super().setUp()
        self.public.clear()

    def make_signed(self, is_public=True):
        file = self.make_file(name="Тайно съдържание.pdf")
        if is_public:
            self.public.add(file.id)
        signature = self.sign(file)
        self.complete()
        return file, signature

    def get_code(self, file):
        return self.env["oa.signature.code"].search([("res_id", "=", file.id), ("res_model", "=", file._name)]).code


@tagged("post_install", "-at_install")
class TestCheckCodes(CheckPageCase):
    def test_code_is_made_once_stands_on_stamp_and_slip_and_cannot_be_guessed(self):
        file, signature = self.make_signed()
        code = self.get_code(file)

        self.assertRegex(code, r"^[2-9A-HJKLMNP-Z]{20}$")
        self.assertEqual(file._get_check_code(), code)
        self.assertTrue(signature._get_check_address().endswith(f"/check/{code}"))
        self.assertEqual(self.env["oa.signature.request"]._prepare_stamp(file)["stamp_url"], signature._get_check_address())

    def test_record_that_is_not_for_everybody_gets_no_code(self):
        file, signature = self.make_signed(is_public=False)

        self.assertFalse(self.get_code(file))
        self.assertFalse(signature._get_check_address())

    def test_setting_turns_page_and_codes_off(self):
        file, _signature = self.make_signed()
        code = self.get_code(file)
        settings = self.env["res.config.settings"].create({})
        self.assertTrue(settings.oa_signing_check_page)

        settings.oa_signing_check_page = False
        settings.execute()

        self.assertIsNone(self.env["oa.signature.code"]._look_up(code))
        self.assertFalse(file._get_check_code())
        self.assertFalse(self.env["res.config.settings"].create({}).oa_signing_check_page)

    def test_codes_are_read_by_nobody_without_the_right(self):
        self.make_signed()

        for person in (self.signer, self.colleague):
            with self.subTest(person=person.name), self.assertRaises(AccessError):
                self.env["oa.signature.code"].with_user(person).search([]).mapped("code")

    def test_earlier_stages_of_the_file_are_told_from_the_newest(self):
        file, signature = self.make_signed()
        page = self.env["oa.signature.code"]._look_up(self.get_code(file))

        self.assertEqual(page["digests"][signature.signed_digest], "earlier")
        self.assertEqual(page["digests"][hashlib.sha256(file._get_signing_payload()[1]).hexdigest()], "current")
        self.assertNotIn(signature.payload_digest, page["digests"])

    def test_file_of_a_signature_beside_it_counts(self):
        file = self.make_file(name="Приложение.txt", data="Приложение".encode())
        self.public.add(file.id)
        signature = self.sign(file)
        self.complete()

        digests = self.env["oa.signature.code"]._look_up(self.get_code(file))["digests"]
        self.assertEqual(digests[signature.payload_digest], "original")
        self.assertEqual(digests[signature._get_current().signed_digest], "current")


@tagged("post_install", "-at_install")
class TestCheckPage(CheckPageCase, HttpCase):
    def look(self, code, **options):
        self.env.flush_all()
        return self.url_open(f"/check/{code}", **options)

    def read_digests(self, answer):
        return json.loads(html.unescape(re.search(r'data-digests="([^"]*)"', answer.text)[1]))

    def test_visitor_without_login_sees_number_issuer_verdict_and_nothing_of_the_content(self):
        file, signature = self.make_signed()

        answer = self.look(self.get_code(file))

        self.assertEqual(answer.status_code, 200)
        self.assertIn(f"ЗАП-{file.id}/22.11.2026", answer.text)
        self.assertIn(file.company_id.name, html.unescape(answer.text))
        self.assertIn("The signature is valid.", answer.text)
        for secret in ("Тайно съдържание", signature.certificate_id.identifier, signature.certificate_id.fingerprint, "oa.signing.file"):
            self.assertNotIn(secret, answer.text)

    def test_visitor_learns_what_the_law_calls_the_signature(self):
        file, signature = self.make_signed()
        grade = signature._get_last_check()._name_grade_of(signature)

        self.assertRegex(grade, "^(Advanced|Qualified) electronic signature")
        self.assertIn(grade, self.look(self.get_code(file)).text)

    def test_page_speaks_the_language_of_the_system(self):
        self.env["res.lang"]._activate_lang("bg_BG")
        self.env["ir.module.module"].search([("name", "=", "oa_signing")])._update_translations(["bg_BG"])
        self.env.ref("base.user_root").lang = "bg_BG"
        file, _signature = self.make_signed()

        known, unknown = self.look(self.get_code(file)), self.look("2" * 20)

        self.assertIn('<html lang="bg">', known.text)
        self.assertIn("Подписът е валиден.", known.text)
        for answer in (known, unknown):
            words = re.sub(r"<[^>]*>", " ", answer.text)
            self.assertFalse(re.findall(r"[A-Za-z]{3,}", re.sub(r"SHA|JavaScript|https", "", words.replace(file.company_id.name, ""))))

    def test_real_file_is_the_same_and_with_one_byte_changed_it_is_not(self):
        file, _signature = self.make_signed()
        data = bytearray(file._get_signing_payload()[1])

        digests = self.read_digests(self.look(self.get_code(file)))

        self.assertEqual(digests.get(hashlib.sha256(data).hexdigest()), "current")
        data[len(data) // 2] ^= 1
        self.assertNotIn(hashlib.sha256(data).hexdigest(), digests)

    def test_unknown_code_and_code_of_what_is_not_public_are_answered_alike(self):
        file, _signature = self.make_signed()
        code = self.get_code(file)
        self.public.clear()
        unsigned = self.make_file(name="Неподписан.pdf")
        self.public.add(unsigned.id)
        waiting = unsigned._get_check_code()

        answers = [self.look(item) for item in (code, waiting, "2" * 20, "x", "%27%20OR%201=1")]

        self.assertEqual({answer.status_code for answer in answers}, {404})
        self.assertEqual(len({answer.text for answer in answers}), 1)
        self.assertEqual(len({tuple(sorted(set(answer.headers) - {"Date"})) for answer in answers}), 1)

    def test_code_may_be_typed_in_small_letters_with_dashes(self):
        file, _signature = self.make_signed()
        code = self.get_code(file)
        typed = "-".join(code.lower()[start : start + 5] for start in range(0, 20, 5))

        answer = self.url_open(f"/check?typed={typed}")

        self.assertTrue(answer.url.endswith(f"/check/{code}"))
        self.assertEqual(answer.status_code, 200)

    def test_page_can_send_nothing_and_leaves_no_cookie(self):
        file, _signature = self.make_signed()

        answer = self.look(self.get_code(file))

        policy = answer.headers["Content-Security-Policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertNotIn("connect-src", policy)
        self.assertNotIn("unsafe", policy)
        self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertNotIn("Set-Cookie", answer.headers)
        for name in ("check_page.js", "check_page.css"):
            self.assertEqual(self.url_open(f"/oa_signing/static/public/{name}").status_code, 200)

    def test_page_takes_no_file_and_no_other_method(self):
        file, _signature = self.make_signed()
        self.env.flush_all()

        answer = self.url_open(f"/check/{self.get_code(file)}", data={"file": "x"})

        self.assertEqual(answer.status_code, 405)

    def test_address_that_tries_many_codes_is_refused_and_may_come_back_later(self):
        self.patch(visits, "MOST", 3)
        file, _signature = self.make_signed()
        code = self.get_code(file)
        with freeze_time("2026-11-22 10:01:00"):
            answers = [self.look("2" * 20).status_code for _attempt in range(3)]
            refused = self.look(code)
        self.assertEqual(answers, [404] * 3)
        self.assertEqual((refused.status_code, refused.headers["Retry-After"]), (429, "600"))
        self.assertNotIn("ЗАП-", refused.text)
        with freeze_time("2026-11-22 10:12:00"):
            self.assertEqual(self.look(code).status_code, 200)

    def test_addresses_are_counted_apart_and_kept_as_digests_only(self):
        self.patch(visits, "MOST", 1)
        visit = self.env["oa.signing.visit"]

        self.assertTrue(visit._count("203.0.113.7"))
        self.assertFalse(visit._count("203.0.113.7"))
        self.assertTrue(visit._count("203.0.113.8"))
        # One line of IPv6 is one visitor.
        self.assertTrue(visit._count("2001:db8::1"))
        self.assertFalse(visit._count("2001:db8::2"))
        self.assertFalse([address for address in visit.search([]).mapped("address") if "113" in address and "." in address])

    def test_old_visits_are_forgotten(self):
        with freeze_time("2026-11-22 10:01:00"):
            self.env["oa.signing.visit"]._count("203.0.113.7")
        with freeze_time("2026-11-22 11:01:00"):
            self.env["oa.signing.visit"]._gc_visits()

        self.assertFalse(self.env["oa.signing.visit"].search([("started_at", "<", "2026-11-22 10:59:00")]))

    def test_signature_that_is_not_valid_any_more_is_said(self):
        file, signature = self.make_signed()
        self.env["oa.signature.check"]._append(
            [
                {
                    "file_name": "x.pdf",
                    "digest": "0" * 64,
                    "outcome": "invalid",
                    "report": {"codes": [], "signatures": []},
                    "signature_id": signature.id,
                }
            ]
        )
        signature.invalidate_recordset()

        self.assertIn("Do not rely on this document", self.look(self.get_code(file)).text)
