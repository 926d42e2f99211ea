from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from .answers import answer_pdf


class OaDocumentTemplateController(http.Controller):
    """A template with sample data, and two versions of a document side by side."""

    @http.route("/oa_docflow/template/<int:template_id>/preview", type="http", auth="user", readonly=True)
    def preview(self, template_id):
        template = request.env["oa.document.template"].browse(template_id).exists()
        if not template or not template.has_access("read"):
            raise request.not_found()
        return answer_pdf(template._get_preview_pdf(), "template.pdf")

    @http.route("/oa_docflow/document/<int:document_id>/compare", type="http", auth="user", readonly=False)
    def compare(self, document_id, before="0", after="0"):
        document = request.env["oa.document"].browse(document_id).exists()
        if not document or not document.has_access("read"):
            raise request.not_found()
        try:
            values = document._compare_versions(int(before) if before.isdigit() else 0, int(after) if after.isdigit() else 0)
        except UserError as error:
            return request.make_response(str(error), [("Content-Type", "text/plain; charset=utf-8")], status=422)
        page = request.env["ir.qweb"]._render("oa_docflow.version_comparison", values)
        return request.make_response(str(page), [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")])
