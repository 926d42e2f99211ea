from odoo import api, fields, models

from ..core.policy import read_facts


class OaSigningToken(models.TransientModel):  # pylint: disable=no-wizard-in-models  # a list, nobody fills it in
    """A key with its certificate on a token, as the token service sees it now."""

    _name = "oa.signing.token"
    _description = "Key on a token"
    _order = "token_label, key_label, id"
    _rec_name = "name"

    token_label = fields.Char("Token", readonly=True)
    key_label = fields.Char("Key on the token", readonly=True)
    name = fields.Char("Holder", readonly=True)
    issuer = fields.Char(readonly=True)
    valid_to = fields.Datetime("Valid until", readonly=True)
    key_id = fields.Many2one("oa.signing.key", "Key in use", readonly=True)

    @api.private
    @api.model
    def _show(self, token_keys):
        """The action of a list with what was found; whoever calls has asked the token service."""
        # Which keys are known is told to whoever looks at all tokens.
        known = {(key.token_label, key.key_label): key.id for key in self.env["oa.signing.key"].sudo().search([])}
        rows = [self._prepare_vals(key) | {"key_id": known.get((key.token_label, key.key_label))} for key in token_keys]
        # Rows are made by looking only; nobody else has the right to create them.
        found = self.sudo().create(rows)
        action = self.env["ir.actions.act_window"]._for_xml_id("oa_signing.oa_signing_token_action")
        return {**action, "domain": [("id", "in", found.ids)]}

    def _prepare_vals(self, key):
        facts = read_facts(key.certificate)
        return {
            "token_label": key.token_label,
            "key_label": key.key_label,
            "name": facts.common_name,
            "issuer": facts.issuer,
            "valid_to": facts.valid_to.replace(tzinfo=None),
        }
