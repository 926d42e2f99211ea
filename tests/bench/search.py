"""Does the one search field stay quick when the books grow? The same questions at 100 thousand and 1 million documents.

The four readers of `lists` ask as the web client does: 80 rows with their count, the best first. The databases are those of `lists`; a
third of their documents has the text of a letter. One server runs for each size and all are asked in turns; what is compared are
medians of warm calls.

    ./oa bench search [--sizes 100000,1000000] [--rounds 15] [--reuse] [--drop]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import lists
from launcher import database
from launcher.steps import say
from odoo_server import OdooServer

QUESTIONS = {
    "one rare word": "майолика",
    "two words": "заповеди Бабино",
    "a number": "77",
    "a sender": "Разпопов",
    "one common word": "удостоверения",
}


class Reader(lists.Reader):
    """The list as it is after something was typed: the line where it was found is shown, too."""

    asked = ""

    def open(self, name: str, model: str, domain: list[Any]) -> float:
        self.asked = QUESTIONS.get(name, "")
        return super().open(name, model, domain)

    def _get_context(self) -> dict[str, Any]:
        return {**super()._get_context(), "oa_registry_search": self.asked}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="100000,1000000")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--reuse", action="store_true", help="take the databases as they are, whatever has changed")
    parser.add_argument("--drop", action="store_true", help="drop the databases afterwards")
    options = parser.parse_args()
    sizes, env = [int(size) for size in options.sizes.split(",")], dict(os.environ)
    for size in sizes:
        lists.prepare(size, env, reuse=options.reuse)
    questions: dict[str, tuple[str, list[Any]]] = {
        name: ("oa.document", [("search_text", "ilike", asked)]) for name, asked in QUESTIONS.items()
    }
    with ExitStack() as stack:
        log = Path(os.environ["OA_HOME"]) / "test/log/odoo-bench.log"
        servers = {size: stack.enter_context(OdooServer(lists.get_name(size), log, ("--max-cron-threads", "0"))) for size in sizes}
        readers: dict[tuple[str, int], lists.Reader] = {
            (who, size): Reader(servers[size], login) for who, login in lists.READERS.items() for size in sizes
        }
        say("\n  " + " " * 33 + "".join(f"{size:>11}" for size in sizes) + "   counts")
        floor = lists.print_table(lists.measure(readers, {"no work at all": ("", [])}, options.rounds), sizes, readers)
        medians = lists.print_table(lists.measure(readers, questions, options.rounds), sizes, readers)
    if options.drop:
        for size in sizes:
            database.drop(lists.get_name(size), env)
    say(json.dumps(describe(medians, floor, *sizes[-2:]), ensure_ascii=False))


def describe(medians: dict[tuple[str, str, int], float], floor: dict[Any, float], smaller: int, larger: int) -> dict[str, Any]:
    """The slowest of all questions and readers, and beside it each question's own slowest."""
    slowest = {size: max(seconds for (_name, _who, at), seconds in medians.items() if at == size) for size in (smaller, larger)}
    return {
        "bench": "search",
        "ratios": {"search_growth": round(slowest[larger] / slowest[smaller], 3)},
        "slowest_ms": {str(size): round(seconds * 1000, 1) for size, seconds in slowest.items()},
        "growth_by_question": {name: round(lists.find_growth(medians, name, smaller, larger)["slowest"], 2) for name in QUESTIONS},
        "floor_ms": round(statistics.median(floor.values()) * 1000, 1),
    }


if __name__ == "__main__":
    main()
