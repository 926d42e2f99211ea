from odoo import api, fields, models
from odoo.fields import Domain

_MOST = 5
"""So many are named; whoever wants the rest searches."""


class OaDocument(models.Model):
    """A letter that came twice is said before it gets a second number."""

    _inherit = "oa.document"

    sender_number = fields.Char(index="btree_not_null")
    duplicate_ids = fields.Many2many("oa.document", compute="_compute_duplicate_ids", string="Perhaps the same", exportable=False)
    duplicate_note = fields.Char("About the same", compute="_compute_duplicate_ids", exportable=False)

    @api.depends("sender_number", "correspondent_ids.partner_id", "file_ids", "state")
    @api.depends_context("uid")
    def _compute_duplicate_ids(self):
        for document in self:
            found = document._find_duplicates() if document.state == "draft" else {}
            document.duplicate_ids = self.browse().union(*found.values())[:_MOST]
            document.duplicate_note = "\n".join(
                self.env._("%(reason)s: %(numbers)s.", reason=reason, numbers=", ".join(others[:_MOST].mapped("display_name")))
                for reason, others in found.items()
                if others
            )

    def _find_duplicates(self):
        """Documents that the person sees, by the reason why they look the same."""
        self.ensure_one()
        mine = Domain("id", "!=", self._origin.id) & Domain("company_id", "=", self.company_id.id) & Domain("state", "!=", "annulled")
        number, senders = (self.sender_number or "").strip(), self.correspondent_ids.partner_id
        found = {}
        if number and senders:
            # Who may read the document may read whom it is from.
            by_sender = Domain("correspondent_ids", "any!", Domain("partner_id", "in", senders.ids))
            same = self.search(mine & Domain("sender_number", "=", number) & by_sender, limit=_MOST)
            found[self.env._("The same sender and number")] = same
        for file in self.file_ids.filtered(lambda file: file.state == "current" and file.role != "receipt"):
            # The rule of files shows those of documents that the person sees.
            twins = self.env["oa.document.file"].search([("sha256", "=", file.sha256), ("document_id", "!=", self._origin.id)], limit=_MOST)
            twins = twins.document_id.filtered(lambda other: other.company_id == self.company_id and other.state != "annulled")
            found[self.env._("The same file “%(name)s”", name=file.name)] = twins
        return {reason: others for reason, others in found.items() if others}

    def action_open_duplicates(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("oa_registry.oa_document_action")
        return {**action, "name": self.env._("Perhaps the same"), "domain": [("id", "in", self.duplicate_ids.ids)], "context": {}}
