"""Whose step is next. A route is a list of steps; those of one place go side by side.

A place is a phase and a number. Before the content is frozen people prepare, coordinate, give opinions and approve; then it is
signed or sealed; afterwards others get to know it, resolve, carry out, dispatch. A place is passed when all of its steps are
taken, or when one has agreed, or as many as its number says; whoever has not acted by then need not act any more. Whoever disagrees is
heard and holds up nobody, but does not count for the others: as long as too few agree, the rest is asked, until all have spoken.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from itertools import groupby

from .errors import RoutingError


class StepState(StrEnum):
    """State of one step of a run."""

    PLANNED = "planned"
    WAITING = "waiting"
    DONE = "done"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"  # its condition does not hold for this document
    SPARED = "spared"  # others of the same place have acted


class Act(StrEnum):
    """What the person of a step does."""

    PREPARE = "prepare"
    COORDINATE = "coordinate"
    OPINION = "opinion"
    APPROVE = "approve"
    SIGN = "sign"
    SEAL = "seal"
    ACQUAINT = "acquaint"
    RESOLVE = "resolve"
    EXECUTE = "execute"
    DISPATCH = "dispatch"


class Phase(IntEnum):
    """The three stretches of a way."""

    BEFORE = 1
    SIGNING = 2
    AFTER = 3


class Mode(StrEnum):
    """How many of those who stand at one place have to act."""

    ALL = "all"
    ANY = "any"
    SOME = "some"


BEFORE_ACTS = (Act.PREPARE, Act.COORDINATE, Act.OPINION, Act.APPROVE)
SIGNING_ACTS = (Act.SIGN, Act.SEAL)
AFTER_ACTS = (Act.ACQUAINT, Act.RESOLVE, Act.EXECUTE, Act.DISPATCH)
PHASE_OF = {
    act: phase for phase, acts in ((Phase.BEFORE, BEFORE_ACTS), (Phase.SIGNING, SIGNING_ACTS), (Phase.AFTER, AFTER_ACTS)) for act in acts
}
PASSED_BY = frozenset({StepState.SKIPPED})


@dataclass(frozen=True, slots=True)
class Step:
    """A step as the route sees it: `key` is whatever the caller knows it by; `quorum` counts only for `Mode.SOME`."""

    key: int
    sequence: int
    act: Act
    state: StepState = StepState.PLANNED
    mode: Mode = Mode.ALL
    quorum: int = 0
    is_against: bool = False
    """Taken with a disagreement."""

    @property
    def phase(self) -> Phase:
        return PHASE_OF[self.act]

    @property
    def place(self) -> tuple[Phase, int]:
        return self.phase, self.sequence


@dataclass(frozen=True, slots=True)
class Advance:
    """What changes when a route goes on."""

    opened: tuple[Step, ...] = ()
    skipped: tuple[Step, ...] = ()
    spared: tuple[Step, ...] = ()


def order(steps: Iterable[Step]) -> tuple[Step, ...]:
    """By phase, then by number."""
    return tuple(sorted(steps, key=lambda step: (step.phase, step.sequence, step.key)))


def places(steps: Iterable[Step]) -> tuple[tuple[Step, ...], ...]:
    """The steps in their order, those of one place together."""
    return tuple(tuple(group) for _place, group in groupby(order(steps), key=lambda step: step.place))  # pylint: disable=bad-builtin-groupby


def needed(place: Sequence[Step]) -> int:
    """How many of the steps of this place have to be taken, so that the others need not be."""
    counting = _count_asked(place)
    if place[0].mode is Mode.ANY:
        return min(1, counting)
    if place[0].mode is Mode.SOME:
        return min(place[0].quorum, counting)
    return counting


def is_passed(place: Sequence[Step]) -> bool:
    """True when nobody has to act at this place any more: enough have agreed, or all have spoken."""
    taken = [step for step in place if step.state is StepState.DONE]
    return len(taken) >= _count_asked(place) or sum(not step.is_against for step in taken) >= needed(place)


def _count_asked(place: Sequence[Step]) -> int:
    return sum(step.state not in PASSED_BY for step in place)


def waiting_steps(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Steps that somebody has to take now."""
    return tuple(step for step in order(steps) if step.state is StepState.WAITING)


def spared_steps(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Open steps of places where enough others have acted."""
    open_states = (StepState.PLANNED, StepState.WAITING)
    return tuple(step for place in places(steps) if is_passed(place) for step in place if step.state in open_states)


def next_steps(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Steps to open now: none while somebody still has to act, else all planned ones of the next place."""
    for place in places(steps):
        if is_passed(place):
            continue
        planned = tuple(step for step in place if step.state is StepState.PLANNED)
        return () if waiting_steps(place) else planned
    return ()


def advance(steps: Sequence[Step], holds: Callable[[Step], bool] = lambda step: True) -> Advance:
    """Go on as far as possible.

    :param holds: says whether the condition of a step holds; asked once, when the route reaches the step
    """
    spared = spared_steps(steps)
    current = _with_state(steps, spared, StepState.SPARED)
    skipped: list[Step] = []
    while opening := next_steps(current):
        passing = tuple(step for step in opening if not holds(step))
        skipped += passing
        current = _with_state(current, passing, StepState.SKIPPED)
        if len(passing) < len(opening):
            return Advance(tuple(step for step in opening if step not in passing), tuple(skipped), spared)
    return Advance((), tuple(skipped), spared)


def _with_state(steps: Iterable[Step], changed: Iterable[Step], state: StepState) -> tuple[Step, ...]:
    keys = {step.key for step in changed}
    return tuple(replace(step, state=state) if step.key in keys else step for step in steps)


def is_phase_passed(steps: Iterable[Step], phase: Phase) -> bool:
    """True when nobody has to act in this stretch any more."""
    return all(is_passed(place) for place in places(steps) if place[0].phase is phase)


def is_coordinated(steps: Iterable[Step]) -> bool:
    """True when nobody's agreement is missing any more."""
    return is_phase_passed(steps, Phase.BEFORE)


def is_signed(steps: Iterable[Step]) -> bool:
    """True when no signature or seal is missing any more."""
    return is_phase_passed(steps, Phase.SIGNING)


def count_signers(steps: Iterable[Step]) -> int:
    """How many signatures and seals the document will bear."""
    return sum(needed(place) for place in places(steps) if place[0].phase is Phase.SIGNING)


def is_complete(steps: Iterable[Step]) -> bool:
    """True when every place is passed."""
    return all(is_passed(place) for place in places(steps))


def check_plan(steps: Sequence[Step]) -> None:
    """A route needs a step; who stands at one place does the same and by the same rule; a number counts somebody."""
    if not steps:
        raise RoutingError("a route without steps", "empty")
    for place in places(steps):
        if len({(step.act, step.mode, step.quorum if step.mode is Mode.SOME else 0) for step in place}) > 1:
            raise RoutingError(f"place {place[0].sequence} mixes acts or rules", "mixed")
        if place[0].mode is Mode.SOME and place[0].quorum < 1:
            raise RoutingError(f"place {place[0].sequence} asks for nobody", "quorum")
