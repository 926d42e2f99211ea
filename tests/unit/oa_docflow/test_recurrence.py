import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from oa_docflow.core.errors import TermError
from oa_docflow.core.recurrence import Period, Rhythm, find_due, find_next
from oa_docflow.core.terms import Calendar, SpecialDay

TABLE = Path(__file__).resolve().parents[3] / "addons" / "oa_docflow" / "data" / "oa.calendar.day.csv"


@pytest.fixture(scope="module")
def calendar():
    with TABLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return Calendar.of(SpecialDay(date.fromisoformat(row["day"]), row["is_working"] == "True", row["reason"]) for row in rows)


def test_months_keep_the_date_of_the_first_day():
    rhythm = Rhythm(date(2026, 1, 31), Period.MONTH)
    assert [rhythm.at(number) for number in range(4)] == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]


@pytest.mark.parametrize(
    ("period", "every", "second"),
    [
        (Period.DAY, 3, date(2026, 11, 26)),
        (Period.WEEK, 2, date(2026, 12, 7)),
        (Period.MONTH, 3, date(2027, 2, 23)),
        (Period.YEAR, 1, date(2027, 11, 23)),
    ],
)
def test_each_period_counts_in_its_own_way(period, every, second):
    assert Rhythm(date(2026, 11, 23), period, every).at(1) == second


def test_a_day_that_nobody_works_moves_to_the_next_worked_one(calendar):
    rhythm = Rhythm(date(2026, 11, 28), Period.MONTH)
    assert find_next(rhythm, None, calendar) == date(2026, 11, 30)
    assert find_due(rhythm, date(2026, 11, 29), None, calendar) is None
    assert find_due(rhythm, date(2026, 11, 30), None, calendar) == date(2026, 11, 28)
    assert find_next(rhythm, date(2026, 11, 28), calendar) == date(2026, 12, 29)


def test_after_an_outage_only_the_newest_comes(calendar):
    rhythm = Rhythm(date(2026, 11, 2), Period.WEEK)
    assert find_due(rhythm, date(2026, 11, 25), date(2026, 11, 2), calendar) == date(2026, 11, 23)
    assert find_due(rhythm, date(2026, 11, 25), date(2026, 11, 23), calendar) is None


def test_a_rhythm_ends(calendar):
    rhythm = Rhythm(date(2026, 11, 2), Period.WEEK, until=date(2026, 11, 16))
    assert list(rhythm.days()) == [date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16)]
    assert find_next(rhythm, date(2026, 11, 16), calendar) is None


def test_every_day_of_a_year_gives_each_occurrence_exactly_once(calendar):
    rhythm, after, made = Rhythm(date(2026, 1, 1), Period.MONTH), None, []
    for number in range(365):
        if due := find_due(rhythm, date(2026, 1, 1) + timedelta(days=number), after, calendar):
            made.append(due)
            after = due
    assert made == [rhythm.at(number) for number in range(12)]


@pytest.mark.parametrize("wrong", [{"every": 0}, {"until": date(2026, 1, 1)}])
def test_a_rhythm_that_cannot_be_is_refused(wrong):
    with pytest.raises(TermError):
        Rhythm(date(2026, 11, 2), Period.DAY, **wrong)
