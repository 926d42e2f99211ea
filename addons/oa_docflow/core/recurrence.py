"""When a recurring task comes again: the days of a rhythm, each moved to a day that is worked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from .errors import TermError
from .terms import Calendar, add_months

MOST = 20000


class Period(StrEnum):
    """What a rhythm is counted in."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Every so many periods from the first day on; months keep the date of the first day, or their last one."""

    first: date
    period: Period
    every: int = 1
    until: date | None = None

    def __post_init__(self) -> None:
        if self.every < 1:
            raise TermError(f"a rhythm of {self.every}")
        if self.until and self.until < self.first:
            raise TermError(f"a rhythm that ends on {self.until} before {self.first}")

    def at(self, number: int) -> date:
        """The day by the rhythm alone, whether it is worked or not."""
        if self.period is Period.DAY:
            return self.first + timedelta(days=number * self.every)
        if self.period is Period.WEEK:
            return self.first + timedelta(weeks=number * self.every)
        return add_months(self.first, number * self.every * (12 if self.period is Period.YEAR else 1))

    def days(self) -> Iterator[date]:
        for number in range(MOST):
            day = self.at(number)
            if self.until and day > self.until:
                return
            yield day


def find_due(rhythm: Rhythm, today: date, after: date | None, calendar: Calendar) -> date | None:
    """The newest day of the rhythm that has come and was not acted on; what was missed before it is not made up."""
    due = None
    for day in rhythm.days():
        if calendar.next_working(day) > today:
            break
        if after is None or day > after:
            due = day
    return due


def find_next(rhythm: Rhythm, after: date | None, calendar: Calendar) -> date | None:
    """The worked day on which the rhythm comes next, or nothing when it has ended."""
    day = next((day for day in rhythm.days() if after is None or day > after), None)
    return day and calendar.next_working(day)
