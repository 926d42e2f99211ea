"""How long a closed case is kept: the term runs from 1 January after the closing."""

from dataclasses import dataclass
from datetime import date
from enum import Enum


class RetentionKind(Enum):
    """What the classification scheme says about keeping."""

    YEARS = "years"
    PERMANENT = "permanent"
    EXPERT = "expert"


@dataclass(frozen=True)
class Retention:
    """A term of the scheme; years are asked for unless it is permanent."""

    kind: RetentionKind
    years: int = 0

    def __post_init__(self) -> None:
        if self.years < 0 or (self.kind is not RetentionKind.PERMANENT and self.years < 1):
            raise ValueError(f"{self.kind.value} needs at least one year")

    @property
    def label(self) -> str:
        """The spelling of the scheme: П, 5, 10 ЕК."""
        if self.kind is RetentionKind.PERMANENT:
            return "П"
        return f"{self.years} ЕК" if self.kind is RetentionKind.EXPERT else str(self.years)

    def get_end(self, closed_on: date) -> date | None:
        """The last day of keeping; None when the case is kept for ever."""
        if self.kind is RetentionKind.PERMANENT:
            return None
        return date(closed_on.year + self.years, 12, 31)

    @classmethod
    def parse(cls, label: str) -> "Retention":
        """Read the spelling of the scheme; words after the number („след изтичане“) do not change the years."""
        text = label.strip()
        if text == "П":
            return cls(RetentionKind.PERMANENT)
        first, *words = text.split()
        return cls(RetentionKind.EXPERT if "ЕК" in words else RetentionKind.YEARS, int(first))
