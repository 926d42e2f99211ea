"""The yearly report of a register: how many came, how each ended, whether in time, on what ground refused.

Everything is counted here, from plain facts, so that the page and the sheet say the same. Words are Bulgarian: they are printed.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

OUTCOME_NAMES = {
    "granted": "Уважени / пълен достъп",
    "partly": "Частично",
    "refused": "Отказ / отхвърлени",
    "forwarded": "Препратени",
    "unexamined": "Без разглеждане",
    "withdrawn": "Оттеглени",
    "": "Без отбелязан изход",
}
MONTHS = ("януари", "февруари", "март", "април", "май", "юни", "юли", "август", "септември", "октомври", "ноември", "декември")
TOTAL = "Общо"


@dataclass(frozen=True, slots=True)
class Received:
    """What the report needs to know of one document."""

    kind: str
    came_on: date
    due_on: date | None = None
    decided_on: date | None = None
    outcome: str = ""
    ground: str = ""
    was_suspended: bool = False
    was_extended: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the report; the last row is the total where there is one."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]


def summarise(received: Sequence[Received], today: date) -> tuple[Table, ...]:
    """All tables of the report, in the order in which they are printed."""
    kinds = sorted({item.kind for item in received})
    groups = [(kind, [item for item in received if item.kind == kind]) for kind in kinds] + [(TOTAL, list(received))]
    return (
        Table(
            "Постъпили и изход", ("Вид", "Постъпили", *OUTCOME_NAMES.values()), tuple((name, *_count_outcomes(own)) for name, own in groups)
        ),
        Table(
            "Срокове",
            ("Вид", "Решени в срок", "Решени след срока", "Висящи в срок", "Висящи просрочени", "Спиран срок", "Удължен срок"),
            tuple((name, *_count_terms(own, today)) for name, own in groups),
        ),
        Table("По месеци", ("Месец", "Постъпили", "Решени"), tuple(_count_month(received, number) for number in range(1, 13))),
        Table("Основания за отказ", ("Основание", "Брой"), tuple(_count_grounds(received))),
    )


def _count_outcomes(items: Sequence[Received]) -> tuple[int, ...]:
    counts = Counter(item.outcome for item in items)
    return (len(items), *(counts[outcome] for outcome in OUTCOME_NAMES))


def _count_terms(items: Iterable[Received], today: date) -> tuple[int, ...]:
    counts = [0] * 6
    for item in items:
        is_late = item.due_on is not None and (item.decided_on or today) > item.due_on
        counts[(0 if item.decided_on else 2) + is_late] += 1
        counts[4] += item.was_suspended
        counts[5] += item.was_extended
    return tuple(counts)


def _count_month(items: Sequence[Received], month: int) -> tuple[str | int, ...]:
    came = sum(item.came_on.month == month for item in items)
    decided = sum(item.decided_on is not None and item.decided_on.month == month for item in items)
    return MONTHS[month - 1], came, decided


def _count_grounds(items: Iterable[Received]) -> list[tuple[str | int, ...]]:
    grounds = Counter(item.ground or "без посочено основание" for item in items if item.outcome in ("refused", "partly"))
    return [(ground, count) for ground, count in sorted(grounds.items(), key=lambda pair: (-pair[1], pair[0]))]
