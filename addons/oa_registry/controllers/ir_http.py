from odoo import models
from odoo.http import request

from ..models.oa_journal_entry import ADDRESS_KEY


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _pre_dispatch(cls, rule, args):
        # The journal names the address; the cursor's cache cannot be filled by the client as a context can.
        request.env.cr.cache[ADDRESS_KEY] = request.httprequest.remote_addr
        return super()._pre_dispatch(rule, args)
