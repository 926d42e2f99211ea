"""Terms: how many days, until when, and how it was counted.

Days are data: `Calendar` is built from the yearly table of holidays and moved days. Every result carries the lines that tell
a person how it was reached; they are Bulgarian because they are printed in Bulgarian files.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from .errors import TermError

WEEKDAYS = ("понеделник", "вторник", "сряда", "четвъртък", "петък", "събота", "неделя")
SATURDAY = 5
LONGEST = 3660


class Unit(StrEnum):
    """In what a term is counted."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    MONTHS = "months"


UNIT_NAMES = {
    Unit.WORKING_DAYS: ("работен ден", "работни дни"),
    Unit.CALENDAR_DAYS: ("календарен ден", "календарни дни"),
    Unit.MONTHS: ("месец", "месеца"),
}


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that differs from its weekday: a holiday, a day off in exchange, a Saturday worked."""

    day: date
    is_working: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Term:
    """Until when, and how it was counted."""

    start: date
    due: date
    amount: int
    unit: Unit
    lines: tuple[str, ...]

    @property
    def explanation(self) -> str:
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked."""

    special: Mapping[date, SpecialDay] = field(default_factory=dict)

    @classmethod
    def of(cls, days: Iterable[SpecialDay]) -> "Calendar":
        return cls({special.day: special for special in days})

    def is_working(self, day: date) -> bool:
        if special := self.special.get(day):
            return special.is_working
        return day.weekday() < SATURDAY

    def reason_off(self, day: date) -> str:
        """Why nobody works on this day."""
        special = self.special.get(day)
        return special.reason if special and not special.is_working else WEEKDAYS[day.weekday()]

    def next_working(self, day: date) -> date:
        """The day itself when it is worked, else the first worked day after it."""
        for offset in range(LONGEST):
            candidate = day + timedelta(days=offset)
            if self.is_working(candidate):
                return candidate
        raise TermError(f"no working day after {day}")

    def covers(self, day: date) -> bool:
        """True when the table holds the year of this day."""
        return any(special.year == day.year for special in self.special)


def format_day(day: date) -> str:
    return f"{day:%d.%m.%Y} г. ({WEEKDAYS[day.weekday()]})"


def format_amount(amount: int, unit: Unit) -> str:
    return f"{amount} {UNIT_NAMES[unit][amount != 1]}"


def compute_term(start: date, amount: int, unit: Unit, calendar: Calendar) -> Term:
    """Count from the day after `start`; a last day that nobody works moves to the next worked day."""
    if not 0 < amount <= LONGEST:
        raise TermError(f"a term of {amount}")
    lines = [f"Срок: {format_amount(amount, unit)} от {format_day(start)}; денят на началото не се брои."]
    if unit is Unit.WORKING_DAYS:
        due = _count_working_days(start, amount, calendar, lines)
    else:
        last = start + timedelta(days=amount) if unit is Unit.CALENDAR_DAYS else add_months(start, amount)
        due = _shift_from_free_day(last, calendar, lines)
    lines += _warn_of_year(due, calendar)
    lines.append(f"Изтича на {format_day(due)}.")
    return Term(start, due, amount, unit, tuple(lines))


def resume_term(due: date, suspended: date, resumed: date, unit: Unit, calendar: Calendar) -> Term:
    """Go on counting what was left of a term on the day of its suspension; neither that day nor the day of resumption counts as past.

    :param due: the last day before the suspension
    :raises TermError: when the term was over before it was suspended, or is resumed before that
    """
    if suspended > due or resumed < suspended:
        raise TermError(f"a term until {due}, suspended on {suspended} and resumed on {resumed}")
    lines = [f"Срокът е спрян на {format_day(suspended)} и продължава да тече от {format_day(resumed)}."]
    if unit is Unit.WORKING_DAYS:
        days = (suspended + timedelta(days=offset) for offset in range((due - suspended).days + 1))
        left = max(sum(calendar.is_working(day) for day in days), 1)
        lines.append(f"{_left(left)} {format_amount(left, unit)}; денят на възобновяването не се брои.")
        new = _count_working_days(resumed, left, calendar, lines)
    else:
        left = (due - suspended).days + 1
        lines.append(f"{_left(left)} {format_amount(left, Unit.CALENDAR_DAYS)}; денят на възобновяването не се брои.")
        new = _shift_from_free_day(resumed + timedelta(days=left), calendar, lines)
    lines += _warn_of_year(new, calendar)
    lines.append(f"Изтича на {format_day(new)}.")
    return Term(resumed, new, left, unit if unit is Unit.WORKING_DAYS else Unit.CALENDAR_DAYS, tuple(lines))


def explain_day(start: date, day: date, calendar: Calendar) -> Term:
    """Tell what a last day that a person has chosen means: how many working days it leaves, and whether anybody works on it."""
    lines = [f"Последният ден {format_day(day)} е определен на {format_day(start)}."]
    left = sum(calendar.is_working(start + timedelta(days=offset)) for offset in range(1, (day - start).days + 1))
    if day > start:
        verb = "е" if left == 1 else "са"
        lines.append(f"Дотогава {verb} {format_amount(left, Unit.WORKING_DAYS)}; денят на определянето, съботите и неделите не се броят.")
        lines += _tell_special_days(start, day, calendar)
    if not calendar.is_working(day):
        lines.append(f"Денят е неприсъствен ({calendar.reason_off(day)}).")
    lines += _warn_of_year(day, calendar)
    return Term(start, day, left, Unit.WORKING_DAYS, tuple(lines))


def add_months(start: date, amount: int) -> date:
    """The same date of a later month, or its last day when it has none."""
    month_index = start.month - 1 + amount
    year, month = start.year + month_index // 12, month_index % 12 + 1
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    last_day = (first_of_next - timedelta(days=1)).day
    return date(year, month, min(start.day, last_day))


def _count_working_days(start: date, amount: int, calendar: Calendar, lines: list[str]) -> date:
    day, counted = start, 0
    while counted < amount:
        day += timedelta(days=1)
        counted += calendar.is_working(day)
    lines += _tell_special_days(start, day, calendar)
    lines.append("Съботите и неделите не се броят.")
    return day


def _tell_special_days(start: date, last: date, calendar: Calendar) -> Iterator[str]:
    """The days after `start` that count otherwise than their weekday says."""
    for offset in range(1, (last - start).days + 1):
        day = start + timedelta(days=offset)
        if special := calendar.special.get(day):
            yield f"{'Брои се' if special.is_working else 'Не се брои'} {format_day(day)}: {special.reason}."


def _shift_from_free_day(last: date, calendar: Calendar, lines: list[str]) -> date:
    due = calendar.next_working(last)
    if due != last:
        lines.append(f"Последният ден {format_day(last)} е неприсъствен ({calendar.reason_off(last)}), затова срокът се мести.")
    return due


def count_days_left(today: date, due: date) -> int:
    """Days until the term ends; negative when it is over."""
    return (due - today).days


def _left(amount: int) -> str:
    return "Оставал е" if amount == 1 else "Оставали са"


def _warn_of_year(day: date, calendar: Calendar) -> list[str]:
    return [] if calendar.covers(day) else [f"Внимание: за {day.year} г. няма въведени празници."]
