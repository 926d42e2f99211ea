"""Two clerks at the same instant: real connections, real commits."""

import threading
import time

from odoo import Command, api, fields
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged

from ..models.oa_register_block import BlockRequest


@tagged("post_install", "-at_install")
class TestConcurrency(BaseCase):
    """Commits, so it takes away by hand what it made (the triggers are off for that moment only)."""

    def setUp(self):
        super().setUp()
        self.pool = Registry(get_db_name())
        with self.pool.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            company = env["res.company"].create({"name": "Област за изпитване на едновременност"})
            company._load_registry_template("000996")
            self.company_id = company.id
            self.register_id = env["oa.register"].search([("company_id", "=", company.id), ("code", "=", "ОДР")]).id
            groups = "base.group_user,oa_registry.oa_registry_group_head_registrar"
            self.registrar_id = new_test_user(env, f"test.race.{company.id}", groups, company_id=company.id, company_ids=[company.id]).id
        self.addCleanup(self._clean)

    def _clean(self):
        with self.pool.cursor() as cr:
            cr.execute("SET LOCAL session_replication_role = replica")
            cr.execute("SELECT id FROM oa_document WHERE company_id = %s", [self.company_id])
            document_ids = [row[0] for row in cr.fetchall()]
            cr.execute("DELETE FROM oa_document_correspondent WHERE document_id = ANY(%s)", [document_ids])
            cr.execute("DELETE FROM mail_message WHERE model = 'oa.document' AND res_id = ANY(%s)", [document_ids])
            cr.execute("DELETE FROM mail_followers WHERE res_model = 'oa.document' AND res_id = ANY(%s)", [document_ids])
            for table in (
                "oa_journal_entry",
                "oa_register_event",
                "oa_register_entry",
                "oa_register_block",
                "oa_case",
                "oa_document",
                "oa_register",
                "oa_case_class",
            ):
                cr.execute(f"DELETE FROM {table} WHERE company_id = %s", [self.company_id])
            cr.execute("UPDATE res_users SET active = false WHERE id = %s", [self.registrar_id])
            cr.execute("UPDATE res_company SET oa_default_office_id = NULL WHERE id = %s", [self.company_id])
            cr.execute("DELETE FROM oa_registry_office WHERE company_id = %s", [self.company_id])
            cr.execute("UPDATE res_company SET active = false, name = name || ' ' || id WHERE id = %s", [self.company_id])

    def _create(self, env):
        partner = env["res.partner"].search([("id", "=", env.ref("base.main_partner").id)])
        return env["oa.document"].with_company(self.company_id).create({
            "subject": "Едновременно",
            "kind_id": env.ref("oa_registry.oa_document_kind_letter_in").id,
            "company_id": self.company_id,
            "correspondent_ids": [Command.create({"partner_id": partner.id, "role": "sender"})],
        })  # fmt: skip

    def _register(self, barrier, outcome, wait=0.0):
        try:
            with self.pool.cursor() as cr:
                env = api.Environment(cr, api.SUPERUSER_ID, {})
                document = self._create(env)
                document._register_in(env["oa.register"].browse(self.register_id))
                # Both snapshots are older than either number.
                barrier.wait(timeout=20)
                time.sleep(wait)
                # The test is about two commits that meet; only a real one takes the number.
                cr.commit()  # pylint: disable=invalid-commit
                outcome.append(document.register_entry_id.sequence)
        except Exception as error:  # reported by the assertion
            outcome.append(error)

    def test_two_clerks_at_the_same_instant_both_get_numbers(self):
        barrier, outcome = threading.Barrier(4), []
        clerks = [threading.Thread(target=self._register, args=(barrier, outcome, number / 100)) for number in range(4)]
        for clerk in clerks:
            clerk.start()
        for clerk in clerks:
            clerk.join()

        self.assertEqual(sorted(outcome, key=str), [1, 2, 3, 4])
        self._check_whole()

    def test_a_killed_connection_uses_no_number(self):
        with self.pool.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            killed = self._create(env)
            killed._register_in(env["oa.register"].browse(self.register_id))
            self.assertEqual(env["oa.register.entry"]._allot_pending().sequence, 1)
            cr.rollback()
        outcome = []
        self._register(threading.Barrier(1), outcome)

        self.assertEqual(outcome, [1])
        self._check_whole()

    def _check_whole(self):
        with self.pool.cursor() as cr:
            register = api.Environment(cr, api.SUPERUSER_ID, {})["oa.register"].browse(self.register_id)
            self.assertEqual(register._verify_all(), {register: None})

    def test_two_head_registrars_annul_at_the_same_instant_in_one_chain(self):
        documents = []
        for _number in range(3):
            self._register(threading.Barrier(1), outcome := [])
            documents += outcome
        barrier, outcome = threading.Barrier(3), []
        people = [threading.Thread(target=self._annul, args=(barrier, sequence, outcome)) for sequence in documents]
        for person in people:
            person.start()
        for person in people:
            person.join()

        self.assertEqual(sorted(outcome, key=str), [1, 2, 3])
        self._check_whole()

    def _annul(self, barrier, sequence, outcome):
        try:
            with self.pool.cursor() as cr:
                env = api.Environment(cr, self.registrar_id, {})
                domain = [("register_id", "=", self.register_id), ("sequence", "=", sequence)]
                document = env["oa.register.entry"].search(domain).document_id
                # All snapshots are older than the first annulment.
                barrier.wait(timeout=20)
                document._annul("едновременно")
                outcome.append(env["oa.register.event"].search([("document_id", "=", document.id)]).position)
        except Exception as error:  # reported by the assertion
            outcome.append(error)

    def test_a_block_and_a_clerk_at_the_same_instant_leave_no_gap(self):
        barrier, outcome = threading.Barrier(2), []
        clerk = threading.Thread(target=self._register, args=(barrier, outcome))
        reserving = threading.Thread(target=self._reserve, args=(barrier, outcome))
        for person in (clerk, reserving):
            person.start()
        for person in (clerk, reserving):
            person.join()

        self.assertEqual({type(one) for one in outcome}, {int})
        self._check_whole()

    def _reserve(self, barrier, outcome):
        try:
            with self.pool.cursor() as cr:
                env = api.Environment(cr, self.registrar_id, {})
                register = env["oa.register"].browse(self.register_id)
                barrier.wait(timeout=20)
                request = BlockRequest("incoming", 5, fields.Date.context_today(register), "едновременно")
                outcome.append(len(register._reserve(request).entry_ids))
        except Exception as error:  # reported by the assertion
            outcome.append(error)
