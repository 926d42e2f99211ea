"""A procedure tried out before it is used: many random runs with absences, returns and refusals.

The same seed gives the same runs. A run ends finished or refused, or it stands still: at a step that nobody can take, or because
nobody signs. Days are working days. Each run begins on some day of the planning horizon; who has planned absences is away on those days and
on no others, and everybody else by chance.
"""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from . import routing
from .routing import Act, Mode, Phase, Step, StepState

MOST_ROUNDS = 20
LATE_SHARE = 0.2
HALF = 0.5
FEWEST_PLACES = 4
HORIZON = 60
"""So many working days ahead are planned absences looked at, and runs begin."""


@dataclass(frozen=True, slots=True)
class TrialStep:
    """One step of the procedure: who would take it today, how long it may last, whether it has a condition."""

    key: int
    name: str
    place: int
    act: Act
    people: tuple[str, ...]
    days: float = 1.0
    mode: Mode = Mode.ALL
    quorum: int = 1
    is_conditional: bool = False
    is_on_paper: bool = False
    """Signed by hand, and no exemption in force covers it."""


@dataclass(frozen=True, slots=True)
class Absence:
    """A planned absence in working days from today: from the beginning of `first` to the beginning of `last`."""

    person: str
    first: float
    last: float
    substitute: str = ""


@dataclass(frozen=True, slots=True)
class Odds:
    """How often what happens, and how much there is to do."""

    absence: float = 0.1
    longest_absence: int = 10
    return_: float = 0.1
    refusal: float = 0.02
    condition: float = 0.5
    documents_per_day: float = 3.0
    acts_per_day: float = 25.0


@dataclass(slots=True)
class Tally:
    """What the runs so far have shown; two of them add up."""

    runs: int = 0
    ends: Counter[str] = field(default_factory=Counter)  # finished, refused, unsigned, endless, stuck:<key>
    acts: Counter[str] = field(default_factory=Counter)  # by person
    days: list[float] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.runs += other.runs
        self.ends += other.ends
        self.acts += other.acts
        self.days += other.days

    def to_data(self) -> dict[str, object]:
        return {"runs": self.runs, "ends": dict(self.ends), "acts": dict(self.acts), "days": [round(day, 2) for day in self.days]}

    @classmethod
    def from_data(cls, data: Mapping[str, object]) -> "Tally":
        if not data:
            return cls()
        return cls(data["runs"], Counter(data["ends"]), Counter(data["acts"]), list(data["days"]))  # type: ignore[call-overload,arg-type]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the trial has found; `is_dead_end` stops the publishing until it is explained."""

    sort: str  # nobody, unsigned, quorum, endless, overload, alone, term, late, paper, away
    subject: str = ""
    share: float = 0.0
    amount: float = 0.0
    limit: float = 0.0

    @property
    def is_dead_end(self) -> bool:
        return self.sort in ("nobody", "unsigned", "quorum", "endless")


def simulate(steps: Sequence[TrialStep], seeds: Iterable[int], odds: Odds, absences: Sequence[Absence] = ()) -> Tally:
    """One run for each seed."""
    tally = Tally()
    for seed in seeds:
        run = _Run(steps, random.Random(seed), odds, absences)  # noqa: S311 - chance, not secrecy
        end = run.go()
        tally.runs += 1
        tally.ends[end] += 1
        tally.acts.update(run.acts)
        if end == "finished":
            tally.days.append(run.days)
    return tally


