from base64 import b64encode
from datetime import timedelta

from odoo import api, models
from odoo.fields import Command, Date, Datetime

from ..models.oa_exemption_standard import FORUM_GROUPS
from .oa_docflow_demo import PLANS

FICTITIOUS = "(измислен номер за показване)"


class OaDocflowDemo(models.AbstractModel):
    """Exemptions with invented opinions, an apostille and an act of state property that go on paper by them."""

    _inherit = "oa.docflow.demo"

    @api.model
    def _build_exemptions(self):
        for administration in PLANS:
            self.with_context(lang="bg_BG", tz="Europe/Sofia")._build_exemptions_of(administration)

    def _build_exemptions_of(self, administration):
        company, cast = self.env.ref(f"oa_registry.company_{administration}"), self._get_cast(administration)
        exemptions = self.env["oa.exemption"].with_user(cast["sg"]).with_company(company)
        self.env["oa.exemption"].with_company(company)._load_standard(company)
        drafts = exemptions.search([("company_id", "=", company.id), ("state", "=", "draft")], limit=FORUM_GROUPS + 1)
        if exemptions.search_count([("company_id", "=", company.id), ("state", "=", "active")], limit=1):
            return
        for number, exemption in enumerate(drafts, 1):
            self._agree_exemption(exemption, number, is_expiring=number == FORUM_GROUPS)
        self.env.flush_all()
        desk = self.env["oa.document"].with_user(cast["clerk"]).with_company(company)
        self._issue_apostille(desk, company)
        self._keep_property_act(company, cast)

    def _agree_exemption(self, exemption, number, *, is_expiring):
        today = Date.context_today(exemption)
        exemption.write({"request_number": f"ПРИМЕР-{number:02d}", "request_on": today - timedelta(days=200)})
        exemption.action_request()
        exemption.write({
            "opinion_number": f"МЕУ-ПРИМЕР-{number:02d} {FICTITIOUS}",
            "opinion_on": today - timedelta(days=170),
            "opinion_result": "agreed_with_notes" if number == 1 else "agreed",
            "opinion_conditions": "Сканираният акт се прилага към преписката в деня на съставянето." if number == 1 else False,
            "opinion_file": self._draw_opinion(exemption),
            "opinion_file_name": "stanovishte-primer.pdf",
            "date_from": today - timedelta(days=170),
            "date_to": today + timedelta(days=40 if is_expiring else 400),
            "responsible_id": exemption.env.uid,
            "review_on": today + timedelta(days=30 if is_expiring else 300),
            "order_number": f"РД-ПРИМЕР {FICTITIOUS}",
            "order_on": today - timedelta(days=160),
        })  # fmt: skip
        exemption.action_enter_opinion()

    def _draw_opinion(self, exemption):
        text = f"<h1>Пример</h1><p>Измислено становище за показване на системата: „{exemption.name}“. Не е издадено от министерството.</p>"
        return b64encode(self.env["oa.document"]._render_pdf(text, "Пример за становище"))

    # ------------------------------------------------------------ scenario 6
    def _issue_apostille(self, desk, company):
        citizen = self.env.ref("oa_registry.partner_citizen_petrova")
        papers = self._create_paper(desk, company, "apostille_papers", "Заявление за апостил на удостоверение за раждане", {
            "received_channel": "desk", "received_at": Datetime.now() - timedelta(hours=3),
            "correspondent_ids": [Command.create({"partner_id": citizen.id, "role": "applicant"})],
        })  # fmt: skip
        papers.action_register()
        self.env["oa.register.entry"]._allot_pending()
        apostille = self._create_paper(desk, company, "apostille", "Апостил върху удостоверение за раждане", {
            "signing_method": "hand", "reply_to_id": papers.id, "case_id": papers.case_id.id,
            "correspondent_ids": [Command.create({"partner_id": citizen.id, "role": "recipient"})],
        })  # fmt: skip
        apostille.action_register()
        self.env["oa.register.entry"]._allot_pending()
        dispatches = desk.env["oa.dispatch"]
        dispatches.create({"document_id": apostille.id, "partner_id": citizen.id, "channel": "desk"}).action_send()

    def _create_paper(self, desk, company, kind, subject, vals):
        kind = self.env.ref(f"oa_registry.oa_document_kind_{kind}")
        document = desk.create(
            {"kind_id": kind.id, "company_id": company.id, "subject": subject, "carrier": "paper", "sheet_count": 1, "procedure_id": False}
            | vals
        )
        image = document._render_pdf(f"<h1>{kind.name}</h1><p>{subject}</p><p>Електронен образ на хартиен оригинал (пример).</p>", subject)
        document._add_file("Образ.pdf", image, "main")
        return document
