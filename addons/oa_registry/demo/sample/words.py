"""The lists of words.txt: real names of places, usual names of people; together no real person or firm."""

from collections import defaultdict
from pathlib import Path

FIRM_FORMS = ("ЕООД", "ООД", "АД", "ЕТ", "ЗК", "ДЗЗД")


def _read():
    lists = defaultdict(list)
    section = ""
    for line in (Path(__file__).parent / "words.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line:
            lists[section] += line.split(" | ")
    return dict(lists)


WORDS = _read()
PLACES = {
    region: {name.split(" / ")[1]: settlements for name, settlements in WORDS.items() if name.startswith(f"{region} / ")}
    for region in ("Видин", "Враца", "Монтана")
}
"""Settlements of each municipality of each region."""
