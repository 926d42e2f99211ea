"""A bent book names the place where it was bent."""

from dataclasses import replace

import pytest
from oa_registry.core.hash_chain import GENESIS, Flaw, Line, compute_digest, verify, write_canonical


def write_line(previous, sequence, year=2026, subject="Заявление"):
    digest = previous.digest if previous else GENESIS
    name = f"{sequence}/{year}"
    current = {"name": name, "sequence": sequence, "subject": subject}
    snapshot = write_canonical(current)
    return Line(name, year, sequence, snapshot, digest, compute_digest(digest, snapshot), current)


def write_book(*places):
    lines, previous = [], None
    for year, sequence in places:
        previous = write_line(previous, sequence, year)
        lines.append(previous)
    return lines


@pytest.fixture
def book():
    return write_book(*((2026, sequence) for sequence in range(1, 7)))


def rewrite(line, subject, previous_digest=None):
    """What a careful forger does: column, snapshot and digest agree with each other."""
    digest = previous_digest or line.previous_digest
    current = {**line.current, "subject": subject}
    snapshot = write_canonical(current)
    return replace(line, current=current, snapshot=snapshot, previous_digest=digest, digest=compute_digest(digest, snapshot))


def test_a_whole_book_has_no_problem(book):
    assert verify(book) is None
    assert verify([]) is None


def test_canonical_json_does_not_depend_on_order():
    assert write_canonical({"b": 1, "a": "я"}) == write_canonical({"a": "я", "b": 1}) == '{"a":"я","b":1}'


def test_a_changed_column_is_an_altered_line(book):
    book[2] = replace(book[2], current={**book[2].current, "subject": "Друго"})
    problem = verify(book)
    assert (problem.flaw, problem.name) == (Flaw.ALTERED, "3/2026")


def test_a_changed_snapshot_is_an_altered_line(book):
    book[2] = replace(book[2], snapshot=book[2].snapshot.replace("Заявление", "Друго"))
    assert verify(book).flaw is Flaw.ALTERED


@pytest.mark.parametrize("snapshot", ["not json", "[1]"])
def test_a_snapshot_that_is_no_record_is_an_altered_line(book, snapshot):
    book[3] = replace(book[3], snapshot=snapshot, digest=compute_digest(book[3].previous_digest, snapshot))
    assert (verify(book).flaw, verify(book).sequence) == (Flaw.ALTERED, 4)


def test_a_line_rewritten_with_its_digest_is_found_by_the_next_one(book):
    book[2] = rewrite(book[2], "Друго")
    problem = verify(book)
    assert (problem.flaw, problem.name) == (Flaw.ALTERED, "3/2026")


def test_a_changed_link_is_an_altered_line(book):
    book[2] = replace(book[2], previous_digest="f" * 64)
    assert (verify(book).flaw, verify(book).sequence) == (Flaw.ALTERED, 3)


def test_a_first_line_rewritten_on_another_beginning_is_altered(book):
    book[0] = rewrite(book[0], "Друго", previous_digest="f" * 64)
    assert (verify(book).flaw, verify(book).sequence) == (Flaw.ALTERED, 1)


def test_a_removed_line_is_missing(book):
    del book[3]
    problem = verify(book)
    assert (problem.flaw, problem.sequence, problem.name) == (Flaw.MISSING, 4, "5/2026")


def test_a_removed_first_line_is_missing(book):
    del book[0]
    assert (verify(book).flaw, verify(book).sequence) == (Flaw.MISSING, 1)


def test_a_gap_with_a_mended_link_is_still_missing(book):
    book[3:] = [write_line(book[2], 5)]
    assert (verify(book).flaw, verify(book).sequence) == (Flaw.MISSING, 4)


def test_lines_removed_before_the_new_year_are_missing():
    book = write_book((2026, 1), (2026, 2), (2026, 3), (2027, 1))
    del book[2]
    problem = verify(book)
    assert (problem.flaw, problem.sequence, problem.year) == (Flaw.MISSING, 3, 2026)


def test_a_line_slipped_in_is_added(book):
    book.insert(3, write_line(book[2], 3, subject="Подхвърлен"))
    problem = verify(book)
    assert (problem.flaw, problem.name) == (Flaw.ADDED, "3/2026")


def test_a_line_hung_on_an_older_one_is_added(book):
    book.append(write_line(book[2], 7))
    assert (verify(book).flaw, verify(book).sequence) == (Flaw.ADDED, 7)


def test_a_line_with_a_used_number_at_the_end_is_added(book):
    book.append(write_line(book[2], 4))
    assert (verify(book).flaw, verify(book).sequence) == (Flaw.ADDED, 4)


def test_a_yearly_book_begins_again_and_an_endless_one_goes_on():
    assert verify(write_book((2026, 1), (2026, 2), (2027, 1))) is None
    endless = write_book((2026, 1), (2026, 2), (2027, 3))
    assert verify(endless, yearly=False) is None
    assert verify(endless).flaw is Flaw.MISSING
