from odoo import http
from odoo.http import content_disposition, request


class SigningFile(http.Controller):
    """Gives out the file of a signing request, byte by byte as it is to be signed."""

    @http.route("/oa/signing/lines/<int:line_id>/file", type="http", auth="user", methods=["GET"])
    def give_out(self, line_id):
        name, data = request.env["oa.signature.request.line"].browse(line_id)._give_out()
        headers = [
            ("Content-Type", "application/octet-stream"),
            ("Content-Disposition", content_disposition(name)),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return request.make_response(data, headers)
