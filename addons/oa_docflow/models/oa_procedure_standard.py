from odoo import api, models

COORDINATION = [
    ("coordinate", "Съгласуване от директора на дирекцията", "director"),
    ("coordinate", "Съгласуване за законосъобразност", "lawyer"),
    ("coordinate", "Съгласуване от главния секретар", "secretary_general"),
    ("sign", "Подписване от областния управител", "governor"),
    ("dispatch", "Изпращане от деловодството", "clerk"),
]

STANDARD = [
    {
        "code": "1972",
        "name": "Удостоверение за наличие или липса на акт за държавна собственост",
        "legal_ground": "чл. 587, ал. 1 от ГПК; чл. 77 и чл. 82а от ППЗДС",
        "initiating": ["application_1972"],
        "kind": "certificate",
        "class": ["05-01", "03-06"],
        "template": "oa_docflow.oa_document_template_certificate",
        "terms": [
            ("ordinary", 7, "working_days", "Регистър на услугите, № 1972: обикновена услуга – 7 работни дни"),
            ("fast", 3, "working_days", "Регистър на услугите, № 1972: бърза услуга – 3 работни дни"),
        ],
        "steps": COORDINATION,
    },
    {
        "code": "",
        "name": "Писмо-отговор",
        "legal_ground": "чл. 57, ал. 1 от АПК",
        "initiating": ["letter_in", "inquiry", "request"],
        "kind": "reply",
        "class": ["01-07"],
        "template": "oa_docflow.oa_document_template_reply",
        "terms": [("ordinary", 14, "calendar_days", "чл. 57, ал. 1 от АПК")],
        "steps": [COORDINATION[0], *COORDINATION[2:]],
    },
    {
        "code": "",
        "name": "Докладна записка",
        "legal_ground": "Вътрешни правила за оборота на електронни документи",
        "initiating": [],
        "kind": "memo",
        "class": ["01-03"],
        "template": "oa_docflow.oa_document_template_memo",
        "terms": [],
        "resolver": "governor",
        "steps": [
            ("coordinate", "Съгласуване от ръководителя на звеното", "unit_head"),
            ("coordinate", "Съгласуване от главния секретар", "secretary_general"),
            ("sign", "Подписване от автора", "author"),
        ],
    },
]


class OaProcedure(models.Model):
    """The procedures that every regional administration begins with."""

    _inherit = "oa.procedure"

    @api.model
    @api.private
    def _load_standard(self, company):
        """Create the shipped procedures that this administration does not have yet."""
        existing = set(self.with_context(active_test=False).search([("company_id", "=", company.id)]).mapped("name"))
        procedures = self.create(
            [
                self._prepare_standard_vals(company, number, standard)
                for number, standard in enumerate(STANDARD, 1)
                if standard["name"] not in existing
            ]
        )
        procedures._publish()
        return procedures

    def _prepare_standard_vals(self, company, number, standard):
        return {
            "name": standard["name"],
            "code": standard["code"],
            "sequence": number * 10,
            "company_id": company.id,
            "legal_ground": standard["legal_ground"],
            "initiating_kind_ids": [self._ref_kind(kind) for kind in standard["initiating"]],
            "resolver_function": standard.get("resolver"),
            "kind_id": self._ref_kind(standard["kind"]),
            "class_id": self._find_class(company, standard["class"]).id,
            "template_id": self.env.ref(standard["template"]).id,
            "term_ids": [
                (0, 0, {"speed": speed, "amount": amount, "unit": unit, "legal_ground": ground})
                for speed, amount, unit, ground in standard["terms"]
            ],
            "step_ids": [
                (
                    0,
                    0,
                    {
                        "sequence": position * 10,
                        "act": act,
                        "name": name,
                        "function": function,
                        "signature_level": "qualified" if act == "sign" else "logged",
                    },
                )
                for position, (act, name, function) in enumerate(standard["steps"], 1)
            ],
        }

    def _ref_kind(self, name):
        return self.env.ref(f"oa_registry.oa_document_kind_{name}").id

    def _find_class(self, company, codes):
        found = self.env["oa.case.class"].search([("code", "in", codes), ("company_id", "in", [company.id, False])])
        return found.sorted(lambda case_class: codes.index(case_class.code))[:1]
