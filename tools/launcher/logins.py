"""The table of logins, from config/demo_people.csv."""

from __future__ import annotations

import csv

from . import places

FIRST = "vidin"
NAMES = {"vidin": "Видин", "vratsa": "Враца", "montana": "Монтана"}


def describe() -> str:
    path = places.CONFIG / "demo_people.csv"
    if not path.exists():
        return "  admin / admin"
    with path.open(encoding="utf-8", newline="") as stream:
        people = list(csv.DictReader(stream))
    lines = ["", f"  {NAMES[FIRST]}", *_list_people([p for p in people if p["administration"] == FIRST])]
    for administration in dict.fromkeys(p["administration"] for p in people):
        if administration != FIRST:
            members = [p for p in people if p["administration"] == administration]
            name = NAMES.get(administration, administration)
            lines.append(f"  {name}: {len(members)} души със същите роли, логин {members[0]['login']} …")
    return "\n".join(lines)


def _list_people(people: list[dict[str, str]]) -> list[str]:
    columns = ("login", "name", "position", "pin", "what")
    titles = dict(zip(columns, ("логин", "име", "длъжност", "ПИН", "какво прави"), strict=True))
    rows = [titles, *people]
    widths = {column: max(len(row[column]) for row in rows) for column in columns}
    return ["    " + "  ".join(row[column].ljust(widths[column]) for column in columns).rstrip() for row in rows]
