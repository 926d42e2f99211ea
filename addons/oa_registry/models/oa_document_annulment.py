from odoo import api, fields, models


class OaDocument(models.Model):
    """Annulment of the number: a later event; the line of the book stays, struck through."""

    _inherit = "oa.document"

    annulment_note = fields.Char(related="register_entry_id.annulment_note", related_sudo=True, string="Annulment")
    can_annul = fields.Boolean(compute="_compute_can_annul")

    @api.depends("state", "register_entry_id")
    @api.depends_context("uid")
    def _compute_can_annul(self):
        for document in self:
            document.can_annul = not document._get_annul_blockers()

    def _get_annul_blockers(self):
        """Say why the number cannot be annulled; an empty list means it can."""
        self.ensure_one()
        if not self.register_entry_id:
            return [self.env._("Only a registered document has a number to annul.")]
        blockers = []
        if self.state == "annulled":
            blockers.append(self.env._("Number %(number)s is already annulled.", number=self.number))
        if not self._may_annul():
            blockers.append(self.env._("Numbers are annulled by the head registrar."))
        if self.dispatch_ids.filtered(lambda dispatch: dispatch.state in {"sent", "delivered"} and not dispatch.is_receipt):
            blockers.append(self.env._("Document %(number)s has been dispatched and is not annulled.", number=self.number))
        return blockers

    def _may_annul(self):
        """Hook: may the current person annul numbers?"""
        return self.env.user.has_group("oa_registry.oa_registry_group_head_registrar")

    def action_annul(self):
        """Ask for the reason."""
        self._check_blockers("annul")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Annul number"),
            "res_model": "oa.document.annul",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_document_ids": self.ids},
        }

    def _annul(self, reason, replacing=None):
        """Strike the numbers through; `replacing` is the entry that stands in their place."""
        self.check_access("write")
        self._check_blockers("annul")
        self.env["oa.register.event"]._record([
            {
                "kind": "annulment",
                "register_id": document.register_id.id,
                "entry_id": document.register_entry_id.id,
                "document_id": document.id,
                "replacing_entry_id": replacing.id if replacing else False,
                "reason": reason,
            }
            for document in self
        ])  # fmt: skip
        self._write_system({"state": "annulled"})
        for document in self:
            self.env["oa.journal.entry"]._log(document, "annul", f"{document.number}: {reason}")
