from odoo import models

from ..core.identifiers import DocumentUri, write_registered_uri


class OaDocument(models.Model):
    """The УРИ for other systems."""

    _inherit = "oa.document"

    def _get_uri_xml(self):
        """Return name and content of the identifier as XML; nothing for a draft."""
        self.ensure_one()
        if not self.uri:
            return None
        # An internal register numbers freely, also when its number happens to look like an УРИ.
        uri = DocumentUri.parse(self.uri) if self.register_id.index else self.uri
        safe = "".join(char if char.isalnum() or char in "-." else "-" for char in self.uri)
        return f"{safe}.xml", '<?xml version="1.0" encoding="UTF-8"?>\n' + write_registered_uri(uri)

    def action_download_uri(self):
        """Give the identifier as XML."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/oa/document/{self.id}/uri", "target": "download"}
