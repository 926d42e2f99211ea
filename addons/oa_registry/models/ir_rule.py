from odoo import models
from odoo.exceptions import AccessError


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _make_access_error(self, operation, records):
        """What follows a document says why it is not seen; the names of the records stay untold, also in debug mode."""
        if not records._name.startswith("oa."):
            return super()._make_access_error(operation, records)
        documents = self._get_guarding_documents(records)
        # The administration of a record decides about the sentence only.
        companies = documents.company_id or (records.sudo().company_id if "company_id" in records._fields else documents.company_id)
        if companies and companies <= self.env.user.company_ids and not companies <= self.env.companies:
            # Odoo offers to switch to the other administration of the person.
            return super()._make_access_error(operation, records)
        return AccessError(self.env["oa.document"]._explain_to_refused(documents))

    def _get_guarding_documents(self, records):
        """The documents that records follow."""
        # Which document is meant decides about the sentence only.
        records_sudo = records.sudo()
        if records._name == "oa.document":
            return records_sudo
        for name in ("document_id", "document_ids", "entry_id"):
            field = records._fields.get(name)
            if field and field.comodel_name == "oa.document":
                return records_sudo[name]
            if field and field.comodel_name == "oa.register.entry":
                return records_sudo[name].document_id
        return records_sudo.env["oa.document"]
