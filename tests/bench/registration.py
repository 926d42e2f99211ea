"""What an official number costs: two calls with a number against the same two calls without one.

Each client is the clerk with a session of its own. With a number: create a document, register it. Without: create the same
document, write its note. Both kinds run in turns at every width on the same server. The book is read afterwards: no gap, no
duplicate, nothing lost that was confirmed.

    ./oa bench registration [--widths 1,4,8] [--documents 96] [--workers 4]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "e2e"))

from odoo_server import OdooServer
from rpc import Client

CLERK = "vidin.clerk"
ROUNDS = 2


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

    def work(self, documents: int, *, numbered: bool) -> tuple[float, list[float], list[int]]:
        """Documents per second, seconds of each document, ids of the documents."""
        share = [documents // len(self.clients)] * len(self.clients)
        began = time.perf_counter()
        with ThreadPoolExecutor(len(self.clients)) as pool:
            answers = list(pool.map(lambda pair: self._work_alone(*pair, numbered=numbered), zip(self.clients, share, strict=True)))
        elapsed = time.perf_counter() - began
        times = [seconds for answer in answers for seconds, _id in answer]
        return len(times) / elapsed, times, [document for answer in answers for _seconds, document in answer]

    def _work_alone(self, client: Client, documents: int, *, numbered: bool) -> list[tuple[float, int]]:
        answers = []
        for _number in range(documents):
            began = time.perf_counter()
            document = client.call("oa.document", "create", [self.vals])[0]
            if numbered:
                client.call("oa.document", "action_register", [document])
            else:
                client.call("oa.document", "write", [document], {"note": "без номер"})
            answers.append((time.perf_counter() - began, document))
        return answers


def measure(server: OdooServer, width: int, documents: int) -> dict[str, Any]:
    desk = Desk(server, width)
    desk.work(width, numbered=True)
    rates: dict[bool, list[float]] = {True: [], False: []}
    times: dict[bool, list[float]] = {True: [], False: []}
    confirmed: list[int] = []
    for _round in range(ROUNDS):
        for numbered in (False, True):
            rate, seconds, ids = desk.work(max(documents, 2 * width), numbered=numbered)
            rates[numbered].append(rate)
            times[numbered] += seconds
            confirmed += ids if numbered else []
    found = {numbered: (statistics.median(rates[numbered]), read_p99(times[numbered])) for numbered in (True, False)}
    for numbered, (rate, p99) in found.items():
        print(f"{width:>3} clients, {'with' if numbered else 'without'} a number: {rate:6.1f} documents/s, p99 {p99 * 1000:6.0f} ms")
    return {"throughput": found[True][0] / found[False][0], "p99": found[True][1] / found[False][1], "confirmed": confirmed}


def read_p99(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=100, method="inclusive")[98]


def read_book(client: Client, confirmed: list[int]) -> dict[str, int]:
    """What is wrong with the book; nothing is expected in each place."""
    numbered = client.search("oa.document", [("id", "in", confirmed), ("number", "!=", False)], ["number"])
    series: dict[tuple[int, int], list[int]] = {}
    for entry in client.search("oa.register.entry", [], ["register_id", "year", "sequence"]):
        series.setdefault((entry["register_id"][0], entry["year"]), []).append(entry["sequence"])
    return {
        "gaps": sum(max(numbers) - len(set(numbers)) for numbers in series.values()),
        "duplicates": sum(len(numbers) - len(set(numbers)) for numbers in series.values()),
        "lost": len(confirmed) - len(numbered),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--widths", default="1,4,8,16,32")
    parser.add_argument("--documents", type=int, default=96, help="documents of one round at one width")
    parser.add_argument("--workers", type=int, default=4)
    options = parser.parse_args()
    log = Path(os.environ["OA_HOME"]) / "test/log/odoo-bench.log"
    with OdooServer(os.environ["OA_DATABASE"], log, ("--workers", str(options.workers))) as server:
        found = [measure(server, int(width), options.documents) for width in options.widths.split(",")]
        confirmed = [document for one in found for document in one["confirmed"]]
        book = read_book(Client(server.url, server.database, CLERK), confirmed)
    ratios = {"throughput_min": min(one["throughput"] for one in found), "p99_max": max(one["p99"] for one in found)}
    print(json.dumps({"bench": "registration", "ratios": {name: round(ratio, 3) for name, ratio in ratios.items()}, **book}))


if __name__ == "__main__":
    main()
