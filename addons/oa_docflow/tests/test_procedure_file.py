import base64

from odoo.addons.oa_signing.tests.common import PIN, SigningCase
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import REGISTRY, DocflowCase


@tagged("post_install", "-at_install")
class TestProcedureFile(DocflowCase):
    """A procedure leaves one administration under its seal and comes as a draft to another."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        SigningCase.use_dummy_ports.__func__(cls)
        cls.administrator = cls.make_user("admin", f"{REGISTRY}administrator,oa_signing.oa_signing_group_administrator")
        token_key = cls.tokens.add("seal", "Областна администрация Тестово")
        cls.seal = cls.env["oa.signing.key"].create({
            "token_label": "seal", "key_label": "sign", "certificate_id": cls.env["oa.certificate"]._import(token_key.certificate).id,
            "is_seal": True, "company_id": cls.company.id, "seal_user_ids": [Command.set(cls.administrator.ids)],
        })  # fmt: skip
        cls.other = cls.env["res.company"].create({"name": "Областна администрация Друга"})
        cls.other._load_registry_template("000966")
        cls.importer = cls.make_user("importer", REGISTRY + "administrator", company=cls.other)

    def export(self, procedure=None):
        self.seal.with_user(self.administrator).open_with_pin(PIN)
        self.addCleanup(self.tokens.close, "seal")
        procedure = self.as_(self.administrator, procedure or self.certificate_procedure)
        action = procedure.action_export()
        self.assertIn(f"/oa.procedure/{procedure.id}/sealed_file/", action["url"])
        return base64.b64decode(procedure.sealed_file)

    def open_wizard(self, data, **vals):
        self.env.flush_all()
        self.env.invalidate_all()
        wizards = self.env["oa.procedure.import"].with_user(self.importer).with_context(allowed_company_ids=self.other.ids)
        return wizards.create({"file": base64.b64encode(data), "file_name": "procedure.xml", "company_id": self.other.id, **vals})

    def take_in(self, data, **vals):
        action = self.open_wizard(data, **vals).action_confirm()
        return self.env["oa.procedure"].browse(action["res_id"])

    def test_sealed_file_comes_as_a_draft_with_everything_that_it_says(self):
        draft = self.take_in(self.export(), is_accepted=True)

        self.assertEqual((draft.state, draft.version, draft.company_id), ("draft", 1, self.other))
        self.assertEqual(draft._to_plan(), self.certificate_procedure._to_plan())

    def test_preview_shows_seal_and_differences_before_anything_is_made(self):
        data = self.export()
        first = self.take_in(data, is_accepted=True)
        first._publish()
        version = self.change_procedure(self.certificate_procedure, {"legal_ground": "чл. 99"})

        wizard = self.open_wizard(self.export(version))

        self.assertIn("Областна администрация Тестово", wizard.preview)
        self.assertIn("чл. 99", wizard.preview)
        self.assertEqual(first.version_count, 1)

    def test_later_version_becomes_the_next_version_here(self):
        self.take_in(self.export(), is_accepted=True)._publish()
        version = self.change_procedure(self.certificate_procedure, {"legal_ground": "чл. 99"})

        draft = self.take_in(self.export(version), is_accepted=True)

        self.assertEqual((draft.version, draft.legal_ground, draft.version_count), (2, "чл. 99", 2))

    def test_altered_file_is_refused(self):
        data = self.export().replace("Главен секретар".encode(), "Някой друг".encode()).replace(b'amount="7"', b'amount="9"')

        wizard = self.open_wizard(data, is_accepted=True)

        self.assertEqual(wizard.outcome, "refused")
        with self.assertRaisesRegex(UserError, "altered"):
            wizard.action_confirm()

    def test_file_without_a_seal_is_refused(self):
        wizard = self.open_wizard(self.certificate_procedure._write_file(), is_accepted=True)

        with self.assertRaisesRegex(UserError, "no seal"):
            wizard.action_confirm()

    def test_file_of_another_kind_and_entities_are_refused(self):
        doctype = b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'
        for data, words in ((b"<other/>", "no procedure"), (b"%PDF-1.7", "no procedure"), (doctype, "entities")):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.open_wizard(data, is_accepted=True).action_confirm()

    def test_what_is_missing_here_is_named(self):
        job = self.env["hr.job"].create({"name": "Главен счетоводител", "company_id": self.company.id})
        version = self.change_procedure(
            self.certificate_procedure,
            {"step_ids": [Command.create({"name": "Счетоводство", "function": "job", "job_id": job.id, "sequence": 25})]},
        )
        wizard = self.open_wizard(self.export(version), is_accepted=True)

        self.assertIn("Главен счетоводител", wizard.preview)
        draft = self.env["oa.procedure"].browse(wizard.action_confirm()["res_id"])
        self.assertEqual(draft.step_ids.filtered(lambda step: step.name == "Счетоводство").function, "chosen")

    def test_drafts_do_not_travel_and_experts_neither_export_nor_import(self):
        with self.assertRaisesRegex(UserError, "published"):
            self.as_(self.administrator, self.new_version(self.certificate_procedure)).action_export()
        with self.assertRaises(AccessError):
            self.as_(self.expert, self.certificate_procedure).action_export()
        with self.assertRaises(AccessError):
            self.as_(self.expert, self.env["oa.procedure.import"]).create({"file": base64.b64encode(b"x")})

    def test_closed_seal_says_who_opens_it(self):
        with self.assertRaisesRegex(UserError, "not opened"):
            self.as_(self.administrator, self.certificate_procedure).action_export()
