"""Terms in working hours: they run while the administration works, and stand still at night and on days off."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from .errors import TermError
from .terms import Calendar


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """From when to when the administration works."""

    start: time = time(9, 0)
    end: time = time(17, 30)

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise TermError(f"a working day from {self.start} to {self.end}")

    def span(self, day: date) -> tuple[datetime, datetime]:
        return datetime.combine(day, self.start), datetime.combine(day, self.end)


def add_working_hours(start: datetime, hours: int, calendar: Calendar, working_day: WorkingDay) -> datetime:
    """The moment (local, like `start`) at which so many working hours have passed."""
    if hours < 1:
        raise TermError(f"a term of {hours} hours")
    left, moment = timedelta(hours=hours), start
    while True:
        day = calendar.next_working(moment.date())
        begins, ends = working_day.span(day)
        moment = max(moment, begins)
        if moment + left <= ends:
            return moment + left
        left -= max(ends - moment, timedelta())
        moment = datetime.combine(day + timedelta(days=1), time.min)
