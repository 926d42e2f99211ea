"""Number templates: how a sequence and a date become the official number.

A template is text with tokens in braces: `{index} {seq} {seq:06} {dd.MM.yyyy} {yyyy} {kind} {unit} {case} {series}`.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from zoneinfo import ZoneInfo

from .errors import NumberTemplateError

OFFICIAL_ZONE = ZoneInfo("Europe/Sofia")
TEXT_TOKENS = ("index", "kind", "unit", "case", "series")
DATE_TOKENS = ("dd.MM.yyyy", "yyyy")
TOKENS = ("index", "seq", "seq:06", *DATE_TOKENS, "kind", "unit", "case", "series")
SERIES_PREFIXES = {"incoming": "ВХ", "outgoing": "ИЗХ"}
"""What `{series}` becomes where incoming and outgoing documents are counted apart."""
_TOKEN = re.compile(r"\{([^{}]*)\}")
_PADDED_SEQUENCE = re.compile(r"seq:0?([1-9])")
_MAX_LENGTH = 128


class Series(Enum):
    """What is counted apart from what in one book."""

    ONE = "one"
    DIRECTION = "direction"
    KIND = "kind"
    CASE = "case"


_TOKEN_OF_SERIES = {Series.DIRECTION: "series", Series.KIND: "kind", Series.CASE: "case"}
"""Without its own token in the number two series would give the same number."""


@dataclass(frozen=True)
class NumberParts:
    """The values that a template may ask for."""

    sequence: int
    day: date
    """The official day, Europe/Sofia."""
    index: str = ""
    kind: str = ""
    unit: str = ""
    case: str = ""
    series: str = ""


@dataclass(frozen=True)
class NumberTemplate:
    """A checked template; building it refuses what could not be a number."""

    text: str
    tokens: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise NumberTemplateError("template_empty")
        if len(self.text) > _MAX_LENGTH:
            raise NumberTemplateError("template_too_long", limit=str(_MAX_LENGTH))
        tokens = tuple(_TOKEN.findall(self.text))
        rest = _TOKEN.sub("", self.text)
        if "{" in rest or "}" in rest:
            raise NumberTemplateError("template_brace", template=self.text)
        for token in tokens:
            if not _is_token(token):
                raise NumberTemplateError("template_token", token=token, allowed=" ".join(f"{{{name}}}" for name in TOKENS))
        if sum(_is_sequence(token) for token in tokens) != 1:
            raise NumberTemplateError("template_sequence", template=self.text)
        object.__setattr__(self, "tokens", tokens)

    def check_reset(self, yearly: bool) -> None:
        """Refuse a yearly restart without the year in the number: last year's numbers would come again."""
        if yearly and not set(self.tokens) & set(DATE_TOKENS):
            raise NumberTemplateError("template_year", template=self.text)

    def check_series(self, series: Series) -> None:
        """Refuse several series whose numbers would be the same."""
        token = _TOKEN_OF_SERIES.get(series)
        if token and token not in self.tokens:
            raise NumberTemplateError("template_series", token=token)

    def get_missing(self, parts: NumberParts) -> list[str]:
        """Name the text tokens that have no value for this document."""
        return [token for token in TEXT_TOKENS if token in self.tokens and not getattr(parts, token)]

    def render(self, parts: NumberParts) -> str:
        """Write the number."""
        if missing := self.get_missing(parts):
            raise NumberTemplateError("template_value", token=missing[0])
        return _TOKEN.sub(lambda match: _render_token(match[1], parts), self.text)


def get_official_day(moment: datetime) -> date:
    """The day in Bulgaria of a moment; a naive moment is taken as UTC, as Odoo keeps it."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("UTC"))
    return aware.astimezone(OFFICIAL_ZONE).date()


@dataclass(frozen=True)
class Counter:
    """Where one series of a book stands."""

    first: int = 1
    """The number with which the series begins: 1, or the one after the paper book."""
    last: int | None = None
    """The last number taken in turn, in whatever year."""
    last_year: int = 0

    def get_next(self, year: int, yearly: bool) -> int:
        """The number that is on turn in this year."""
        if self.last is None:
            return self.first
        return 1 if yearly and self.last_year < year else self.last + 1

    def begins_late(self) -> bool:
        """Say whether the next number is the first of a book that goes on from paper."""
        return self.last is None and self.first != 1


def _is_sequence(token: str) -> bool:
    return token == TOKENS[1] or bool(_PADDED_SEQUENCE.fullmatch(token))


def _is_token(token: str) -> bool:
    return token in TEXT_TOKENS or token in DATE_TOKENS or _is_sequence(token)


def _render_token(token: str, parts: NumberParts) -> str:
    if token in DATE_TOKENS:
        # Not strftime: glibc writes the year 900 with three digits and depends on the locale.
        return f"{parts.day.year:04}" if token == DATE_TOKENS[1] else f"{parts.day.day:02}.{parts.day.month:02}.{parts.day.year:04}"
    if _is_sequence(token):
        padded = _PADDED_SEQUENCE.fullmatch(token)
        return str(parts.sequence).zfill(int(padded[1])) if padded else str(parts.sequence)
    return str(getattr(parts, token))
