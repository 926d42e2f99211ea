"""A book of a period, ready to be written: the same lines for every format."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Protocol

HIDDEN = "(ограничен достъп)"


@dataclass(frozen=True)
class BookTitle:
    """What stands above the lines and under them."""

    administration: str
    contact: str
    register: str
    period: str
    printed_by: str
    made_at: str
    shows_direction: bool = True


@dataclass(frozen=True)
class BookLine:
    """One line; of a document that the reader may not see it keeps number and date only."""

    sequence: int
    number: str
    uri: str
    moment: str
    direction: str = ""
    kind: str = ""
    correspondent: str = ""
    their_number: str = ""
    subject: str = HIDDEN
    registered_by: str = ""
    digest: str = ""
    is_annulled: bool = False
    notes: tuple[str, ...] = ()
    """Later events in the order in which they happened."""


COLUMNS = (
    ("Пореден №", "sequence"),
    ("Рег. №", "number"),
    ("УРИ", "uri"),
    ("Дата и час", "moment"),
    ("Вид", "direction"),
    ("Вид документ", "kind"),
    ("Кореспондент", "correspondent"),
    ("Техен №", "their_number"),
    ("Относно", "subject"),
    ("Регистрирал", "registered_by"),
    ("Анулиран", "is_annulled"),
    ("Последващи събития", "notes"),
    ("Контролна сума", "digest"),
)
"""Columns of a table that is read by programs."""


@dataclass(frozen=True)
class Place:
    """Where in the book a portion begins."""

    pages: int = 0
    """Pages that earlier portions filled."""
    total: int = 0
    """Lines of the whole book."""
    is_last: bool = False


@dataclass(frozen=True)
class Portion:
    """Some lines, written."""

    data: bytes
    taken: int
    """So many of the lines are in it; the rest begins the next portion."""
    pages: int = 0


class BookWriter(Protocol):
    """A format: portions are written one by one and joined at the end, so that no book has to fit into memory."""

    def write_portion(self, title: BookTitle, lines: Sequence[BookLine], place: Place) -> Portion: ...

    def join(self, target: BinaryIO, title: BookTitle, portions: Iterable[bytes], pages: int) -> None: ...


def write_cell(value: object) -> str:
    """A value of a line as text."""
    if isinstance(value, bool):
        return "да" if value else ""
    return "; ".join(value) if isinstance(value, tuple) else str(value)
