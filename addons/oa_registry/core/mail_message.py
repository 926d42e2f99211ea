"""What an e-mail says, whatever its charset and however carelessly it was written: headers, text, attachments.

Old programs write windows-1251 without saying so, cut a Cyrillic letter in two encoded words and put names of files in
ways that no standard knows. Reading never fails because of a charset; only a message that is too deep or too wide does.
"""

import binascii
import codecs
import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.base64mime import decode as decode_base64
from email.message import Message
from email.quoprimime import header_decode
from email.utils import getaddresses, parsedate_to_datetime
from html.parser import HTMLParser
from mimetypes import guess_extension
from pathlib import PurePosixPath

from .errors import MailError

MOST_PARTS = 300
MOST_ATTACHMENTS = 100
LONGEST_TEXT = 50_000
LONGEST_NAME = 180
_KEPT_HEADERS = (
    "auto-submitted", "precedence", "x-autoreply", "x-autorespond", "x-auto-reply", "list-id", "return-path", "x-loop",
    "content-type", "received", "references", "in-reply-to", "x-failed-recipients",
)  # fmt: skip
_RECIPIENTS = ("to", "cc", "delivered-to", "x-original-to", "x-envelope-to", "resent-to", "resent-cc")
_WORD = re.compile(r"=\?([^?\s*]+)(?:\*[^?]*)?\?([bBqQ])\?([^?]*)\?=")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
_SPACES = re.compile(r"[ \t\r\f\v]+")


@dataclass(frozen=True)
class MailAttachment:
    """One file that came with the message."""

    name: str
    data: bytes


@dataclass(frozen=True)
class MailFacts:
    """What the message says of itself; nothing of it is trusted."""

    subject: str = ""
    sender: str = ""
    sender_name: str = ""
    recipients: tuple[str, ...] = ()
    message_id: str = ""
    sent_at: str = ""
    """ISO 8601 in UTC without a zone; empty when the message does not say it."""
    text: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    returned: str = ""
    """The headers of our own message that a mail server could not deliver."""
    attachments: tuple[MailAttachment, ...] = ()


def read_mail(data: bytes) -> MailFacts:
    """Read a whole message."""
    try:
        message = message_from_bytes(data, policy=policy.compat32)
        parts = list_parts(message)
    except (RecursionError, MemoryError) as error:
        raise MailError("mail_too_deep") from error
    leaves = [part for part in parts if not part.is_multipart() or part.get_content_type() == "message/rfc822"]
    is_report = message.get_content_type() == "multipart/report"
    attachments = [] if is_report else [_read_attachment(part, number) for number, part in enumerate(leaves, 1) if is_attachment(part)]
    if len(attachments) > MOST_ATTACHMENTS:
        raise MailError("mail_too_wide")
    return _read_facts(message, _choose_text(leaves), tuple(attachments), _find_returned(parts) if is_report else "")


def read_headers(data: bytes) -> MailFacts:
    """Read only what stands before the text: cheap and safe, to see for whom the message is."""
    head = re.split(rb"\r?\n\r?\n", data[: 256 * 1024], maxsplit=1)[0]
    return _read_facts(message_from_bytes(head + b"\r\n\r\n", policy=policy.compat32), "", (), "")


def decode_words(raw: str) -> str:
    """Read a header with encoded words, also where one letter is cut between two of them."""
    pieces: list[tuple[str, bytes]] = []
    position = 0
    for match in _WORD.finditer(raw):
        between = raw[position : match.start()]
        if between.strip() or not pieces:
            pieces.append(("", _get_bytes(between)))
        charset, kind, text = match.groups()
        data = _decode_word(kind, text)
        if pieces and pieces[-1][0] == charset.lower():
            pieces[-1] = (pieces[-1][0], pieces[-1][1] + data)
        else:
            pieces.append((charset.lower(), data))
        position = match.end()
    pieces.append(("", _get_bytes(raw[position:])))
    return clean("".join(decode_bytes(data, charset) for charset, data in pieces)).replace("\n", " ").strip()


def decode_bytes(data: bytes, charset: str = "") -> str:
    """Bytes as text: as declared when that is true, otherwise UTF-8, otherwise what Bulgarian programs write."""
    for name in (charset, "utf-8"):
        try:
            if name and codecs.lookup(name).name != "ascii":
                return data.decode(name)
        except (LookupError, ValueError):
            continue
    return data.decode("cp1251", "replace")


def clean(text: str) -> str:
    """What a database and a page can hold."""
    text = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    return text.encode("utf-8", "replace").decode("utf-8")


