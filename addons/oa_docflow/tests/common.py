"""The cast: one administration with its people, each with the lowest rights that do the job."""

import csv
import os
from pathlib import Path

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

REGISTRY, FLOW = "oa_registry.oa_registry_group_", "oa_docflow.oa_docflow_group_"
PEOPLE = Path(__file__).resolve().parents[3] / "config" / "demo_people.csv"
SIGNER_TOKEN = "vratsa.governor"

CAST = {
    "clerk": (REGISTRY + "clerk", "Деловодител", None),
    "governor": (FLOW + "governor", "Областен управител", "head_office"),
    "director": (FLOW + "director", "Директор на дирекция", "directorate"),
    "lawyer": (FLOW + "lawyer", "Главен юрисконсулт", None),
    "secretary": (FLOW + "secretary_general", "Главен секретар", None),
    "expert": (REGISTRY + "expert", "Главен експерт", None),
    "colleague": (REGISTRY + "expert", "Старши експерт", None),
}


class DocflowCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True, "lang": "en_US", "tz": "Europe/Sofia"})
        cls.company = cls.env["res.company"].create({"name": "Областна администрация Тестово", "city": "Тестово"})
        cls.company._load_registry_template("000977")
        cls.procedures = cls.env["oa.procedure"]._load_standard(cls.company)
        cls.certificate_procedure = cls.procedures.filtered(lambda procedure: procedure.code == "1972")
        memo_kind = cls.env.ref("oa_registry.oa_document_kind_memo")
        cls.memo_procedure = cls.procedures.filtered(lambda procedure: procedure.kind_id == memo_kind)
        cls._hire()
        cls.applicant = cls.env["res.partner"].create({"name": "Станимир Разпопов", "email": "applicant@mail.example", "city": "Тестово"})
        cls.application_kind = cls.env.ref("oa_registry.oa_document_kind_application_1972")

    @classmethod
    def make_user(cls, role, groups, company=None, **vals):
        """A person of one administration, the tested one unless another is given, with the login `test.<role>`."""
        own = company or cls.company
        return new_test_user(
            cls.env, f"test.{role}", groups, company_id=own.id, company_ids=[Command.set(own.ids)], tz="Europe/Sofia", **vals
        )

    @classmethod
    def _hire(cls):
        departments = cls.env["hr.department"]
        cls.head_office = departments.create({"name": "Ръководство", "company_id": cls.company.id})
        cls.directorate = departments.create({"name": "АКРРДС", "company_id": cls.company.id, "parent_id": cls.head_office.id})
        for role, (group, title, headed) in CAST.items():
            user = cls.make_user(role, group, name=f"{title} Тестов", email=f"{role}@test.example")
            employee = cls.env["hr.employee"].create(
                {
                    "name": user.name,
                    "user_id": user.id,
                    "company_id": cls.company.id,
                    "job_title": title,
                    "department_id": (cls.directorate if role in ("director", "expert", "colleague") else cls.head_office).id,
                }
            )
            if headed:
                getattr(cls, headed).manager_id = employee
            setattr(cls, role, user)

    def change_procedure(self, procedure, vals):
        """The next version of this procedure, changed and published."""
        version = self.new_version(procedure)
        version.write(vals)
        version._publish()
        return version

    def change_step(self, procedure, number, **vals):
        """The next version of this procedure with this step changed."""
        step = self.new_version(procedure).step_ids[number]
        return self.change_procedure(procedure, {"step_ids": [Command.update(step.id, vals)]})

    def ask_signers_for_no_level(self):
        """A refusal is signed as strongly as the signature; where that is not the matter, it goes without a key."""
        self.change_step(self.certificate_procedure, 3, signature_level="logged")

    def new_version(self, procedure):
        """The draft of the next version."""
        return self.env["oa.procedure"].browse(procedure.action_new_version()["res_id"])

    def as_(self, user, records):
        """The same records as this person sees them in a new request."""
        self.env.flush_all()
        self.env.invalidate_all()
        return records.with_user(user).with_company(self.company).with_context(allowed_company_ids=self.company.ids)

    def receive(self, count=1, **vals):
        """Applications on the clerk's desk, not registered yet."""
        return self.as_(self.clerk, self.env["oa.document"]).create(
            [
                {
                    "kind_id": self.application_kind.id,
                    "company_id": self.company.id,
                    "subject": f"Заявление за удостоверение № {number}",
                    "correspondent_ids": [Command.create({"partner_id": self.applicant.id, "role": "applicant"})],
                    **vals,
                }
                for number in range(count)
            ]
        )

    def register(self, documents):
        documents = self.as_(self.clerk, documents)
        documents.action_register()
        self.env["oa.register.entry"]._allot_pending()
        return documents

    def resolve(self, document, responsible=None, **vals):
        """The governor gives the document to a director; returns the task."""
        wizard = self.as_(self.governor, self.env["oa.document.resolve"]).create(
            {
                "document_ids": [Command.set(document.ids)],
                "document_id": document.id,
                "text": "За изпълнение в срок.",
                "responsible_id": (responsible or self.director).id,
                **vals,
            }
        )
        wizard.action_confirm()
        return document.sudo().task_ids[-1:]

    def delegate(self, task, responsible=None, **vals):
        wizard = self.as_(self.director, self.env["oa.document.resolve"]).create(
            {
                "task_id": task.id,
                "document_id": task.document_id.id,
                "document_ids": [Command.set(task.document_id.ids)],
                "text": "Моля за проект на удостоверение.",
                "responsible_id": (responsible or self.expert).id,
                **vals,
            }
        )
        wizard.action_confirm()
        return task.sudo().child_ids[-1:]

    def make_task(self):
        """A registered application, resolved to the director; the director's task."""
        document = self.register(self.receive())
        return self.resolve(document)

    def draft(self, task=None):
        """The expert's draft of a certificate."""
        task = task or self.delegate(self.make_task())
        action = self.as_(self.expert, task).action_draft_reply()
        return self.as_(self.expert, self.env["oa.document"].browse(action["res_id"]))

    def submit(self, draft=None):
        draft = draft or self.draft()
        self.as_(self.expert, draft).action_submit()
        return draft

    def agree_all(self, document):
        for person in (self.director, self.lawyer, self.secretary):
            self.as_(person, document).action_agree()
        self.env["oa.register.entry"]._allot_pending()
        return document

    def write_memo(self, subject="Докладна записка за състоянието на имотите"):
        return self.as_(self.expert, self.env["oa.document"]).create(
            {
                "kind_id": self.memo_procedure.kind_id.id,
                "procedure_id": self.memo_procedure.id,
                "company_id": self.company.id,
                "subject": subject,
                "body_html": "<p>Предлагам да се извърши проверка.</p>",
            }
        )

    def activities_of(self, user, records=None):
        domain = [("user_id", "=", user.id)]
        if records is not None:
            domain += [("res_model", "=", records._name), ("res_id", "in", records.ids)]
        return self.env["mail.activity"].search(domain)

    def give_key(self, user, token=SIGNER_TOKEN):
        """Link a token of the test PKI to this person; False when no token service answers."""
        folder = os.environ.get("OA_PKI_DIR")
        if not os.environ.get("OA_TOKEN_SOCKET") or not folder:
            return False
        keys = self.env["oa.signing.key"]
        key = keys.search([("token_label", "=", token)]) or self._import_key(keys, folder, token)
        # A key is its owner's by the certificate, which is linked first.
        key.certificate_id.user_id = user
        key.user_id = user
        return key

    def _import_key(self, keys, folder, token):
        login = self.env["res.users"].search([("login", "=", token)])
        owner = login or new_test_user(self.env, login=token, groups=FLOW + "governor")
        keys._import_demo_keys(folder)
        return keys.search([("user_id", "=", owner.id), ("token_label", "=", token)])

    def run_cron(self, xmlid):
        """Run a scheduled job as the scheduler does."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            # An error of the job is answered, not raised.
            self.assertIs(self.env.ref(xmlid).method_direct_trigger(), True)
        self.env.invalidate_all()

    def read_pin(self, token=SIGNER_TOKEN):
        with PEOPLE.open(encoding="utf-8") as stream:
            return next(row["pin"] for row in csv.DictReader(stream) if row["login"] == token)
