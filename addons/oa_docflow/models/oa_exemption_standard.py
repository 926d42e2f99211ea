from odoo import api, models

_KEPT = "Регистриране, електронен образ на оригинала, преписка, резолюция, задачи, срокове, справки и отчетност."

STANDARD = [
    {
        "name": "Съставяне и отписване на актове за държавна собственост",
        "kinds": ["property_act"],
        "parts": ["drafting", "signing", "storage"],
        "reason": "law",
        "legal_ground": "чл. 68–71 от Закона за държавната собственост; чл. 102–104 от Правилника за прилагане на ЗДС: актовете се "
        "съставят по утвърден образец в два екземпляра и се подшиват в актови книги",
        "electronic_steps": "Проучване на имота, съгласуване, регистър на актовете; сканиран акт с място на хартиения оригинал. " + _KEPT,
    },
    {
        "name": "Заверени преписи от актове за държавна собственост",
        "kinds": ["certified_copy"],
        "parts": ["drafting", "signing", "service"],
        "reason": "seal",
        "legal_ground": "Правилник за прилагане на ЗДС: преписът се заверява върху хартиен екземпляр с подпис и печат",
        "electronic_steps": "Заявление, плащане, издирване и уведомяване. " + _KEPT,
    },
    {
        "name": "Удостоверяване с апостил на документи, издадени от кметове и общински администрации",
        "kinds": ["apostille"],
        "parts": ["drafting", "signing", "service"],
        "reason": "convention",
        "legal_ground": "Хагска конвенция за премахване на изискването за легализация на чуждестранни публични актове от "
        "05.10.1961 г.: апостилът се поставя върху самия документ или върху прикрепен към него лист",
        "electronic_steps": "Заявление, проверка на подписа и печата, регистър на апостилите, образ на документа с апостила. " + _KEPT,
    },
    {
        "name": "Устройство на територията: книжа с графични части голям формат",
        "kinds": ["building_permit"],
        "parts": ["drafting", "signing", "storage", "service"],
        "reason": "graphics",
        "legal_ground": "чл. 124а, чл. 145 и чл. 148 от Закона за устройство на територията: графичните части се представят и "
        "съхраняват на хартия",
        "electronic_steps": "Заявление, становища, заповед и съобщения до страните, протоколи на експертния съвет. " + _KEPT,
    },
    {
        "name": "Заповеди по сделки с нотариална форма",
        "kinds": ["order_property"],
        "parts": ["signing", "storage"],
        "reason": "law",
        "legal_ground": "чл. 18 от Закона за задълженията и договорите; глава петдесет и пета от Гражданския процесуален кодекс",
        "electronic_steps": "Проект, съгласуване и номер на заповедта; на хартия се подписва само екземплярът за нотариуса. " + _KEPT,
    },
    {
        "name": "Трудови книжки и удостоверения УП-2 и УП-3 на хартия",
        "kinds": [],
        "parts": ["drafting", "signing", "service"],
        "reason": "technical",
        "legal_ground": "Наредба за трудовата книжка и трудовия стаж; Наредба за пенсиите и осигурителния стаж",
        "electronic_steps": "Молба, справка в ведомостите, издаване с електронен подпис, когато получателят го приема. " + _KEPT,
    },
    {
        "name": "Ценни книжа и бланки под строга отчетност",
        "kinds": [],
        "parts": ["drafting", "storage"],
        "reason": "seal",
        "legal_ground": "Наредба за условията и реда за отпечатване и контрол върху ценни книжа",
        "electronic_steps": "Заявки, протоколи за получаване и унищожаване, отчет за движението. " + _KEPT,
    },
    {
        "name": "Документи с класифицирана информация (извън системата)",
        "kinds": [],
        "parts": ["drafting", "coordination", "signing", "storage", "service"],
        "reason": "law",
        "legal_ground": "Закон за защита на класифицираната информация; чл. 1 от Закона за електронното управление",
        "electronic_steps": "Няма: документите се завеждат в регистратурата за класифицирана информация.",
    },
]
FORUM_GROUPS = 4
"""Acts of state property with their copies, apostille, part of spatial planning: what the ministry has agreed to elsewhere."""


class OaExemption(models.Model):
    """What regional administrations usually ask the ministry for."""

    _inherit = "oa.exemption"

    @api.model
    @api.private
    def _load_standard(self, company):
        """Create the usual exemptions that this administration does not have yet, as drafts that await their opinion."""
        existing = set(self.search([("company_id", "=", company.id)]).mapped("name"))
        return self.create(
            [
                self._prepare_standard_vals(company, number, standard)
                for number, standard in enumerate(STANDARD, 1)
                if standard["name"] not in existing
            ]
        )

    def _prepare_standard_vals(self, company, number, standard):
        kinds = [self.env.ref(f"oa_registry.oa_document_kind_{kind}").id for kind in standard["kinds"]]
        return {
            "name": standard["name"],
            "sequence": number * 10,
            "company_id": company.id,
            "kind_ids": kinds,
            "reason": standard["reason"],
            "legal_ground": standard["legal_ground"],
            "electronic_steps": standard["electronic_steps"],
            "responsible_id": self.env["oa.function"]._find_user("secretary_general", company).id,
            **{f"is_{part}_exempt": True for part in standard["parts"]},
        }
