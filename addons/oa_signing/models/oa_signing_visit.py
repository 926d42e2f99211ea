import hashlib
import hmac
import ipaddress
from datetime import UTC, datetime, timedelta

from odoo import api, fields, models
from odoo.tools import SQL

WINDOW = timedelta(minutes=10)
MOST = 60
"""Pages for one address in one window: more than a person looks at, less than a program that tries codes."""


class OaSigningVisit(models.Model):
    """How often an address looked at the public check page; the address itself is not kept."""

    _name = "oa.signing.visit"
    _description = "Visits to the check page"
    _log_access = False

    address = fields.Char("Digest of the address", required=True, readonly=True)
    started_at = fields.Datetime("From", required=True, readonly=True, index=True)
    count = fields.Integer("Pages", required=True, readonly=True)

    _address_unique = models.Constraint("UNIQUE (address, started_at)", "One row for an address and a window.")

    @api.private
    @api.model
    def _count(self, address):
        """Count one more; false when the address has had enough for now."""
        now = datetime.now(UTC).replace(tzinfo=None)
        start = datetime.min + (now - datetime.min) // WINDOW * WINDOW
        query = SQL(
            "INSERT INTO oa_signing_visit (address, started_at, count) VALUES (%s, %s, 1) "
            "ON CONFLICT (address, started_at) DO UPDATE SET count = oa_signing_visit.count + 1 RETURNING count",
            self._hide(address),
            start,
        )
        (row,) = self.env.execute_query(query)
        return row[0] <= MOST

    @api.model
    def _hide(self, address):
        """The address as a keyed digest; people behind one IPv6 line count together."""
        try:
            parsed = ipaddress.ip_address(address)
            network = str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
        except ValueError:
            network = "unknown"
        return hmac.new(self.env["oa.signing.ports"]._get_secret(), f"visit:{network}".encode(), hashlib.sha256).hexdigest()

    @api.autovacuum
    def _gc_visits(self):
        # Nobody has rights on these rows; they are of use for one window only.
        self.sudo().search([("started_at", "<", fields.Datetime.now() - 2 * WINDOW)]).unlink()
