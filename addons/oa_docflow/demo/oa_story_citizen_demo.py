from datetime import timedelta

from odoo import api, models
from odoo.fields import Command, Datetime

from . import citizens, scans

SIGNAL = "Сигнал за нерегламентирано сметище край с. Синаговци"
REQUEST = "Заявление за достъп до обществена информация: разходи за поддръжка на областни пътища"
SCANNED = "Заявление за удостоверение за липса на акт за държавна собственост (за заверка на сканирането)"
LEAVE = "Заместване на областния управител за времето на платения му отпуск"


class OaDocflowDemo(models.AbstractModel):
    """The stories of citizens and of a leave in one administration, each left where the next person can go on by hand."""

    _inherit = "oa.docflow.demo"

    @api.model
    def _build_citizen_stories(self):
        builder = self.with_context(lang="bg_BG", tz="Europe/Sofia")
        company, cast = self.env.ref("oa_registry.company_vidin"), self._get_cast("vidin")
        if not self.env["oa.document"].search_count([("company_id", "=", company.id), ("subject", "=", SIGNAL)], limit=1):
            builder._build_citizen_stories_of(company, cast)

    def _build_citizen_stories_of(self, company, cast):
        application = self._receive_from_citizen(company, cast, "application_1972", SCANNED, carrier="paper", received_channel="desk")
        self._number(application, cast["clerk"])

        signal = self._receive_from_citizen(company, cast, "signal", SIGNAL, received_channel="email")
        self._number(signal, cast["clerk"])
        signal.with_user(cast["governor"])._resolve({
            "type": "competence", "text": "Да се препрати по компетентност на Община Видин; подателят да се уведоми.",
            "responsible_id": cast["expert_rr"].id, "due_on": signal.due_on,
        })  # fmt: skip

        request = self._receive_from_citizen(company, cast, "foi_application", REQUEST, received_channel="email")
        self._number(request, cast["clerk"])
        self._assign(request, self.env["oa.document"], cast)
        self._prepare_leave(company, cast)

    def _receive_from_citizen(self, company, cast, kind, subject, **vals):
        desk = self.env["oa.document"].with_user(cast["clerk"]).with_company(company)
        name, street, email = citizens.CITIZENS[0]
        # Correspondents of the demo are contacts like all others.
        partner = self.env["res.partner"].sudo().search([("email", "=", email)], limit=1)
        partner = partner or partner.create({"name": name, "street": street, "city": company.city, "email": email, "lang": "bg_BG"})
        document = desk.create({
            "kind_id": self.env.ref(f"oa_registry.oa_document_kind_{kind}").id, "company_id": company.id, "subject": subject,
            "sheet_count": 1, "received_at": Datetime.now() - timedelta(days=1),
            "correspondent_ids": [Command.create({"partner_id": partner.id, "role": "applicant"})], **vals,
        })  # fmt: skip
        data = scans.make_application(document._render_pdf, citizens.CITIZENS[0], company.name, subject[0].lower() + subject[1:])
        document._add_file(f"{document.kind_id.name}.pdf", data, "scan" if vals.get("carrier") == "paper" else "main")
        return document

    def _prepare_leave(self, company, cast):
        """The order is registered; the substitution waits for the governor to confirm it."""
        order = self.env["oa.document"].with_user(cast["clerk"]).with_company(company).create({
            "kind_id": self.env.ref("oa_registry.oa_document_kind_order").id, "company_id": company.id, "subject": LEAVE,
        })  # fmt: skip
        order.procedure_id = False
        order._add_file("Заповед.pdf", order._render_pdf(f"<h1>ЗАПОВЕД</h1><p>{LEAVE} (пример).</p>", LEAVE), "main")
        self._number(order, cast["clerk"])
        today = self.env["oa.substitution"]._get_today()
        self.env["oa.substitution"].with_user(cast["governor"]).with_company(company).create({
            "holder_id": cast["governor"].id, "substitute_id": self.env.ref("oa_registry.user_vidin_deputy").id,
            "date_from": today, "date_to": today + timedelta(days=14), "ground": "платен годишен отпуск", "order_id": order.id,
            "company_id": company.id,
        })  # fmt: skip
