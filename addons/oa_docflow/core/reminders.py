"""When people hear of a term: before it, on its last day, after it; and when their superiors do.

Only working days count, and on a day that nobody works nobody is told anything.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from .terms import Calendar


class Phase(StrEnum):
    """What a person is told about a term."""

    BEFORE = "before"
    DUE = "due"
    LATE = "late"
    ESCALATED = "escalated"
    ESCALATED_AGAIN = "escalated_again"


@dataclass(frozen=True, slots=True)
class Policy:
    """After how many working days; zero means never."""

    before: int = 2
    on_day: bool = True
    late: int = 1
    escalate: int = 1
    escalate_again: int = 3


def count_working(calendar: Calendar, after: date, until: date) -> int:
    """Worked days after the first day, the second one included."""
    return sum(calendar.is_working(after + timedelta(days=number)) for number in range(1, (until - after).days + 1))


def find_phases(today: date, due: date, policy: Policy, calendar: Calendar) -> tuple[Phase, ...]:
    """What is to be said today: one thing to whoever has the turn, and what the superiors should know by now.

    What was missed in days without a run is not made up: nobody is told on the third day that the term is near.
    """
    if not calendar.is_working(today):
        return ()
    if today <= due or (late := count_working(calendar, due, today)) == 0:
        left = count_working(calendar, today, due)
        if left == 0:
            return (Phase.DUE,) if policy.on_day else ()
        return (Phase.BEFORE,) if left <= policy.before else ()
    limits = {Phase.LATE: policy.late, Phase.ESCALATED: policy.escalate, Phase.ESCALATED_AGAIN: policy.escalate_again}
    return tuple(phase for phase, limit in limits.items() if limit and late >= limit)


def latest_day(today: date, days: int, calendar: Calendar) -> date:
    """The last day that is at most so many working days ahead."""
    day = today
    while count_working(calendar, today, day + timedelta(days=1)) <= days:
        day += timedelta(days=1)
    return day
