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

    @http.route("/oa_docflow/document/<int:document_id>/acts", type="http", auth="user", readonly=False)
    def acts(self, document_id):
        document = self._read(document_id)
        return _answer(document._get_acts_package(), f"acts-{document.id}.zip", "application/zip")

    @http.route("/oa_docflow/act/<int:record_id>", type="http", auth="user")
    def act(self, record_id):
        record = request.env["oa.step.record"].browse(record_id).exists()
        if not record or not record.has_access("read") or not record.position:
            raise request.not_found()
        return _answer(record.xml.encode(), record._get_file_name(), "application/xml")

    @http.route("/oa_docflow/document/<int:document_id>/acquaintance", type="http", auth="user")
    def acquaintance(self, document_id):
        return answer_pdf(self._read(document_id)._get_acquaintance_pdf(), "acquaintance.pdf")

    def _read(self, document_id):
        document = request.env["oa.document"].browse(document_id).exists()
        if not document or not document.has_access("read"):
            raise request.not_found()
        return document


def _answer(data, name, mimetype):
    headers = [
        ("Content-Type", mimetype),
        ("Content-Disposition", f'attachment; filename="{name}"'),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-store"),
    ]
    return request.make_response(data, headers)
