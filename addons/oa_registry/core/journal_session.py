"""A mark that is the same for all acts of one login and from which the login cannot be taken over."""

import hashlib
import hmac

_LASTING = 42
"""Odoo turns the rest of a session's identifier now and then."""
_DIGITS = 12


def mark_session(identifier: str, salt: str) -> str:
    """A short keyed digest of the lasting part of a session's identifier."""
    return hmac.new(salt.encode(), identifier[:_LASTING].encode(), hashlib.sha256).hexdigest()[:_DIGITS]
