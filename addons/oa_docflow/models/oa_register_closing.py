"""The bridge from daily lists to the timestamps of oa_signing."""

from odoo import api, models


class OaRegisterClosing(models.Model):
    _inherit = "oa.register.closing"

    @api.private
    @api.model
    def _has_timestamps(self):
        return bool(self.env["oa.signing.ports"]._get_setting("timestamp_url"))

    @api.private
    @api.model
    def _timestamp(self, digest):
        return self.env["oa.signing.ports"]._make_timestamp(digest)

    @api.private
    @api.model
    def _find_timestamp_flaw(self, token, digest):
        return self.env["oa.signing.ports"]._find_timestamp_flaw(token, digest)
