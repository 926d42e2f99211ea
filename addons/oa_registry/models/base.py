from odoo import models

_LONGEST = 500
_PERSONAL = {"res.partner", "res.users", "hr.employee"}


class Base(models.AbstractModel):
    """What leaves the system as a table is in the journal."""

    _inherit = "base"

    def export_data(self, fields_to_export):
        result = super().export_data(fields_to_export)
        if self and (self._name.startswith("oa.") or self._name in _PERSONAL):
            self._log_export(", ".join(fields_to_export)[:_LONGEST])
        return result

    def _log_export(self, names):
        journal = self.env["oa.journal.entry"]
        if self._name in {"oa.document", "oa.case"}:
            journal._log(self, "export", names)
            return
        subject = {"res_model": self._name, "res_id": self[0].id, "company_id": self.env.company.id}
        name = self.env.company._in_official_language().env["ir.model"]._get(self._name).name
        journal._write_rows([{**subject, "action": "export", "object_name": f"{name} ({len(self)})", "details": names}])
