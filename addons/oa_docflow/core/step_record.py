"""The record of one act: who, in what capacity, when, on what, by which procedure, and which act came before.

A record is one XML file in the namespace `urn:oa-docflow:step-record:1` (its schema lies in `data/step_record_1.xsd`), written in
canonical form: its bytes are the bytes of its own canonicalisation, so that a signature inside it covers what is stored here.
The SHA-256 of those bytes is the digest of the record, and every record of a document names the digest of the one before:
whoever alters, takes out or slips in an act breaks the chain at that place, and `verify` names the place.
"""

import hashlib
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from xml.sax.saxutils import escape

NAMESPACE = "urn:oa-docflow:step-record:1"
GENESIS = "0" * 64
"""The digest before the first act of a document."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Flaw(StrEnum):
    """What is wrong at the first wrong record."""

    ALTERED = "altered"
    MISSING = "missing"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class File:
    """A file of the document at the moment of the act."""

    role: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Subject:
    """The document that the act is about."""

    reference: str
    """By what the administration finds it, also when it has no number yet; the chain belongs to it."""
    kind: str
    title: str
    number: str = ""
    uri: str = ""
    content_digest: str = ""
    """Digest of what people agree to: text, subject, kind, recipients, attachments."""
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """The procedure that the document follows, as it was at the moment of the act."""

    name: str = ""
    code: str = ""
    version: int = 0
    round: int = 0
    step: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who acted; in whose place and by which order, when it was somebody else's turn."""

    reference: str
    name: str
    login: str
    capacity: str = ""
    acting_for: str = ""
    """Reference of the holder of the turn."""
    acting_for_name: str = ""
    mandate: str = ""
    mandate_digest: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """What was done, in the words of the person who did it."""

    code: str
    name: str
    at: str
    """The moment in UTC, to the millisecond."""
    level: str = "logged"
    opinion: str = ""
    text: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    """What else was decided, by name: executor, term, task."""


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that a record says, before its place in the chain."""

    administration: str
    subject: Subject
    person: Person
    act: Act
    way: Way = field(default_factory=Way)


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as it stands in the database now."""

    key: int
    chain: int
    """The document to which the chain belongs."""
    position: int
    xml: str
    previous_digest: str
    digest: str
    current: Mapping[str, str] = field(default_factory=dict)
    """What the columns say today; every one must agree with the XML."""


@dataclass(frozen=True, slots=True)
class Problem:
    """The first record that is not as it was written."""

    flaw: Flaw
    key: int
    chain: int
    position: int


def write(record: Record, position: int, previous_digest: str) -> str:
    """The one spelling of a record at its place in the chain."""
    subject, person, act, way = record.subject, record.person, record.act, record.way
    files = "".join(
        _wrap("file", _leaf("role", item.role), _leaf("name", item.name), _leaf("sha256", item.sha256)) for item in subject.files
    )
    acting_for = _wrap(
        "actingFor",
        _leaf("reference", person.acting_for),
        _leaf("name", person.acting_for_name),
        _leaf("mandate", person.mandate),
        _leaf("mandateDigest", person.mandate_digest),
    )
    body = (
        _leaf("administration", record.administration),
        _wrap(
            "document", _leaf("reference", subject.reference), _some("number", subject.number), _some("uri", subject.uri),
            _leaf("kind", subject.kind), _leaf("subject", subject.title), _some("contentDigest", subject.content_digest), files,
        ),
        _wrap(
            "procedure", _some("code", way.code), _leaf("name", way.name), _leaf("version", str(way.version)),
            _leaf("round", str(way.round)), _some("step", way.step),
        ) if way.name else "",
        _wrap(
            "person", _leaf("reference", person.reference), _leaf("name", person.name), _leaf("login", person.login),
            _some("capacity", person.capacity), acting_for if person.acting_for else "",
        ),
        _wrap(
            "act", _leaf("code", act.code), _leaf("name", act.name), _leaf("at", act.at), _leaf("level", act.level),
            _some("opinion", act.opinion), _some("text", act.text),
            *(_wrap("fact", _leaf("name", name), _leaf("value", value)) for name, value in act.facts),
        ),
        _wrap("chain", _leaf("position", str(position)), _leaf("previous", previous_digest)),
    )  # fmt: skip
    return f'<stepRecord xmlns="{NAMESPACE}">{"".join(body)}</stepRecord>'


def compute_digest(xml: str) -> str:
    """SHA-256 over the canonical bytes, in hexadecimal."""
    return hashlib.sha256(xml.encode()).hexdigest()


def read(xml: str) -> dict[str, str]:
    """What the record says, by path such as `act/at`; an empty mapping when it is no record."""
    try:
        root = ET.fromstring(xml)  # noqa: S314  expat refuses entity bombs; what cannot be read is reported as altered
    except ET.ParseError:
        return {}
    if root.tag != f"{{{NAMESPACE}}}stepRecord":
        return {}
    found: dict[str, str] = {}
    _collect(root, "", found)
    return found


def read_facts(xml: str) -> list[tuple[str, str]]:
    """What else was decided, by name, in the order in which it was written."""
    if not read(xml):
        return []
    space = f"{{{NAMESPACE}}}"
    facts = ET.fromstring(xml).iter(f"{space}fact")  # noqa: S314  as above
    return [(fact.findtext(f"{space}name") or "", fact.findtext(f"{space}value") or "") for fact in facts]


def verify(records: Iterable[Stored]) -> Problem | None:
    """Return the first altered, missing or added record, or None when all chains are whole.

    Records come chain after chain, in each by position.
    """
    chain, position, digest = 0, 0, GENESIS
    for record in records:
        if record.chain != chain:
            chain, position, digest = record.chain, 0, GENESIS
        if flaw := _find_flaw(record, position, digest):
            return Problem(flaw, record.key, record.chain, record.position)
        position, digest = record.position, record.digest
    return None


def _find_flaw(record: Stored, position: int, digest: str) -> Flaw | None:
    if record.position <= position:
        return Flaw.ADDED
    if compute_digest(record.xml) != record.digest or not _agrees(record):
        return Flaw.ALTERED
    if record.position > position + 1:
        return Flaw.MISSING
    return None if record.previous_digest == digest else Flaw.ALTERED


def _agrees(record: Stored) -> bool:
    written = read(record.xml)
    place = {
        "document/reference": str(record.chain),
        "chain/position": str(record.position),
        "chain/previous": record.previous_digest,
    }
    return all(written.get(path, "") == value for path, value in {**record.current, **place}.items())


def _collect(element: ET.Element, path: str, found: dict[str, str]) -> None:
    for child in element:
        name = f"{path}{child.tag.rpartition('}')[2]}"
        if len(child):
            _collect(child, f"{name}/", found)
        else:
            found[name] = child.text or ""


def clean(text: str) -> str:
    """The text as XML can carry it: characters that XML does not know are replaced, line ends are plain."""
    return _NOT_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def _leaf(tag: str, text: str) -> str:
    return f"<{tag}>{escape(clean(text))}</{tag}>"


def _some(tag: str, text: str) -> str:
    return _leaf(tag, text) if text else ""


def _wrap(tag: str, *parts: str) -> str:
    return f"<{tag}>{''.join(parts)}</{tag}>"
