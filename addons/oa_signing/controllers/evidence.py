from odoo import http
from odoo.http import content_disposition, request


class Evidence(http.Controller):
    """Gives out what proves a signature; it is made on the spot for whoever may read the signed record."""

    @http.route("/oa_signing/slip/<int:signature_id>", type="http", auth="user", methods=["GET"])
    def give_slip(self, signature_id):
        signature = request.env["oa.signature"].browse(signature_id)
        return self._give(signature._make_slip(), "application/pdf", f"{signature._get_file_stem()}-slip.pdf")

    @http.route("/oa_signing/evidence/<int:signature_id>", type="http", auth="user", methods=["GET"])
    def give_evidence(self, signature_id):
        signature = request.env["oa.signature"].browse(signature_id)
        return self._give(signature._make_evidence(), "application/zip", f"{signature._get_file_stem()}-evidence.zip")

    @http.route("/oa_signing/preservation/<int:run_id>", type="http", auth="user", methods=["GET"])
    def give_preservation_report(self, run_id):
        run = request.env["oa.preservation"].browse(run_id)
        return self._give(run._make_pdf(), "application/pdf", f"preservation-{run_id}.pdf")

    def _give(self, data, mimetype, name):
        headers = [
            ("Content-Type", mimetype),
            ("Content-Disposition", content_disposition(name)),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return request.make_response(data, headers)
