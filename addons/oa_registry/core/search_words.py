"""From text to the words by which it is found, and from a question to a condition over them.

A number is found whole and by neighbouring parts between its separators: РД-15-7/01.02.2026 by „15-7“ as well. Each of them is a word of
its own, so that PostgreSQL knows how rare it is and takes the right way to it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .stemming import SHORTEST, stem

MOST_LEXEMES = 20_000
"""Of the text of one document; a book of laws has fewer."""
_LONGEST = 100
_MOST_PARTS = 6
_TOKEN = re.compile(r"[^\W_]+(?:[-/.][^\W_]+)*\*?")
_PART = re.compile(r"[-/.]")
_STOP = frozenset({
    "в", "във", "на", "за", "от", "до", "по", "с", "със", "и", "или", "а", "о", "у", "к", "към", "че", "да", "се", "си", "не", "ще", "е",
    "са", "при", "под", "над", "през", "пред", "след", "без", "чрез", "г", "гр", "ул", "тел", "бр", "лв", "стр", "който", "която",
    "които", "това", "тази", "този", "тези", "the", "of", "and", "to", "in", "for",
})  # fmt: skip


@dataclass(frozen=True)
class Question:
    """What was typed, ready for PostgreSQL."""

    words: str
    """A tsquery that every found document meets; empty when only numbers were typed."""
    numbers: tuple[tuple[str, str], ...]
    """For each thing with digits: a tsquery for the text, and a wider one for official numbers, which people begin to type."""

    def __bool__(self) -> bool:
        return bool(self.words or self.numbers)


def make_vector(parts: Iterable[tuple[str, str]]) -> str:
    """A tsvector as PostgreSQL reads it, from (weight A to D, text) pairs; the best weight of a word stays."""
    weights: dict[str, str] = {}
    for weight, text in parts:
        for lexeme in list_lexemes(text):
            weights[lexeme] = min(weight, weights.get(lexeme, weight))
            if len(weights) >= MOST_LEXEMES:
                break
    return " ".join(f"{_quote(lexeme)}:1{weight}" for lexeme, weight in weights.items())


def list_lexemes(text: str) -> Iterator[str]:
    """All words of the text by which it is found."""
    for token in _TOKEN.findall(text.casefold()):
        yield from _list_of_token(token.rstrip("*"))


def _list_of_token(token: str) -> Iterator[str]:
    parts = _PART.split(token)
    if _has_digit(token):
        yield from _list_numbers(token, parts)
        parts = [part for part in parts if not _has_digit(part) and len(part) > SHORTEST]
    for part in parts:
        if part not in _STOP and len(part) > 1:
            yield stem(part)[:_LONGEST]


def _list_numbers(token: str, parts: list[str]) -> Iterator[str]:
    """The number, and every run of its neighbouring parts that holds a digit."""
    ends = [*[match.start() for match in _PART.finditer(token)][: _MOST_PARTS - 1], len(token)]
    starts = [0, *(end + 1 for end in ends[:-1])]
    for position, start in enumerate(starts):
        for end in ends[position:]:
            if _has_digit(run := token[start:end]):
                yield run.lstrip("0")[:_LONGEST] or "0"


def read_question(text: str) -> Question:
    """Every word has to be there; a star at the end stands for any ending."""
    words, numbers = [], []
    for token in _TOKEN.findall(text.casefold()):
        bare = token.rstrip("*")
        if _has_digit(bare):
            number = bare.lstrip("0") or "0"
            is_open = token != bare
            numbers.append((_ask_number(number, is_open=is_open), _ask_number(number, is_open=is_open or bool(_PART.search(number)))))
        elif token != bare:
            words.append(_ask_beginning(bare))
        else:
            words += [_quote(lexeme) for lexeme in _list_of_token(bare)]
    return Question(" & ".join(words), tuple(numbers))


def list_numbers(text: str) -> list[str]:
    """What has digits, as it was typed."""
    return [token.rstrip("*") for token in _TOKEN.findall(text.casefold()) if _has_digit(token)]


def _ask_number(number: str, *, is_open: bool) -> str:
    return f"{_quote(number)}:*" if is_open else _quote(number)


def _ask_beginning(word: str) -> str:
    beginnings = {word, stem(word)}
    return f"({' | '.join(f'{_quote(beginning)}:*' for beginning in sorted(beginnings))})"


def _has_digit(token: str) -> bool:
    return any(character.isdigit() for character in token)


def _quote(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
