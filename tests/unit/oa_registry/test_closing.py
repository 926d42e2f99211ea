"""A daily list is one spelling of its facts, and a book that says otherwise is found."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from lxml import etree
from oa_registry.core.closing import (
    Closing,
    Mark,
    Part,
    Row,
    Stored,
    compute_xml_digest,
    list_marks,
    read_xml,
    verify_book,
    verify_closings,
    write_xml,
)
from oa_registry.core.errors import ClosingError
from oa_registry.core.hash_chain import GENESIS, Flaw, Line, compute_digest, write_canonical
from oa_registry.core.official_day import get_day_bounds, show_moment, write_moment


def write_line(previous, sequence, subject="Заявление"):
    digest = previous.digest if previous else GENESIS
    current = {"number": f"{sequence}/2026", "sequence": sequence, "subject": subject}
    snapshot = write_canonical(current)
    return Line(f"{sequence}/2026", 2026, sequence, snapshot, digest, compute_digest(digest, snapshot), current)


def write_book(count, subject="Заявление"):
    lines, previous = [], None
    for sequence in range(1, count + 1):
        previous = write_line(previous, sequence, subject)
        lines.append(previous)
    return lines


def write_lists(lines, *sizes, listed=True):
    stored, previous, done = [], GENESIS, 0
    for number, size in enumerate(sizes, 1):
        rows = tuple(Row(line.name, line.digest, "2026-03-02T09:00:00Z") for line in lines[done : done + size])
        done += size
        part = Part(rows if listed else (), size, done, lines[done - 1].digest)
        xml = write_xml(make_closing(number=number, day=date(2026, 3, number), previous_digest=previous, entries=part))
        previous = compute_xml_digest(xml)
        stored.append(Stored(xml, previous, done))
    return stored


def make_closing(**facts):
    values = {
        "administration": "Областна администрация „Видин“ & <синове>",
        "register_id": 7,
        "register_code": 'О"ДР',
        "register_name": "Официален\tрегистър",
        "day": date(2026, 3, 2),
        "number": 1,
        "previous_digest": GENESIS,
        "made_at": "2026-03-03T00:10:00Z",
        "entries": Part((Row('1 & "2" <3> \n4', "a" * 64, "2026-03-02T09:00:00Z"),), 1, 1, "a" * 64),
        "events": Part((Row("1", "b" * 64, "2026-03-02T09:00:00Z", "annulment"),), 1, 1, "b" * 64),
    }
    return Closing(**{**values, **facts})


def test_what_is_written_is_canonical_xml_and_read_back_whole():
    closing = make_closing()
    xml = write_xml(closing)
    assert etree.tostring(etree.fromstring(xml), method="c14n").decode() == xml
    assert read_xml(xml) == closing


@pytest.mark.parametrize(
    "change",
    [("><", "> <"), ("<day>2026-03-02</day>", ""), ("<entries", "<entrys"), ("</closing>", ""), ('count="1"', 'count="x"')],
)
def test_another_spelling_is_refused(change):
    with pytest.raises(ClosingError):
        read_xml(write_xml(make_closing()).replace(*change))


def test_a_list_without_a_register_is_refused():
    xml = write_xml(make_closing())
    with pytest.raises(ClosingError):
        read_xml(xml[: xml.index("<register")] + xml[xml.index("<day") :])


def test_a_day_begins_and_ends_by_the_clock_of_bulgaria():
    assert get_day_bounds(date(2026, 1, 15)) == (datetime(2026, 1, 14, 22), datetime(2026, 1, 15, 22))
    # The clocks go forward: this day has 23 hours.
    assert get_day_bounds(date(2026, 3, 29)) == (datetime(2026, 3, 28, 22), datetime(2026, 3, 29, 21))
    assert show_moment(write_moment(datetime(2026, 7, 1, 21, 30, 5))) == "02.07.2026 00:30:05"


def test_whole_lists_have_no_flaw():
    assert verify_closings(write_lists(write_book(5), 2, 3)) is None
    assert verify_closings([]) is None


def test_an_altered_list_is_named_by_its_day():
    lists = write_lists(write_book(6), 2, 3, 1)
    forged = replace(lists[1], xml=lists[1].xml.replace("made>2026", "made>2025"))
    assert verify_closings([lists[0], forged, lists[2]]).name == "02.03.2026"
    forged = replace(forged, digest=compute_xml_digest(forged.xml))
    found = verify_closings([lists[0], forged, lists[2]])
    assert (found.flaw, found.name) == (Flaw.ALTERED, "03.03.2026")
    assert verify_closings([replace(lists[0], total=3)]).flaw is Flaw.ALTERED
    assert verify_closings([replace(lists[0], xml="nonsense")]).name == "№ 1"


def test_a_missing_and_an_added_list_are_named():
    lists = write_lists(write_book(6), 2, 3, 1)
    assert verify_closings([lists[0], lists[2]]).flaw is Flaw.MISSING
    assert verify_closings([lists[0], lists[0], lists[1]]).flaw is Flaw.ADDED


def test_lists_agree_with_the_book_they_were_made_from():
    book = write_book(5)
    marks = list(list_marks(stored.xml for stored in write_lists(book, 2, 3)))
    assert marks[2] == Mark(3, "3/2026", book[2].digest, "02.03.2026")
    assert verify_book(book, True, marks) is None


@pytest.mark.parametrize("listed", [True, False])
def test_lines_cut_from_the_end_are_missing(listed):
    book = write_book(5)
    found = verify_book(book[:3], True, list_marks(stored.xml for stored in write_lists(book, 2, 3, listed=listed)))
    assert (found.flaw, found.name, found.day) == (Flaw.MISSING, "4/2026" if listed else "", "02.03.2026")


@pytest.mark.parametrize("listed", [True, False])
def test_a_book_written_anew_contradicts_its_lists(listed):
    lists = write_lists(write_book(5), 2, 3, listed=listed)
    found = verify_book(write_book(5, "Друго"), True, list_marks(stored.xml for stored in lists))
    assert (found.flaw, found.name) == (Flaw.ALTERED, "1/2026" if listed else "2/2026")


def test_a_line_that_no_list_knows_is_added():
    book = write_book(5)
    anew = [book[0], *(write_line(book[0], 2, "Подхвърлен"),)]
    anew[1] = replace(anew[1], name="2а/2026")
    found = verify_book(anew, True, list_marks(stored.xml for stored in write_lists(book, 5)))
    assert (found.flaw, found.name) == (Flaw.ADDED, "2а/2026")


def test_a_broken_chain_goes_before_the_lists():
    book = write_book(5)
    book[3] = replace(book[3], current={**book[3].current, "subject": "Друго"})
    found = verify_book(book, True, [Mark(5, "", "f" * 64, "02.03.2026")])
    assert (found.part, found.flaw, found.sequence, found.day) == ("entry", Flaw.ALTERED, 4, "")
