import csv
import logging
import os
from pathlib import Path

from odoo import api, models

from . import citizens
from .desk import OWN_WORK, Desk

_logger = logging.getLogger(__name__)

PLANS = {
    "vidin": [
        "received",
        "registered",
        "registered",
        "annulled",
        "assigned",
        "reported",
        "delegated",
        "dispatched",
        "drafted",
        "director",
        "director",
        "lawyer",
        "sg",
        "returned",
        "for_signature",
        "for_signature",
        "signed",
        "closed",
    ],
    "vratsa": ["registered", "registered", "registered", "assigned", "delegated", "director", "sg", "for_signature", "signed"],
    "montana": ["registered", "registered", "refused", "assigned", "delegated", "lawyer", "returned", "for_signature", "closed"],
}
WITH_REPLY = ("drafted", "director", "lawyer", "sg", "returned", "for_signature", "refused", "signed", "dispatched", "closed")
PEOPLE = Path(__file__).resolve().parents[3] / "config" / "demo_people.csv"
WITH_TASK = ("assigned", "reported", "delegated", *WITH_REPLY)


class OaDocflowDemo(models.AbstractModel):
    """Sixty documents in all stages over three administrations, each moved by the person whose turn it is."""

    _name = "oa.docflow.demo"
    _description = "Demo documents of the flow"

    @api.model
    def _build(self):
        if self.env["oa.document"].search_count([("procedure_id", "!=", False)], limit=1):
            return
        self.env["oa.signing.key"]._import_demo_keys()
        for administration, plan in PLANS.items():
            self.with_context(lang="bg_BG", tz="Europe/Sofia")._build_administration(administration, plan)

    def _build_administration(self, administration, plan):
        company = self.env.ref(f"oa_registry.company_{administration}")
        company.docflow_certify_level = "qualified"
        cast = self._get_cast(administration)
        incoming = self._receive(company, cast, plan)
        by_stage = dict(zip(incoming.ids, plan, strict=True))

        def at(records, stages):
            return records.filtered(lambda document: by_stage[document.id] in stages)

        self._number(incoming - at(incoming, ("received",)), cast["clerk"])
        at(incoming, ("annulled",)).with_user(cast["registrar"])._annul("Регистрирано повторно: заявлението вече има номер.")
        self._assign(at(incoming, WITH_TASK), at(incoming, OWN_WORK), cast)
        for document in at(incoming, ("reported",)):
            document.task_ids.with_user(cast["director"])._report(
                "Проведена е среща с подателя, въпросът е решен на място.", self.env["oa.document"]
            )
        replies = self._draft(at(incoming, WITH_REPLY), cast)
        stage_of = {reply.id: by_stage[reply.reply_to_id.id] for reply in replies}
        self._coordinate(replies.filtered(lambda reply: stage_of[reply.id] != "drafted"), stage_of, cast)
        self._sign_and_finish(replies, stage_of, cast)
        self._write_memos(company, cast)

    def _get_cast(self, administration):
        roles = {
            "clerk": "clerk",
            "registrar": "registrar",
            "governor": "governor",
            "director": "director_akrrds",
            "lawyer": "lawyer",
            "sg": "sg",
            "expert": "expert_ds",
            "expert_rr": "expert_rr",
        }
        return {role: self.env.ref(f"oa_registry.user_{administration}_{login}") for role, login in roles.items()}

    # ---------------------------------------------------------------- receiving and registering
    def _receive(self, company, cast, plan):
        desk = Desk(company, cast["clerk"])
        return self.env["oa.document"].union(*(desk.receive(stage, number) for number, stage in enumerate(plan, 1)))

    def _number(self, documents, clerk):
        documents.with_user(clerk).action_register()
        self.env["oa.register.entry"]._allot_pending()

    # ---------------------------------------------------------------- resolution, drafting, coordination
    def _assign(self, documents, kept, cast, text="За проверка в актовите книги и изготвяне на удостоверение."):
        """The governor gives all of them to the director, who keeps some and delegates the rest."""
        for document in documents:
            vals = {
                "type": "execute",
                "text": "За изпълнение в срок. Моля за проверка и проект на отговор.",
                "responsible_id": cast["director"].id,
                "due_on": document.due_on,
            }
            document.with_user(cast["governor"])._resolve(vals)
            if document not in kept:
                document.task_ids.with_user(cast["director"])._delegate(vals | {"text": text, "responsible_id": cast["expert"].id})

    def _draft(self, documents, cast):
        replies = self.env["oa.document"]
        for document in documents:
            task = document.task_ids.filtered(lambda task: task.responsible_id == cast["expert"]).with_user(cast["expert"])
            task.action_accept()
            reply_id = task.action_draft_reply()["res_id"]
            replies |= self.env["oa.document"].browse(reply_id)
        return replies

    def _coordinate(self, replies, stage_of, cast):
        replies.with_user(cast["expert"]).action_submit()
        later = {"lawyer": ("director",), "sg": ("director", "lawyer"), "returned": ("director",)}
        full = ("director", "lawyer", "sg")
        for role in full:
            ready = replies.filtered(
                lambda reply, role=role: role in later.get(stage_of[reply.id], () if stage_of[reply.id] == "director" else full)
            )
            ready.with_user(cast[role]).action_agree("")
        for reply in replies.filtered(lambda reply: stage_of[reply.id] == "returned"):
            step = reply.route_id.step_ids.filtered(lambda step: step.state == "waiting")
            step.with_user(cast["lawyer"]).action_return("Моля да се посочи и чл. 82а от ППЗДС като правно основание.")
        self.env["oa.register.entry"]._allot_pending()

    # ---------------------------------------------------------------- signing
    def _sign_and_finish(self, replies, stage_of, cast):
        for reply in replies.filtered(lambda reply: stage_of[reply.id] == "refused"):
            self._refuse(reply, cast["governor"])
        signed = replies.filtered(lambda reply: stage_of[reply.id] in ("signed", "dispatched", "closed"))
        if not self._sign(signed, cast["governor"]):
            return
        for reply in signed.filtered(lambda reply: stage_of[reply.id] != "signed"):
            if self._dispatch(reply, cast["clerk"]) and stage_of[reply.id] == "closed":
                self._finish(reply, cast)

    def _refuse(self, reply, governor):
        """A refusal is signed like the signature itself; without a key the document keeps waiting."""
        if not self.env["oa.signing.key"].with_user(governor)._get_usable_keys():
            return
        reply.with_user(governor)._refuse("Имотът е с нов идентификатор; удостоверението да се изготви отново.")
        self._sign(reply.with_user(governor).unsigned_act_ids, governor)

    def _sign(self, documents, governor):
        """Sign with the person's own key; without the token service the documents keep waiting."""
        if not documents:
            return False
        if not os.environ.get("OA_TOKEN_SOCKET"):
            _logger.info("No token service: %s demo documents stay for signature.", len(documents))
            return False
        try:
            with self.env.cr.savepoint():
                documents.with_user(governor)._sign_with_pin(_read_pin(governor.login))
        except Exception as error:
            _logger.warning("Demo documents stay for signature: %s", error)
            return False
        return True

    def _dispatch(self, reply, clerk):
        reply.with_user(clerk).action_dispatch()
        if reply.state != "dispatched":
            _logger.warning("Demo document %s stays for dispatch: the mail server refused it.", reply.number)
            return False
        return True

    def _finish(self, reply, cast):
        incoming = reply.reply_to_id
        expert_task = incoming.task_ids.filtered(lambda task: task.responsible_id == cast["expert"])
        expert_task.with_user(cast["expert"])._report(f"Изпълнено с {reply.number}.", reply)
        expert_task.with_user(cast["director"]).action_confirm_report()
        parent = expert_task.parent_id
        parent.with_user(cast["director"])._report(f"Изпълнено с {reply.number}.", reply)
        parent.with_user(cast["governor"]).action_confirm_report()
        incoming.case_id.with_user(cast["clerk"]).action_close()

    # ---------------------------------------------------------------- memos
    def _write_memos(self, company, cast):
        expert = cast["expert_rr"]
        memos = self.env["oa.document"].with_user(expert).with_company(company)
        procedure = self.env["oa.procedure"].search([("company_id", "=", company.id), ("name", "=", "Докладна записка")], limit=1)
        for subject in citizens.MEMOS[:2]:
            memo = memos.create(
                {
                    "kind_id": procedure.kind_id.id,
                    "procedure_id": procedure.id,
                    "template_id": procedure.template_id.id,
                    "company_id": company.id,
                    "subject": subject,
                }
            )
            memo.action_fill_from_template()
            memos |= memo
        memos[:1].action_submit()


def _read_pin(login):
    """The PIN of a demo token; real PINs are known to nobody but their owners."""
    with PEOPLE.open(encoding="utf-8") as stream:
        return next(row["pin"] for row in csv.DictReader(stream) if row["login"] == login)
