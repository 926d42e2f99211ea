"""The daily closing list: what a book held when its day was over.

A list is one XML file in the namespace `urn:oa-registry:closing:1`, written in canonical form (C14N 1.0: its bytes are the bytes of
its own canonicalisation). The SHA-256 of those bytes is the digest of the list; each list carries the digest of the one before.
Whoever kept a list outside can tell later whether the book still says the same.
"""

import hashlib
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from xml.sax.saxutils import escape

from .errors import ClosingError
from .hash_chain import GENESIS, Flaw, Line, Problem, verify

NAMESPACE = "urn:oa-registry:closing:1"
MOST_ROWS = 5000
"""A longer list names its head only: the history of a book that was kept before lists were made."""


@dataclass(frozen=True)
class Row:
    """One line of the book or one later event, as the list names it."""

    name: str
    digest: str
    at: str
    kind: str = ""


@dataclass(frozen=True)
class Part:
    """A chain at the end of the day: what the day added, and where it stands."""

    rows: tuple[Row, ...] = ()
    count: int = 0
    """How many rows the day added; more than `rows` when they are too many to be named."""
    total: int = 0
    head: str = GENESIS


@dataclass(frozen=True)
class Closing:
    """The facts of one list."""

    administration: str
    register_id: int
    register_code: str
    register_name: str
    day: date
    number: int
    previous_digest: str
    made_at: str
    entries: Part
    events: Part = field(default_factory=Part)
    journal: Part = field(default_factory=Part)


@dataclass(frozen=True)
class Stored:
    """A list as it stands in the database now."""

    xml: str
    digest: str
    total: int


@dataclass(frozen=True)
class Mark:
    """What a list says about one line, so that a book that was written anew from end to end is found, too."""

    place: int
    """1 is the first line of the book."""
    name: str
    """The number; empty when the list names only where the book stood."""
    digest: str
    day: str


@dataclass(frozen=True)
class Finding:
    """The first thing that is not as it was written, in whatever part of a book."""

    part: str
    """entry, event, closing, timestamp, file or journal."""
    flaw: Flaw
    name: str
    sequence: int = 0
    year: int = 0
    day: str = ""
    """The list that the book contradicts; empty when the book contradicts itself."""


def compute_xml_digest(xml: str) -> str:
    return hashlib.sha256(xml.encode()).hexdigest()


def write_xml(closing: Closing) -> str:
    """The one spelling of a list: attributes in the order of C14N (by name), LF, no declaration."""
    register = _attributes(code=closing.register_code, id=closing.register_id)
    lines = [
        f'<closing xmlns="{NAMESPACE}">',
        f"<administration>{_text(closing.administration)}</administration>",
        f"<register{register}>{_text(closing.register_name)}</register>",
        f"<day>{closing.day.isoformat()}</day>",
        f"<number>{closing.number}</number>",
        f"<made>{closing.made_at}</made>",
        f"<previous>{closing.previous_digest}</previous>",
        *_write_part("entries", "entry", closing.entries),
        *_write_part("events", "event", closing.events),
        *_write_part("journal", "row", closing.journal),
        "</closing>",
    ]
    return "\n".join(lines)


def read_xml(xml: str) -> Closing:
    """The facts of a list; whatever is not written by `write_xml` is refused."""
    try:
        root = ET.fromstring(xml)  # noqa: S314  # Our own text; expat expands no external entities.
        register = root.find(_tag("register"))
        closing = Closing(
            administration=root.findtext(_tag("administration")) or "",
            register_id=int(register.get("id", "")) if register is not None else 0,
            register_code=register.get("code", "") if register is not None else "",
            register_name=(register.text or "") if register is not None else "",
            day=date.fromisoformat(root.findtext(_tag("day")) or ""),
            number=int(root.findtext(_tag("number")) or ""),
            previous_digest=root.findtext(_tag("previous")) or "",
            made_at=root.findtext(_tag("made")) or "",
            entries=_read_part(root, "entries"),
            events=_read_part(root, "events"),
            journal=_read_part(root, "journal"),
        )
    except (ET.ParseError, ValueError) as error:
        raise ClosingError("closing_xml") from error
    if write_xml(closing) != xml:
        raise ClosingError("closing_xml")
    return closing


