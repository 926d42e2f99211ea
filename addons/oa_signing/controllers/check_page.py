from odoo import http
from odoo.http import request

from ..models.oa_signing_visit import WINDOW

_HEADERS = {
    # Nothing is sent anywhere: the page may neither connect nor post, only its own script reads the chosen file.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


class CheckPage(http.Controller):
    """For whoever holds a signed document: is it real, and is my file the same? No login, nothing of the content."""

    @http.route(["/check", "/check/<string:code>"], type="http", auth="public", methods=["GET"], save_session=False, sitemap=False)
    def check(self, code="", typed=""):
        if not request.env["oa.signing.visit"]._count(request.httprequest.remote_addr or ""):
            return self._show({"page": None, "is_refused": True}, 429, {"Retry-After": str(int(WINDOW.total_seconds()))})
        if typed and not code:
            return request.redirect(f"/check/{request.env['oa.signature.code']._normalise(typed) or '-'}")
        environment = self._get_environment()
        page = environment["oa.signature.code"]._look_up(code) if code else None
        return self._show({"page": page, "is_asked": bool(code)}, 404 if code and not page else 200)

    def _show(self, values, status, headers=()):
        environment = self._get_environment()
        head = {"title": environment._("Check of a signed document"), "language": environment.lang[:2]}
        values = {"page": None, "is_refused": False, "is_asked": False, **head, **values}
        body = environment["ir.qweb"]._render("oa_signing.check_page", values)
        return request.make_response(body, {"Content-Type": "text/html; charset=utf-8", **_HEADERS, **dict(headers)}, status=status)

    def _get_environment(self):
        # A visitor has no language of one's own; the page speaks that of the system, which is no secret.
        language = request.env.ref("base.user_root").sudo().lang or "en_US"
        return request.env(context={**request.env.context, "lang": language})
