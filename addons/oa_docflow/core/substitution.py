"""Who acts for whom: mandates with their days and their scope.

A substitution (заместване) is for the days of an absence, an authorisation (упълномощаване) stands until it is withdrawn. Nobody hands on
a mandate that is not the own one, and for one day and one document there is one substitute at most.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

FOR_EVER = date.max


@dataclass(frozen=True, slots=True)
class Mandate:
    """One mandate in force; empty kinds or units mean all of them."""

    id: int
    holder_id: int
    substitute_id: int
    since: date
    until: date = FOR_EVER
    kind_ids: frozenset[int] = frozenset()
    unit_ids: frozenset[int] = frozenset()

    def covers(self, day: date, kind_id: int, unit_id: int) -> bool:
        """Say whether the substitute may act on that day on a document of this kind and unit (0: of no unit)."""
        return (
            self.since <= day <= self.until
            and (not self.kind_ids or kind_id in self.kind_ids)
            and (not self.unit_ids or unit_id in self.unit_ids)
        )

    def meets(self, other: "Mandate") -> bool:
        """Say whether there is a day on which both are in force."""
        return self.since <= other.until and other.since <= self.until

    def clashes(self, other: "Mandate") -> bool:
        """Say whether two people could act for one and the same document on one and the same day."""
        same_kinds = not self.kind_ids or not other.kind_ids or self.kind_ids & other.kind_ids
        same_units = not self.unit_ids or not other.unit_ids or self.unit_ids & other.unit_ids
        return self.holder_id == other.holder_id and self.meets(other) and bool(same_kinds) and bool(same_units)


def find_mandate(mandates: Iterable[Mandate], day: date, kind_id: int, unit_id: int) -> Mandate | None:
    """The mandate under which somebody acts for the holder on the document today, or None when the holder acts alone."""
    return next((mandate for mandate in mandates if mandate.covers(day, kind_id, unit_id)), None)
