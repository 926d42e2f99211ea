from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.levels import PERSONAL_LEVELS


class OaDocumentAgree(models.TransientModel):
    """Agree to several documents at once: each says beforehand whether it can be agreed to, and afterwards what became of it."""

    _name = "oa.document.agree"
    _description = "Agreement to several documents"

    comment = fields.Text()
    is_done = fields.Boolean(readonly=True)
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
        """Agree to what can be agreed to and leave the rest with its reason; what the person has to sign is signed with one PIN."""
        self.ensure_one()
        for line in self.line_ids:
            line.outcome = "\n".join(line.document_id._get_agree_blockers())
        ready = self.line_ids.filtered(lambda line: not line.outcome)
        # What a step asks for is known to whoever takes it.
        personal = ready.filtered(lambda line: line.document_id._get_waiting_step().sudo().signature_level in PERSONAL_LEVELS)
        (ready - personal)._agree(self.comment or "")
        if personal:
            return personal.document_id.action_agree(self.comment or "")
        return self._show_outcome()

    def _show_outcome(self):
        skipped = self.line_ids.filtered("outcome")
        done = self.line_ids - skipped
        message = self.env._("Agreed: %(done)s. Not agreed: %(skipped)s.", done=len(done), skipped=len(skipped))
        self.is_done = True
        again = {
            "type": "ir.actions.act_window", "name": message, "res_model": self._name, "res_id": self.id, "views": [(False, "form")],
            "target": "new",
        }  # fmt: skip
        params = {
            "type": "warning" if skipped else "success", "message": message,
            "next": again if skipped else {"type": "ir.actions.act_window_close"},
        }  # fmt: skip
        return {"type": "ir.actions.client", "tag": "display_notification", "params": params}


class OaDocumentAgreeLine(models.TransientModel):
    """One document and why it cannot be agreed to, if so."""

    _name = "oa.document.agree.line"
    _description = "Document to agree to"

    wizard_id = fields.Many2one("oa.document.agree", required=True, ondelete="cascade")
    document_id = fields.Many2one("oa.document", required=True)
    outcome = fields.Text(readonly=True)

    def _agree(self, comment):
        """All in one go; when one of them refuses, each for itself, so that it holds up nobody."""
        try:
            with self.env.cr.savepoint():
                self.document_id.action_agree(comment)
        except UserError as error:
            if len(self) == 1:
                self.outcome = error.args[0]
                return
            for line in self:
                line._agree(comment)
