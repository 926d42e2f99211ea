from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import REGISTRY, DocflowCase


@tagged("post_install", "-at_install")
class TestProcedure(DocflowCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls.make_user("admin", REGISTRY + "administrator")

    def test_administrator_builds_a_procedure_without_code(self):
        procedure = self.as_(self.administrator, self.env["oa.procedure"]).create(
            {
                "name": "Становище",
                "company_id": self.company.id,
                "kind_id": self.env.ref("oa_registry.oa_document_kind_opinion_out").id,
                "step_ids": [Command.create({"name": "Подпис", "act": "sign", "function": "governor"})],
            }
        )

        self.assertEqual(procedure.version, 1)

    def test_several_places_to_sign_stand_in_one_procedure(self):
        version = self.change_procedure(
            self.certificate_procedure,
            {"step_ids": [Command.create({"name": "Втори подпис", "act": "sign", "function": "director", "sequence": 99})]},
        )

        self.assertEqual(version.state, "published")

    def test_only_a_signature_is_given_by_hand(self):
        with self.assertRaisesRegex(ValidationError, "given by hand on paper"):
            self.change_step(self.certificate_procedure, 0, signature_level="hand")

    def test_named_position_needs_a_position(self):
        with self.assertRaises(ValidationError):
            self.change_procedure(self.certificate_procedure, {"step_ids": [Command.create({"name": "Длъжност", "function": "job"})]})

    def test_expert_changes_neither_procedure_nor_template(self):
        with self.assertRaises(AccessError):
            self.as_(self.expert, self.certificate_procedure).write({"name": "x"})
        with self.assertRaises(AccessError):
            self.as_(self.expert, self.certificate_procedure.template_id).write({"body": "<p t-out='1'/>"})

    def test_functions_find_their_persons(self):
        find = self.env["oa.function"]._find_user
        expected = {
            "author": self.expert,
            "unit_head": self.director,
            "director": self.director,
            "lawyer": self.lawyer,
            "secretary_general": self.secretary,
            "governor": self.governor,
            "clerk": self.clerk,
        }

        for function, person in expected.items():
            self.assertEqual(find(function, self.company, author=self.expert), person, function)

    def test_named_position_is_found_by_its_job(self):
        job = self.env["hr.job"].create({"name": "Финансов контрольор", "company_id": self.company.id})
        self.colleague.with_company(self.company).employee_id.job_id = job

        self.assertEqual(self.env["oa.function"]._find_user("job", self.company, job=job), self.colleague)

    def test_shipped_procedures_are_loaded_once(self):
        self.company.action_load_standard_procedures()

        self.assertEqual(self.env["oa.procedure"].search_count([("company_id", "=", self.company.id)]), len(self.procedures))
        self.assertGreater(len(self.procedures), 30)

    def test_shipped_procedures_name_their_law_kind_and_class(self):
        for procedure in self.procedures:
            with self.subTest(procedure.name):
                self.assertTrue(procedure.legal_ground and procedure.kind_id and procedure.class_id)
                self.assertTrue(procedure.step_ids)
                self.assertEqual("hand" in procedure.step_ids.mapped("signature_level"), "зключение" in (procedure.note or ""))
                plan = procedure._to_plan()
                self.assertEqual(self.env["oa.procedure"]._fit_plan(plan, self.company)[1], [])

    def test_terms_of_the_law_stand_in_the_shipped_procedures(self):
        terms = {procedure.name: {(term.speed, term.amount, term.unit) for term in procedure.term_ids} for procedure in self.procedures}

        self.assertEqual(terms["Контрол върху акт на общински съвет"], {("ordinary", 14, "calendar_days")})
        self.assertEqual(terms["Достъп до обществена информация"], {("ordinary", 14, "calendar_days")})
        self.assertEqual(terms["ЗДОИ: уведомление за удължаване на срока"], {("ordinary", 10, "calendar_days")})
        self.assertEqual(terms["Сигнал"], {("ordinary", 2, "months")})
        self.assertEqual(self.certificate_procedure.term_ids.mapped("amount"), [7, 3])

    def test_usual_procedure_is_proposed_where_a_kind_has_several(self):
        certificate = self.env.ref("oa_registry.oa_document_kind_certificate")
        council = self.env.ref("oa_registry.oa_document_kind_council_decision")

        self.assertEqual(self.env["oa.procedure"]._find_for(certificate, self.company), self.certificate_procedure)
        self.assertEqual(self.env["oa.procedure"]._find_for(council, self.company).name, "Контрол върху акт на общински съвет")
