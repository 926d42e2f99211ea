"""The chain of digests that makes a bent book visible.

Each line of a book carries the digest of the line before it. Whoever alters, takes out or slips in a line
breaks the chain at that place, and `verify` names the place. A book may hold several series (incoming and
outgoing, one for each kind); the chain runs through all of them, the numbers are counted in each.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

GENESIS = "0" * 64
"""The digest before the first line of a book."""

ORIGIN_TURN, ORIGIN_MISSED, ORIGIN_RESERVED = "turn", "missed", "reserved"

_LATER_KEYS = {"series": "", "origin": ORIGIN_TURN, "block": ""}
"""What lines written before these facts existed mean by not naming them."""


class Flaw(Enum):
    """What is wrong at the first wrong line."""

    ALTERED = "altered"
    MISSING = "missing"
    ADDED = "added"


@dataclass(frozen=True)
class Line:
    """One line of a book as it stands in the database now."""

    name: str
    year: int
    sequence: int
    snapshot: str
    """Canonical JSON written when the number was taken."""
    previous_digest: str
    digest: str
    current: Mapping[str, Any] = field(default_factory=dict)
    """What the columns say today; every key must agree with the snapshot."""
    series: str = ""
    is_closed: bool = False
    """The record is withheld from the reader, so that only its place in the chain can be checked."""


@dataclass(frozen=True)
class Problem:
    """The first line that is not as it was written."""

    flaw: Flaw
    name: str
    """The number of the altered or added line, or of the line after the gap."""
    sequence: int
    year: int
    series: str = ""


def write_canonical(record: Mapping[str, Any]) -> str:
    """The one spelling of a record: sorted keys, no spaces, letters as they are."""
    return json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def compute_digest(previous_digest: str, snapshot: str) -> str:
    """SHA-256 over the previous digest and the canonical record, in hexadecimal."""
    return hashlib.sha256(f"{previous_digest}\n{snapshot}".encode()).hexdigest()


def verify(lines: Iterable[Line], yearly: bool = True) -> Problem | None:
    """Return the first altered, missing or added line, or None when the book is whole.

    Lines come in the order in which they were written.
    """
    book = _Book(yearly)
    rest = iter(lines)
    for line in rest:
        if problem := book.check(line, rest):
            return problem
    return None


@dataclass
class _Series:
    """The numbers that one series has so far."""

    first: int | None = None
    """The first number taken in turn: 1, or the one after the paper book."""
    last: int = 0
    missed: set[int] = field(default_factory=set)


class _Book:
    """The lines read so far."""

    def __init__(self, yearly: bool) -> None:
        self.yearly = yearly
        self.previous: Line | None = None
        self.digests: set[str] = set()
        self.series: dict[tuple[str, int], _Series] = {}
        self.begun: set[str] = set()

    def check(self, line: Line, rest: Iterator[Line]) -> Problem | None:
        digest = self.previous.digest if self.previous else GENESIS
        written = _read(line.snapshot)
        expected = self._expect(line, written)
        problem = _check_linked(line, written, expected) if line.previous_digest == digest else self._explain_break(line, expected, rest)
        self.digests.add(digest)
        self.previous = line
        self._take(line, written)
        return problem

    def _expect(self, line: Line, written: Mapping[str, Any]) -> int:
        """The number that this line must have."""
        series = self._open(line)
        if (below := _read_missed(written)) is not None:
            # A missed number is free and lies before those that the book gave in turn.
            free = line.sequence not in series.missed and 0 < line.sequence < (series.first or below)
            return line.sequence if free else line.sequence + 1
        if series.first is not None:
            return series.last + 1
        first = written.get("first", 1)
        # Only a book that goes on from paper begins with another number, and only once.
        return first if isinstance(first, int) and line.series not in self.begun else 1

    def _take(self, line: Line, written: Mapping[str, Any]) -> None:
        series = self._open(line)
        if _read_missed(written) is not None:
            series.missed.add(line.sequence)
            return
        series.first = line.sequence if series.first is None else series.first
        series.last = max(series.last, line.sequence)
        self.begun.add(line.series)

    def _open(self, line: Line) -> _Series:
        return self.series.setdefault((line.series, line.year if self.yearly else 0), _Series())

    def _explain_break(self, line: Line, expected: int, rest: Iterator[Line]) -> Problem:
        """Say which of the two sides of a broken link is to blame."""
        if line.sequence > expected:
            return _name_missing(expected, line)
        own_digest_fits = _is_sealed(line)
        if self.previous is None or (not own_digest_fits and line.sequence == expected):
            return _name(Flaw.ALTERED, line)
        if self.yearly and line.year > self.previous.year and line.series == self.previous.series:
            # The new year begins with 1 whatever stood at the end of the old one.
            previous = self.previous
            return Problem(Flaw.MISSING, line.name, previous.sequence + 1, previous.year, previous.series)
        if line.previous_digest in self.digests or line.sequence < expected:
            return _name(Flaw.ADDED, line)
        return self._find_gap(line, rest) or _name(Flaw.ALTERED, self.previous)

    def _find_gap(self, line: Line, rest: Iterator[Line]) -> Problem | None:
        """A line taken out of another series shows as a gap where that series goes on."""
        self._take(line, _read(line.snapshot))
        for later in rest:
            written = _read(later.snapshot)
            if (expected := self._expect(later, written)) < later.sequence:
                return _name_missing(expected, later)
            self._take(later, written)
        return None


def _is_sealed(line: Line) -> bool:
    return line.is_closed or compute_digest(line.previous_digest, line.snapshot) == line.digest


def _check_linked(line: Line, written: Mapping[str, Any], expected: int) -> Problem | None:
    if not _is_sealed(line) or not _agrees(line, written):
        return _name(Flaw.ALTERED, line)
    if line.sequence == expected:
        return None
    return _name_missing(expected, line) if line.sequence > expected else _name(Flaw.ADDED, line)


def _name(flaw: Flaw, line: Line) -> Problem:
    return Problem(flaw, line.name, line.sequence, line.year, line.series)


def _name_missing(sequence: int, following: Line) -> Problem:
    return Problem(Flaw.MISSING, following.name, sequence, following.year, following.series)


def _read(snapshot: str) -> Mapping[str, Any]:
    try:
        written = json.loads(snapshot)
    except ValueError:
        return {}
    return written if isinstance(written, dict) else {}


def _read_missed(written: Mapping[str, Any]) -> int | None:
    missed = written.get("missed")
    below = missed.get("below") if isinstance(missed, dict) else None
    return below if isinstance(below, int) else None


def _agrees(line: Line, written: Mapping[str, Any]) -> bool:
    return bool(written) and all(written.get(key, _LATER_KEYS.get(key)) == value for key, value in line.current.items())
