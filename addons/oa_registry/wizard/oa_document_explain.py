from markupsafe import Markup
from odoo import api, fields, models


class OaDocumentExplain(models.TransientModel):
    """Answers why a person sees a document or does not."""

    _name = "oa.document.explain"
    _description = "Why does somebody not see it"

    document_id = fields.Many2one("oa.document", required=True)
    company_id = fields.Many2one(related="document_id.company_id")
    user_id = fields.Many2one("res.users", "Person", domain="[('share', '=', False)]", context={"active_test": False})
    answer = fields.Html(compute="_compute_answer", sanitize=False)

    @api.depends("user_id", "document_id")
    def _compute_answer(self):
        for question in self:
            question.answer = question._get_answer() if question.user_id and question.document_id else False

    def _get_answer(self):
        # Only who sees the document may ask about it.
        self.document_id.check_access("read")
        refusals = self.document_id._explain_refusal(self.user_id)
        facts = self.document_id._explain_access(self.user_id)
        # Who sees the document may ask about people whom they could not look up.
        name = self.user_id.sudo().name
        head = (
            self.env._("%(person)s does not see the document:", person=name)
            if refusals
            else self.env._("%(person)s sees the document:", person=name)
        )
        sentences = refusals or [fact.sentence for fact in facts if fact.is_allowed]
        rows = Markup().join(Markup("<li>{}</li>").format(sentence) for sentence in sentences)
        return Markup("<div class='alert alert-{} mb-0'><b>{}</b><ul class='mb-0'>{}</ul></div>").format(
            "danger" if refusals else "success", head, rows
        )
