"""One CSV says who may do what; the models and groups must agree with it and be all in it."""

import csv

from odoo.tests import tagged
from odoo.tools import file_open

from .common import ROLES, RegistryCase

OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}


def read_matrix():
    with file_open("oa_registry/tests/access_matrix.csv") as stream:
        return list(csv.DictReader(stream))


@tagged("post_install", "-at_install")
class TestAccessMatrix(RegistryCase):
    def test_every_role_may_do_what_its_row_says_and_nothing_else(self):
        for row in read_matrix():
            for role in ROLES:
                model = self.env[row["model"]].with_user(self.people[role])
                allowed = "".join(letter for letter, operation in OPERATIONS.items() if model.has_access(operation))
                with self.subTest(model=row["model"], role=role):
                    self.assertEqual(allowed, row[role].strip("-"))

    def test_every_model_has_a_row(self):
        names = {
            model.model
            for model in self.env["ir.model"].search([("model", "=like", "oa.%")])
            if "oa_registry" in (model.modules or "").split(", ")[:1] and not self.env[model.model]._abstract
        }
        self.assertEqual(names - {row["model"] for row in read_matrix()}, set())

    def test_every_group_has_a_column(self):
        groups = self.env["ir.model.data"].search([("module", "=", "oa_registry"), ("model", "=", "res.groups")]).mapped("name")
        self.assertEqual({name.removeprefix("oa_registry_group_") for name in groups}, set(ROLES))
        self.assertEqual(set(read_matrix()[0]) - {"model"}, set(ROLES))

    def test_every_model_has_a_rule_of_company_or_document(self):
        exempt = {
            "oa.journal.seal",
            "oa.document.kind",
            "oa.document.annul",
            "oa.document.share",
            "oa.document.withdraw",
            "oa.document.explain",
            "oa.register.print",
            "oa.intake.upload",
            "oa.document.reject",
            "oa.document.label",
            "oa.discrepancy",
            "oa.document.correct",
            "oa.document.correct.person",
            "oa.document.missed",
            "oa.register.reserve",
            "oa.register.explain",
            "oa.register.export.part",
            "oa.case.act",
            "oa.configuration.import",
            "oa.reconciliation.explain",
            "oa.case.class.act",
            "oa.case.export.line",
        }
        ruled = set(self.env["ir.rule"].search([]).model_id.mapped("model"))
        self.assertEqual({row["model"] for row in read_matrix()} - ruled - exempt, set())
