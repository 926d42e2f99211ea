import re

from odoo import api, fields, models

_ADMINISTRATION = re.compile(
    r"^(община|общински съвет"
    r"|столична община|район|кметство|министерство|министерски съвет|народно събрание|областна администрация|областна дирекция"
    r"|регионална дирекция|регионална|държавна агенция|национална агенция|изпълнителна агенция|агенция|комисия|национален"
    r"|басейнова дирекция|териториална дирекция|дирекция|главна дирекция|служба)\b",
    re.IGNORECASE,
)
_FIRM = re.compile(r"\b(ООД|ЕООД|АД|ЕАД|ЕТ|СД|КД|КДА|ДЗЗД|фондация|сдружение)\b")


class ResPartner(models.Model):
    """Whether a correspondent is an administration decides by what it gets documents."""

    _inherit = "res.partner"

    oa_is_administration = fields.Boolean(
        "Administration of the state", compute="_compute_oa_is_administration", store=True, readonly=False,
        help="Gets documents electronically; on paper only under an exemption.",
    )  # fmt: skip

    @api.depends("name", "is_company")
    def _compute_oa_is_administration(self):
        for partner in self:
            name = (partner.name or "").strip(" „“\"'")
            partner.oa_is_administration = partner.is_company and bool(_ADMINISTRATION.match(name)) and not _FIRM.search(name)
