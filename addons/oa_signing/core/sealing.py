"""The state between prepare and finish, sealed: nobody changes it, nobody uses it for something else."""

import hashlib
import hmac
import json
from typing import Any

from .errors import StateExpiredError, StateForgedError


def seal(state: dict[str, Any], binding: str, secret: bytes) -> str:
    """Text of the state with its HMAC; `binding` says for whom and for what it is."""
    body = json.dumps(state, sort_keys=True, separators=(",", ":"))
    return json.dumps({"body": body, "seal": _compute_seal(body, binding, secret)})


def unseal(sealed: str, binding: str, secret: bytes, now: float) -> dict[str, Any]:
    try:
        message = json.loads(sealed)
        body, claimed = str(message["body"]), str(message["seal"])
    except (ValueError, KeyError, TypeError) as error:
        raise StateForgedError("unreadable") from error
    if not hmac.compare_digest(claimed, _compute_seal(body, binding, secret)):
        raise StateForgedError("seal")
    state: dict[str, Any] = json.loads(body)
    if now > float(state["expires_at"]):
        raise StateExpiredError()
    return state


def _compute_seal(body: str, binding: str, secret: bytes) -> str:
    return hmac.new(secret, f"{binding}\n{body}".encode(), hashlib.sha256).hexdigest()
