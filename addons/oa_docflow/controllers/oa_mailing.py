from odoo import http
from odoo.http import request

from .answers import answer_pdf


class OaMailingController(http.Controller):
    """The document of the first addressee, for its author."""

    @http.route("/oa_docflow/mailing/<int:mailing_id>/preview", type="http", auth="user", readonly=False)
    def preview(self, mailing_id):
        mailing = request.env["oa.mailing"].browse(mailing_id).exists()
        if not mailing or not mailing.has_access("read"):
            raise request.not_found()
        return answer_pdf(mailing._get_preview_pdf(), "mailing.pdf")
