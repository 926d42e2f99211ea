import hashlib
from base64 import b64decode

from odoo import fields, models
from odoo.exceptions import UserError


class OaDocumentTemplateVersion(models.Model):
    """One published file of a template; it is never changed, because documents were made from it."""

    _name = "oa.document.template.version"
    _inherit = "oa.append.only"
    _description = "Version of a template"
    _order = "template_id, number desc"
    _rec_name = "display_name"

    template_id = fields.Many2one("oa.document.template", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", "Administration", readonly=True)
    number = fields.Integer("Version", required=True, readonly=True, aggregator=None)
    file = fields.Binary(attachment=True, readonly=True)
    file_name = fields.Char(required=True, readonly=True)
    sha256 = fields.Char("SHA-256", required=True, readonly=True)
    published_at = fields.Datetime("Published", required=True, readonly=True, default=fields.Datetime.now)
    published_by_id = fields.Many2one(
        "res.users", "Published by", required=True, readonly=True, ondelete="restrict", default=lambda self: self.env.uid
    )

    _number_unique = models.Constraint("UNIQUE (template_id, number)", "A version with this number exists.")

    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._("%(template)s, version %(number)s", template=version.template_id.name, number=version.number)

    def _publish(self, template):
        """The chosen file of the template as its next version."""
        content = template.with_context(bin_size=False).draft_file
        # Versions have no other door; whoever may write the template publishes them.
        return self.sudo().create({
            "template_id": template.id,
            "company_id": template.company_id.id,
            "number": max(template.version_ids.mapped("number"), default=0) + 1,
            "file": content,
            "file_name": template.draft_file_name or "template.docx",
            "sha256": hashlib.sha256(b64decode(content)).hexdigest(),
        })  # fmt: skip

    def _read(self):
        """The bytes that were published."""
        self.ensure_one()
        # Whoever fills a draft from a template reads its file.
        data = b64decode(self.sudo().with_context(bin_size=False).file or b"")
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise UserError(self.env._("The file of “%(version)s” is not the one that was published.", version=self.display_name))
        return data
