from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..adapters.dummy import PIN
from .common import SigningCase


@tagged("post_install", "-at_install")
class TestSeal(SigningCase):
    """The seal of the administration, with which named people and the program itself seal without a PIN each time."""

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
        # The token of this class outlives a test.
        self.addCleanup(self.tokens.close, "seal")
        self.addCleanup(self.tokens.unlock, "seal")

    def open_seal(self):
        self.seal.with_user(self.administrator).open_with_pin(PIN)

    def test_named_person_seals_without_a_pin(self):
        self.open_seal()
        file = self.make_file()

        signature = file._seal()

        self.assertEqual((signature.certificate_id, signature.user_id), (self.seal.certificate_id, self.signer))
        self.complete()
        self.assertEqual((signature.level, signature.verdict), ("B-LT", "valid"))

    def test_batch_is_sealed_in_one_call(self):
        self.open_seal()
        files = self.make_file(name="Първи.pdf") | self.make_file(name="Втори.pdf")

        self.assertEqual(len(files._seal()), 2)

    def test_seal_that_is_not_open_is_a_sentence_and_seals_nothing(self):
        file = self.make_file()

        with self.assertRaisesRegex(UserError, "is not opened for sealing.*Бойко Юруков"):
            file._seal()
        self.assertFalse(file.signature_ids)

    def test_closed_seal_seals_no_more(self):
        self.open_seal()
        self.assertTrue(self.seal.is_open)

        self.seal.with_user(self.administrator).action_close_seal()

        with self.assertRaisesRegex(UserError, "not opened"):
            self.make_file()._seal()

    def test_person_who_is_not_named_does_not_seal(self):
        self.open_seal()

        with self.assertRaisesRegex(UserError, "no seal that you may use"):
            self.make_file(self.second_signer)._seal()
        with self.assertRaisesRegex(UserError, "own key only"):
            self.make_file(self.second_signer)._seal(self.seal)

    def test_named_person_seals_for_the_own_administration_only(self):
        self.open_seal()
        self.seal.company_id = self.env["res.company"].create({"name": "Друга администрация"})

        with self.assertRaisesRegex(UserError, "own key only"):
            self.make_file()._seal(self.seal)

    def test_group_may_seal_as_well(self):
        self.open_seal()
        self.seal.seal_group_id = self.env.ref("oa_signing.oa_signing_group_signer")

        self.assertTrue(self.make_file(self.second_signer)._seal())

    def test_program_seals_by_itself_only_when_the_seal_says_so(self):
        self.open_seal()
        file = self.make_file().with_user(self.env.ref("base.user_root"))

        with self.assertRaisesRegex(UserError, "no seal that you may use"):
            file._seal()
        self.seal.is_automatic = True

        self.assertEqual(file._seal().user_id, self.env.ref("base.user_root"))

    def test_record_says_why_it_is_not_sealed(self):
        self.open_seal()
        self.patch(self.registry["oa.signing.file"], "_get_seal_blockers", lambda record: ["Not yet."])

        with self.assertRaisesRegex(UserError, "Not yet."):
            self.make_file()._seal()

    def test_only_an_administrator_opens_and_closes_the_seal(self):
        seal = self.seal.with_user(self.signer)

        for method, arguments in (("action_open_seal", []), ("open_with_pin", [PIN]), ("action_close_seal", [])):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(seal, method)(*arguments)
        self.assertFalse(self.tokens.is_open("seal"))

    def test_wrong_pin_does_not_open_the_seal(self):
        with self.assertRaisesRegex(UserError, "Wrong PIN"):
            self.seal.with_user(self.administrator).open_with_pin("000000")
        self.assertFalse(self.seal.is_open)

    def test_personal_key_is_never_opened(self):
        with self.assertRaisesRegex(UserError, "Only seals are opened"):
            self.signer.signing_key_ids.with_user(self.administrator).open_with_pin(PIN)

    def test_seal_names_who_may_use_it(self):
        with self.assertRaises(ValidationError):
            self.seal.seal_user_ids = False

    def test_pin_of_the_seal_is_in_no_table(self):
        self.open_seal()

        self.env.cr.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_name LIKE 'oa_sign%' AND data_type LIKE '%char%'"
        )
        for table, column in self.env.cr.fetchall():
            self.env.cr.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}" = %s', (PIN,))
            self.assertFalse(self.env.cr.fetchone()[0], f"{table}.{column}")
