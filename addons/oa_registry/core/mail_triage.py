"""What an e-mail is before anybody reads it: a letter, an answer of a machine, a message that came back, a loop, nothing."""

from collections.abc import Collection
from enum import StrEnum

from .mail_message import MailFacts

_MOST_HOPS = 50
_MACHINE_SUBJECTS = ("automatic reply", "auto reply", "autoreply", "out of office", "автоматичен отговор", "извън офиса", "отсъствие:")
_MACHINE_PRECEDENCE = {"auto_reply", "auto-reply", "bulk", "junk", "list"}


class Verdict(StrEnum):
    """Why a message does or does not become a document by itself."""

    LETTER = "letter"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    LOOP = "loop"
    EMPTY = "empty"


def judge(facts: MailFacts, own_addresses: Collection[str]) -> Verdict:
    """Tell what the message is; `own_addresses` are those of the registry offices in lower case."""
    if _is_bounce(facts):
        return Verdict.BOUNCE
    if _is_loop(facts, own_addresses):
        return Verdict.LOOP
    if _is_machine(facts):
        return Verdict.AUTO_REPLY
    if not facts.text and not facts.attachments:
        return Verdict.EMPTY
    return Verdict.LETTER


def _is_bounce(facts: MailFacts) -> bool:
    content = facts.headers.get("content-type", "").lower()
    if content.startswith("multipart/report") and "disposition-notification" not in content:
        return True
    return facts.sender.split("@")[0] in {"mailer-daemon", "postmaster"} and facts.headers.get("return-path", "<>").strip() == "<>"


def _is_loop(facts: MailFacts, own_addresses: Collection[str]) -> bool:
    loops = {line.strip(" <>").lower() for line in facts.headers.get("x-loop", "").split("\n")}
    return facts.sender in own_addresses or bool(loops & set(own_addresses)) or int(facts.headers.get("received") or 0) > _MOST_HOPS


def _is_machine(facts: MailFacts) -> bool:
    # RFC 3834: anything but „no“ was sent by a machine; older programs say it in their own ways.
    submitted = facts.headers.get("auto-submitted", "no").split(";")[0].strip().lower()
    if submitted not in {"", "no"} or facts.headers.get("precedence", "").strip().lower() in _MACHINE_PRECEDENCE:
        return True
    if facts.headers.get("list-id") or {"x-autoreply", "x-autorespond", "x-auto-reply"} & set(facts.headers):
        return True
    return facts.subject.lower().startswith(_MACHINE_SUBJECTS)
