"""One CSV says who may do what; the models and groups must agree with it and be all in it."""

import csv

from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import file_open

from .common import FLOW, REGISTRY, DocflowCase

OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}


def read_matrix():
    with file_open("oa_docflow/tests/access_matrix.csv") as stream:
        rows = list(csv.DictReader(stream))
    # The financial controller coordinates like the legal adviser; a row says so only when it differs.
    return [row | {"financial_controller": row["financial_controller"] or row["lawyer"]} for row in rows]


@tagged("post_install", "-at_install")
class TestAccessMatrix(DocflowCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {
            "expert": cls.expert,
            "clerk": cls.clerk,
            "lawyer": cls.lawyer,
            "director": cls.director,
            "secretary_general": cls.secretary,
            "governor": cls.governor,
        }
        company = {"company_id": cls.company.id, "company_ids": [Command.set(cls.company.ids)]}
        cls.people["financial_controller"] = new_test_user(
            cls.env, login="test.controller", groups=FLOW + "financial_controller", **company
        )
        for role in ("administrator", "auditor"):
            cls.people[role] = new_test_user(cls.env, login=f"test.{role}", groups=REGISTRY + role, **company)

    def test_every_role_may_do_what_its_row_says_and_nothing_else(self):
        for row in read_matrix():
            for role, person in self.people.items():
                model = self.env[row["model"]].with_user(person)
                allowed = "".join(letter for letter, operation in OPERATIONS.items() if model.has_access(operation))
                with self.subTest(model=row["model"], role=role):
                    self.assertEqual(allowed, row[role].strip("-"))

    def test_every_model_has_a_row(self):
        names = {name for name in self.env.registry if name.startswith("oa.") and self.env[name]._original_module == "oa_docflow"}
        names = {name for name in names if not self.env[name]._abstract}

        self.assertEqual(names - {row["model"] for row in read_matrix()}, set())

    def test_every_group_has_a_column(self):
        groups = self.env["ir.model.data"].search([("module", "=", "oa_docflow"), ("model", "=", "res.groups")]).mapped("name")

        self.assertLessEqual({name.removeprefix(FLOW.split(".")[1]) for name in groups}, set(read_matrix()[0]))

    def test_every_model_has_a_rule(self):
        ruled = set(self.env["ir.rule"].search([("global", "=", True)]).model_id.mapped("model"))
        unruled = {row["model"] for row in read_matrix()} - ruled

        # The calendar is the same for the whole country; wizards belong to whoever opened them.
        self.assertEqual({name for name in unruled if not self.env[name]._transient}, {"oa.calendar.day"})

    def test_another_administration_sees_nothing(self):
        draft = self.submit()
        stranger_company = self.env["res.company"].create({"name": "Областна администрация Друга"})
        stranger = new_test_user(
            self.env, login="test.stranger", groups=FLOW + "governor",
            company_id=stranger_company.id, company_ids=[Command.set(stranger_company.ids)],
        )  # fmt: skip
        everything = (
            draft,
            draft.route_id,
            draft.route_id.step_ids,
            draft.reply_to_id.task_ids,
            draft.reply_to_id.resolution_ids,
            self.procedures,
        )

        for records in everything:
            self.env.flush_all()
            found = records.with_user(stranger).with_context(allowed_company_ids=stranger_company.ids).search([("id", "in", records.ids)])
            self.assertFalse(found, records._name)
