from odoo import api, fields, models

LAYOUTS = [("letter", "Letter"), ("certificate", "Certificate"), ("memo", "Internal memo")]


class OaDocumentTemplate(models.Model):
    """What a draft begins with: subject and body with places that are filled from the document."""

    _name = "oa.document.template"
    _inherit = ["mail.render.mixin", "oa.journal.mixin"]
    _description = "Document template"
    _order = "name"
    # Authors fill templates that only administrators may write.
    _unrestricted_rendering = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for every administration.")
    layout = fields.Selection(LAYOUTS, required=True, default="letter")
    title = fields.Char(help="Printed above the text, for example УДОСТОВЕРЕНИЕ.")
    subject = fields.Char(render_engine="inline_template", help="Placeholders look like {{ object.subject }}.")
    body = fields.Html(render_engine="qweb", render_options={"post_process": False}, sanitize=False, required=True)

    def _compute_render_model(self):
        self.render_model = "oa.document"

    @api.private
    def _fill(self, document):
        """Subject and body for this document."""
        self.ensure_one()
        subject = self._render_field("subject", document.ids)[document.id] if self.subject else document.subject
        return {"subject": subject or document.subject, "body_html": self._render_field("body", document.ids)[document.id]}
