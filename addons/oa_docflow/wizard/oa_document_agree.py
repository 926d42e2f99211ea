from odoo import api, fields, models


class OaDocumentAgree(models.TransientModel):
    """Agree to several documents at once: each says beforehand whether it can be agreed to."""

    _name = "oa.document.agree"
    _description = "Agreement to several documents"

    comment = fields.Text()
    line_ids = fields.One2many("oa.document.agree.line", "wizard_id", default=lambda self: self._default_line_ids())
    ready_count = fields.Integer(compute="_compute_ready_count")

    @api.model
    def _default_line_ids(self):
        documents = self.env["oa.document"].browse(self.env.context.get("active_ids", []))
        return [
            fields.Command.create({"document_id": document.id, "outcome": "\n".join(document._get_agree_blockers())})
            for document in documents
        ]

    @api.depends("line_ids.outcome")
    def _compute_ready_count(self):
        for wizard in self:
            wizard.ready_count = len(wizard.line_ids.filtered(lambda line: not line.outcome))

    def action_confirm(self):
        """Agree to what can be agreed to and leave the rest with its reason."""
        self.ensure_one()
        ready = self.line_ids.document_id.filtered(lambda document: not document._get_agree_blockers())
        skipped = self.line_ids.document_id - ready
        if ready:
            ready.action_agree(self.comment or "")
        message = self.env._("Agreed: %(done)s. Not agreed: %(skipped)s.", done=len(ready), skipped=len(skipped))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if skipped else "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class OaDocumentAgreeLine(models.TransientModel):
    """One document and why it cannot be agreed to, if so."""

    _name = "oa.document.agree.line"
    _description = "Document to agree to"

    wizard_id = fields.Many2one("oa.document.agree", required=True, ondelete="cascade")
    document_id = fields.Many2one("oa.document", required=True)
    outcome = fields.Text(readonly=True)
