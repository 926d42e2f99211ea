from base64 import b64encode

from odoo import api, models
from odoo.tools import file_open

STANDARD = {
    "letter.docx": ("Писмо (DOCX)", ["cover_letter", "forwarding", "opening_notice", "irregularity_notice", "invitation_out", "reply"]),
    "letter.odt": ("Писмо (ODT)", ["cover_letter", "forwarding", "opening_notice", "irregularity_notice", "invitation_out", "reply"]),
    "order.docx": ("Заповед (DOCX)", ["order", "order_property", "order_staff", "order_travel"]),
    "certificate.docx": ("Удостоверение (DOCX)", ["certificate"]),
    "memo.docx": ("Докладна записка (DOCX)", ["memo", "report", "statement"]),
}


class OaDocumentTemplate(models.Model):
    """The files that every administration begins with; it publishes its own in their place."""

    _inherit = "oa.document.template"

    @api.model
    def _load_standard_files(self):
        """Create and publish the shipped files that are not there yet."""
        known = set(self.with_context(active_test=False).search([("format", "=", "office"), ("company_id", "=", False)]).mapped("name"))
        for file_name, (title, kinds) in STANDARD.items():
            if title in known:
                continue
            with file_open(f"oa_docflow/data/templates/{file_name}", "rb") as stream:
                content = b64encode(stream.read())
            template = self.create({
                "name": title,
                "format": "office",
                "company_id": False,
                "kind_ids": [self.env.ref(f"oa_registry.oa_document_kind_{kind}").id for kind in kinds],
                "draft_file": content,
                "draft_file_name": file_name,
            })  # fmt: skip
            template.action_publish()
