import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from oa_docflow.core import terms
from oa_docflow.core.errors import TermError
from oa_docflow.core.terms import Calendar, SpecialDay, Unit, compute_term

TABLE = Path(__file__).resolve().parents[3] / "addons" / "oa_docflow" / "data" / "oa.calendar.day.csv"


@pytest.fixture(scope="module")
def calendar():
    with TABLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return Calendar.of(SpecialDay(date.fromisoformat(row["day"]), row["is_working"] == "True", row["reason"]) for row in rows)


def test_seven_working_days_without_holidays(calendar):
    assert compute_term(date(2026, 11, 23), 7, Unit.WORKING_DAYS, calendar).due == date(2026, 12, 2)


def test_working_days_step_over_christmas_and_say_so(calendar):
    term = compute_term(date(2026, 12, 22), 3, Unit.WORKING_DAYS, calendar)

    assert term.due == date(2026, 12, 30)
    assert "Не се брои 28.12.2026 г. (понеделник): Неприсъствен ден вместо 26 декември (събота)." in term.lines
    assert term.lines[-1] == "Изтича на 30.12.2026 г. (сряда)."


def test_fourteen_days_that_end_on_a_holiday_move_to_the_next_working_day(calendar):
    term = compute_term(date(2026, 8, 23), 14, Unit.CALENDAR_DAYS, calendar)

    assert term.due == date(2026, 9, 8)
    assert any("06.09.2026" in line and "се мести" in line for line in term.lines)


def test_term_that_ends_on_a_weekday_stays(calendar):
    term = compute_term(date(2026, 11, 2), 14, Unit.CALENDAR_DAYS, calendar)

    assert term.due == date(2026, 11, 16)
    assert len(term.lines) == 2


def test_month_ends_on_the_same_date(calendar):
    assert compute_term(date(2026, 10, 15), 1, Unit.MONTHS, calendar).due == date(2026, 11, 16)


@pytest.mark.parametrize(
    ("start", "amount", "last"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 15), 2, date(2027, 2, 15)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
    ],
)
def test_month_without_the_date_ends_on_its_last_day(start, amount, last):
    assert terms.add_months(start, amount) == last


def test_worked_saturday_is_counted_and_said():
    saturday = date(2026, 11, 28)
    calendar = Calendar.of([SpecialDay(saturday, True, "работна събота")])

    term = compute_term(date(2026, 11, 27), 1, Unit.WORKING_DAYS, calendar)

    assert term.due == saturday
    assert "Брои се 28.11.2026 г. (събота): работна събота." in term.lines


def test_year_without_a_table_is_said(calendar):
    term = compute_term(date(2031, 5, 5), 7, Unit.WORKING_DAYS, calendar)

    assert "Внимание: за 2031 г. няма въведени празници." in term.lines


def test_term_reads_as_one_text(calendar):
    term = compute_term(date(2026, 11, 23), 1, Unit.WORKING_DAYS, calendar)

    assert term.explanation.startswith("Срок: 1 работен ден от 23.11.2026 г. (понеделник)")
    assert term.explanation.count("\n") == len(term.lines) - 1


@pytest.mark.parametrize("amount", [0, -1, 100000])
def test_term_of_no_days_is_refused(amount, calendar):
    with pytest.raises(TermError):
        compute_term(date(2026, 11, 23), amount, Unit.WORKING_DAYS, calendar)


def test_calendar_without_working_days_is_an_error():
    start = date(2026, 1, 1)
    calendar = Calendar.of(SpecialDay(start + timedelta(days=offset), False, "почивен") for offset in range(terms.LONGEST))

    with pytest.raises(TermError):
        calendar.next_working(start)


@pytest.mark.parametrize(("year", "working_days"), [(2025, 248), (2026, 248), (2027, 249)])
def test_table_gives_the_official_number_of_working_days(year, working_days, calendar):
    days = (date(year, 1, 1) + timedelta(days=offset) for offset in range(365))

    assert sum(calendar.is_working(day) for day in days) == working_days