class _Run:
    """The way of one imagined document."""

    def __init__(self, steps: Sequence[TrialStep], dice: random.Random, odds: Odds, absences: Sequence[Absence] = ()) -> None:
        self.dice, self.odds = dice, odds
        self.plan: dict[str, list[Absence]] = {}
        for absence in absences:
            self.plan.setdefault(absence.person, []).append(absence)
        self.first_day = dice.uniform(0, HORIZON) if absences else 0.0
        self.by_key = {step.key: step for step in steps}
        self.off = {step.key for step in steps if step.is_conditional and dice.random() >= odds.condition}
        self.people = {step.key: step.people or ("",) for step in steps}
        self.acts: Counter[str] = Counter()
        self.days = 0.0
        self.owner: dict[int, tuple[int, str]] = {}

    def begin(self) -> list[Step]:
        plan: list[Step] = []
        for step in self.by_key.values():
            for person in self.people[step.key]:
                key = len(plan) + 1
                self.owner[key] = (step.key, person)
                plan.append(Step(key, step.place, step.act, mode=step.mode, quorum=step.quorum))
        return plan

    def go(self) -> str:
        for _round in range(MOST_ROUNDS):
            end = self.go_round(self.begin())
            if end != "returned":
                return end
        return "endless"

    def go_round(self, steps: list[Step]) -> str:
        while True:
            stride = routing.advance(steps, lambda step: self.owner[step.key][0] not in self.off)
            steps = _change(steps, {StepState.SKIPPED: stride.skipped, StepState.SPARED: stride.spared, StepState.WAITING: stride.opened})
            if not stride.opened:
                return "finished" if any(step.phase is Phase.SIGNING and step.state is StepState.DONE for step in steps) else "unsigned"
            taken, end = self.take_place(stride.opened)
            if end:
                return end
            steps = _change(steps, {StepState.DONE: taken})

    def take_place(self, opened: Sequence[Step]) -> tuple[tuple[Step, ...], str]:
        """Who acts at this place, until it is passed; how the run ends here, if it does."""
        able = [step for step in opened if self.owner[step.key][1]]
        needed = opened[0].quorum if opened[0].mode is Mode.SOME else routing.needed(opened)
        if len(able) < needed:
            stuck = next((step for step in opened if not self.owner[step.key][1]), opened[0])
            return (), f"stuck:{self.owner[stuck.key][0]}"
        actors = {step.key: self.find_actor(self.owner[step.key][1]) for step in able}
        by_speed = sorted((self.last(step), step.key, step) for step in able)[:needed]
        self.days += by_speed[-1][0] if by_speed else 0
        for _days, _key, step in by_speed:
            self.acts[actors[step.key]] += 1
            if step.phase is Phase.BEFORE and self.dice.random() < self.odds.return_:
                return (), "returned"
            if step.phase is Phase.SIGNING and self.dice.random() < self.odds.refusal:
                return (), "refused"
        return tuple(step for _days, _key, step in by_speed), ""

    def last(self, step: Step) -> float:
        """How long the person takes, and is away before that."""
        term = self.by_key[self.owner[step.key][0]].days
        return self.wait_for(self.owner[step.key][1]) + self.dice.uniform(0.1, 1.0) * term

    def wait_for(self, person: str) -> float:
        """How long nobody acts for this person: as planned, or by chance where nothing is planned."""
        if person in self.plan:
            absence = self.find_absence(person)
            return absence.last - self.first_day - self.days if absence and not absence.substitute else 0.0
        return float(self.dice.randint(1, self.odds.longest_absence)) if self.dice.random() < self.odds.absence else 0.0

    def find_absence(self, person: str) -> Absence | None:
        now = self.first_day + self.days
        return next((absence for absence in self.plan.get(person, ()) if absence.first <= now < absence.last), None)

    def find_actor(self, person: str) -> str:
        """Who acts today: the person, or whoever is there in the person's place."""
        absence = self.find_absence(person)
        return absence.substitute if absence and absence.substitute else person


def _change(steps: list[Step], states: Mapping[StepState, Sequence[Step]]) -> list[Step]:
    new = {step.key: state for state, some in states.items() for step in some}
    return [replace(step, state=new[step.key]) if step.key in new else step for step in steps]


# ------------------------------------------------------------------ what it means
def judge(
    steps: Sequence[TrialStep], tally: Tally, odds: Odds, legal_days: float = 0.0, absences: Sequence[Absence] = ()
) -> tuple[Finding, ...]:
    """What stands in the way of using this procedure; the gravest first."""
    return (
        *_find_dead_ends(steps, tally),
        *(Finding("paper", step.name) for step in steps if step.is_on_paper),
        *_find_terms(steps, tally, legal_days),
        *_find_absences(absences),
        *_find_load(steps, tally, odds),
    )


def _find_absences(absences: Sequence[Absence]) -> Iterable[Finding]:
    """Somebody is planned to be away, and nobody is named who acts meanwhile."""
    for absence in absences:
        if not absence.substitute:
            yield Finding("away", absence.person, amount=absence.last - absence.first)


def _find_dead_ends(steps: Sequence[TrialStep], tally: Tally) -> Iterable[Finding]:
    for step in steps:
        share = tally.ends[f"stuck:{step.key}"] / max(tally.runs, 1)
        if not step.people:
            yield Finding("nobody", step.name, share)
        elif share:
            yield Finding("quorum", step.name, share, len(step.people), step.quorum)
    for sort in ("unsigned", "endless"):
        if tally.ends[sort]:
            yield Finding(sort, share=tally.ends[sort] / tally.runs)


def _find_terms(steps: Sequence[TrialStep], tally: Tally, legal_days: float) -> Iterable[Finding]:
    if not legal_days:
        return
    longest: dict[tuple[Phase, int], float] = {}
    for step in steps:
        place = routing.PHASE_OF[step.act], step.place
        longest[place] = max(longest.get(place, 0), step.days)
    total = sum(longest.values())
    if total > legal_days:
        yield Finding("term", amount=total, limit=legal_days)
    late = sum(days > legal_days for days in tally.days) / max(len(tally.days), 1)
    if late > LATE_SHARE:
        yield Finding("late", share=late, limit=legal_days)


def _find_load(steps: Sequence[TrialStep], tally: Tally, odds: Odds) -> Iterable[Finding]:
    everybody = Counter(person for step in steps for person in set(step.people))
    for person, count in everybody.items():
        per_day = tally.acts[person] / max(tally.runs, 1) * odds.documents_per_day
        if per_day > odds.acts_per_day:
            yield Finding("overload", person, amount=per_day, limit=odds.acts_per_day)
        if len(steps) >= FEWEST_PLACES and count / len(steps) > HALF:
            yield Finding("alone", person, amount=count, limit=len(steps))


def percentile(days: Sequence[float], share: float) -> float:
    """How many days that share of the finished runs took at most."""
    if not days:
        return 0.0
    ranked = sorted(days)
    return ranked[min(int(share * len(ranked)), len(ranked) - 1)]
