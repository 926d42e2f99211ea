"""Whose step is next. A route is a list of steps with sequence numbers; equal numbers go side by side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .errors import RoutingError


class StepState(StrEnum):
    """State of one step of a run."""

    PLANNED = "planned"
    WAITING = "waiting"
    DONE = "done"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class Act(StrEnum):
    """What the person of a step does."""

    COORDINATE = "coordinate"
    SIGN = "sign"
    DISPATCH = "dispatch"


ACT_ORDER = (Act.COORDINATE, Act.SIGN, Act.DISPATCH)


@dataclass(frozen=True, slots=True)
class Step:
    """A step as the route sees it: `key` is whatever the caller knows it by."""

    key: int
    sequence: int
    act: Act
    state: StepState = StepState.PLANNED


def order(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Coordination before signature before dispatch, then by sequence."""
    return tuple(sorted(steps, key=lambda step: (ACT_ORDER.index(step.act), step.sequence, step.key)))


def waiting_steps(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Steps that somebody has to take now."""
    return tuple(step for step in order(steps) if step.state is StepState.WAITING)


def next_steps(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Steps to open now: none while somebody still has to act, else all planned ones of the next place."""
    if waiting_steps(steps):
        return ()
    planned = [step for step in order(steps) if step.state is StepState.PLANNED]
    if not planned:
        return ()
    first = planned[0]
    return tuple(step for step in planned if (step.act, step.sequence) == (first.act, first.sequence))


def is_coordinated(steps: Iterable[Step]) -> bool:
    """True when nobody's agreement is missing any more."""
    return all(step.state is StepState.DONE for step in steps if step.act is Act.COORDINATE)


def is_complete(steps: Iterable[Step]) -> bool:
    """True when every step is done."""
    return all(step.state is StepState.DONE for step in steps)


def check_plan(steps: Sequence[Step]) -> None:
    """A route needs a step, and nobody may sign twice in a row of several signers with one signing copy."""
    if not steps:
        raise RoutingError("a route without steps")
    if len({(step.act, step.sequence) for step in steps if step.act is Act.SIGN}) > 1:
        raise RoutingError("more than one place to sign")
