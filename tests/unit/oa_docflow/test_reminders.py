import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from oa_docflow.core.reminders import Phase, Policy, count_working, find_phases, latest_day
from oa_docflow.core.terms import Calendar, SpecialDay

TABLE = Path(__file__).resolve().parents[3] / "addons" / "oa_docflow" / "data" / "oa.calendar.day.csv"


@pytest.fixture(scope="module")
def calendar():
    with TABLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return Calendar.of(SpecialDay(date.fromisoformat(row["day"]), row["is_working"] == "True", row["reason"]) for row in rows)


DUE = date(2026, 11, 25)
"""A Wednesday."""


@pytest.mark.parametrize(
    ("today", "phases"),
    [
        (date(2026, 11, 20), ()),
        (date(2026, 11, 22), ()),
        (date(2026, 11, 23), (Phase.BEFORE,)),
        (date(2026, 11, 24), (Phase.BEFORE,)),
        (DUE, (Phase.DUE,)),
        (date(2026, 11, 26), (Phase.LATE, Phase.ESCALATED)),
        (date(2026, 11, 28), ()),
        (date(2026, 11, 29), ()),
        (date(2026, 11, 30), (Phase.LATE, Phase.ESCALATED, Phase.ESCALATED_AGAIN)),
    ],
)
def test_each_day_says_what_the_settings_ask_for(today, phases, calendar):
    assert find_phases(today, DUE, Policy(), calendar) == phases


def test_holidays_do_not_count(calendar):
    assert count_working(calendar, date(2026, 12, 23), date(2026, 12, 29)) == 1
    assert find_phases(date(2026, 12, 29), date(2026, 12, 23), Policy(escalate_again=2), calendar) == (Phase.LATE, Phase.ESCALATED)
    assert find_phases(date(2026, 12, 24), date(2026, 12, 23), Policy(), calendar) == ()


def test_a_term_that_ends_on_a_free_day_is_due_on_the_working_day_before_it(calendar):
    assert find_phases(date(2026, 11, 27), date(2026, 11, 28), Policy(), calendar) == (Phase.DUE,)


def test_zero_means_never(calendar):
    silent = Policy(before=0, on_day=False, late=0, escalate=0, escalate_again=0)
    days = [DUE + timedelta(days=number) for number in range(-10, 30)]
    assert not any(find_phases(day, DUE, silent, calendar) for day in days)


def test_the_horizon_is_the_last_day_that_a_reminder_may_speak_of(calendar):
    assert latest_day(date(2026, 11, 20), 2, calendar) == date(2026, 11, 24)
    assert latest_day(date(2026, 12, 23), 1, calendar) == date(2026, 12, 29)
    for due in (date(2026, 11, 19) + timedelta(days=number) for number in range(30)):
        if find_phases(date(2026, 11, 19), due, Policy(), calendar):
            assert due <= latest_day(date(2026, 11, 19), 2, calendar)
