"""The journal's chain: no row of it is altered, taken out or slipped in unseen.

A row carries the digest of its own record from the moment it is written; writers wait for nobody. A job then seals what
finished transactions wrote: one seal lists its rows with their digests and carries the digest of the seal before it.
Rows that were lawfully removed stay in the lists of their seals, and a removal says which they were and by what setting.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from .hash_chain import GENESIS, Flaw, write_canonical

LINE_DIGITS = 32
"""Hexadecimal digits of a row's digest in a seal's list: 128 bits cannot be met by a second record."""


class Thing(Enum):
    """What a flaw was found in."""

    ROW = "row"
    SEAL = "seal"
    REMOVAL = "removal"


@dataclass(frozen=True)
class Problem:
    """The first place where the journal is not as it was written."""

    flaw: Flaw
    thing: Thing
    number: int
    """Number of the row, the seal or the removal."""


@dataclass(frozen=True)
class Row:
    """One row as it stands in the database now."""

    number: int
    digest: str
    """What was computed when the row was written."""
    current: str
    """What the columns give today."""


@dataclass(frozen=True)
class Removal:
    """Rows that were removed by the retention setting."""

    number: int
    digest: str
    row_numbers: frozenset[int]


@dataclass(frozen=True)
class Seal:
    """A list of rows behind the seal before it, with those of its rows that still exist."""

    number: int
    at: str
    lines: str
    previous_digest: str
    digest: str
    rows: Mapping[int, Row] = field(default_factory=dict)


def compute_row_digest(facts: Mapping[str, Any]) -> str:
    """SHA-256 of a row's record. Empty facts are left out, so that a later version may know more of them."""
    record = {name: value for name, value in facts.items() if value not in (None, False, "")}
    return hashlib.sha256(write_canonical(record).encode()).hexdigest()


def write_lines(digests: Iterable[tuple[int, str]]) -> str:
    """The list of a seal: number and digest of each row, in the order of sealing."""
    return "\n".join(f"{number}:{digest[:LINE_DIGITS]}" for number, digest in digests)


def read_lines(lines: str) -> Iterator[tuple[int, str]]:
    """Number and shortened digest of each row of a seal."""
    for line in lines.splitlines():
        number, _colon, digest = line.partition(":")
        yield int(number), digest


def compute_seal_digest(previous_digest: str, number: int, at: str, lines: str) -> str:
    """SHA-256 over the seal before, this seal's number and moment, and its list."""
    return hashlib.sha256(f"{previous_digest}\n{number}\n{at}\n{lines}".encode()).hexdigest()


def compute_removal_digest(lines: Iterable[tuple[int, str]]) -> str:
    """SHA-256 over the lines of the removed rows, as they stand in their seals."""
    return hashlib.sha256(write_lines(lines).encode()).hexdigest()


def write_numbers(numbers: Iterable[int]) -> str:
    """Numbers in ascending order as ranges: `3-7,9`."""
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)


def read_numbers(text: str) -> frozenset[int]:
    """The numbers of a list of ranges."""
    numbers: set[int] = set()
    for span in filter(None, text.split(",")):
        first, _dash, last = span.partition("-")
        numbers.update(range(int(first), int(last or first) + 1))
    return frozenset(numbers)


def verify(seals: Iterable[Seal], unsealed: Iterable[Row] = (), removals: Iterable[Removal] = ()) -> Problem | None:
    """Return the first altered, missing or added seal, row or removal, or None when the journal is whole."""
    removals = list(removals)
    removed = frozenset[int]().union(*(removal.row_numbers for removal in removals))
    gone: dict[int, str] = {}
    previous, expected = GENESIS, 1
    for seal in seals:
        if problem := _check_seal(seal, previous, expected) or _check_rows(seal, removed):
            return problem
        gone.update((number, digest) for number, digest in read_lines(seal.lines) if number in removed)
        previous, expected = seal.digest, expected + 1
    for row in unsealed:
        if row.digest != row.current:
            return Problem(Flaw.ALTERED, Thing.ROW, row.number)
    return next((problem for removal in removals if (problem := _check_removal(removal, gone))), None)


def _check_seal(seal: Seal, previous: str, expected: int) -> Problem | None:
    if seal.number != expected:
        return Problem(Flaw.MISSING if seal.number > expected else Flaw.ADDED, Thing.SEAL, min(expected, seal.number))
    whole = compute_seal_digest(seal.previous_digest, seal.number, seal.at, seal.lines)
    return None if seal.previous_digest == previous and seal.digest == whole else Problem(Flaw.ALTERED, Thing.SEAL, seal.number)


def _check_rows(seal: Seal, removed: frozenset[int]) -> Problem | None:
    listed = dict(read_lines(seal.lines))
    for number, digest in listed.items():
        row = seal.rows.get(number)
        if row is None and number not in removed:
            return Problem(Flaw.MISSING, Thing.ROW, number)
        if row is not None and not (row.digest == row.current and row.current[:LINE_DIGITS] == digest):
            return Problem(Flaw.ALTERED, Thing.ROW, number)
    return next((Problem(Flaw.ADDED, Thing.ROW, number) for number in seal.rows if number not in listed), None)


def _check_removal(removal: Removal, gone: Mapping[int, str]) -> Problem | None:
    """What a removal says must be what the seals list."""
    lines = [(number, gone[number]) for number in sorted(removal.row_numbers) if number in gone]
    if len(lines) < len(removal.row_numbers) or compute_removal_digest(lines) != removal.digest:
        return Problem(Flaw.ALTERED, Thing.REMOVAL, removal.number)
    return None
