from odoo import models
from odoo.http import request

from ..core.journal_session import mark_session
from ..models.journal_origin import ADDRESS_KEY, DOWNLOAD_KEY, SESSION_KEY


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _pre_dispatch(cls, rule, args):
        # The journal names the address and the session; the cursor's cache cannot be filled by the client as a context can.
        cache, env = request.env.cr.cache, request.env
        cache[ADDRESS_KEY] = request.httprequest.remote_addr
        # The salt is read for the journal, whoever asks.
        cache[SESSION_KEY] = mark_session(request.session.sid, env["ir.config_parameter"].sudo().get_param("database.secret"))
        cache[DOWNLOAD_KEY] = request.httprequest.args.get("download", "").lower() not in {"", "0", "false"}
        return super()._pre_dispatch(rule, args)