def test_a_suspended_term_goes_on_with_the_working_days_that_were_left(calendar):
    # 14 working days from Monday 2.11.2026 end on Friday 20.11.; on Monday 9.11. ten of them are left.
    before = compute_term(date(2026, 11, 2), 14, Unit.WORKING_DAYS, calendar)
    assert before.due == date(2026, 11, 20)

    after = terms.resume_term(before.due, date(2026, 11, 9), date(2026, 12, 1), Unit.WORKING_DAYS, calendar)

    assert (after.amount, after.due) == (10, date(2026, 12, 15))
    assert "спрян на 09.11.2026" in after.explanation
    assert "Оставали са 10 работни дни" in after.explanation


def test_a_term_suspended_and_resumed_at_once_loses_nothing(calendar):
    before = compute_term(date(2026, 11, 2), 14, Unit.WORKING_DAYS, calendar)
    day = date(2026, 11, 10)
    after = terms.resume_term(before.due, day, day, Unit.WORKING_DAYS, calendar)
    assert after.due >= before.due
    assert (after.due - before.due).days <= 3


def test_calendar_days_and_months_go_on_by_calendar_days_and_leave_free_days(calendar):
    # Ten days left from 1.12.2026 end on a Friday; nine would end on 10.12.
    after = terms.resume_term(date(2026, 11, 15), date(2026, 11, 6), date(2026, 12, 1), Unit.MONTHS, calendar)
    assert (after.amount, after.unit, after.due) == (10, Unit.CALENDAR_DAYS, date(2026, 12, 11))
    shifted = terms.resume_term(date(2026, 11, 15), date(2026, 11, 5), date(2026, 12, 1), Unit.CALENDAR_DAYS, calendar)
    assert shifted.due == date(2026, 12, 14)


@pytest.mark.parametrize(("suspended", "resumed"), [("2026-11-21", "2026-12-01"), ("2026-11-10", "2026-11-09")])
def test_a_term_that_is_over_is_not_suspended_and_nothing_is_resumed_before_its_suspension(suspended, resumed, calendar):
    with pytest.raises(TermError):
        terms.resume_term(date(2026, 11, 20), date.fromisoformat(suspended), date.fromisoformat(resumed), Unit.WORKING_DAYS, calendar)


def test_days_left_are_negative_after_the_end():
    assert terms.count_days_left(date(2026, 11, 24), date(2026, 11, 22)) == -2


def test_a_chosen_day_tells_how_many_working_days_it_leaves(calendar):
    told = terms.explain_day(date(2026, 12, 22), date(2026, 12, 29), calendar)

    assert (told.due, told.amount) == (date(2026, 12, 29), 2)
    assert "29.12.2026 г. (вторник) е определен на 22.12.2026" in told.lines[0]
    assert "Дотогава са 2 работни дни" in told.lines[1]
    assert [line for line in told.lines if line.startswith("Не се брои 25.12.2026")]
    assert not [line for line in told.lines if "неприсъствен" in line]


def test_a_chosen_day_that_nobody_works_says_so_and_a_past_one_is_not_counted(calendar):
    assert "Денят е неприсъствен (събота)." in terms.explain_day(date(2026, 11, 23), date(2026, 11, 28), calendar).lines
    assert len(terms.explain_day(date(2026, 11, 23), date(2026, 11, 20), calendar).lines) == 1
    assert "2050" in terms.explain_day(date(2026, 11, 23), date(2050, 1, 3), Calendar()).lines[-1]


def test_one_day_is_told_as_one(calendar):
    assert "Дотогава е 1 работен ден" in terms.explain_day(date(2026, 11, 23), date(2026, 11, 24), calendar).explanation
    left = terms.resume_term(date(2026, 11, 20), date(2026, 11, 20), date(2026, 12, 1), Unit.WORKING_DAYS, calendar)
    assert "Оставал е 1 работен ден" in left.explanation
