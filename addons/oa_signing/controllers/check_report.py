from odoo import http
from odoo.http import content_disposition, request


class CheckReport(http.Controller):
    """Gives out the report of a check to whoever may read the check."""

    @http.route("/oa_signing/checks/<int:check_id>/report.pdf", type="http", auth="user", methods=["GET"])
    def give_pdf(self, check_id):
        check = request.env["oa.signature.check"].browse(check_id)
        return self._give(check._make_pdf_report(), "application/pdf", check, "pdf")

    @http.route("/oa_signing/checks/<int:check_id>/report.xml", type="http", auth="user", methods=["GET"])
    def give_xml(self, check_id):
        check = request.env["oa.signature.check"].browse(check_id)
        return self._give(check._make_xml_report(), "application/xml", check, "xml")

    def _give(self, data, mimetype, check, suffix):
        headers = [
            ("Content-Type", mimetype),
            ("Content-Disposition", content_disposition(f"{check.file_name.rsplit('.', 1)[0]}-check.{suffix}")),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return request.make_response(data, headers)
