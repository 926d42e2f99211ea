from odoo import api, models


class OaRegistryOffice(models.Model):
    """The address of the office: letters that come to it wait for the registry."""

    _name = "oa.registry.office"
    _inherit = ["oa.registry.office", "mail.alias.mixin.optional"]

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("oa.intake.mail")
        return values

    @api.model
    def _map_addresses(self):
        """All addresses of registry offices in lower case, with the office of each."""
        # Mail comes from outside, for whatever administration.
        offices = self.sudo().search([("company_id", "!=", False)])
        found = {}
        for office in offices:
            for address in (office.alias_email, office.email):
                if address:
                    found.setdefault(address.strip().lower(), office)
        return found
