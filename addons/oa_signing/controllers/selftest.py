from odoo import http
from odoo.http import request


class Selftest(http.Controller):
    """The address that a help desk can say on the telephone."""

    @http.route("/oa/signing/selftest", type="http", auth="user", methods=["GET"])
    def open_test(self):
        return request.redirect("/odoo/action-oa_signing.oa_signing_selftest_action")
