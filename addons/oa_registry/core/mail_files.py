"""What is inside an e-mail that is kept as a file: its files, those of e-mails attached to it, and what its own signature covers."""

import re
from email import message_from_bytes, policy

from .errors import MailError
from .mail_message import MOST_ATTACHMENTS, MailAttachment, read_mail

DEEPEST = 3
"""E-mails forwarded in e-mails; deeper ones are looked into by nobody."""
_LINE_END = re.compile(rb"\r\n|\r|\n")
_SUFFIX = ".eml"


def list_inner_files(data: bytes) -> list[MailAttachment]:
    """All files, each with the e-mails on the way to it in its name; a message that cannot be read has none."""
    found: list[MailAttachment] = []
    waiting = [("", data, 1)]
    while waiting:
        way, message, depth = waiting.pop(0)
        for file in _read_files(message):
            name = f"{way}{file.name}"
            if not file.name.lower().endswith(_SUFFIX):
                found.append(MailAttachment(name, file.data))
            elif depth < DEEPEST:
                waiting.append((f"{name} › ", file.data, depth + 1))
            if len(found) > MOST_ATTACHMENTS:
                return found[:MOST_ATTACHMENTS]
    return found


def read_signed_part(data: bytes) -> bytes | None:
    """The octets that an S/MIME signature beside them covers: the first part, with its headers, lines ended as in transport."""
    message = message_from_bytes(data[: 64 * 1024], policy=policy.compat32)
    boundary = message.get_boundary()
    if message.get_content_type() != "multipart/signed" or not boundary:
        return None
    lines = _LINE_END.sub(b"\r\n", data)
    delimiter = b"\r\n--" + boundary.encode("latin-1", "replace")
    parts = lines.split(delimiter, 2)
    if len(parts) < 3:
        return None
    return parts[1].partition(b"\r\n")[2]


def _read_files(data: bytes) -> tuple[MailAttachment, ...]:
    try:
        return read_mail(data).attachments
    except MailError:
        return ()
