"""What an RFC 3161 token says, read with the standard library.

Only reading: which digest it is for, when, by whose clock. Whether the signature is good and the authority trusted is another question
(`openssl ts -verify`, or the signing addon).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone

from .errors import TimestampTokenError

SHA256 = bytes.fromhex("0609608648016503040201")
"""The object identifier of SHA-256 in DER."""
_TST_INFO = bytes.fromhex("060b2a864886f70d0109100104")
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")


@dataclass(frozen=True)
class Token:
    """The facts of a token."""

    digest: bytes
    at: datetime
    """Naive UTC."""
    serial: int


def read_token(data: bytes) -> Token:
    """Read a token (CMS SignedData); a whole TimeStampResp is refused."""
    try:
        return _read_info(_find_info(data))
    except (IndexError, ValueError, StopIteration) as error:
        raise TimestampTokenError("token") from error


def _find_info(data: bytes) -> bytes:
    content_info = _split(_open(data, 0x30))
    if content_info[0] != _SIGNED_DATA:
        raise ValueError("no SignedData")
    signed_data = _split(_open(_open(content_info[1], 0xA0), 0x30))
    encapsulated = _split(_open(signed_data[2], 0x30))
    if encapsulated[0] != _TST_INFO:
        raise ValueError("no TSTInfo")
    return _open(_open(encapsulated[1], 0xA0), 0x04)


def _read_info(info: bytes) -> Token:
    parts = _split(_open(info, 0x30))
    algorithm, digest = _split(_open(parts[2], 0x30))
    if _split(_open(algorithm, 0x30))[0] != SHA256:
        raise ValueError("no SHA-256")
    text = _open(parts[4], 0x18).decode("ascii").rstrip("Z")
    at = datetime.strptime(text.partition(".")[0], "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)  # noqa: UP017  # The verifier runs on Python 3.8, too.
    return Token(_open(digest, 0x04), at.replace(tzinfo=None), int.from_bytes(_open(parts[3], 0x02), "big"))


def _open(element: bytes, tag: int) -> bytes:
    """The content of one element of this tag."""
    found, content, end = _cut(element, 0)
    if found != tag or end != len(element):
        raise ValueError(f"tag {found:#x}, not {tag:#x}")
    return content


def _split(content: bytes) -> list[bytes]:
    """The elements of a sequence, whole."""
    return list(_walk(content))


def _walk(content: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(content):
        _tag, _content, end = _cut(content, start)
        yield content[start:end]
        start = end


def _cut(data: bytes, start: int) -> tuple[int, bytes, int]:
    length, body = data[start + 1], start + 2
    if length & 0x80:
        width = length & 0x7F
        if not 0 < width < 5:
            raise ValueError("length")
        length, body = int.from_bytes(data[body : body + width], "big"), body + width
    end = body + length
    if end > len(data):
        raise ValueError("cut off")
    return data[start], data[body:end], end
