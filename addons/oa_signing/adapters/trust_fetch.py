"""Trusted lists from the network: HTTPS to named hosts only, never to an address inside, redirects asked about again."""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

from ..core.errors import TrustListError

TIMEOUT = 20.0
MAX_SIZE = 32 << 20
MAX_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)

Resolver = Callable[[str, int], list[str]]


class _PinnedConnection(http.client.HTTPSConnection):
    """Speaks with the address that was looked at before, so that a second answer of the name service changes nothing."""

    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=TIMEOUT, context=context)
        self._address, self._own_context = address, context

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), TIMEOUT)
        self.sock = self._own_context.wrap_socket(plain, server_hostname=self.host)


class ListFetcher:
    """Fetches a list; TrustListError says why not. The resolver and TLS settings are given by tests only."""

    def __init__(self, hosts: tuple[str, ...], resolve: Resolver | None = None, context: ssl.SSLContext | None = None) -> None:
        self._hosts = hosts
        self._resolve = resolve or _resolve
        self._context = context or ssl.create_default_context()

    def fetch(self, url: str) -> bytes:
        for _step in range(MAX_REDIRECTS + 1):
            status, location, body = self._ask(url)
            if status == 200:
                return body
            if status not in _REDIRECTS or not location:
                raise TrustListError("answer", status=status)
            url = urljoin(url, location)
        raise TrustListError("answer", status=310)

    def _ask(self, url: str) -> tuple[int, str, bytes]:
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.username or not parts.hostname:
            raise TrustListError("https")
        if parts.hostname not in self._hosts:
            raise TrustListError("host", host=parts.hostname)
        try:
            port = parts.port or 443
            connection = _PinnedConnection(parts.hostname, port, self._find_address(parts.hostname, port), self._context)
            try:
                connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else "") or "/")
                answer = connection.getresponse()
                body = answer.read(MAX_SIZE + 1)
                if len(body) > MAX_SIZE:
                    raise TrustListError("size")
                return answer.status, answer.headers.get("Location", ""), body
            finally:
                connection.close()
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise TrustListError("unreachable", what=str(error)) from error

    def _find_address(self, host: str, port: int) -> str:
        addresses = self._resolve(host, port)
        if not addresses or not all(ipaddress.ip_address(address).is_global for address in addresses):
            raise TrustListError("private", host=host)
        return addresses[0]


def _resolve(host: str, port: int) -> list[str]:
    return [str(item[4][0]) for item in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