def clean_name(name: str, fallback: str) -> str:
    """Take the last part of a path without what file systems refuse; the ending stays when the name is too long."""
    name = _UNSAFE.sub(" ", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .")
    if not name:
        return fallback
    if len(name) <= LONGEST_NAME:
        return name
    suffix = PurePosixPath(name).suffix[:10]
    return name[: LONGEST_NAME - len(suffix)] + suffix


def list_parts(message: Message) -> list[Message]:
    """All parts; what stands in an attached message belongs to it."""
    parts: list[Message] = []
    waiting = [message]
    while waiting:
        part = waiting.pop(0)
        parts.append(part)
        if len(parts) > MOST_PARTS:
            raise MailError("mail_too_wide")
        if part.is_multipart() and (part is message or part.get_content_type() != "message/rfc822"):
            waiting = [item for item in part.get_payload() if isinstance(item, Message)] + waiting
    return parts


def _read_facts(message: Message, text: str, attachments: tuple[MailAttachment, ...], returned: str) -> MailFacts:
    values: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        values.setdefault(name.lower(), []).append(decode_words(str(value)))
    # The comma of an encoded name is no separator, so addresses are split before words are decoded.
    raw = {name: [str(value) for key, value in message.raw_items() if key.lower() == name] for name in ("from", *_RECIPIENTS)}
    sender_name, sender = next(iter(_list_addresses(raw["from"])), ("", ""))
    headers = {name: "\n".join(values[name])[:2000] for name in _KEPT_HEADERS if name in values}
    headers["received"] = str(len(values.get("received", ())))
    return MailFacts(
        subject=(values.get("subject") or [""])[0][:500],
        sender=sender,
        sender_name=sender_name[:200],
        recipients=tuple(dict.fromkeys(address for name in _RECIPIENTS for _name, address in _list_addresses(raw[name]))),
        message_id=(values.get("message-id") or [""])[0][:500],
        sent_at=_read_moment((values.get("date") or [""])[0]),
        text=text,
        headers=headers,
        returned=returned,
        attachments=attachments,
    )


def _list_addresses(raw_values: list[str]) -> list[tuple[str, str]]:
    found = []
    for name, address in getaddresses([re.sub(r"\s+", " ", raw) for raw in raw_values]):
        # An address inside an encoded word is no address.
        plain = clean(address).strip().lower()
        if "@" in plain and " " not in plain and len(plain) < 255:
            found.append((decode_words(name), plain))
    return found


def _read_moment(raw: str) -> str:
    try:
        moment = parsedate_to_datetime(raw)
        return (moment - (moment.utcoffset() or moment - moment)).replace(tzinfo=None, microsecond=0).isoformat(" ")
    except (TypeError, ValueError, OverflowError, IndexError):
        return ""


def is_attachment(part: Message) -> bool:
    """Say whether the part is a file and not a text or a picture of the letter itself."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        return True
    disposition = _read_header(part, "content-disposition").partition(";")[0].strip().lower()
    if kind.startswith("image/") and disposition != "attachment" and part.get("content-id"):
        # A picture of the signature under the letter; it stays in the original.
        return False
    return disposition == "attachment" or bool(_read_name(part)) or not kind.startswith("text/")


def _get_inner(part: Message) -> Message | None:
    """The message inside a part of type message/rfc822."""
    inner = part.get_payload()
    return inner[0] if isinstance(inner, list) and inner and isinstance(inner[0], Message) else None


def _read_attachment(part: Message, number: int) -> MailAttachment:
    if part.get_content_type() == "message/rfc822":
        inner = _get_inner(part) or part
        subject = decode_words(next((str(value) for name, value in inner.raw_items() if name.lower() == "subject"), ""))
        return MailAttachment(clean_name(_read_name(part) or f"{subject[:80]}.eml", f"писмо-{number}.eml"), bytes(inner))
    fallback = f"файл-{number}{guess_extension(part.get_content_type()) or '.bin'}"
    return MailAttachment(clean_name(_read_name(part), fallback), get_payload(part))


def _read_name(part: Message) -> str:
    for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        probe = Message()
        probe["x"] = _read_header(part, header)
        value = probe.get_param(parameter, header="x")
        if isinstance(value, tuple):
            charset, _language, text = value
            return clean(decode_bytes(_get_bytes(text), charset or ""))
        if value:
            return decode_words(str(value))
    return ""


def _read_header(part: Message, name: str) -> str:
    """The header as one line of text; bytes that nobody declared are read as people meant them."""
    raw = next((str(value) for key, value in part.raw_items() if key.lower() == name), "")
    line = re.sub(r"\s*\n\s*", " ", raw)
    return decode_bytes(_get_bytes(line)) if not line.isascii() else line


def get_payload(part: Message) -> bytes:
    """The octets of a part, decoded."""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _choose_text(leaves: list[Message]) -> str:
    texts: dict[str, str] = {}
    for part in leaves:
        kind = part.get_content_type()
        if kind in {"text/plain", "text/html"} and kind not in texts and not is_attachment(part):
            text = clean(decode_bytes(get_payload(part), part.get_content_charset() or ""))
            texts[kind] = _strip_tags(text) if kind == "text/html" else text
    chosen = texts.get("text/plain", "").strip() or texts.get("text/html", "")
    lines = [_SPACES.sub(" ", line).strip() for line in chosen[:LONGEST_TEXT].split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _find_returned(parts: list[Message]) -> str:
    """The headers of the message that came back."""
    for part in parts:
        if part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}:
            inner = _get_inner(part)
            text = bytes(inner) if inner else get_payload(part)
            return clean(decode_bytes(text[:20_000]))
    return ""


def _decode_word(kind: str, text: str) -> bytes:
    if kind in "qQ":
        return _get_bytes(header_decode(text))
    try:
        return bytes(decode_base64(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        return _get_bytes(text)


def _get_bytes(text: str) -> bytes:
    """The octets behind a text that the parser made of undeclared bytes."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape")


class _TextOnly(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in {"script", "style", "head"}
        if tag in {"br", "p", "div", "tr", "li", "h1", "h2", "h3"}:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"script", "style", "head"} and self.hidden > 0

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.pieces.append(data)


def _strip_tags(html: str) -> str:
    parser = _TextOnly()
    parser.feed(html[: 20 * LONGEST_TEXT])
    return "".join(parser.pieces)
