from odoo.addons.oa_signing.tests.common import PIN, SigningCase
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import DocflowCase


@tagged("post_install", "-at_install")
class TestStepRecordSeal(DocflowCase):
    """Acts that ask for no signature of a person are sealed by the administration in the background."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        SigningCase.use_dummy_ports.__func__(cls)
        company = {"company_id": cls.company.id, "company_ids": [Command.set(cls.company.ids)]}
        cls.keeper = new_test_user(cls.env, login="test.keeper", groups="oa_signing.oa_signing_group_administrator", **company)
        token_key = cls.tokens.add("seal", "Областна администрация Тестово")
        cls.seal = cls.env["oa.signing.key"].create({
            "token_label": "seal", "key_label": "sign", "certificate_id": cls.env["oa.certificate"]._import(token_key.certificate).id,
            "is_seal": True, "is_automatic": True, "company_id": cls.company.id, "seal_user_ids": [Command.set(cls.keeper.ids)],
        })  # fmt: skip

    def setUp(self):
        super().setUp()
        self.addCleanup(self.tokens.close, "seal")
        self.draft = self.submit()
        self.as_(self.director, self.draft).action_agree()

    def open_seal(self):
        self.seal.with_user(self.keeper).open_with_pin(PIN)

    def run_queue(self):
        self.run_cron("oa_docflow.ir_cron_seal_acts")

    def test_acts_are_sealed_and_stay_what_they_were(self):
        self.open_seal()

        self.run_queue()

        acts = self.draft.act_ids
        self.assertEqual(set(acts.mapped("state")), {"signed"})
        self.assertEqual(acts.signature_ids.mapped("format"), ["xades", "xades"])
        self.assertEqual(acts.signature_ids.certificate_id, self.seal.certificate_id)
        self.assertIsNone(self.env["oa.step.record"]._verify())
        self.assertFalse(self.company.docflow_seal_message)

    def test_closed_seal_lets_acts_wait_and_says_who_opens_it(self):
        self.run_queue()

        self.assertEqual(set(self.draft.act_ids.mapped("state")), {"unsealed"})
        self.assertIn(self.keeper.name, self.company.docflow_seal_message)

        self.open_seal()
        self.run_queue()
        self.assertEqual(set(self.draft.act_ids.mapped("state")), {"signed"})

    def test_dead_timestamp_service_leaves_the_seal_to_be_completed(self):
        self.open_seal()
        self.timestamps.is_down = True
        self.addCleanup(setattr, self.timestamps, "is_down", False)

        self.run_queue()

        self.assertEqual(set(self.draft.act_ids.mapped("state")), {"signed"})
        self.assertEqual(set(self.draft.act_ids.signature_ids.mapped("state")), {"incomplete"})

    def test_sealing_again_makes_no_second_seal(self):
        self.open_seal()
        self.run_queue()
        self.run_queue()

        self.assertEqual(len(self.draft.act_ids.signature_ids), 2)

    def test_record_taken_out_together_with_its_end_of_the_chain_is_missed_by_its_seal(self):
        self.open_seal()
        self.run_queue()
        memo = self.write_memo()
        memo.action_submit()
        self.run_queue()
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE oa_step_record DISABLE TRIGGER oa_step_record_docflow_delete")
        self.env.cr.execute("DELETE FROM oa_step_record WHERE document_id = %s", [memo.id])
        self.env.cr.execute("ALTER TABLE oa_step_record ENABLE TRIGGER oa_step_record_docflow_delete")

        self.assertEqual(self.env["oa.step.record"]._verify().chain, memo.id)
