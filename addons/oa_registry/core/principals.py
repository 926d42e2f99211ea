"""The words of access: under one of them a person sees a document, and a word with „!“ in front denies it.

`u:7` the person 7 · `d:7` the unit 7: who works in it, and its line of heads ·
`h:7` that line of heads alone · `t:7` the unit 7 with all units below it ·
`o:7` the registry office 7 · `m:7` the lines of its books only · `r:1:overview` a role in administration 1.
"""

from dataclasses import dataclass
from enum import StrEnum

DENIED = "!"


class Sort(StrEnum):
    """What stands behind a word."""

    PERSON = "u"
    UNIT = "d"
    UNIT_BELOW = "t"
    HEADS = "h"
    OFFICE = "o"
    BOOK = "m"
    ROLE = "r"


@dataclass(frozen=True)
class Principal:
    """One word, taken apart."""

    sort: Sort
    id: int
    role: str = ""
    is_denied: bool = False

    def __str__(self) -> str:
        """Write the word as it stands in the column."""
        role = f":{self.role}" if self.role else ""
        return f"{DENIED if self.is_denied else ''}{self.sort}:{self.id}{role}"

    @classmethod
    def parse(cls, word: str) -> "Principal":
        """Read a word of the column."""
        sort, number, *role = word.removeprefix(DENIED).split(":", 2)
        return cls(Sort(sort), int(number), role[0] if role else "", word.startswith(DENIED))
