from odoo import models


class IrBinary(models.AbstractModel):
    _inherit = "ir.binary"

    def _record_to_stream(self, record, field_name):
        """Every way to the bytes of a document leaves a trace."""
        if record._name == "ir.attachment" and record.sudo().res_model == "oa.document":
            document = self.env["oa.document"].browse(record.sudo().res_id)
            self.env["oa.journal.entry"]._log_once(document, "open_file", record.sudo().name)
        return super()._record_to_stream(record, field_name)
