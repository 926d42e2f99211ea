from odoo import api, fields, models


class OaDocumentLink(models.Model):
    """How one document relates to another."""

    _name = "oa.document.link"
    _description = "Link between documents"
    _order = "document_id, id"

    document_id = fields.Many2one("oa.document", required=True, index=True, ondelete="restrict")
    kind = fields.Selection(
        [
            ("reply_to", "Reply to"),
            ("executes", "In execution of"),
            ("amends", "Amends"),
            ("repeals", "Repeals"),
            ("relates", "Related to"),
        ],
        "Relation",
        required=True,
        default="relates",
    )
    target_id = fields.Many2one("oa.document", "Linked document", required=True, index=True, ondelete="restrict")
    reverse = fields.Char("Relation to this one", compute="_compute_reverse")
    document_subject = fields.Char("Subject of the document", compute="_compute_document_subject")
    target_subject = fields.Char("Subject", compute="_compute_target_subject")

    _pair_unique = models.Constraint("UNIQUE (document_id, kind, target_id)", "These documents are already linked in this way.")
    _not_itself = models.Constraint("CHECK (document_id != target_id)", "A document is not linked to itself.")

    @api.depends("target_id.subject")
    @api.depends_context("uid")
    def _compute_target_subject(self):
        # The link belongs to a document that is seen; the other end may be hidden.
        nameless = self.sudo().target_id.with_env(self.env)._get_nameless()
        for link in self:
            link.target_subject = False if link.target_id in nameless else link.sudo().target_id.subject

    @api.depends("document_id.subject")
    @api.depends_context("uid")
    def _compute_document_subject(self):
        # As above, from the other end.
        nameless = self.sudo().document_id.with_env(self.env)._get_nameless()
        for link in self:
            link.document_subject = False if link.document_id in nameless else link.sudo().document_id.subject

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_reverse(self):
        names = {
            "reply_to": self.env._("Is answered by"),
            "executes": self.env._("Is executed by"),
            "amends": self.env._("Is amended by"),
            "repeals": self.env._("Is repealed by"),
            "relates": self.env._("Related to"),
        }
        for link in self:
            link.reverse = names.get(link.kind)

    @api.model_create_multi
    def create(self, vals_list):
        links = super().create(vals_list)
        links._check_target()
        return links

    def write(self, vals):
        result = super().write(vals)
        if "target_id" in vals:
            self._check_target()
        return result

    def _check_target(self):
        # Nobody learns about a document by linking to it.
        if not self.env.su:
            self.target_id.check_access("read")

    @api.depends("kind", "target_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for link in self:
            link.display_name = f"{kinds.get(link.kind, '')} {link.target_id.display_name or ''}"
