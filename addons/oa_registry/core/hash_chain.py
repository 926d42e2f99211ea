"""The chain of digests that makes a bent book visible.

Each line of a book carries the digest of the line before it. Whoever alters, takes out or slips in a line
breaks the chain at that place, and `verify` names the place.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

GENESIS = "0" * 64
"""The digest before the first line of a book."""


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


@dataclass(frozen=True)
class Problem:
    """The first line that is not as it was written."""

    flaw: Flaw
    name: str
    """The number of the altered or added line, or of the line after the gap."""
    sequence: int
    year: int


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
    previous: Line | None = None
    seen: set[str] = set()
    for line in lines:
        digest = previous.digest if previous else GENESIS
        expected = 1 if previous is None or _turns_year(line, previous, yearly) else previous.sequence + 1
        if line.previous_digest == digest:
            problem = _check_linked(line, expected)
        else:
            problem = _explain_break(line, previous, expected, yearly, line.previous_digest in seen)
        if problem:
            return problem
        seen.add(digest)
        previous = line
    return None


def _check_linked(line: Line, expected: int) -> Problem | None:
    if compute_digest(line.previous_digest, line.snapshot) != line.digest or not _agrees(line):
        return _name(Flaw.ALTERED, line)
    if line.sequence == expected:
        return None
    return _name_missing(line.year, expected, line) if line.sequence > expected else _name(Flaw.ADDED, line)


def _explain_break(line: Line, previous: Line | None, expected: int, yearly: bool, links_back: bool) -> Problem:
    """Say which of the two sides of a broken link is to blame."""
    if line.sequence > expected:
        return _name_missing(line.year, expected, line)
    own_digest_fits = compute_digest(line.previous_digest, line.snapshot) == line.digest
    if previous is None or (not own_digest_fits and line.sequence == expected):
        return _name(Flaw.ALTERED, line)
    if _turns_year(line, previous, yearly):
        # The new year begins with 1 whatever stood at the end of the old one.
        return _name_missing(previous.year, previous.sequence + 1, line)
    if links_back or line.sequence < expected:
        return _name(Flaw.ADDED, line)
    return _name(Flaw.ALTERED, previous)


def _turns_year(line: Line, previous: Line, yearly: bool) -> bool:
    return yearly and line.year > previous.year


def _name(flaw: Flaw, line: Line) -> Problem:
    return Problem(flaw, line.name, line.sequence, line.year)


def _name_missing(year: int, sequence: int, following: Line) -> Problem:
    return Problem(Flaw.MISSING, following.name, sequence, year)


def _agrees(line: Line) -> bool:
    try:
        written = json.loads(line.snapshot)
    except ValueError:
        return False
    if not isinstance(written, dict):
        return False
    return all(key in written and written[key] == value for key, value in line.current.items())
