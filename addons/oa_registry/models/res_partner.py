from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from stdnum.bg import egn, pnf
from stdnum.bg.vat import calc_check_digit_legal


class ResPartner(models.Model):
    """Official numbers of correspondents; `res_partner_privacy` says who sees what of natural persons."""

    _inherit = "res.partner"

    oa_is_personal = fields.Boolean("Natural person", compute="_compute_oa_is_personal", store=True)
    oa_personal_number = fields.Char("ЕГН/ЛНЧ", groups="oa_registry.oa_registry_group_personal_data", index="btree_not_null", copy=False)
    oa_personal_number_masked = fields.Char("ЕГН/ЛНЧ (masked)", compute="_compute_oa_personal_number_masked", compute_sudo=True)

    @api.depends("is_company", "parent_id.is_company", "user_ids.share", "employee_ids")
    def _compute_oa_is_personal(self):
        # Whether somebody works here does not depend on who asks.
        partners_sudo = self.sudo().with_context(active_test=False)
        for partner in partners_sudo:
            works_here = partner.user_ids.filtered(lambda user: not user.share) or partner.employee_ids
            partner.oa_is_personal = not partner.is_company and not partner.parent_id.is_company and not works_here

    @api.depends("oa_personal_number")
    def _compute_oa_personal_number_masked(self):
        for partner in self:
            partner.oa_personal_number_masked = partner.oa_personal_number and MASK

    @api.constrains("oa_personal_number", "is_company")
    def _check_oa_personal_number(self):
        # The check is for the number; who may read it is another matter.
        for partner in self.sudo().filtered("oa_personal_number"):
            if partner.is_company:
                raise ValidationError(
                    self.env._("ЕГН and ЛНЧ belong to persons. Write the ЕИК of “%(name)s” in its own field.", name=partner.name)
                )
            if not egn.is_valid(partner.oa_personal_number) and not pnf.is_valid(partner.oa_personal_number):
                raise ValidationError(
                    self.env._(
                        "This is neither a valid ЕГН nor a valid ЛНЧ: ten digits, the last one proves the others. Check it digit by digit."
                    )
                )

    @api.constrains("company_registry", "is_company", "country_id")
    def _check_oa_company_number(self):
        for partner in self:
            number = partner.company_registry
            if partner.is_company and number and partner.country_id.code in {"BG", False} and not _is_company_number(number):
                raise ValidationError(
                    self.env._(
                        "“%(number)s” is not a valid ЕИК: it has 9 digits (13 for a branch) and the last one proves the others. Check it.",
                        number=number,
                    )
                )

    @api.model
    def _search_display_name(self, operator, value):
        """At the desk the number on the identity card is typed as quickly as the name; it finds only for who may see it."""
        domain = super()._search_display_name(operator, value)
        may_see = self.env.su or self.env.user.has_group("oa_registry.oa_registry_group_personal_data")
        if operator in {"=", "ilike"} and isinstance(value, str) and _is_personal_number("".join(value.split())) and may_see:
            return Domain(domain) | Domain("oa_personal_number", "=", "".join(value.split()))
        return domain

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._tidy_numbers(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._tidy_numbers(vals))

    def _tidy_numbers(self, vals):
        if number := vals.get("oa_personal_number"):
            return {**vals, "oa_personal_number": "".join(number.split())}
        return vals


MASK = "••••••"
"""What stands for personal data that the reader has no right to."""


def _is_personal_number(text):
    return text.isascii() and text.isdigit() and len(text) == 10


def _is_company_number(number):
    """9 digits with a check digit; a branch has 13 with one more."""
    if not number.isascii() or not number.isdigit() or len(number) not in {9, 13}:
        return False
    if number[8] != calc_check_digit_legal(number[:8]):
        return False
    return len(number) == 9 or number[12] == _compute_branch_digit(number[8:12])


def _compute_branch_digit(digits):
    for weights in ((2, 7, 3, 5), (4, 9, 5, 7)):
        remainder = sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True)) % 11
        if remainder < 10:
            return str(remainder)
    return "0"
