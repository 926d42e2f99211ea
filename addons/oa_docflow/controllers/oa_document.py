from odoo import http
from odoo.http import request

from .answers import answer_pdf


class OaDocumentController(http.Controller):
    """PDFs that are made on demand; whoever may read the document may see them."""

    @http.route("/oa_docflow/document/<int:document_id>/preview", type="http", auth="user", readonly=False)
    def preview(self, document_id):
        return answer_pdf(self._read(document_id)._get_preview_pdf(), "preview.pdf")

    @http.route("/oa_docflow/document/<int:document_id>/approval_sheet", type="http", auth="user")
    def approval_sheet(self, document_id):
        return answer_pdf(self._read(document_id)._get_approval_sheet_pdf(), "approval-sheet.pdf")

    def _read(self, document_id):
        document = request.env["oa.document"].browse(document_id).exists()
        if not document or not document.has_access("read"):
            raise request.not_found()
        return document
