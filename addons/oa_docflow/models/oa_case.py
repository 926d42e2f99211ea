from odoo import models


class OaCase(models.Model):
    """Closing a case closes what is in it."""

    _inherit = "oa.case"

    def action_close(self):
        result = super().action_close()
        # Whoever closes the case closes all its documents, also those that only others may open.
        documents = self.env["oa.document"].sudo().search([("case_id", "in", self.ids)])
        documents.task_ids._close_with_case()
        documents.filtered(lambda document: document._can_move("close"))._move_to("close")
        return result
