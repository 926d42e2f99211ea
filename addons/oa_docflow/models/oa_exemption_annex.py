from odoo import api, fields, models
from odoo.exceptions import UserError


class OaExemption(models.Model):
    """The register as an annex to the internal rules."""

    _inherit = "oa.exemption"

    def action_print_annex(self):
        """The chosen exemptions, or all in force of the administration."""
        chosen = f"?ids={','.join(map(str, self.ids))}" if self else ""
        return {"type": "ir.actions.act_url", "url": f"/oa_docflow/exemptions/annex{chosen}", "target": "new"}

    @api.model
    def _get_annex_pdf(self, company):
        """Numbered, landscape, in Bulgarian: the exemptions in force, or those that were chosen."""
        self.check_access("read")
        exemptions = self or self.search([("company_id", "=", company.id), ("state", "=", "active")])
        exemptions = exemptions.with_context(lang="bg_BG").sorted(lambda exemption: (exemption.sequence, exemption.id))
        if not exemptions:
            raise UserError(self.env._("No exemption is in force, so there is nothing to print."))
        labels = exemptions.env["oa.exemption"]
        html = exemptions.env["ir.qweb"]._render(
            "oa_docflow.exemption_annex",
            {
                "company": exemptions.company_id[:1],
                "exemptions": exemptions,
                "reasons": dict(labels._fields["reason"]._description_selection(labels.env)),
                "results": dict(labels._fields["opinion_result"]._description_selection(labels.env)),
                "states": dict(labels._fields["state"]._description_selection(labels.env)),
                "orders": sorted({exemption._name_order() for exemption in exemptions} - {""}),
                "today": fields.Date.context_today(self),
                "format_day": lambda day: f"{day:%d.%m.%Y} г." if day else "",
            },
        )  # fmt: skip
        return self.env["oa.document"]._render_pdf(str(html), "Приложение: изключения от електронния оборот")

    def _name_order(self):
        if not self.order_number:
            return ""
        return f"{self.order_number} от {self.order_on:%d.%m.%Y} г." if self.order_on else self.order_number