def verify_closings(lists: Iterable[Stored]) -> Finding | None:
    """Return the first list that is altered, missing or added, or None."""
    previous = GENESIS
    for number, stored in enumerate(lists, 1):
        try:
            closing = read_xml(stored.xml)
        except ClosingError:
            return Finding("closing", Flaw.ALTERED, f"№ {number}", number)
        day = closing.day.strftime("%d.%m.%Y")
        flaw = None
        if compute_xml_digest(stored.xml) != stored.digest or closing.entries.total != stored.total:
            flaw = Flaw.ALTERED
        elif closing.number != number:
            flaw = Flaw.MISSING if closing.number > number else Flaw.ADDED
        elif closing.previous_digest != previous:
            flaw = Flaw.ALTERED
        if flaw:
            return Finding("closing", flaw, day, number, closing.day.year)
        previous = stored.digest
    return None


def verify_book(lines: Iterable[Line], yearly: bool, marks: Iterable[Mark], part: str = "entry") -> Finding | None:
    """Return the first flaw of a chain, by itself or against the lists, or None."""
    checkpoint = _Checkpoint(marks, part)
    problem = verify(checkpoint.watch(lines), yearly)
    return _to_finding(problem, part) if problem else checkpoint.finding or checkpoint.find_cut()


def _to_finding(problem: Problem, part: str) -> Finding:
    return Finding(part, problem.flaw, problem.name, problem.sequence, problem.year)


class _Checkpoint:
    """Walks along the marks while the lines pass."""

    def __init__(self, marks: Iterable[Mark], part: str) -> None:
        self._marks = iter(marks)
        self._next = next(self._marks, None)
        self._place = 0
        self._part = part
        self.finding: Finding | None = None

    def watch(self, lines: Iterable[Line]) -> Iterator[Line]:
        for line in lines:
            self._place += 1
            if not self.finding:
                self.finding = self._compare(line)
            yield line

    def _compare(self, line: Line) -> Finding | None:
        while (mark := self._next) and mark.place <= self._place:
            if mark.place == self._place and mark.digest != line.digest:
                # A chain that agrees with itself and not with the list was written anew.
                flaw = Flaw.ALTERED if mark.name in {"", line.name} else Flaw.ADDED
                return Finding(self._part, flaw, line.name, line.sequence, line.year, mark.day)
            self._next = next(self._marks, None)
        return None

    def find_cut(self) -> Finding | None:
        """The first line that a list names behind the last line of the book."""
        mark = self._next
        return Finding(self._part, Flaw.MISSING, mark.name, mark.place, 0, mark.day) if mark else None


def list_marks(lists: Iterable[str], part: str = "entries") -> Iterator[Mark]:
    """What the lists say about each line of the book: place, number and digest, in the order of the book."""
    for xml in lists:
        closing = read_xml(xml)
        chain: Part = getattr(closing, part)
        day = closing.day.strftime("%d.%m.%Y")
        first = chain.total - len(chain.rows) + 1
        for place, row in enumerate(chain.rows, first):
            yield Mark(place, row.name, row.digest, day)
        if chain.count and not chain.rows:
            yield Mark(chain.total, "", chain.head, day)


def _write_part(tag: str, row_tag: str, part: Part) -> Iterator[str]:
    head = _attributes(count=part.count, head=part.head, total=part.total)
    if not part.rows:
        yield f"<{tag}{head}></{tag}>"
        return
    yield f"<{tag}{head}>"
    for row in part.rows:
        facts = {"at": row.at, "digest": row.digest, **({"kind": row.kind} if row.kind else {}), "name": row.name}
        yield f"<{row_tag}{_attributes(**facts)}></{row_tag}>"
    yield f"</{tag}>"


def _read_part(root: ET.Element, tag: str) -> Part:
    element = root.find(_tag(tag))
    if element is None:
        raise ValueError(tag)
    rows = tuple(Row(row.get("name", ""), row.get("digest", ""), row.get("at", ""), row.get("kind", "")) for row in element)
    return Part(rows, int(element.get("count", "")), int(element.get("total", "")), element.get("head", ""))


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _text(value: str) -> str:
    return escape(_without_controls(value)).replace("\r", "&#xD;")


def _attributes(**values: object) -> str:
    special = {"\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;", '"': "&quot;"}
    return "".join(f' {name}="{_attribute_text(str(value), special)}"' for name, value in sorted(values.items()))


def _attribute_text(value: str, special: dict[str, str]) -> str:
    # C14N leaves > as it is in attributes.
    return escape(_without_controls(value), special).replace("&gt;", ">")


def _without_controls(value: str) -> str:
    """XML 1.0 has no place for other control characters."""
    return "".join(letter for letter in value if letter >= " " or letter in "\t\n\r")
