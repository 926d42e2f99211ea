from odoo import models


class IrBinary(models.AbstractModel):
    _inherit = "ir.binary"

    def _record_to_stream(self, record, field_name):
        """Every way to the bytes of a document leaves a trace."""
        # The caller has checked access to the content; the journal needs its name only.
        attachment_sudo = record.sudo() if record._name == "ir.attachment" else None
        if attachment_sudo and attachment_sudo.res_model == "oa.document":
            document = self.env["oa.document"].browse(attachment_sudo.res_id)
            self.env["oa.journal.entry"]._log_once(document, "open_file", attachment_sudo.name)
        return super()._record_to_stream(record, field_name)
