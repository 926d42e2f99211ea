import hashlib
import io
import os
import unittest
import zipfile

import psycopg2
from lxml import etree
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import file_path, mute_logger

from ..core.step_record import Flaw, compute_digest
from .common import REGISTRY, DocflowCase

TRIGGER = "oa_step_record_docflow_update"
NEEDS_TOKEN = unittest.skipUnless(os.environ.get("OA_TOKEN_SOCKET"), "needs the token service: ./oa test starts it")


@tagged("post_install", "-at_install")
class TestStepRecord(DocflowCase):
    def setUp(self):
        super().setUp()
        self.records = self.env["oa.step.record"]

    def bend(self, statement, *values):
        """What somebody with the rights of PostgreSQL's owner could do."""
        self.env.flush_all()
        self.env.cr.execute(f"ALTER TABLE oa_step_record DISABLE TRIGGER {TRIGGER}")
        self.env.cr.execute(statement, values)
        self.env.cr.execute(f"ALTER TABLE oa_step_record ENABLE TRIGGER {TRIGGER}")
        self.env.invalidate_all()

    def ask_for_signature(self, draft, level="qualified"):
        """The procedure asks the director to sign the agreement."""
        self.change_step(self.certificate_procedure, 0, signature_level=level)
        return self.submit(draft)

    # ------------------------------------------------------------ what is recorded
    def test_every_act_of_a_document_is_a_link_of_one_chain(self):
        draft = self.submit()
        self.as_(self.director, draft).action_agree("Без бележки.")
        self.as_(self.lawyer, draft.route_id.step_ids[1]).action_return("Липсва основание.")

        acts = draft.act_ids

        self.assertEqual(acts.mapped("act"), ["submit", "agree", "return"])
        self.assertEqual(acts.mapped("position"), [1, 2, 3])
        self.assertEqual(acts[1:].mapped("previous_digest"), acts[:-1].mapped("digest"))
        self.assertEqual(acts.user_id, self.expert | self.director | self.lawyer)

    def test_work_on_an_incoming_document_is_recorded(self):
        task = self.delegate(self.make_task())
        self.as_(self.expert, task).action_accept()

        self.assertEqual(task.document_id.act_ids.mapped("act"), ["resolve", "delegate", "accept"])

    def test_record_fits_its_schema_and_stands_alone(self):
        draft = self.agree_all(self.submit())
        schema = etree.XMLSchema(etree.parse(file_path("oa_docflow/data/step_record_1.xsd")))

        for act in draft.act_ids:
            tree = etree.fromstring(act.xml)
            schema.assertValid(tree)
            self.assertEqual(etree.tostring(tree, method="c14n").decode(), act.xml)
            self.assertEqual(compute_digest(act.xml), act.digest)
        for fact in (
            draft.subject,
            self.director.name,
            "Директор на дирекция",
            draft.route_id.content_hash,
            self.certificate_procedure.name,
        ):
            self.assertIn(fact, draft.act_ids[1].xml)

    def test_act_of_a_substitute_names_both_and_the_order(self):
        order = self.register(self.receive())
        self.env["oa.substitution"].with_user(self.director).create(
            {
                "holder_id": self.director.id,
                "substitute_id": self.colleague.id,
                "date_to": "2199-01-01",
                "order_id": order.id,
                "company_id": self.company.id,
            }
        ).action_confirm()
        draft = self.submit()

        self.assertEqual(order.act_ids.mapped("act"), ["substitution"])
        self.assertIn(self.colleague.name, order.act_ids.comment)
        self.as_(self.colleague, draft).action_agree()

        act = draft.act_ids[-1]
        self.assertEqual(
            (act.user_id, act.holder_id, act.mandate_digest), (self.colleague, self.director, order.sudo().register_entry_id.digest)
        )
        self.assertIn(order.number, act.xml)

    def test_many_documents_are_recorded_with_as_many_queries_as_few(self):
        def cost(count):
            memos = self.write_memo()
            for number in range(count - 1):
                memos |= self.write_memo(f"Докладна {number}")
            self.env.flush_all()
            self.records._write_acts(memos, "submit")
            before = self.env.cr.sql_log_count
            self.records._write_acts(memos, "submit")
            return self.env.cr.sql_log_count - before

        self.assertEqual(cost(40), cost(2))

    # ------------------------------------------------------------ what nobody can do
    def test_records_are_not_written_by_hand(self):
        draft = self.submit()

        for attempt in (
            lambda: self.as_(self.expert, self.records).create({"document_id": draft.id}),
            lambda: self.as_(self.expert, draft.act_ids).write({"comment": "x"}),
            lambda: self.as_(self.expert, draft.act_ids).unlink(),
            lambda: draft.act_ids.sudo().write({"comment": "x"}),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_record_is_refused_by_postgresql(self):
        act = self.submit().act_ids
        self.env.flush_all()

        for statement in (
            "UPDATE oa_step_record SET comment = 'x' WHERE id = %s",
            "UPDATE oa_step_record SET position = 0 WHERE id = %s",
            "UPDATE oa_step_record SET state = 'prepared' WHERE id = %s",
            "DELETE FROM oa_step_record WHERE id = %s",
        ):
            with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
                self.env.cr.execute(statement, [act.id])

    def test_place_in_the_chain_is_taken_once(self):
        act = self.submit().act_ids
        columns = "document_id, company_id, position, act, user_id, at, level, state, xml, previous_digest, digest"

        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
            self.env.cr.execute(f"INSERT INTO oa_step_record ({columns}) SELECT {columns} FROM oa_step_record WHERE id = %s", [act.id])

    # ------------------------------------------------------------ verification
    def test_whole_chains_have_no_flaw(self):
        self.agree_all(self.submit())

        self.assertIsNone(self.records._verify())

    def test_one_altered_row_is_found(self):
        draft = self.submit()
        self.as_(self.director, draft).action_agree("Без бележки.")

        for column, value in (("comment", "Съгласна съм с всичко."), ("user_id", self.lawyer.id), ("at", "2020-01-01"), ("xml", "<x/>")):
            with self.subTest(column=column), self.env.cr.savepoint(flush=False) as savepoint:
                self.bend(f"UPDATE oa_step_record SET {column} = %s WHERE id = %s", value, draft.act_ids[-1].id)
                problem = self.records._verify()
                self.assertEqual((problem.flaw, problem.chain, problem.position), (Flaw.ALTERED, draft.id, 2))
                self.assertIn("No. 2 has been altered", self.records._explain_problem(problem))
                savepoint.rollback()

    def test_row_taken_out_is_found(self):
        draft = self.submit()
        self.as_(self.director, draft).action_agree()
        self.as_(self.lawyer, draft).action_agree()
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE oa_step_record DISABLE TRIGGER oa_step_record_docflow_delete")

        for act, flaw in ((draft.act_ids[1], Flaw.MISSING), (draft.act_ids[2], Flaw.MISSING)):
            with self.env.cr.savepoint(flush=False) as savepoint:
                self.env.cr.execute("DELETE FROM oa_step_record WHERE id = %s", [act.id])
                self.assertEqual(self.records._verify().flaw, flaw)
                savepoint.rollback()

    def test_auditor_and_clerk_verify_and_others_do_not(self):
        self.submit()
        auditor = new_test_user(
            self.env, login="test.auditor.acts", groups=REGISTRY + "auditor", company_id=self.company.id, company_ids=self.company.ids
        )

        for person in (auditor, self.clerk):
            self.assertEqual(self.as_(person, self.records).action_verify()["params"]["type"], "success")
        with self.assertRaises(AccessError):
            self.as_(self.governor, self.records).action_verify()

    # ------------------------------------------------------------ signatures
    def test_agreement_that_has_to_be_signed_does_not_count_before(self):
        self.director.group_ids += self.env.ref("oa_signing.oa_signing_group_signer")
        draft = self.ask_for_signature(self.draft())

        action = self.as_(self.director, draft).action_agree()

        self.assertEqual(action["tag"], "oa_signing.sign")
        self.assertEqual(draft.waiting_for_id, self.director)
        self.assertEqual(draft.act_ids.mapped("act"), ["submit"])

    @NEEDS_TOKEN
    def test_agreement_counts_when_the_person_has_signed_its_record(self):
        self.give_key(self.director)
        draft = self.ask_for_signature(self.draft())
        self.as_(self.director, draft).action_agree("Без бележки.")
        prepared = self.records.search([("document_id", "=", draft.id), ("state", "=", "prepared")])

        self.as_(self.director, prepared)._sign_with_pin(self.read_pin())

        self.assertEqual(draft.waiting_for_id, self.lawyer)
        act = draft.act_ids[-1]
        self.assertEqual((act.act, act.state, act.comment), ("agree", "signed", "Без бележки."))
        self.assertEqual(act.signature_ids.format, "xades")
        self.assertEqual(act.signature_ids.payload_digest, act.digest)
        self.assertIsNone(self.records._verify())

    @NEEDS_TOKEN
    def test_one_pin_signs_a_batch_and_one_that_changed_is_left_out(self):
        self.give_key(self.director)
        self.change_step(self.memo_procedure, 0, signature_level="advanced")
        memos = self.write_memo("Първа") | self.write_memo("Втора") | self.write_memo("Трета")
        memos.action_submit()
        action = self.as_(self.director, memos).action_agree()
        request = self.as_(self.director, self.env["oa.signature.request"].browse(action["params"]["request_id"]))
        request.action_prepare(request._get_default_key().id)
        self.as_(self.expert, memos[1]).body_html = "<p>Друг текст</p>"

        request.action_sign_with_pin(self.read_pin())

        self.assertEqual(sorted(request.sudo().line_ids.mapped("state")), ["refused", "signed", "signed"])
        self.assertEqual([memo.act_ids[-1].act for memo in memos], ["agree", "reset", "agree"])

    @NEEDS_TOKEN
    def test_nobody_signs_the_act_of_another(self):
        self.give_key(self.director)
        draft = self.ask_for_signature(self.draft())
        self.as_(self.director, draft).action_agree()
        prepared = self.records.search([("document_id", "=", draft.id), ("state", "=", "prepared")])

        self.give_key(self.lawyer)

        self.assertTrue(self.as_(self.lawyer, prepared)._get_sign_blockers())

    def test_acts_wait_for_the_seal_and_say_why(self):
        draft = self.submit()

        self.run_cron("oa_docflow.ir_cron_seal_acts")

        self.assertEqual(draft.act_ids.state, "unsealed")
        self.assertIn("has no seal", self.company.docflow_seal_message)

    # ------------------------------------------------------------ the approval sheet
    def test_sheet_comes_from_the_records(self):
        draft = self.submit()
        self.as_(self.director, draft).action_agree("Без бележки.")

        lines = [act._prepare_sheet_line() for act in self.as_(self.lawyer, draft).act_ids]

        self.assertEqual(lines[1]["person"], self.director.name)
        self.assertEqual((lines[1]["text"], lines[1]["signature"]), ("Без бележки.", "waits for the seal"))
        self.assertTrue(self.as_(self.lawyer, draft)._get_approval_sheet_pdf().startswith(b"%PDF"))

    def test_exported_acts_are_verified_without_the_system(self):
        draft = self.submit()
        self.as_(self.director, draft).action_agree()

        with zipfile.ZipFile(io.BytesIO(self.as_(self.lawyer, draft)._get_acts_package())) as archive:
            digests = dict(reversed(line.split("  ")) for line in archive.read("digests.sha256").decode().splitlines())
            files = {name: archive.read(name) for name in archive.namelist()}

        previous = "0" * 64
        for row in etree.fromstring(files["index.xml"]):
            self.assertEqual(hashlib.sha256(files[row.get("file")]).hexdigest(), row.get("sha256"))
            self.assertEqual(row.get("previous"), previous)
            previous = row.get("sha256")
        self.assertEqual(len(digests), len(files) - 1)
        self.assertTrue(all(hashlib.sha256(files[name]).hexdigest() == digest for name, digest in digests.items()))
