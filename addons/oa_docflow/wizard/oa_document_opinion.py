from odoo import api, fields, models

from ..models.oa_opinion import OPINIONS


class OaDocumentOpinion(models.TransientModel):
    """What one thinks of a document, in the own words."""

    _name = "oa.document.opinion"
    _description = "Opinion on a document"

    document_id = fields.Many2one("oa.document", required=True)
    is_signature = fields.Boolean(compute="_compute_is_signature")
    opinion = fields.Selection([pair for pair in OPINIONS if pair[0] in ("agree", "disagree", "stop", "dissent")], default="agree")
    comment = fields.Text()

    @api.depends("document_id")
    def _compute_is_signature(self):
        for wizard in self:
            wizard.is_signature = wizard.document_id.state == "for_signature"

    def action_confirm(self):
        self.ensure_one()
        if self.is_signature:
            return self.document_id._sign_with_dissent(self.comment)
        self.document_id._check_blockers("return")
        return self.document_id._get_waiting_step().action_give_opinion(self.opinion, self.comment or "")
