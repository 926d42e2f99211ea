"""A classification scheme as a table: each row an index, a name and how long to keep; errors are told by row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .retention import Retention

COLUMNS = {
    "code": ("индекс", "код", "index", "code"),
    "name": ("наименование", "заглавие", "дело", "name"),
    "retention": ("срок", "срок за съхраняване", "срок за съхранение", "срок на съхранение", "retention"),
    "note": ("забележка", "забележки", "бележка", "note"),
}
_LONGEST = 5000


@dataclass(frozen=True)
class ClassRow:
    """One line of the scheme; without a term it is a section."""

    number: int
    code: str
    name: str
    section: str = ""
    retention: Retention | None = None
    note: str = ""


@dataclass(frozen=True)
class RowError:
    """What is wrong in a row; the models turn the code into a sentence."""

    number: int
    code: str
    value: str = ""


def read_scheme(table: Sequence[Sequence[str]]) -> tuple[list[ClassRow], list[RowError]]:
    """Read the rows under the heading; sections stand before their classes."""
    heading = next((number for number, row in enumerate(table) if _find_columns(row).keys() >= {"code", "name"}), None)
    if heading is None:
        return [], [RowError(1, "heading")]
    columns = _find_columns(table[heading])
    if len(table) > _LONGEST:
        return [], [RowError(_LONGEST, "too_long", str(_LONGEST))]
    rows, errors = [], []
    seen: dict[str, ClassRow] = {}
    for number, cells in enumerate(table[heading + 1 :], heading + 2):
        values = {name: cells[place].strip() if place < len(cells) else "" for name, place in columns.items()}
        if not any(values.values()):
            continue
        row, found = _read_row(number, values, seen)
        errors += found
        if row:
            rows.append(row)
            seen[row.code] = row
    if not rows and not errors:
        errors.append(RowError(heading + 2, "empty"))
    return rows, errors


def _find_columns(row: Sequence[str]) -> dict[str, int]:
    words = [" ".join(cell.lower().split()).rstrip(":.") for cell in row]
    return {name: words.index(word) for name, spellings in COLUMNS.items() for word in spellings[::-1] if word in words}


def _read_row(number: int, values: dict[str, str], seen: dict[str, ClassRow]) -> tuple[ClassRow | None, list[RowError]]:
    code, name, term = values["code"], values["name"], values.get("retention", "")
    errors = list(_check_row(number, values, seen))
    section = "" if not term else next((head for head in _list_heads(code) if head in seen), "")
    retention = None
    if term:
        try:
            retention = Retention.parse(term)
        except ValueError:
            errors.append(RowError(number, "retention", term))
        if code and not section:
            errors.append(RowError(number, "section", code))
    if errors:
        return None, errors
    return ClassRow(number, code, name, section, retention, values.get("note", "")), []


def _check_row(number: int, values: dict[str, str], seen: dict[str, ClassRow]) -> Iterator[RowError]:
    if not values["code"]:
        yield RowError(number, "no_code")
    elif values["code"] in seen:
        yield RowError(number, "twice", values["code"])
    if not values["name"]:
        yield RowError(number, "no_name")


def _list_heads(code: str) -> Iterator[str]:
    """The indexes under which this one may stand, the nearest first: 05-01-02 → 05-01, 05."""
    for place in range(len(code) - 1, 0, -1):
        if code[place] in "-./ ":
            yield code[:place]
