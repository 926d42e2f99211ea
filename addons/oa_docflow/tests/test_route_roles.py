"""Every move of a route tried by every role through RPC: who may, may; everybody else is refused with a sentence."""

import csv
from io import StringIO

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .common import REGISTRY, DocflowCase

# At which stage of the certificate's route who may make which move.
TABLE = """\
stage,move,expert,director,lawyer,secretary,governor,clerk,colleague,administrator
draft,action_submit,+,-,-,-,-,-,-,-
draft,action_agree,-,-,-,-,-,-,-,-
draft,action_take,-,-,-,-,-,-,-,-
director,action_agree,-,+,-,-,-,-,-,-
director,action_return,-,+,-,-,-,-,-,-
director,action_submit,-,-,-,-,-,-,-,-
director,action_take,-,-,-,-,-,-,-,-
director,action_sign,-,-,-,-,-,-,-,-
director,action_refuse,-,-,-,-,-,-,-,-
lawyer,action_agree,-,-,+,-,-,-,-,-
lawyer,action_return,-,-,+,-,-,-,-,-
lawyer,action_take,-,-,-,-,-,-,-,-
secretary,action_agree,-,-,-,+,-,-,-,-
secretary,action_return,-,-,-,+,-,-,-,-
for_signature,action_agree,-,-,-,-,-,-,-,-
for_signature,action_return,-,-,-,-,-,-,-,-
for_signature,action_refuse,-,-,-,-,+,-,-,-
for_signature,action_submit,-,-,-,-,-,-,-,-
returned,action_submit,+,-,-,-,-,-,-,-
returned,action_agree,-,-,-,-,-,-,-,-
"""
ROLES = ("expert", "director", "lawyer", "secretary", "governor", "clerk", "colleague", "administrator")


@tagged("post_install", "-at_install")
class TestRouteRoles(DocflowCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls.make_user("admin", REGISTRY + "administrator")

    def reach(self, stage):
        """A certificate at this stage of its route."""
        draft = self.draft()
        if stage == "draft":
            return draft
        self.submit(draft)
        people = {"director": 0, "lawyer": 1, "returned": 1, "secretary": 2, "for_signature": 3}
        for person in (self.director, self.lawyer, self.secretary)[: people[stage]]:
            self.as_(person, draft).action_agree()
        self.env["oa.register.entry"]._allot_pending()
        if stage == "returned":
            self.as_(self.lawyer, draft.route_id.step_ids[1]).action_return("Липсва основание.")
        return draft

    def call(self, role, document, move):
        """What a client of this role sends; says whether it was accepted, and leaves nothing behind."""
        self.env.flush_all()
        self.env.invalidate_all()
        documents = self.env["oa.document"].with_user(getattr(self, role)).with_context(allowed_company_ids=self.company.ids)
        savepoint = self.env.cr.savepoint()
        try:
            call_kw(documents, move, [document.ids], {})
            self.env.flush_all()
            return True
        except (AccessError, UserError) as refusal:
            self.assertTrue(str(refusal).strip())
            return False
        finally:
            savepoint.rollback()
            savepoint.close(rollback=False)
            self.env.invalidate_all()

    def test_every_move_is_tried_by_every_role_at_every_stage(self):
        rows = list(csv.DictReader(StringIO(TABLE)))
        for stage in dict.fromkeys(row["stage"] for row in rows):
            document = self.reach(stage)
            for row in (row for row in rows if row["stage"] == stage):
                for role in ROLES:
                    with self.subTest(stage=stage, move=row["move"], role=role):
                        self.assertEqual(self.call(role, document, row["move"]), row[role] == "+")

    def test_nobody_writes_steps_routes_or_activities_by_hand(self):
        draft = self.submit()
        step, activity = draft.route_id.step_ids[0], self.activities_of(self.director, draft)
        attempts = (
            ("oa.route.step", "write", [step.ids, {"state": "done"}]),
            ("oa.route.step", "unlink", [step.ids]),
            ("oa.route.step", "create", [[{"route_id": draft.route_id.id, "name": "x", "act": "sign", "function": "author"}]]),
            ("oa.route", "write", [draft.route_id.ids, {"state": "done"}]),
            ("oa.document", "write", [draft.ids, {"waiting_for_id": self.lawyer.id}]),
            ("oa.document", "write", [draft.ids, {"waiting_more_count": 3}]),
            ("mail.activity", "action_done", [activity.ids]),
        )
        for role in ROLES:
            for model, method, arguments in attempts:
                records = self.env[model].with_user(getattr(self, role)).with_context(allowed_company_ids=self.company.ids)
                with self.subTest(role=role, model=model, method=method), self.assertRaises(AccessError), self.env.cr.savepoint():
                    call_kw(records, method, arguments, {})
                    self.env.flush_all()
