"""What happens: matters come in, are answered, orders are written; one after another over six years."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from .scene import DIRECTION_SHARES, SHARES, Kind, Office, Unit

YEARS = 6
ANSWERED = 0.55
RESTRICTED = 0.05
DENIED = 0.02
LONGEST_DAYS = 30
NEWCOMER_SEES = 5
OPEN_MOST = 1500
"""Matters still at work: the newest tenth, but not more than an administration has at a time."""


@dataclass
class Case:
    id: int
    is_closed: bool
    documents: int = 0
    name: str = ""
    closed_on: date | None = None


@dataclass
class Grant:
    user_id: int | None
    reason: str
    granted_by: int
    is_denied: bool = False
    unit_id: int | None = None

    @property
    def principal(self):
        return f"u:{self.user_id}" if self.user_id else f"t:{self.unit_id}"


@dataclass
class Paper:
    """One document of the sample with everything that follows from it."""

    number: int
    id: int
    office: Office
    kind: Kind
    unit: Unit
    at: datetime
    author: int
    clerk: int
    subject: str
    is_restricted: bool
    is_open: bool
    state: str = "registered"
    reply_to: "Paper | None" = None
    case: Case | None = None
    opens_case: bool = False
    name: str = ""
    grants: list[Grant] = field(default_factory=list)
    waiting: tuple = (None, None, None)
    """Who has the turn, for which act, until when."""

    def hand_to(self, user_id, act, until, reason):
        """Let the document wait for somebody, who therefore sees it."""
        self.waiting = (user_id, act, until)
        self.grants.append(Grant(user_id, reason, self.clerk))


class Story:
    def __init__(self, offices, count, rng, last_day):
        self.offices, self.count, self.rng = offices, count, rng
        self.days = list_working_days(last_day)
        self.is_open_from = count - min(max(count // 10, 1), OPEN_MOST)
        self.lag = max(1, LONGEST_DAYS * count // len(self.days))
        self.answers: list[tuple[int, int, Paper]] = []
        self.welcome = [count * place // (NEWCOMER_SEES + 1) for place in range(1, NEWCOMER_SEES + 1)]

    def tell(self, document_ids, case_ids) -> Iterator[Paper]:
        """Yield the documents in the order in which they are registered."""
        for number in range(self.count):
            if self.answers and self.answers[0][0] <= number:
                question = heapq.heappop(self.answers)[2]
                paper = self._answer(number, next(document_ids), question)
            else:
                paper = self._begin(number, next(document_ids), case_ids)
            self._restrict(paper)
            yield paper

    def _begin(self, number, document_id, case_ids):
        rng = self.rng
        office = rng.choices(self.offices, weights=SHARES[: len(self.offices)])[0]
        direction = rng.choices(list(DIRECTION_SHARES), weights=list(DIRECTION_SHARES.values()))[0]
        kind = rng.choice(office.kinds[direction])
        paper = self._write(number, document_id, office, kind, office.choose_unit(rng))
        if kind.is_case_opening:
            is_closed = number + self.lag < self.is_open_from and rng.random() < 0.85
            closed_on = paper.at.date() + timedelta(LONGEST_DAYS + 10)
            paper.case, paper.opens_case = Case(next(case_ids), is_closed, closed_on=closed_on if is_closed else None), True
            paper.state = "closed" if is_closed else paper.state
        if direction == "incoming" and rng.random() < ANSWERED:
            heapq.heappush(self.answers, (number + rng.randint(1, self.lag), number, paper))
        return paper

    def _answer(self, number, document_id, question):
        office, kinds = question.office, question.office.kinds
        direction = "outgoing" if self.rng.random() < 0.8 else "internal"
        paper = self._write(number, document_id, office, self.rng.choice(kinds[direction]), question.unit, question.name)
        paper.case, paper.is_restricted = question.case, question.is_restricted
        paper.reply_to = question if direction == "outgoing" else None
        if paper.case and paper.case.is_closed:
            paper.state = "closed"
        return paper

    def _write(self, number, document_id, office, kind, unit, reply_number=""):  # noqa: PLR0913 - what a document has
        rng = self.rng
        clerk = rng.choice(office.clerks)
        is_open = number >= self.is_open_from
        paper = Paper(
            number, document_id, office, kind, unit, self.get_moment(number),
            author=clerk if kind.direction == "incoming" else rng.choice(unit.authors), clerk=clerk,
            subject=office.subjects.write(kind.code, reply_number), is_restricted=kind.access_level == "restricted", is_open=is_open,
        )  # fmt: skip
        if is_open:
            paper.state = "draft" if kind.direction != "incoming" and rng.random() < 0.3 else "registered"
        elif rng.random() < 0.9:
            paper.state = "closed"
        return paper

    def _restrict(self, paper):
        """Access by name: to restricted documents, and here and there against a role."""
        rng, office = self.rng, paper.office
        paper.is_restricted |= rng.random() < RESTRICTED
        if paper.is_restricted:
            people = {rng.choice(paper.unit.authors), rng.choice(office.choose_unit(rng).authors)}
            paper.grants += [Grant(user, "работи по преписката", paper.clerk) for user in sorted(people)]
            if rng.random() < 0.2:
                paper.grants.append(Grant(None, "за становище", paper.clerk, unit_id=office.choose_unit(rng).id))
        if rng.random() < DENIED:
            readers = [user for login, user in office.readers.items() if login != "sample.newcomer"]
            against = (office.head, *readers, rng.choice(paper.unit.authors))
            paper.grants.append(Grant(rng.choice(against), "конфликт на интереси", paper.clerk, is_denied=True))
        if self.welcome and office.readers and not paper.is_restricted and paper.number >= self.welcome[0]:
            self.welcome.pop(0)
            paper.grants.append(Grant(office.readers["sample.newcomer"], "за запознаване", paper.clerk))

    def get_moment(self, number):
        """Moments grow with the number; the rest of the working day belongs to the next ones."""
        place = number * len(self.days) / self.count
        seconds = int((place - int(place)) * 9 * 3600)
        return datetime.combine(self.days[int(place)], time(6)) + timedelta(seconds=seconds)


def list_working_days(last_day):
    first = last_day - timedelta(365 * YEARS)
    days = (first + timedelta(number) for number in range(1, (last_day - first).days + 1))
    return [day for day in days if day.weekday() < 5]
