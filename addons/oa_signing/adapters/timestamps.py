"""RFC 3161 timestamps over HTTP."""

from asyncio import to_thread
from http.client import HTTPException

from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from . import http_client

TIMEOUT = 8.0


class HttpTimeStamper(TimeStamper):
    """Asks one address and gives up after TIMEOUT seconds."""

    def __init__(self, url: str, timeout: float = TIMEOUT) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # theirs has no types
        self._url, self._timeout = url, timeout

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return await to_thread(self._ask, req.dump())

    def _ask(self, request: bytes) -> tsp.TimeStampResp:
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        try:
            body = http_client.fetch(self._url, timeout=self._timeout, headers=headers, data=request)
            return tsp.TimeStampResp.load(body, strict=True)
        except (OSError, ValueError, HTTPException) as error:
            raise TimestampRequestError(f"no timestamp from {self._url}") from error


class HttpTimestamps:
    """The timestamp source of the settings; an empty address means there is none."""

    def __init__(self, url: str, timeout: float = TIMEOUT) -> None:
        self._stamper = HttpTimeStamper(url, timeout) if url else None

    def get_timestamper(self) -> TimeStamper | None:
        return self._stamper
