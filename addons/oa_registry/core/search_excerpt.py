"""The place of a text where something that was asked for stands."""

import re

from .search_words import list_numbers
from .stemming import SHORTEST, stem

_BEFORE, _AFTER = 32, 90
_WORD = re.compile(r"[^\W\d_]{2,}")


class ExcerptFinder:
    """Knows the words of one question; asked for many texts."""

    def __init__(self, asked: str) -> None:
        self._stems = {stem(word) for word in _WORD.findall(asked.casefold())}
        beginnings = {re.escape(item[: max(SHORTEST, len(item) - 2)]) for item in self._stems}
        numbers = {re.escape(token) for token in list_numbers(asked)}
        pieces = [rf"\b(?:{'|'.join(sorted(beginnings))})\w*"] if beginnings else []
        pieces += [rf"(?<!\w)(?:{'|'.join(sorted(numbers))})"] if numbers else []
        self._pattern = re.compile("|".join(pieces), re.IGNORECASE) if pieces else None

    def __bool__(self) -> bool:
        return self._pattern is not None

    def find(self, text: str) -> tuple[str, str, str] | None:
        """What stands before, the word itself, what stands after."""
        for match in self._pattern.finditer(text) if self._pattern else ():
            word = match.group()
            if any(map(str.isdigit, word)) or stem(word.casefold()) in self._stems:
                before, after = text[max(0, match.start() - _BEFORE) : match.start()], text[match.end() : match.end() + _AFTER]
                # Whole words only, unless the text begins or ends here.
                before = before.partition(" ")[2] if match.start() > _BEFORE and " " in before.strip() else before
                return _tidy(before), word, _tidy(after)
        return None


def _tidy(text: str) -> str:
    return re.sub(r"\s+", " ", text)
