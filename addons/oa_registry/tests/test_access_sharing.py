from datetime import timedelta

from freezegun import freeze_time
from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import RegistryCase


@tagged("post_install", "-at_install")
class TestAccessSharing(RegistryCase):
    """To whom access is given, who may give it, and how it ends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = cls.company.oa_default_office_id
        cls.free, cls.restricted = cls.create_document(cls), cls.create_document(cls, access_level="restricted")
        cls.register(cls, cls.free, cls.restricted)
        cls.lower = cls.env["hr.department"].create({"name": "Сектор", "parent_id": cls.unit.id, "company_id": cls.company.id})

    def sees(self, user, document):
        return bool(self.env["oa.document"].with_user(user).search_count([("id", "=", document.id)]))

    def put(self, user, unit):
        user.with_company(self.company).employee_id.department_id = unit

    def share(self, user, document, **vals):
        vals = {"document_id": document.id, "reason": "за сведение", **vals}
        self.env["oa.document.share"].with_user(user).create(vals).action_confirm()

    # ------------------------------------------------------------ to whom
    def test_a_unit_means_everybody_in_it_and_below_it_whoever_comes_later(self):
        self.put(self.colleague, self.lower)
        self.share(self.clerk, self.restricted, target="unit", unit_ids=self.unit.ids)
        self.assertTrue(self.sees(self.colleague, self.restricted))
        self.assertFalse(self.sees(self.expert, self.restricted))

        self.put(self.expert, self.unit)
        self.assertTrue(self.sees(self.expert, self.restricted))
        self.put(self.expert, self.env["hr.department"].create({"name": "Друг отдел", "company_id": self.company.id}))
        self.assertFalse(self.sees(self.expert, self.restricted))

    def test_the_head_of_a_unit_belongs_to_it_and_the_heads_above_do_not(self):
        self.lower.manager_id = self.colleague.with_company(self.company).employee_id
        self.unit.manager_id = self.expert.with_company(self.company).employee_id
        self.restricted._grant(self.lower, "test")
        self.assertTrue(self.sees(self.colleague, self.restricted))
        self.assertFalse(self.sees(self.expert, self.restricted))

    def test_moving_a_unit_moves_what_its_people_see(self):
        self.put(self.colleague, self.lower)
        self.restricted._grant(self.unit, "test")
        self.assertTrue(self.sees(self.colleague, self.restricted))
        self.lower.parent_id = False
        self.assertFalse(self.sees(self.colleague, self.restricted))

    def test_a_denied_unit_is_denied_whatever_lets_its_people(self):
        self.put(self.governor, self.lower)
        self.assertTrue(self.sees(self.governor, self.free))
        self.share(self.clerk, self.free, target="unit", unit_ids=self.unit.ids, effect="deny")
        self.assertFalse(self.sees(self.governor, self.free))

    def test_an_office_sees_its_free_documents_and_only_the_lines_of_its_restricted_ones(self):
        self.office.user_ids = [Command.link(self.colleague.id)]
        self.assertTrue(self.sees(self.colleague, self.free))
        self.assertFalse(self.sees(self.colleague, self.restricted))
        entry = self.restricted.register_entry_id.with_user(self.colleague)
        self.assertEqual(entry.subject, self.restricted.subject)
        self.assertFalse(entry.with_user(self.expert).has_access("read"))

        self.restricted._deny(self.colleague, "конфликт на интереси")
        self.assertFalse(entry.has_access("read"))

    def test_access_may_be_given_to_an_office_and_to_a_role(self):
        self.office.user_ids = [Command.link(self.colleague.id)]
        self.share(self.clerk, self.restricted, target="office", office_ids=self.office.ids)
        self.assertTrue(self.sees(self.colleague, self.restricted))

        archivists = self.env.ref("oa_registry.oa_registry_group_archivist")
        self.share(self.clerk, self.restricted, target="role", role_ids=archivists.ids)
        self.assertTrue(self.sees(self.archivist, self.restricted))

    def test_whoever_gets_or_loses_a_role_or_the_account_sees_at_once_what_belongs_to_it(self):
        archivists = self.env.ref("oa_registry.oa_registry_group_archivist")
        self.restricted._grant(archivists, "test")
        self.colleague.group_ids = [Command.link(archivists.id)]
        self.assertTrue(self.sees(self.colleague, self.restricted))
        self.colleague.group_ids = [Command.unlink(archivists.id)]
        self.assertFalse(self.sees(self.colleague, self.restricted))

        self.restricted._grant(self.colleague, "test")
        self.assertTrue(self.sees(self.colleague, self.restricted))
        self.colleague.active = False
        self.assertFalse(self.sees(self.colleague, self.restricted))

    def test_access_is_given_within_the_administration(self):
        with self.assertRaisesRegex(UserError, "within the administration"):
            self.share(self.clerk, self.free, user_ids=self.outsider.ids)
        with self.assertRaisesRegex(UserError, "within the administration"):
            self.share(self.clerk, self.free, target="role", role_ids=self.env.ref("base.group_user").ids)

    # ------------------------------------------------------------ who gives
    def test_a_restricted_document_is_opened_to_others_only_by_author_registrar_and_keeper(self):
        other_clerk = self._create_person("clerk", "other_clerk")
        self.share(self.clerk, self.restricted, user_ids=other_clerk.ids)
        with self.assertRaisesRegex(UserError, "restricted"):
            self.share(other_clerk, self.restricted, user_ids=self.expert.ids)
        self.share(self.head_registrar, self.restricted, user_ids=self.expert.ids)
        self.assertTrue(self.sees(self.expert, self.restricted))

    def test_whoever_only_sees_a_document_cannot_change_its_access_level_unit_or_office(self):
        for document in (self.free, self.restricted):
            document._grant(self.colleague, "задача")
            for vals in (
                {"access_level": "restricted" if document == self.free else "free"},
                {"unit_id": self.unit.id},
                {"office_id": False},
            ):
                with self.subTest(document.access_level, **vals), self.assertRaises(UserError):
                    document.with_user(self.colleague).write(vals)
        self.restricted.with_user(self.clerk).access_level = "free"
        self.assertEqual(self.restricted.journal_ids[0].action, "access_level")

    def test_nobody_writes_grants_by_hand(self):
        with self.assertRaises(AccessError):
            self.env["oa.document.grant"].with_user(self.clerk).create(
                {"document_id": self.free.id, "principal": f"u:{self.colleague.id}", "reason": "x"}
            )

    def test_nobody_decides_about_the_own_access(self):
        with self.assertRaisesRegex(UserError, "own access"):
            self.share(self.clerk, self.free, user_ids=self.clerk.ids)
        self.free._deny(self.unit, "test")
        denial = self.free.grant_ids[-1]
        self.put(self.colleague, self.unit)
        with self.assertRaises(AccessError):
            denial.with_user(self.colleague).action_withdraw()

    # ------------------------------------------------------------ how it ends
    def test_a_denial_wins_whatever_the_order_until_it_is_lifted(self):
        self.free._deny(self.colleague, "първо отказ")
        self.free._grant(self.colleague, "после даване")
        self.assertFalse(self.sees(self.colleague, self.free))

        denial = self.free.grant_ids.filtered("is_denied")
        wizard = self.env["oa.document.withdraw"].with_user(self.head_registrar).create({"grant_ids": denial.ids, "reason": "отпадна"})
        wizard.action_confirm()

        self.assertTrue(self.sees(self.colleague, self.free))
        self.assertEqual(len(self.free.grant_ids), 3)
        self.assertEqual(self.free.journal_ids[0].action, "access_withdrawn")

    def test_a_denial_is_lifted_by_who_wrote_it_or_by_the_head_registrar(self):
        self.free.with_user(self.head_registrar)._deny(self.colleague, "test")
        with self.assertRaisesRegex(UserError, "lifted by"):
            self.free.grant_ids.with_user(self.clerk).action_withdraw()

    def test_what_is_withdrawn_can_be_given_again_and_withdrawn_only_once(self):
        self.free._grant(self.colleague, "задача")
        grant = self.free.grant_ids
        grant.with_user(self.clerk)._withdraw_by_hand("свърши")
        self.assertFalse(self.sees(self.colleague, self.free))
        with self.assertRaisesRegex(UserError, "already withdrawn"):
            grant.with_user(self.clerk)._withdraw_by_hand("пак")
        self.free._grant(self.colleague, "задача")
        self.assertTrue(self.sees(self.colleague, self.free))

    def test_withdrawing_one_of_two_reasons_leaves_the_other(self):
        self.free._grant(self.colleague, "задача 1", source=self.unit)
        self.free._grant(self.colleague, "задача 2", source=self.lower)
        self.free._withdraw_grants_of(self.unit, "снета")
        self.assertTrue(self.sees(self.colleague, self.free))
        self.free._withdraw_grants_of(self.lower, "снета")
        self.assertFalse(self.sees(self.colleague, self.free))

    def test_access_until_a_day_ends_after_that_day(self):
        today = fields.Date.context_today(self.free)
        self.share(self.clerk, self.free, user_ids=self.colleague.ids, until_on=today + timedelta(days=3))
        grants = self.env["oa.document.grant"]
        for days, is_seen in ((3, True), (4, False)):
            with freeze_time(fields.Datetime.now() + timedelta(days=days)):
                grants._cron_withdraw_expired()
            self.assertEqual(self.sees(self.colleague, self.free), is_seen, days)

    # ------------------------------------------------------------ in bulk
    def count(self, act):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        act()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_granting_and_withdrawing_cost_the_same_for_few_and_for_many(self):
        documents = self.env["oa.document"].with_user(self.clerk).create([
            {"subject": f"Доклад {number}", "kind_id": self.memo.id} for number in range(84)
        ])  # fmt: skip
        for act in (
            lambda records, reason: records._grant(self.colleague, reason),
            lambda records, reason: records.grant_ids.filtered("is_current")._withdraw(reason),
            lambda records, reason: records._deny(self.unit, reason),
        ):
            self.count(lambda act=act: act(documents[:2], "топло"))
            few, many = (self.count(lambda act=act, part=part: act(part, "мярка")) for part in (documents[2:4], documents[4:44]))
            self.assertLessEqual(many, few + 2)

    def test_closing_a_case_costs_the_same_for_few_and_for_many_documents(self):
        def close(count):
            case = self.create_registered().case_id
            documents = self.env["oa.document"].with_user(self.clerk).create([
                {"subject": "Доклад", "kind_id": self.memo.id, "case_id": case.id} for _number in range(count)
            ])  # fmt: skip
            self.register(*documents)
            case.class_id = self.env["oa.case.class"].search([("company_id", "=", self.company.id), ("parent_id", "!=", False)], limit=1)
            return self.count(lambda: case._write_system({"state": "closed"}))

        close(2)
        few, many = close(2), close(40)
        self.assertLessEqual(many, few + 2)
