import os
import unittest
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import DocflowCase

CRON = "oa_docflow.ir_cron_mailing"


class _KilledError(BaseException):
    """What a killed worker looks like from inside: nothing catches it."""


@tagged("post_install", "-at_install")
class TestMailing(DocflowCase):
    """One text, many addressees, a document with its own number for each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.region = cls.env["res.partner.category"].create({"name": "Общини от областта"})
        cls.municipalities = cls.env["res.partner"].create([
            {"name": f"Община № {number}", "is_company": True, "email": f"o{number}@mail.example", "category_id": cls.region.ids}
            for number in range(5)
        ])  # fmt: skip
        cls.procedure = cls.certificate_procedure

    def write_mailing(self, **vals):
        mailing = self.as_(self.expert, self.env["oa.mailing"]).create({
            "name": "Покана за съвещание", "company_id": self.company.id, "kind_id": self.procedure.kind_id.id,
            "procedure_id": self.procedure.id, "body_html": "<p>Каним Ви на съвещание.</p>", "category_ids": self.region.ids, **vals,
        })  # fmt: skip
        mailing.action_add_categories()
        return mailing

    def start(self, **vals):
        mailing = self.write_mailing(**vals)
        mailing.action_start()
        self.run_cron(CRON)
        return mailing

    def agree(self, mailing):
        documents = mailing.sudo().item_ids.document_id
        for person in (self.director, self.lawyer, self.secretary):
            self.as_(person, documents).action_agree()
        self.env["oa.register.entry"]._allot_pending()
        return documents

    def test_each_addressee_gets_a_document_in_coordination_after_one_confirmation(self):
        mailing = self.start()

        documents = mailing.sudo().item_ids.document_id
        self.assertEqual(len(documents), 5)
        self.assertEqual(documents.correspondent_ids.partner_id, self.municipalities)
        self.assertEqual(set(documents.mapped("state")), {"in_coordination"})
        self.assertEqual(documents.author_id, self.expert)
        self.assertEqual((mailing.state, mailing.made_count, mailing.problem_count), ("made", 5, 0))

    def test_the_numbers_follow_one_another_without_a_gap(self):
        documents = self.agree(self.start())

        sequences = sorted(documents.register_entry_id.mapped("sequence"))
        self.assertEqual(sequences, list(range(sequences[0], sequences[0] + 5)))

    def test_a_killed_worker_goes_on_without_doubles(self):
        mailing = self.write_mailing()
        mailing.action_start()
        as_server = self.env["oa.mailing"].browse(mailing.id)
        with patch("odoo.addons.oa_docflow.models.oa_mailing_work.PORTION", 2):
            self.assertTrue(as_server._work())
            # The second portion is killed in its middle: what it made goes with its transaction.
            with (
                self.assertRaises(_KilledError),
                self.env.cr.savepoint(),
                patch.object(type(self.env["oa.document"]), "action_submit", side_effect=_KilledError),
            ):
                as_server._work()
            self.env.invalidate_all(flush=False)
            self.assertEqual(len(as_server.item_ids.document_id), 2)

            while as_server._work():
                pass

        self.assertEqual(len(as_server.item_ids.document_id), 5)
        self.assertEqual(self.env["oa.document"].search_count([("subject", "=", mailing.name), ("company_id", "=", self.company.id)]), 5)
        self.assertEqual(as_server.state, "made")

    def measure(self, count):
        """Queries of making the documents of so many addressees, for each of them, and the seconds."""
        region = self.env["res.partner.category"].create({"name": f"По {count}"})
        self.env["res.partner"].create([{"name": f"Адресат {number}", "category_id": region.ids} for number in range(count)])
        mailing = self.write_mailing(name=f"Писмо до {count}", category_ids=region.ids)
        mailing.action_start()
        as_server = self.env["oa.mailing"].browse(mailing.id)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        while as_server._work():
            self.env.flush_all()
        self.assertEqual(mailing.made_count, count)
        return (self.env.cr.sql_log_count - before) / count

    def test_an_addressee_costs_the_same_among_few_and_among_many(self):
        self.measure(20)  # what is asked once in the life of a server
        few, many = self.measure(20), self.measure(60)

        self.assertLessEqual(many, few * 1.05, f"{few} queries for each of 20, {many} for each of 60")

    def test_one_addressee_with_whom_something_is_wrong_does_not_keep_the_others(self):
        mailing = self.write_mailing()
        mailing.action_start()
        documents = type(self.env["oa.document"])
        gaps = documents._get_draft_gaps

        def find_gaps(document):
            is_bad = document.correspondent_ids.partner_id == self.municipalities[1]
            return ["Нещо липсва."] if is_bad else gaps(document)

        with patch.object(documents, "_get_draft_gaps", find_gaps):
            self.run_cron(CRON)

        self.assertEqual(mailing.sudo().item_ids.mapped(lambda item: bool(item.document_id)), [True, False, True, True, True])
        self.assertEqual(mailing.sudo().item_ids[1].problem, "Нещо липсва.")
        self.assertEqual((mailing.state, mailing.problem_count), ("made", 1))

    def test_the_preview_of_the_first_leaves_nothing_behind(self):
        mailing = self.write_mailing()
        before = self.env["oa.document"].search_count([])

        data = mailing._get_preview_pdf()

        self.assertTrue(data.startswith(b"%PDF"))
        self.assertEqual(self.env["oa.document"].search_count([]), before)
        self.assertFalse(mailing.sudo().item_ids.document_id)

    def test_what_is_missing_is_said_and_a_begun_mailing_is_not_changed(self):
        empty = self.write_mailing(body_html=False, procedure_id=False, item_ids=[])
        empty.item_ids.unlink()
        with self.assertRaisesRegex(UserError, "(?s)one addressee.*procedure.*Write the text"):
            empty.action_start()

        begun = self.start()
        for vals in ({"body_html": "<p>x</p>"}, {"item_ids": [Command.create({"partner_id": self.applicant.id})]}):
            with self.subTest(vals=vals), self.assertRaisesRegex(UserError, "has begun"):
                begun.write(vals)
        with self.assertRaisesRegex(UserError, "has begun"):
            begun.item_ids[0].write({"partner_id": self.applicant.id})

    def test_nobody_else_starts_or_changes_it(self):
        mailing = self.write_mailing()

        with self.assertRaises(AccessError):
            self.as_(self.colleague, mailing).action_start()
        with self.assertRaises(AccessError):
            self.as_(self.colleague, mailing).write({"name": "Друго"})
        with self.assertRaises(AccessError):
            mailing.write({"state": "done"})

    def test_an_addressee_stands_once(self):
        mailing = self.write_mailing()

        mailing.action_add_categories()

        self.assertEqual(mailing.item_count, 5)

    @unittest.skipUnless(os.environ.get("OA_TOKEN_SOCKET"), "documents are signed with a real token: ./oa test starts the service")
    def test_the_clerk_sends_what_is_signed_and_each_keeps_the_outcome(self):
        self.give_key(self.governor)
        self.municipalities[2].email = False
        mailing = self.start()
        documents = self.agree(mailing)
        with self.assertRaisesRegex(UserError, "is signed"):
            self.as_(self.clerk, mailing).action_send()
        for document in documents[:4]:
            self.as_(self.governor, document)._sign_with_pin(self.read_pin())

        self.as_(self.clerk, mailing).action_send()
        self.run_cron(CRON)
        self.run_cron(CRON)

        items = mailing.sudo().item_ids
        self.assertEqual(items.mapped("document_state"), ["dispatched", "dispatched", "signed", "dispatched", "for_signature"])
        self.assertEqual(
            items.document_id.dispatch_ids.filtered(lambda dispatch: dispatch.state == "sent").mapped("sent_by_id"), self.clerk
        )
        self.assertTrue(items[2].problem)
        self.assertEqual((mailing.state, mailing.sent_count), ("made", 3))

    @unittest.skipUnless(os.environ.get("OA_TOKEN_SOCKET"), "documents are signed with a real token: ./oa test starts the service")
    def test_what_was_interrupted_while_it_left_is_not_sent_twice(self):
        self.give_key(self.governor)
        mailing = self.start()
        documents = self.agree(mailing)
        self.as_(self.governor, documents[0])._sign_with_pin(self.read_pin())
        self.as_(self.clerk, mailing).action_send()
        mailing.sudo().item_ids[0]._write_system({"sending_at": "2026-11-22 10:00:00"})

        self.run_cron(CRON)

        self.assertFalse(documents[0].dispatch_ids.filtered(lambda dispatch: dispatch.state == "sent"))
        self.assertIn("interrupted", mailing.sudo().item_ids[0].problem)
