from odoo import api, models


class OaDocument(models.Model):
    _name = "oa.document"
    _inherit = ["oa.document", "tier.validation"]

    _tier_validation_manual_config = False
    _state_from = ["draft"]
    _state_to = ["for_signature"]


class TierDefinition(models.Model):
    _inherit = "tier.definition"

    @api.model
    def _get_tier_validation_model_names(self):
        return [*super()._get_tier_validation_model_names(), "oa.document"]
