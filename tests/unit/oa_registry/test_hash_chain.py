"""A bent book names the place where it was bent."""

from dataclasses import replace

import pytest
from oa_registry.core.hash_chain import GENESIS, Flaw, Line, compute_digest, verify, write_canonical


def write_line(previous, sequence, year=2026, subject="Заявление", series="", **extra):
    digest = previous.digest if previous else GENESIS
    name = f"{series}{sequence}/{year}"
    current = {"name": name, "sequence": sequence, "subject": subject, "series": series}
    snapshot = write_canonical({**current, **extra})
    return Line(name, year, sequence, snapshot, digest, compute_digest(digest, snapshot), current, series)


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


def write_series(*places):
    lines, previous = [], None
    for series, sequence in places:
        previous = write_line(previous, sequence, series=series)
        lines.append(previous)
    return lines


def write_missed(previous, sequence, below):
    return write_line(previous, sequence, missed={"below": below, "reason": "пропуснат на хартия"})


def test_series_are_counted_apart_in_one_chain():
    assert verify(write_series(("incoming", 1), ("outgoing", 1), ("incoming", 2), ("outgoing", 2))) is None


def test_a_gap_in_one_series_is_found():
    problem = verify(write_series(("incoming", 1), ("outgoing", 1), ("incoming", 3)))
    assert (problem.flaw, problem.sequence, problem.series) == (Flaw.MISSING, 2, "incoming")


def test_a_line_taken_out_between_lines_of_another_series_is_missing():
    lines = write_series(("incoming", 1), ("outgoing", 1), ("incoming", 2), ("outgoing", 2))
    del lines[1]
    problem = verify(lines)
    assert (problem.flaw, problem.sequence, problem.series) == (Flaw.MISSING, 1, "outgoing")


def test_a_line_altered_between_lines_of_another_series_is_altered():
    lines = write_series(("incoming", 1), ("outgoing", 1), ("incoming", 2), ("outgoing", 2))
    lines[1] = rewrite(lines[1], "Друго")
    problem = verify(lines)
    assert (problem.flaw, problem.sequence, problem.series) == (Flaw.ALTERED, 1, "outgoing")


def test_lines_written_before_there_were_series_are_whole():
    line = write_line(None, 1)
    snapshot = write_canonical({key: value for key, value in line.current.items() if key != "series"})
    old = replace(line, snapshot=snapshot, digest=compute_digest(GENESIS, snapshot))
    assert verify([old]) is None
    assert verify([replace(old, current={**old.current, "series": "incoming"})]).flaw is Flaw.ALTERED


def test_a_book_goes_on_from_paper_where_its_first_line_says_so():
    first = write_line(None, 1235, first=1235)
    assert verify([first, write_line(first, 1236)]) is None
    assert verify([write_line(None, 1235)]).flaw is Flaw.MISSING


def test_only_the_first_line_of_a_series_begins_late():
    first = write_line(None, 1235, first=1235)
    assert verify([first, write_line(first, 500, year=2027, first=500)]).flaw is Flaw.MISSING
    assert verify([first, write_line(first, 1, year=2027)]) is None


def test_a_missed_number_below_the_beginning_is_accepted_once():
    first = write_line(None, 1235, first=1235)
    missed = write_missed(first, 1100, 1236)
    following = write_line(missed, 1236)
    assert verify([first, missed, following]) is None
    assert verify([first, missed, write_missed(missed, 1100, 1236)]).flaw is Flaw.ADDED


def test_a_missed_number_before_the_first_in_turn_is_accepted():
    missed = write_missed(None, 1100, 1235)
    assert verify([missed, write_line(missed, 1235, first=1235)]) is None


@pytest.mark.parametrize("sequence", [0, 1235, 1236, 1300])
def test_a_missed_number_that_was_not_missed_is_added(sequence):
    first = write_line(None, 1235, first=1235)
    problem = verify([first, write_missed(first, sequence, 1236)])
    assert (problem.flaw, problem.sequence) == (Flaw.ADDED, sequence)
