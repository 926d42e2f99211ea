"""One CSV says who may do what; the models and groups must agree with it and be all in it."""

import csv

from odoo.tests import tagged
from odoo.tools import file_open

from .common import SigningCase

OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}


def read_matrix():
    with file_open("oa_signing/tests/access_matrix.csv") as stream:
        return list(csv.DictReader(stream))


@tagged("post_install", "-at_install")
class TestAccessMatrix(SigningCase):
    def test_every_role_may_do_what_its_row_says_and_nothing_else(self):
        people = {role: getattr(self, role) for role in ("signer", "overseer", "administrator")} | {"employee": self.colleague}
        for row in read_matrix():
            for role, person in people.items():
                model = self.env[row["model"]].with_user(person)
                allowed = "".join(letter for letter, operation in OPERATIONS.items() if model.has_access(operation))
                with self.subTest(model=row["model"], role=role):
                    self.assertEqual(allowed, row[role].strip("-"))

    def test_every_model_has_a_row(self):
        names = {
            model.model
            for model in self.env["ir.model"].search([("model", "=like", "oa.%")])
            if "oa_signing" in (model.modules or "").split(", ")[:1] and not self.env[model.model]._abstract
        }
        self.assertEqual(names - {row["model"] for row in read_matrix()}, set())

    def test_every_group_has_a_column(self):
        groups = self.env["ir.model.data"].search([("module", "=", "oa_signing"), ("model", "=", "res.groups")]).mapped("name")
        roles = set(read_matrix()[0]) - {"model", "employee"}
        self.assertEqual({name.removeprefix("oa_signing_group_") for name in groups}, roles)

    def test_every_model_has_a_rule_of_company(self):
        ruled = set(self.env["ir.rule"].search([("global", "=", True)]).model_id.mapped("model"))
        # Trusted lists and the job of preservation are of the whole installation, and what they list is ruled.
        shared = {"oa.trust.list", "oa.trust.list.version", "oa.trust.list.import", "oa.preservation", "oa.signing.visit"}
        self.assertEqual({row["model"] for row in read_matrix()} - ruled, {"oa.signature.check.upload", *shared})
