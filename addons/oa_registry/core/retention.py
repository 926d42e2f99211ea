"""How long a closed case is kept: the term runs from 1 January after the closing, or after an event that the scheme names."""

from dataclasses import dataclass
from datetime import date
from enum import Enum


class RetentionKind(Enum):
    """What the classification scheme says about keeping."""

    YEARS = "years"
    PERMANENT = "permanent"
    EXPERT = "expert"


class RetentionStart(Enum):
    """From when the years run."""

    CLOSING = "closing"
    EVENT = "event"


@dataclass(frozen=True)
class Retention:
    """A term of the scheme; years are asked for unless it is permanent, and an event when the years run from one."""

    kind: RetentionKind
    years: int = 0
    start: RetentionStart = RetentionStart.CLOSING
    event: str = ""

    def __post_init__(self) -> None:
        if self.years < 0 or (self.kind is not RetentionKind.PERMANENT and self.years < 1):
            raise ValueError(f"{self.kind.value} needs at least one year")
        if self.start is RetentionStart.EVENT and (not self.event or self.kind is RetentionKind.PERMANENT):
            raise ValueError("a term that runs from an event names it")

    @property
    def label(self) -> str:
        """The spelling of the scheme: П, 5, 10 ЕК, 5 след изтичане на договора."""
        if self.kind is RetentionKind.PERMANENT:
            return "П"
        years = f"{self.years} ЕК" if self.kind is RetentionKind.EXPERT else str(self.years)
        return f"{years} {self.event}" if self.start is RetentionStart.EVENT else years

    def get_end(self, closed_on: date, event_on: date | None = None) -> date | None:
        """The last day of keeping; None when the case is kept for ever or its event has not come yet."""
        start = event_on if self.start is RetentionStart.EVENT else closed_on
        if self.kind is RetentionKind.PERMANENT or not start:
            return None
        return date(max(start, closed_on).year + self.years, 12, 31)

    @classmethod
    def parse(cls, label: str) -> "Retention":
        """Read the spelling of the scheme; „5 г.“ is five years, „след …“ names the event from which they run."""
        words = label.replace("години", " ").replace("г.", " ").split()
        if [word.rstrip(".").lower() for word in words] in (["п"], ["постоянен"]):
            return cls(RetentionKind.PERMANENT)
        if not words or not words[0].isdecimal():
            raise ValueError(f"not a term: {label}")
        kind = RetentionKind.EXPERT if {"ЕК", "ЕК."} & set(words) else RetentionKind.YEARS
        rest = [word for word in words[1:] if word not in {"ЕК", "ЕК."}]
        if rest and rest[0].lower() == "след":
            return cls(kind, int(words[0]), RetentionStart.EVENT, " ".join(rest))
        if rest:
            raise ValueError(f"not a term: {label}")
        return cls(kind, int(words[0]))
