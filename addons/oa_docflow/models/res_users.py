from odoo import api, models

_POSITIONS = ("lawyer", "director", "secretary_general", "governor")


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _get_access_roles(self):
        """Access is given to positions in the flow as well."""
        return super()._get_access_roles() | {position: f"oa_docflow.oa_docflow_group_{position}" for position in _POSITIONS}
