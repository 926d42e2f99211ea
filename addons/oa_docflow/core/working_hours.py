"""Terms in working hours: they run while the administration works, and stand still at night and on days off."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from .errors import TermError
from .terms import Calendar, format_day


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


@dataclass(frozen=True, slots=True)
class HoursTerm:
    """At which moment, and how it was counted."""

    due: datetime
    lines: tuple[str, ...]

    @property
    def explanation(self) -> str:
        return "\n".join(self.lines)


def compute_hours(start: datetime, hours: int, calendar: Calendar, working_day: WorkingDay) -> HoursTerm:
    """Count so many working hours from the moment `start` (local, as the answer is)."""
    if hours < 1:
        raise TermError(f"a term of {hours} hours")
    span = f"{working_day.start:%H:%M} – {working_day.end:%H:%M} ч."
    lines = [f"Срок: {hours} {'работен час' if hours == 1 else 'работни часа'} от {_format_moment(start)}; работно време {span}"]
    left, moment = timedelta(hours=hours), start
    while True:
        day = calendar.next_working(moment.date())
        lines += _tell_free_days(moment.date(), day, calendar)
        begins, ends = working_day.span(day)
        moment = max(moment, begins)
        used = min(left, max(ends - moment, timedelta()))
        if used:
            lines.append(f"На {format_day(day)}: {_format_span(used)} ч.")
        left -= used
        if not left:
            lines.append(f"Изтича на {_format_moment(moment + used)}.")
            return HoursTerm(moment + used, tuple(lines))
        moment = datetime.combine(day + timedelta(days=1), time.min)


def _tell_free_days(first: date, worked: date, calendar: Calendar) -> list[str]:
    days = (first + timedelta(days=offset) for offset in range((worked - first).days))
    return [f"Не се брои {format_day(day)}: {calendar.reason_off(day)}." for day in days]


def _format_moment(moment: datetime) -> str:
    return f"{format_day(moment.date())}, {moment:%H:%M} ч"


def _format_span(span: timedelta) -> str:
    minutes = int(span.total_seconds()) // 60
    return f"{minutes // 60}:{minutes % 60:02d}"
