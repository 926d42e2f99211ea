"""Two versions of a text, paragraph by paragraph and side by side."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

_WORDS = re.compile(r"\s+|[^\s]+")
_MOST_PARAGRAPHS = 5000
Part = tuple[str, bool]
"""A piece of a paragraph and whether it differs."""


@dataclass(frozen=True, slots=True)
class Row:
    """One paragraph before and after."""

    kind: str
    """same, changed, removed, added"""
    before: tuple[Part, ...]
    after: tuple[Part, ...]


def compare(before: list[str], after: list[str]) -> list[Row]:
    """All paragraphs in order; of a changed one the words that differ."""
    before, after = before[:_MOST_PARAGRAPHS], after[:_MOST_PARAGRAPHS]
    rows: list[Row] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            rows += [Row("same", ((text, False),), ((text, False),)) for text in before[i1:i2]]
        else:
            rows += [_compare_two(old, new) for old, new in zip_longest(before[i1:i2], after[j1:j2])]
    return rows


def _compare_two(old: str | None, new: str | None) -> Row:
    if old is None or new is None:
        gone, come = ((old, True),) if old else (), ((new, True),) if new else ()
        return Row("added" if old is None else "removed", gone, come)
    left, right = _WORDS.findall(old), _WORDS.findall(new)
    before: list[Part] = []
    after: list[Part] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        for side, words in ((before, left[i1:i2]), (after, right[j1:j2])):
            if words:
                side.append(("".join(words), tag != "equal"))
    return Row("changed", tuple(before), tuple(after))
