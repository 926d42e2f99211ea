from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import is_html_empty

LAYOUTS = [("letter", "Letter"), ("certificate", "Certificate"), ("memo", "Internal memo")]
FORMATS = [("html", "Text written here"), ("office", "File in DOCX or ODT")]


class OaDocumentTemplate(models.Model):
    """What a draft begins with: a text with places that are filled from the document, or a file in DOCX or ODT."""

    _name = "oa.document.template"
    _inherit = ["mail.render.mixin", "oa.journal.mixin"]
    _description = "Document template"
    _order = "sequence, name"
    # Authors fill templates that only administrators may write.
    _unrestricted_rendering = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for every administration.")
    kind_ids = fields.Many2many(
        "oa.document.kind",
        string="Document kinds",
        domain=[("direction", "!=", "incoming")],
        help="Empty: for own documents of every kind.",
    )
    is_default = fields.Boolean("Default of its kinds", help="A new draft of these kinds begins with this template.")
    format = fields.Selection(FORMATS, required=True, default="html")
    layout = fields.Selection(LAYOUTS, required=True, default="letter")
    title = fields.Char(help="Printed above the text, for example УДОСТОВЕРЕНИЕ.")
    subject = fields.Char(render_engine="inline_template", help="Placeholders look like {{ object.subject }}.")
    body = fields.Html(render_engine="qweb", render_options={"post_process": False}, sanitize=False)

    def _compute_render_model(self):
        self.render_model = "oa.document"

    def _has_unsafe_expression(self):
        """Only subject and text are rendered; Odoo looks into every field, also into the list of fields that people may use."""
        return any(
            self._has_unsafe_expression_template_inline_template(template.subject, template.render_model, "subject")
            or self._has_unsafe_expression_template_qweb(template.body, template.render_model, "body")
            for template in self.sudo()  # as Odoo's own: the text decides, whoever asks
        )

    @api.constrains("format", "body")
    def _check_body(self):
        for template in self:
            if template.format == "html" and is_html_empty(template.body):
                raise ValidationError(self.env._("The template “%(name)s” has no text yet.", name=template.name))

    @api.constrains("is_default", "kind_ids", "company_id", "active")
    def _check_default(self):
        for template in self.filtered(lambda template: template.is_default and template.active):
            twins = self.search(
                Domain("is_default", "=", True)
                & Domain("id", "!=", template.id)
                & Domain("company_id", "=", template.company_id.id)
                & Domain("kind_ids", "in", template.kind_ids.ids)
            )
            if twins:
                raise ValidationError(
                    self.env._("“%(name)s” is already the default of one of these kinds. A kind has one default.", name=twins[0].name)
                )

    @api.model
    def _find_default(self, kind, company):
        """The template with which a draft of this kind begins: the administration's own before the common one."""
        found = self.search(
            Domain("is_default", "=", True) & Domain("kind_ids", "in", kind.ids) & Domain("company_id", "in", [company.id, False])
        )
        return found.sorted(lambda template: not template.company_id)[:1]

    @api.private
    def _fill(self, document):
        """Subject and body for this document."""
        self.ensure_one()
        subject = self._render_field("subject", document.ids)[document.id] if self.subject else document.subject
        if self.format == "office":
            return {"subject": subject or document.subject}
        return {"subject": subject or document.subject, "body_html": self._render_field("body", document.ids)[document.id]}
