from odoo import http
from odoo.http import request

from .answers import answer_pdf

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class OaRegisterYearController(http.Controller):
    """Yearly reports of registers; the model says who may have them."""

    @http.route(
        "/oa_docflow/register-year/<int:company_id>/<any(complaints,foi):subject>/<int:year>.<any(pdf,xlsx):form>",
        type="http",
        auth="user",
        readonly=True,
    )
    def register_year(self, company_id, subject, year, form):
        company = request.env["res.company"].browse(company_id)
        if company not in request.env.user.company_ids or not 2000 <= year <= 2100:
            raise request.not_found()
        data = request.env["oa.register.year"]._make(company, subject, year, form)
        name = f"{subject}-{year}.{form}"
        if form == "pdf":
            return answer_pdf(data, name)
        disposition = f'attachment; filename="{name}"'
        return request.make_response(data, [("Content-Type", XLSX), ("Content-Disposition", disposition), ("Cache-Control", "no-store")])
