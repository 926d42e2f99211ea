import base64
import logging
from datetime import timedelta

from odoo import api, fields, models

from ..core.errors import TimestampTokenError
from ..core.timestamp_token import read_token

_logger = logging.getLogger(__name__)
_HEALED_FOR = timedelta(days=30)


class OaRegisterClosingTimestamp(models.Model):
    """The proof of time of one daily list; it comes when the authority answers, often later than the list."""

    _name = "oa.register.closing.timestamp"
    _inherit = "oa.append.only"
    _description = "Timestamp of a daily list"
    _order = "id"
    _rec_name = "at"

    closing_id = fields.Many2one("oa.register.closing", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", "Administration", required=True, readonly=True, ondelete="restrict")
    at = fields.Datetime("Proved time", required=True, readonly=True)
    serial = fields.Char("Serial number", readonly=True)
    token = fields.Binary(required=True, readonly=True, attachment=False)
    added_at = fields.Datetime("Added", required=True, readonly=True, default=fields.Datetime.now)


class OaRegisterClosing(models.Model):
    """The proof of time, by an authority that this addon does not know."""

    _inherit = "oa.register.closing"

    timestamp_ids = fields.One2many("oa.register.closing.timestamp", "closing_id", "Timestamps", readonly=True)
    timestamp_at = fields.Datetime("Timestamp", compute="_compute_timestamp")
    timestamp_note = fields.Char(compute="_compute_timestamp")

    @api.depends("timestamp_ids")
    def _compute_timestamp(self):
        has_source = self._has_timestamps()
        for closing in self:
            token = closing.timestamp_ids[:1]
            closing.timestamp_at = token.at
            if token:
                closing.timestamp_note = False
            elif has_source:
                closing.timestamp_note = self.env._("No timestamp yet: the timestamp service did not answer. It is asked again every hour.")
            else:
                closing.timestamp_note = self.env._("No timestamp: no timestamp service is set.")

    @api.private
    @api.model
    def _has_timestamps(self):
        """Hook: say whether an authority is set."""
        return False

    @api.private
    @api.model
    def _timestamp(self, digest):
        """Hook: return the RFC 3161 token of a SHA-256, checked; None when there is none to be had now."""

    @api.private
    @api.model
    def _find_timestamp_flaw(self, token, digest):
        """Hook: say what is wrong with a token (signature, trust); nothing when it is good or cannot be asked now."""
        return ""

    @api.private
    @api.model
    def _get_unstamped_domain(self):
        return [("timestamp_ids", "=", False), ("made_at", ">", fields.Datetime.now() - _HEALED_FOR)]

    @api.private
    def _stamp(self):
        """Ask for the token of one list; say whether it came."""
        self.ensure_one()
        if self.timestamp_ids:
            return True
        digest = bytes.fromhex(self.digest)
        try:
            data = self._timestamp(digest)
            token = data and read_token(data)
        except TimestampTokenError:
            token = None
        if not token or token.digest != digest:
            _logger.warning("no timestamp for the daily list %s", self.display_name)
            return False
        # The token belongs to the list, whoever asked for it.
        self.env["oa.register.closing.timestamp"].sudo().create(
            {
                "closing_id": self.id,
                "company_id": self.company_id.id,
                "at": token.at,
                "serial": f"{token.serial:X}",
                "token": base64.b64encode(data),
            }
        )
        self.invalidate_recordset(["timestamp_ids"])
        return True

    @api.private
    def _get_token(self):
        """The bytes of the token; empty when there is none."""
        self.ensure_one()
        return base64.b64decode(self.timestamp_ids[:1].token or b"")
