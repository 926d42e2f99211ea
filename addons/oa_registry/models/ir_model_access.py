from odoo import models
from odoo.exceptions import AccessError


class IrModelAccess(models.Model):
    _inherit = "ir.model.access"

    def _make_access_error(self, model, mode):
        """Say in the reader's language who may do this: Odoo's own sentence has no Bulgarian and names the table."""
        error = super()._make_access_error(model, mode)
        if not model.startswith("oa."):
            return error
        acts = {
            "read": self.env._("see"),
            "write": self.env._("change"),
            "create": self.env._("create"),
            "unlink": self.env._("delete"),
        }
        # What the thing is called is no secret.
        kind = self.env["ir.model"]._get(model).sudo().name
        refusal = self.env._("You have no right to %(act)s “%(kind)s”.", act=acts[mode], kind=kind)
        if roles := self.group_names_with_access(model, mode):
            return AccessError("\n".join([refusal, self.env._("Who may: %(roles)s.", roles="; ".join(roles))]))
        return AccessError("\n".join([refusal, self.env._("Nobody may do this by hand.")]))
