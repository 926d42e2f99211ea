"""The shipped calendar, day by day: against the lists of free days as they were published, and against the law itself."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from dateutil.easter import EASTER_ORTHODOX, easter
from oa_docflow.core.terms import Calendar, SpecialDay

TABLE = Path(__file__).resolve().parents[3] / "addons" / "oa_docflow" / "data" / "oa.calendar.day.csv"
YEARS = range(2019, 2028)
PUBLISHED = {
    2019: "01.01 03.03 04.03 26.04 27.04 28.04 29.04 01.05 06.05 24.05 06.09 22.09 23.09 24.12 25.12 26.12",
    2020: "01.01 03.03 17.04 18.04 19.04 20.04 01.05 06.05 24.05 25.05 06.09 07.09 22.09 24.12 25.12 26.12 28.12",
    2021: "01.01 03.03 30.04 01.05 02.05 03.05 04.05 06.05 24.05 06.09 22.09 24.12 25.12 26.12 27.12 28.12",
    2022: "01.01 03.01 03.03 22.04 23.04 24.04 25.04 01.05 02.05 06.05 24.05 06.09 22.09 24.12 25.12 26.12 27.12 28.12",
    2023: "01.01 02.01 03.03 14.04 15.04 16.04 17.04 01.05 06.05 08.05 24.05 06.09 22.09 24.12 25.12 26.12 27.12",
    2024: "01.01 03.03 04.03 01.05 03.05 04.05 05.05 06.05 24.05 06.09 22.09 23.09 24.12 25.12 26.12",
    2025: "01.01 03.03 18.04 19.04 20.04 21.04 01.05 06.05 24.05 26.05 06.09 08.09 22.09 24.12 25.12 26.12 31.12",
    2026: "01.01 02.01 03.03 10.04 11.04 12.04 13.04 01.05 06.05 24.05 25.05 06.09 07.09 22.09 24.12 25.12 26.12 28.12",
    2027: "01.01 03.03 30.04 01.05 02.05 03.05 04.05 06.05 24.05 06.09 22.09 24.12 25.12 26.12 27.12 28.12",
}
"""Free days as published year by year; they agree with the library `holidays` 0.109, which was asked once."""
FIXED = ((1, 1), (3, 3), (5, 1), (5, 6), (5, 24), (9, 6), (9, 22), (12, 24), (12, 25), (12, 26))
ONCE = {date(2025, 12, 31), date(2026, 1, 2)}
"""Declared once by the Council of Ministers, on 19.11.2025, for the change to the euro."""


@pytest.fixture(scope="module")
def rows():
    with TABLE.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def calendar(rows):
    return Calendar.of(SpecialDay(date.fromisoformat(row["day"]), row["is_working"] == "True", row["reason"]) for row in rows)


def list_free_days_by_law(year):
    """Art. 154 of the Labour Code since 2017: a holiday at a week-end, Easter apart, is made up on the first working days after it."""
    sunday = easter(year, EASTER_ORTHODOX)
    free = {sunday + timedelta(days=offset) for offset in (-2, -1, 0, 1)}
    fixed = [date(year, month, day) for month, day in FIXED]
    free |= set(fixed)
    for holiday in fixed:
        if holiday.weekday() >= 5:
            instead = holiday
            while instead in free or instead.weekday() >= 5:
                instead += timedelta(days=1)
            free.add(instead)
    return free | {day for day in ONCE if day.year == year}


def list_days(year):
    return [date(year, 1, 1) + timedelta(days=number) for number in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]


@pytest.mark.parametrize("year", YEARS)
def test_every_day_is_as_published(year, calendar):
    free = {date(year, int(day[3:]), int(day[:2])) for day in PUBLISHED[year].split()}
    wrong = [day for day in list_days(year) if calendar.is_working(day) != (day.weekday() < 5 and day not in free)]
    assert wrong == []


@pytest.mark.parametrize("year", YEARS)
def test_every_day_is_as_the_law_says(year, calendar):
    free = list_free_days_by_law(year)
    wrong = [day for day in list_days(year) if calendar.is_working(day) != (day.weekday() < 5 and day not in free)]
    assert wrong == []


def test_every_day_says_why_and_by_which_law(rows):
    assert all(row["reason"] and "Кодекса на труда" in row["legal_ground"] for row in rows)
    assert {int(row["day"][:4]) for row in rows} == set(YEARS)


def test_what_is_not_published_yet_is_said_in_the_table(rows):
    first = next(row for row in rows if row["day"] == "2027-01-01")
    assert "не са включени" in first["legal_ground"]
