"""The letter inside an e-mail as it was laid out: its HTML and the pictures that stand in it."""

from dataclasses import dataclass, field
from email import message_from_bytes, policy

from .errors import MailError
from .mail_message import clean, decode_bytes, get_payload, is_attachment, list_parts

LONGEST_HTML = 1_000_000
MOST_PICTURES = 5 << 20
_SHOWN = {"image/png", "image/jpeg", "image/gif"}


@dataclass(frozen=True)
class MailBody:
    """Nothing of it is trusted."""

    html: str = ""
    """Empty for a letter without HTML."""
    pictures: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """Type and octets of the pictures in the letter, by their Content-ID."""


def read_body(data: bytes) -> MailBody:
    """Read the first HTML of a message and the pictures to which it may point; what goes beyond the limits is left out."""
    try:
        parts = list_parts(message_from_bytes(data, policy=policy.compat32))
    except (RecursionError, MemoryError) as error:
        raise MailError("mail_too_deep") from error
    html, pictures, left = "", {}, MOST_PICTURES
    for part in parts:
        kind = part.get_content_type()
        if kind == "text/html" and not html and not is_attachment(part):
            html = clean(decode_bytes(get_payload(part), part.get_content_charset() or ""))[:LONGEST_HTML]
        name = str(part.get("content-id") or "").strip(" <>\r\n\t")
        if kind in _SHOWN and name and len(content := get_payload(part)) <= left:
            pictures[name] = kind, content
            left -= len(content)
    return MailBody(html, pictures)
