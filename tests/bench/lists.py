"""Does a list stay quick when the books grow? The same lists at 10 thousand, 100 thousand and 1 million documents.

Four ordinary people open the list of documents as the web client does: 80 rows, newest first, with the count, restricted documents among
them. One server runs for each size and all are asked in turns; what is compared are medians of warm calls.

    ./oa bench lists [--sizes 10000,100000,1000000] [--rounds 15] [--reuse] [--drop]

The databases `oa_lists_N` are kept for the next run and made anew when the code or the demo has changed; --reuse takes them as they are.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).parents[1] / "e2e"))
sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from launcher import database, postgres, sample, testing
from launcher.steps import compute_digest, say
from odoo_server import OdooServer
from rpc import Client

READERS = {"chief": "vidin.governor", "big unit": "sample.big", "usual unit": "sample.usual", "newcomer": "sample.newcomer"}
PAGE, COUNT_LIMIT = 80, "10000"
"""What the web client takes unless the list says otherwise; it asks for one more than it counts."""
WARM, FEW_ROUNDS = 3, 5
OTHERS: dict[str, tuple[str, list[Any]]] = {
    "incoming documents": ("oa.document", [("direction", "=", "incoming")]),
    "restricted": ("oa.document", [("access_level", "=", "restricted")]),
    "a rare word": ("oa.document", ["|", ("number", "ilike", "майолика"), ("subject", "ilike", "майолика")]),
    "a common word": ("oa.document", ["|", ("number", "ilike", "удостоверение"), ("subject", "ilike", "удостоверение")]),
    "a number": ("oa.document", ["|", ("number", "ilike", "-77-"), ("subject", "ilike", "-77-")]),
    "from whom": ("oa.document", [("correspondent_name", "ilike", "Разпопов")]),
    "book of entries": ("oa.register.entry", [("direction", "=", "incoming")]),
    "open cases": ("oa.case", [("state", "in", ["open", "continued"])]),
    "closed cases": ("oa.case", [("state", "=", "closed")]),
    "journal": ("oa.journal.entry", []),
    "dispatches": ("oa.dispatch", []),
    "waiting for me": ("oa.document", [("waiting_act", "=", "resolve")]),
    "my tasks": ("oa.task", [("waiting_for_id", "!=", False)]),
}
Times = dict[tuple[str, str, int], list[float]]


class Reader:
    """One person at one size, with a session that is kept."""

    def __init__(self, server: OdooServer, login: str) -> None:
        self.client = Client(server.url, server.database, login)
        self._columns: dict[str, tuple[dict[str, Any], int]] = {}
        self.counts: dict[str, int] = {}

    def open(self, name: str, model: str, domain: list[Any]) -> float:
        """Open a list; say how long it took."""
        specification, count_limit = self._get_columns(model)
        began = time.perf_counter()
        answer = self.client.call(
            model,
            "web_search_read",
            domain,
            specification,
            offset=0,
            order="",
            limit=PAGE,
            count_limit=count_limit,
            context=self._get_context(),
        )
        took = time.perf_counter() - began
        self.counts[name] = answer["length"]
        return took

    def _get_context(self) -> dict[str, Any]:
        return {"bin_size": True}

    def do_nothing(self) -> float:
        began = time.perf_counter()
        self.client.call("res.users", "has_group", [self.client.uid], "base.group_user")
        return time.perf_counter() - began

    def _get_columns(self, model: str) -> tuple[dict[str, Any], int]:
        """The columns and the count of the list as the client asks for them."""
        if model not in self._columns:
            described = self.client.call(model, "get_views", [[False, "list"]], options={})
            fields = described["models"][model]["fields"]
            arch = ElementTree.fromstring(described["views"]["list"]["arch"])
            names = dict.fromkeys(node.attrib["name"] for node in arch.iterfind("field"))
            single = {"many2one": {"fields": {"display_name": {}}}}
            columns = {name: single.get(fields[name]["type"], {}) for name in names}
            self._columns[model] = columns, int(arch.get("count_limit", COUNT_LIMIT)) + 1
        return self._columns[model]


def get_name(size: int) -> str:
    return f"oa_lists_{size}"


def prepare(size: int, env: dict[str, str], *, reuse: bool) -> None:
    """Make the database of a size unless it is there, made from the same code."""
    name, fingerprint = get_name(size), compute_digest(database.describe_demo())
    if database.exists(name, env):
        known = postgres.query(f"SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{name}'", "postgres", env)
        if reuse or known == fingerprint:
            return
    began = time.monotonic()
    say(f"  - {size} documents in {name}")
    database.copy(testing.DEMO, name, env)
    sample.fill(name, sample.Sample(size), env)
    postgres.query("VACUUM (ANALYZE)", name, env)
    postgres.query(f"COMMENT ON DATABASE \"{name}\" IS '{fingerprint}'", "postgres", env)
    say(f"    made in {time.monotonic() - began:.0f} s")


def measure(readers: dict[tuple[str, int], Reader], lists: dict[str, tuple[str, list[Any]]], rounds: int) -> Times:
    """Ask everybody for every list in turns; the first calls only warm."""
    times: Times = {}
    for number in range(-WARM, rounds):
        for name, (model, domain) in lists.items():
            for (who, size), reader in readers.items():
                took = reader.open(name, model, domain) if model else reader.do_nothing()
                if number >= 0:
                    times.setdefault((name, who, size), []).append(took)
    return times


def print_table(times: Times, sizes: list[int], readers: dict[tuple[str, int], Reader]) -> dict[tuple[str, str, int], float]:
    medians = {key: statistics.median(seconds) for key, seconds in times.items()}
    for name, who in dict.fromkeys((name, who) for name, who, _size in medians):
        figures = [f"{medians[name, who, size] * 1000:8.1f} ms" for size in sizes]
        counts = [str(readers[who, size].counts.get(name, "")) for size in sizes]
        say(f"  {name:<20} {who:<12}" + "".join(figures) + "   " + " / ".join(counts))
    return medians


def find_growth(medians: dict[tuple[str, str, int], float], name: str, smaller: int, larger: int) -> dict[str, float]:
    """How much longer the larger one takes: for the slowest reader, and for the reader who loses most."""
    people = {who for what, who, _size in medians if what == name}
    return {
        "slowest": max(medians[name, who, larger] for who in people) / max(medians[name, who, smaller] for who in people),
        "worst_reader": max(medians[name, who, larger] / medians[name, who, smaller] for who in people),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--reuse", action="store_true", help="take the databases as they are, whatever has changed")
    parser.add_argument("--drop", action="store_true", help="drop the databases afterwards")
    options = parser.parse_args()
    sizes, env = [int(size) for size in options.sizes.split(",")], dict(os.environ)
    for size in sizes:
        prepare(size, env, reuse=options.reuse)
    with ExitStack() as stack:
        log = Path(os.environ["OA_HOME"]) / "test/log/odoo-bench.log"
        servers = {size: stack.enter_context(OdooServer(get_name(size), log, ("--max-cron-threads", "0"))) for size in sizes}
        readers = {(who, size): Reader(servers[size], login) for who, login in READERS.items() for size in sizes}
        say("\n  " + " " * 33 + "".join(f"{size:>11}" for size in sizes) + "   counts")
        floor = print_table(measure(readers, {"no work at all": ("", [])}, options.rounds), sizes, readers)
        medians = print_table(measure(readers, {"documents": ("oa.document", [])}, options.rounds), sizes, readers)
        others = print_table(measure(readers, OTHERS, FEW_ROUNDS), sizes, readers)
    if options.drop:
        for size in sizes:
            database.drop(get_name(size), env)
    growth = find_growth(medians, "documents", *sizes[-2:])
    information = {name: round(find_growth(others, name, *sizes[-2:])["slowest"], 2) for name in OTHERS}
    result = {
        "bench": "lists",
        "ratios": {"list_growth": round(max(growth.values()), 3), "list_growth_slowest": round(growth["slowest"], 3)},
        "floor_ms": round(statistics.median(floor.values()) * 1000, 1),
        "other_lists_growth": information,
    }
    say(json.dumps(result, ensure_ascii=False))


if __name__ == "__main__":
    main()
