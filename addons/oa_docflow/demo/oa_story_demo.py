from base64 import b64encode
from datetime import timedelta

from odoo import api, models
from odoo.fields import Command, Datetime

CONTROLLERS = {
    "vidin": "Людмила Стоянова Кирчева",
    "vratsa": "Пенка Димова Ралчева",
    "montana": "Ивелина Борисова Тошкова",
}
"""Invented people, like all others; they sign nothing, so they have no card."""
COUNCIL = "Контрол върху акт на общински съвет"
APOSTILLE = "Апостил на документи от общини и кметства"
PROPERTY_ACT = "Съставяне и отписване на акт за държавна собственост"
CONTRACT = "Договор с предварителен контрол"
RETURN = (
    "<p>На основание чл. 45, ал. 4 от Закона за местното самоуправление и местната администрация <strong>ВРЪЩАМ</strong> за ново обсъждане "
    "на Общински съвет – Лом решение № {number}, прието на заседание от предходния месец.</p>"
    "<p>Решението е прието без обществено обсъждане на проекта, каквото законът изисква.</p>"
)
DISSENT = "Комисията да е от трима души: за петима няма служители с нужната подготовка."


class OaDocflowDemo(models.AbstractModel):
    """The stories of the brief in one administration, each left where the next person can go on by hand."""

    _inherit = "oa.docflow.demo"

    @api.model
    def _build_controllers(self):
        for administration, name in CONTROLLERS.items():
            if not self.env.ref(f"oa_docflow.user_{administration}_controller", raise_if_not_found=False):
                self._hire_controller(administration, name)

    def _hire_controller(self, administration, name):
        office, login = self.env["oa.registry.office"], f"{administration}.controller"
        company = self.env.ref(f"oa_registry.company_{administration}")
        person = {"name": name, "login": login, "email": f"controller@{administration}.example", "role": "expert"}
        vals = office._prepare_demo_user(person, company)
        vals["group_ids"] += [Command.link(self.env.ref("oa_docflow.oa_docflow_group_financial_controller").id)]
        user = self.env["res.users"].with_context(no_reset_password=True, tracking_disable=True).create(vals)
        self.env["hr.employee"].create({
            "name": name, "user_id": user.id, "company_id": company.id, "job_title": "Финансов контрольор",
            "department_id": self.env.ref(f"oa_registry.department_{administration}_lead").id,
        })  # fmt: skip
        self.env["ir.model.data"]._update_xmlids(
            [{"xml_id": f"oa_docflow.user_{administration}_controller", "record": user, "noupdate": True}]
        )

    @api.model
    def _build_stories(self):
        self.with_context(lang="bg_BG", tz="Europe/Sofia")._build_stories_of("montana")

    def _build_stories_of(self, administration):
        company, cast = self.env.ref(f"oa_registry.company_{administration}"), self._get_cast(administration)
        if self.env["oa.document"].search_count([("company_id", "=", company.id), ("procedure_id.name", "=", CONTRACT)], limit=1):
            return
        self._return_decisions(company, cast)
        self._write_memo_with_dissent(company, cast)
        self._write_contract(company, cast)
        self._prepare_apostille(company, cast)

    def _find_procedure(self, company, name):
        domain = [("company_id", "=", company.id), ("name", "=", name), ("state", "=", "published")]
        return self.env["oa.procedure"].search(domain, limit=1)

    def _write(self, company, person, name, subject, **vals):
        """A draft of this procedure by this person, filled from its template where it has one."""
        procedure = self._find_procedure(company, name)
        draft = (
            self.env["oa.document"]
            .with_user(person)
            .with_company(company)
            .create({"kind_id": procedure.kind_id.id, "procedure_id": procedure.id, "company_id": company.id, "subject": subject} | vals)
        )
        if not draft.body_html:
            draft.action_fill_from_template()
        return draft

    # ------------------------------------------------------------ scenario 2
    def _return_decisions(self, company, cast):
        """One decision waits for the expert, the order about the other one is signed and waits for dispatch."""
        council = self.env["res.partner"].create({"name": "Общински съвет – Лом", "is_company": True, "city": "Лом", "zip": "3600"})
        decisions = [
            self._receive_decision(company, cast, council, number, subject)
            for number, subject in (("214", "определяне на такса за битови отпадъци"), ("219", "разпореждане с общински имот"))
        ]
        order = self._draft(decisions[1], cast)
        order.with_user(cast["expert"]).write({
            "subject": "Връщане за ново обсъждане на решение № 219 на Общински съвет – Лом", "body_html": RETURN.format(number="219"),
        })  # fmt: skip
        order.with_user(cast["expert"]).action_submit()
        for role in ("lawyer", "director", "sg"):
            order.with_user(cast[role]).action_agree("")
        self.env["oa.register.entry"]._allot_pending()
        self._sign(order, cast["governor"])

    def _receive_decision(self, company, cast, council, number, subject):
        desk = self.env["oa.document"].with_user(cast["clerk"]).with_company(company)
        decision = desk.create({
            "kind_id": self.env.ref("oa_registry.oa_document_kind_council_decision").id,
            "company_id": company.id,
            "subject": f"Решение № {number} на Общински съвет – Лом за {subject}",
            "sender_number": number,
            "received_channel": "email",
            "received_at": Datetime.now() - timedelta(days=2),
            "correspondent_ids": [Command.create({"partner_id": council.id, "role": "sender"})],
        })  # fmt: skip
        text = f"<h1>РЕШЕНИЕ № {number}</h1><p>{decision.subject} (пример).</p>"
        decision._add_file(f"Решение {number}.pdf", decision._render_pdf(text, decision.subject), "main")
        self._number(decision, cast["clerk"])
        self._assign(decision, self.env["oa.document"], cast, "За проверка за законосъобразност и проект на заповед.")
        return decision

    # ------------------------------------------------------------ scenario 5
    def _write_memo_with_dissent(self, company, cast):
        memo = self._write(company, cast["expert"], "Докладна записка", "Комисия за проверка на имотите – държавна собственост",
                           is_initiating=True)  # fmt: skip
        memo.action_submit()
        memo.with_user(cast["director"]).action_agree("")
        steps = memo.route_id.step_ids.filtered(lambda step: step.state == "waiting")
        steps.with_user(cast["sg"]).action_give_opinion("dissent", DISSENT)
        self.env["oa.register.entry"]._allot_pending()
        self._sign(memo, cast["expert"])

    # ------------------------------------------------------------ scenario 7
    def _write_contract(self, company, cast):
        text = (
            "<p>Изпълнителят поддържа асансьора в сградата на областната администрация срещу 180 евро месечно за срок от една година.</p>"
        )
        contract = self._write(
            company, cast["expert_rr"], CONTRACT, "Договор за поддръжка на асансьора", body_html=text, is_initiating=True
        )
        request = contract._render_pdf("<h1>Искане за поемане на задължение</h1><p>2160 евро за една година (пример).</p>", "Искане")
        contract._add_file("Искане за поемане на задължение.pdf", request, "attachment")
        contract.action_submit()
        contract.with_user(cast["director"]).action_agree("")
        contract.with_user(cast["lawyer"]).action_agree("Проектът е законосъобразен.")

    # ------------------------------------------------------------ scenarios 6 and 14
    def _prepare_apostille(self, company, cast):
        """The apostille is numbered and waits for the hand of the governor."""
        citizen = self.env.ref("oa_registry.partner_citizen_petrova")
        desk = self.env["oa.document"].with_user(cast["clerk"]).with_company(company)
        papers = self._create_paper(desk, company, "apostille_papers", "Заявление за апостил на удостоверение за семейно положение", {
            "received_channel": "desk", "received_at": Datetime.now() - timedelta(hours=2),
            "procedure_id": self._find_procedure(company, APOSTILLE).id,
            "correspondent_ids": [Command.create({"partner_id": citizen.id, "role": "applicant"})],
        })  # fmt: skip
        self._number(papers, cast["clerk"])
        self._assign(papers, self.env["oa.document"], cast, "За проверка на подписа и печата и изготвяне на апостил.")
        apostille = self._draft(papers, cast)
        apostille.with_user(cast["expert"]).action_submit()
        self.env["oa.register.entry"]._allot_pending()

    def _keep_property_act(self, company, cast):
        """An act that was agreed to electronically, signed by hand and put into the book of acts."""
        act = self._write(company, cast["expert"], PROPERTY_ACT, "Сграда на ул. „Дунавска“ № 6 – публична държавна собственост",
                          is_initiating=True)  # fmt: skip
        act.action_submit()
        for role in ("director", "lawyer"):
            act.with_user(cast[role]).action_agree("")
        self.env["oa.register.entry"]._allot_pending()
        image = act._render_pdf(f"<h1>{act.kind_id.name}</h1><p>Електронен образ на подписан хартиен екземпляр (пример).</p>", act.subject)
        act.with_user(cast["governor"])._sign_on_paper("Подписан акт.pdf", b64encode(image))
        act.with_user(cast["clerk"]).write({"paper_disposition": "kept", "paper_location": "Архив, стая 12, шкаф 3, актова книга 41"})
