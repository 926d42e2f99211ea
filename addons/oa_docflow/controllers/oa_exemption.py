from datetime import date

from odoo import http
from odoo.http import request

from .answers import answer_pdf


class OaExemptionController(http.Controller):
    """The annex to the internal rules and the page of the share; the models say who may have them."""

    @http.route("/oa_docflow/exemptions/annex", type="http", auth="user", readonly=True)
    def annex(self, ids=""):
        exemptions = request.env["oa.exemption"].browse([int(number) for number in ids.split(",") if number.isdigit()]).exists()
        return answer_pdf(exemptions._get_annex_pdf(request.env.company), "annex.pdf")

    @http.route("/oa_docflow/electronic-share/<int:company_id>/<string:first>/<string:last>", type="http", auth="user", readonly=True)
    def electronic_share(self, company_id, first, last):
        company = request.env["res.company"].browse(company_id)
        if company not in request.env.user.company_ids:
            raise request.not_found()
        days = date.fromisoformat(first), date.fromisoformat(last)
        return answer_pdf(request.env["oa.electronic.share"]._get_report_pdf(company, *days), "electronic-share.pdf")
