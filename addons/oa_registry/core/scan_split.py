"""Where one letter ends and the next begins in a pile of scanned pages."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

SEPARATOR = "OA-SEPARATOR"
_NUMBER = re.compile(r".{0,60}\d{2}\.\d{2}\.\d{4}")


@dataclass(frozen=True)
class ScanPart:
    """Pages of one letter, counted from one; the code is what its label says, empty without a clear one."""

    first: int
    last: int
    code: str = ""
    is_ambiguous: bool = False


def is_number(code: str) -> bool:
    """Say whether a code may be a number of a book: codes on invoices and tickets are none."""
    return bool(_NUMBER.fullmatch(code)) and code != SEPARATOR


def split_pages(codes: Sequence[Collection[str]], known: Collection[str] = ()) -> list[ScanPart]:
    """Cut at separators, which are dropped, and at labels, which stay on the first page of their letter.

    `known` are codes of documents whatever they look like. A page with two different labels belongs to nobody by itself.
    """
    parts: list[ScanPart] = []
    is_open = False
    for page, found in enumerate(codes, 1):
        if SEPARATOR in found:
            is_open = False
            continue
        labels = {code for code in found if code in known or is_number(code)}
        code = next(iter(labels)) if len(labels) == 1 else ""
        if is_open and (not labels or code == parts[-1].code != ""):
            parts[-1] = ScanPart(parts[-1].first, page, parts[-1].code, parts[-1].is_ambiguous)
        else:
            parts.append(ScanPart(page, page, code, len(labels) > 1))
            is_open = True
    return parts
