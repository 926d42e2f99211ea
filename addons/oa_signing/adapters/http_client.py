"""HTTP as far as signing needs it: allowed hosts, short waits, bounded answers, no redirects. Standard library only."""

import http.client
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

MAX_ANSWER = 20 << 20
LONGEST = 3
"""Times the wait for one piece: the whole answer takes no longer."""
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: object, **_named: object) -> None:
        return None


def is_allowed(url: str, hosts: tuple[str, ...]) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and (parts.hostname or "") in hosts


def fetch(url: str, *, timeout: float, headers: dict[str, str], data: bytes | None = None) -> bytes:
    """Body of the answer 200 to a GET, or to a POST of `data`; everything else is an OSError."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise OSError(f"not an address: {url}")
    handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
    if urlsplit(url).hostname in _LOOPBACK:
        # A proxy of the environment is for the world, not for this machine.
        handlers.append(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, data=data, headers=headers)  # noqa: S310 - the scheme is checked above
    with urllib.request.build_opener(*handlers).open(request, timeout=timeout) as answer:
        if answer.status != 200:
            raise OSError(f"status {answer.status}")
        return _read(answer, time.monotonic() + LONGEST * timeout)


def _read(answer: http.client.HTTPResponse, deadline: float) -> bytes:
    """Whoever sends a byte now and then is not waited for, either."""
    body = bytearray()
    while part := answer.read1(1 << 16):
        body += part
        if len(body) > MAX_ANSWER:
            raise OSError("answer too large")
        if time.monotonic() > deadline:
            raise TimeoutError("answer too slow")
    return bytes(body)
