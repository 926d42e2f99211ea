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
    target_subject = fields.Char(related="target_id.subject", string="Subject")

    _pair_unique = models.Constraint("UNIQUE (document_id, kind, target_id)", "These documents are already linked in this way.")
    _not_itself = models.Constraint("CHECK (document_id != target_id)", "A document is not linked to itself.")

    @api.depends("kind", "target_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for link in self:
            link.display_name = f"{kinds.get(link.kind, '')} {link.target_id.display_name or ''}"
