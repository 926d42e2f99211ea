from datetime import date, datetime, time

import pytest
from oa_docflow.core.errors import TermError
from oa_docflow.core.terms import Calendar, SpecialDay
from oa_docflow.core.working_hours import WorkingDay, compute_hours

DAY = WorkingDay(time(9), time(17))
HOLIDAY = Calendar.of([SpecialDay(date(2026, 3, 3), False, "Национален празник")])


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        (datetime(2026, 2, 16, 10), 4, datetime(2026, 2, 16, 14)),
        (datetime(2026, 2, 16, 16), 4, datetime(2026, 2, 17, 12)),
        (datetime(2026, 2, 16, 7), 2, datetime(2026, 2, 16, 11)),
        (datetime(2026, 2, 16, 20), 1, datetime(2026, 2, 17, 10)),
        (datetime(2026, 2, 20, 16), 2, datetime(2026, 2, 23, 10)),
        (datetime(2026, 3, 2, 16), 2, datetime(2026, 3, 4, 10)),
        (datetime(2026, 2, 16, 9), 24, datetime(2026, 2, 18, 17)),
    ],
    ids=["same day", "next day", "before work", "after work", "weekend", "holiday", "three full days"],
)
def test_hours_run_only_while_the_administration_works(start, hours, due):
    assert compute_hours(start, hours, HOLIDAY, DAY).due == due


def test_term_of_no_hours_is_refused():
    with pytest.raises(TermError):
        compute_hours(datetime(2026, 2, 16), 0, HOLIDAY, DAY)


def test_working_day_ends_after_it_begins():
    with pytest.raises(TermError):
        WorkingDay(time(17), time(9))


def test_a_term_in_hours_tells_what_each_day_takes():
    term = compute_hours(datetime(2026, 3, 2, 16), 2, HOLIDAY, DAY)

    assert term.lines == (
        "Срок: 2 работни часа от 02.03.2026 г. (понеделник), 16:00 ч; работно време 09:00 – 17:00 ч.",
        "На 02.03.2026 г. (понеделник): 1:00 ч.",
        "Не се брои 03.03.2026 г. (вторник): Национален празник.",
        "На 04.03.2026 г. (сряда): 1:00 ч.",
        "Изтича на 04.03.2026 г. (сряда), 10:00 ч.",
    )
