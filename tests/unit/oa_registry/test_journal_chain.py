"""The journal names the first place where somebody touched it."""

from dataclasses import replace

import pytest
from oa_registry.core.hash_chain import GENESIS, Flaw
from oa_registry.core.journal_chain import (
    Removal,
    Row,
    Seal,
    Thing,
    compute_removal_digest,
    compute_row_digest,
    compute_seal_digest,
    read_lines,
    read_numbers,
    verify,
    write_lines,
    write_numbers,
)


def write_row(number, action="view"):
    digest = compute_row_digest({"action": action, "number": number})
    return Row(number, digest, digest)


def write_seal(previous, number, rows):
    lines = write_lines((row.number, row.digest) for row in rows)
    digest = previous.digest if previous else GENESIS
    at = f"2026-11-22T10:0{number}:00"
    return Seal(number, at, lines, digest, compute_seal_digest(digest, number, at, lines), {row.number: row for row in rows})


@pytest.fixture
def seals():
    first = write_seal(None, 1, [write_row(2), write_row(1), write_row(4)])
    second = write_seal(first, 2, [write_row(3), write_row(5)])
    return [first, second, write_seal(second, 3, [write_row(6)])]


def change_rows(seal, **rows):
    """Replace or drop rows of a seal without touching its list."""
    kept = {number: row for number, row in seal.rows.items() if rows.get(f"n{number}", row) is not None}
    return replace(seal, rows=kept | {row.number: row for row in rows.values() if row})


def removal_of(seals, *numbers, number=1):
    lines = [line for seal in seals for line in read_lines(seal.lines) if line[0] in numbers]
    return Removal(number, compute_removal_digest(sorted(lines)), frozenset(numbers))


def test_a_whole_journal_has_no_problem(seals):
    assert verify(seals, [write_row(7)]) is None
    assert verify([]) is None


def test_empty_facts_do_not_count():
    assert compute_row_digest({"action": "view", "old": ""}) == compute_row_digest({"action": "view", "old": None, "new": False})
    assert compute_row_digest({"action": "view"}) != compute_row_digest({"action": "print"})


def test_a_changed_column_is_an_altered_row(seals):
    seals[1] = change_rows(seals[1], n3=replace(write_row(3), current="0" * 64))
    assert verify(seals) == verify(iter(seals))
    problem = verify(seals)
    assert (problem.flaw, problem.thing, problem.number) == (Flaw.ALTERED, Thing.ROW, 3)


def test_a_row_rewritten_with_its_digest_is_altered(seals):
    seals[1] = change_rows(seals[1], n5=write_row(5, "print"))
    problem = verify(seals)
    assert (problem.flaw, problem.thing, problem.number) == (Flaw.ALTERED, Thing.ROW, 5)


def test_a_row_taken_out_is_missing(seals):
    seals[0] = change_rows(seals[0], n4=None)
    problem = verify(seals)
    assert (problem.flaw, problem.thing, problem.number) == (Flaw.MISSING, Thing.ROW, 4)


def test_a_row_beside_the_list_is_added(seals):
    seals[1] = change_rows(seals[1], n9=write_row(9))
    problem = verify(seals)
    assert (problem.flaw, problem.thing, problem.number) == (Flaw.ADDED, Thing.ROW, 9)


def test_an_unsealed_row_answers_for_itself(seals):
    problem = verify(seals, [write_row(7), replace(write_row(8), digest="1" * 64)])
    assert (problem.flaw, problem.thing, problem.number) == (Flaw.ALTERED, Thing.ROW, 8)


def test_a_seal_taken_out_is_missing(seals):
    del seals[1]
    problem = verify(seals)
    assert (problem.flaw, problem.thing, problem.number) == (Flaw.MISSING, Thing.SEAL, 2)


def test_a_seal_that_comes_twice_is_added(seals):
    problem = verify([seals[0], seals[0], *seals[1:]])
    assert (problem.flaw, problem.thing, problem.number) == (Flaw.ADDED, Thing.SEAL, 1)


def test_a_rewritten_seal_is_altered_or_breaks_the_next(seals):
    assert verify([seals[0], replace(seals[1], at="2020-01-01T00:00:00"), seals[2]]).number == 2
    forged = write_seal(seals[0], 2, [write_row(3)])
    problem = verify([seals[0], forged, seals[2]])
    assert (problem.flaw, problem.thing, problem.number) == (Flaw.ALTERED, Thing.SEAL, 3)


def test_a_lawful_removal_leaves_the_journal_whole(seals):
    removal = removal_of(seals, 3, 4)
    seals = [change_rows(seals[0], n4=None), change_rows(seals[1], n3=None), seals[2]]
    assert verify(seals, removals=[removal]) is None


def test_a_removal_explains_only_its_own_rows(seals):
    removal = removal_of(seals, 3)
    seals[0] = change_rows(seals[0], n4=None)
    assert verify(seals, removals=[removal]).number == 4


@pytest.mark.parametrize("numbers", [frozenset({3, 99}), frozenset({5})])
def test_a_removal_that_says_something_else_than_the_seals_is_altered(seals, numbers):
    removal = replace(removal_of(seals, 3, number=7), row_numbers=numbers)
    problem = verify(seals, removals=[removal])
    assert (problem.flaw, problem.thing, problem.number) == (Flaw.ALTERED, Thing.REMOVAL, 7)


@pytest.mark.parametrize(("numbers", "text"), [((), ""), ((5,), "5"), ((9, 3, 4, 5), "3-5,9")])
def test_numbers_are_written_as_ranges_and_read_back(numbers, text):
    assert write_numbers(numbers) == text
    assert read_numbers(text) == frozenset(numbers)
