from odoo import models

from .journal_origin import DOWNLOAD_KEY


class IrBinary(models.AbstractModel):
    _inherit = "ir.binary"

    def _find_record(self, xmlid=None, res_model="ir.attachment", res_id=None, access_token=None, field=None):
        """Tokens that the web client got while a person saw the document do not outlive the access."""
        if access_token and res_model == "ir.attachment" and res_id:
            # Whether it is a document's file is asked for this decision only.
            attachment_sudo = self.env["ir.attachment"].sudo().browse(res_id).exists()
            is_guarded = (attachment_sudo.res_model or "").startswith("oa.")
            # A large letter carries a link with the lasting token; its recipient is no user of the system.
            if is_guarded and (self.env.user._is_internal() or access_token != attachment_sudo.access_token):
                access_token = None
        return super()._find_record(xmlid=xmlid, res_model=res_model, res_id=res_id, access_token=access_token, field=field)

    def _record_to_stream(self, record, field_name):
        """Every way to the bytes of a document leaves a trace."""
        # The caller has checked access to the content; the journal needs its name only.
        attachment_sudo = record.sudo() if record._name == "ir.attachment" else None
        if attachment_sudo and attachment_sudo.res_model == "oa.document":
            document = self.env["oa.document"].browse(attachment_sudo.res_id)
            journal = self.env["oa.journal.entry"]
            # A viewer asks for a page in parts, which is one opening; what is taken away is written down each time.
            if self.env.cr.cache.get(DOWNLOAD_KEY):
                journal._log(document, "download", attachment_sudo.name)
            else:
                journal._log_once(document, "open_file", attachment_sudo.name)
        return super()._record_to_stream(record, field_name)
