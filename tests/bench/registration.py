"""What an official number costs: registration over JSON-RPC against the same document created without a number.

Clients are clerks with sessions of their own on one server with four workers. In turns at every width the same document is
registered with its number, and without one: everything else that a registration does (case, term, turn of the next person,
access, journal) is done in both. Odoo's own `no_gap` sequence stands beside. Then a part of the calls fails after the number
was taken while workers are killed with SIGKILL; at the end the book is read: no gap, no duplicate, nothing lost that was
confirmed, every digest as it was written.

    ./oa bench registration [--widths 1,4,8] [--documents 80] [--workers 4]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import statistics
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "e2e"))

from odoo_server import OdooServer
from rpc import Client, Refusal

CLERK = "vidin.clerk"
ADDON = "oa_bench_registration"
ROUNDS = 8
FAILING_SHARE = 0.1
KILLS = 14
STORM_WIDTH = 8


@dataclass
class Outcome:
    """What the clients of one round saw."""

    seconds: list[float] = field(default_factory=list)
    confirmed: list[int] = field(default_factory=list)
    elapsed: float = 0.0
    failed: int = 0
    broken: int = 0

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.elapsed


class Desk:
    """Clerks who register at the same time."""

    def __init__(self, server: OdooServer, width: int) -> None:
        with ThreadPoolExecutor(width) as pool:
            self.clients = list(pool.map(lambda _number: Client(server.url, server.database, CLERK), range(width)))
        kind = self.clients[0].search("oa.document.kind", [("direction", "=", "incoming")], ["name"], limit=1)[0]
        # A sender without an address gets no receipt, which would be other work than the number.
        sender = self.clients[0].search("res.partner", [("email", "=", False)], ["name"], limit=1)[0]
        self.vals = {
            "kind_id": kind["id"],
            "direction": "incoming",
            "subject": "Искане за справка по имот",
            "correspondent_ids": [[0, 0, {"partner_id": sender["id"], "role": "sender"}]],
        }

    def work(self, documents: int, how: str, failing_share: float = 0.0) -> Outcome:
        """Let every client make its share of the documents, one call each."""
        outcome = Outcome()
        each = max(1, documents // len(self.clients))
        began = time.perf_counter()
        with ThreadPoolExecutor(len(self.clients)) as pool:
            dice = [random.Random(number) if failing_share else None for number in range(len(self.clients))]
            list(pool.map(lambda pair: self._work_alone(pair[0], each, how, pair[1], outcome), zip(self.clients, dice, strict=True)))
        outcome.elapsed = time.perf_counter() - began
        return outcome

    def _work_alone(self, client: Client, documents: int, how: str, dice: random.Random | None, outcome: Outcome) -> None:
        for _number in range(documents):
            is_failing = dice is not None and dice.random() < FAILING_SHARE
            began = time.perf_counter()
            try:
                outcome.confirmed += client.call("oa.document", "bench_new", [self.vals], how, is_failing)
                outcome.seconds.append(time.perf_counter() - began)
            except Refusal as refusal:
                if not is_failing:
                    raise SystemExit(f"{how}: {refusal}") from refusal
                outcome.failed += 1
            except OSError:
                # The worker was killed before it answered: what it did not confirm may be there or not.
                outcome.broken += 1


def measure(server: OdooServer, width: int, documents: int) -> dict[str, Any]:
    desk = Desk(server, width)
    for how in ("official", "none"):
        desk.work(2 * width, how)
    rounds: dict[str, list[Outcome]] = {"none": [], "official": []}
    for number in range(ROUNDS):
        for how in ("none", "official") if number % 2 else ("official", "none"):
            rounds[how].append(desk.work(max(documents, 4 * width), how))
    rounds["no_gap"] = [desk.work(max(documents // 4, 2 * width), "no_gap")]
    found = {how: (statistics.median(one.rate for one in ones), read_p99(ones)) for how, ones in rounds.items()}
    for how, (rate, p99) in found.items():
        print(f"{width:>3} clients, {how:>8}: {rate:6.1f} documents/s, p99 {p99 * 1000:6.0f} ms", flush=True)
    return {
        "throughput": found["official"][0] / found["none"][0],
        "p99": found["official"][1] / found["none"][1],
        "no_gap": found["no_gap"][0] / found["none"][0],
        "confirmed": [document for one in rounds["official"] for document in one.confirmed],
    }


def read_p99(outcomes: list[Outcome]) -> float:
    return statistics.quantiles([seconds for one in outcomes for seconds in one.seconds], n=100, method="inclusive")[98]


def survive(server: OdooServer, documents: int) -> list[int]:
    """Register while calls fail after their number was taken and workers die; return what was confirmed."""
    desk = Desk(server, STORM_WIDTH)
    over = threading.Event()
    killer = threading.Thread(target=kill_workers, args=(server, over))
    killer.start()
    outcome = Outcome()
    while not over.is_set():
        one = desk.work(documents, "official", FAILING_SHARE)
        outcome.confirmed += one.confirmed
        outcome.failed, outcome.broken = outcome.failed + one.failed, outcome.broken + one.broken
    killer.join()
    print(f"{KILLS} workers killed: {len(outcome.confirmed)} confirmed, {outcome.failed} rolled back, {outcome.broken} without an answer")
    return outcome.confirmed


def kill_workers(server: OdooServer, over: threading.Event) -> None:
    dice = random.Random(7)
    for _kill in range(KILLS):
        time.sleep(dice.uniform(0.4, 1.2))
        if workers := server.list_workers():
            os.kill(dice.choice(workers), signal.SIGKILL)
    over.set()


def read_book(client: Client, confirmed: list[int]) -> dict[str, int]:
    """What is wrong with the book; nothing is expected in each place."""
    numbered = client.call("oa.document", "search_count", [("id", "in", confirmed), ("register_entry_id", "!=", False)])
    series: dict[tuple[Any, ...], list[int]] = {}
    columns = ["register_id", "year", "sequence"]
    known = client.call("oa.register.entry", "fields_get", ["series"], ["type"])
    for entry in client.search("oa.register.entry", [], [*columns, *known]):
        series.setdefault((entry["register_id"][0], entry["year"], entry.get("series")), []).append(entry["sequence"])
    verdict = client.call("oa.register", "action_verify", client.call("oa.register", "search", []))
    if verdict["params"]["type"] != "success":
        raise SystemExit(f"The chain is broken: {verdict['params']['message']}")
    return {
        "gaps": sum(max(numbers) - min(numbers) + 1 - len(set(numbers)) for numbers in series.values()),
        "duplicates": sum(len(numbers) - len(set(numbers)) for numbers in series.values()),
        "lost": len(set(confirmed)) - numbered,
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--widths", default="1,4,8,16,32")
    parser.add_argument("--documents", type=int, default=80, help="documents of one round at one width")
    parser.add_argument("--workers", type=int, default=4)
    options = parser.parse_args()
    os.environ["ODOO_ADDONS_PATH"] += f",{Path(__file__).parent / 'addons'}"
    log = Path(os.environ["OA_HOME"]) / "test/log/odoo-bench.log"
    with OdooServer(os.environ["OA_DATABASE"], log, ("--workers", str(options.workers), "-i", ADDON)) as server:
        found = [measure(server, int(width), options.documents) for width in options.widths.split(",")]
        confirmed = [document for one in found for document in one["confirmed"]]
        confirmed += survive(server, options.documents)
        book = read_book(Client(server.url, server.database, CLERK), confirmed)
    ratios = {
        "throughput_min": min(one["throughput"] for one in found),
        "p99_max": max(one["p99"] for one in found),
        "no_gap_throughput_min": min(one["no_gap"] for one in found),
    }
    print(json.dumps({"bench": "registration", "ratios": {name: round(ratio, 3) for name, ratio in ratios.items()}, **book}))


if __name__ == "__main__":
    main()
