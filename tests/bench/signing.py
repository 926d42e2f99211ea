"""What a signature costs beside the work that cannot be avoided, with the product's own services.

The floor of a file is its SHA-256 and one C_Sign in SoftHSM in an open session. Floor and product are measured in turns. CPU
is that of every process that takes part (this client, the document service, its workers, the token service), read from their
CPU clocks before and after; timestamp and revocation services are somebody else's and are not counted. Files are signed in
place: what the services give back is appended. Copies to work on are made beforehand.

    batch_cpu   200 PDFs of 100 kB sealed in one go (PAdES B-B, RSA-2048), against the floor
    single_cpu  one PDF of 100 kB, one PIN, one login to the token, against the floor
    big_cpu     a PDF of 20 MB, sealed alone with a seal that was opened before, as the floor's session was, against the floor
    big_rss     the first PDF of 20 MB that these processes meet: by how much they grow together at their peaks, against its size
    lta_cpu     B-LTA for a batch, against one call of pyHanko for each file, with all that the call makes for itself
    parallel    rate of B-LTA with 16 files at once, against one file at a time; a timestamp takes 150 ms

    ./oa bench signing [--rounds 3] [--files 200]
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

if "pyhanko" not in sys.modules and os.environ.get("OA_SIGNING_PYTHON") not in (None, sys.executable):
    # The signing environment has what the floor and the rival need.
    os.execv(os.environ["OA_SIGNING_PYTHON"], [os.environ["OA_SIGNING_PYTHON"], *sys.argv])

import argparse
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable

sys.path.insert(0, str(Path(__file__).parent / "_signing"))

from floor import Floor
from papers import Papers
from product import Product
from rival import sign_in_one_call
from slow_time import SlowTimestamps

SMALL, BIG = 100_000, 20 << 20
BIG_COUNT = 4
"""Each is sealed alone; one alone is too short for the clock of the processor."""


def measure_cpu(rounds: int, floor: Callable[[], float], product: Callable[[], float]) -> tuple[float, float, float]:
    """Milliseconds of floor and product, and the median of their ratios, taken in turns."""
    pairs = [(floor(), product()) for _round in range(rounds)]
    ratios = [made / unavoidable for unavoidable, made in pairs]
    return (*(1000 * statistics.median(values) for values in zip(*pairs, strict=True)), statistics.median(ratios))


def report(name: str, found: tuple[float, float, float], per: str = "floor") -> float:
    below, above, ratio = found
    print(f"{name:<11} {per} {below:8.2f} ms   product {above:8.2f} ms   ratio {ratio:6.2f}", flush=True)
    return ratio


def bench_batch(product: Product, floor: Floor, papers: Papers, rounds: int, count: int) -> float:
    papers.make("letter", SMALL, count)
    product.seal(papers.copy("letter")[:2])

    def seal() -> float:
        files = papers.copy("letter")
        return product.measure(lambda: product.seal(files)) / count

    return report("batch_cpu", measure_cpu(rounds, lambda: floor.measure(papers.originals("letter")), seal))


def bench_single(product: Product, floor: Floor, papers: Papers, rounds: int) -> float:
    papers.make("single", SMALL, 20)
    product.seal(papers.copy("single")[:1])

    def sign_each() -> float:
        files = papers.copy("single")
        return product.measure(lambda: [product.seal([file]) for file in files]) / len(files)

    return report("single_cpu", measure_cpu(rounds, lambda: floor.measure(papers.originals("single")), sign_each))


def bench_big(product: Product, floor: Floor, papers: Papers, rounds: int) -> tuple[float, float]:
    papers.make("big", BIG, BIG_COUNT)
    (file, *_others) = papers.copy("big")
    # Before any other file of this size, so that nothing of it is in memory yet.
    grown, peak = product.measure_memory(lambda: product.seal([file]))
    print(f"big_rss     grown by {grown / BIG:.2f} times the file; all processes together {peak / BIG:.2f} times, their programs included")

    def seal() -> float:
        files = papers.copy("big")
        return product.measure(lambda: [product.seal([file]) for file in files]) / len(files)

    with_pin = product.measure(lambda: [product.seal([file]) for file in papers.copy("big")]) / BIG_COUNT
    with product.opened():
        seal()
        found = measure_cpu(rounds, lambda: floor.measure(papers.originals("big")), seal)
    print(f"big_cpu     with a PIN and a login for each file instead {1000 * with_pin:.2f} ms")
    return report("big_cpu", found), grown / BIG


def bench_archive(product: Product, papers: Papers, rounds: int) -> float:
    papers.make("archive", SMALL, 16)
    product.seal_for_archive(papers.copy("archive")[:2])

    def rival() -> float:
        contents = [file.read_bytes() for file in papers.originals("archive")[:4]]
        began = time.process_time()
        for content in contents:
            sign_in_one_call(content, product)
        return (time.process_time() - began) / len(contents)

    def seal() -> float:
        files = papers.copy("archive")
        return product.measure(lambda: product.seal_for_archive(files)) / len(files)

    return report("lta_cpu", measure_cpu(rounds, rival, seal), "pyHanko")


def bench_parallel(product: Product, papers: Papers, rounds: int) -> tuple[float, float]:
    papers.make("parallel", SMALL, 48)
    alone, together = [], []
    with SlowTimestamps(product.pki, pause=0.15) as slow:
        waiting = product.with_timestamps(slow.url)
        waiting.seal_for_archive(papers.copy("parallel")[:2])
        for _round in range(rounds):
            files = papers.copy("parallel")[:6]
            began = time.perf_counter()
            for file in files:
                waiting.seal_for_archive([file])
            alone.append(len(files) / (time.perf_counter() - began))
            files = papers.copy("parallel")
            before, began = slow.count, time.perf_counter()
            waiting.seal_for_archive(files)
            together.append(len(files) / (time.perf_counter() - began))
            per_file = (slow.count - before) / len(files)
    one, many = statistics.median(alone), statistics.median(together)
    print(f"parallel    one at a time {one:.1f} files/s   16 at once {many:.1f} files/s   {per_file:.2f} timestamps a file", flush=True)
    return many / one, per_file


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--files", type=int, default=200)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="oa-bench-", dir=os.environ.get("OA_BENCH_FOLDER")))
    try:
        # Two processes may not hold one token open at the same time in all libraries: the floor has a token of its own.
        # Both keys are RSA-2048; the other seals of the demo have longer ones or curves.
        product, floor, papers = Product.from_environment("montana.seal"), Floor("montana.governor"), Papers(folder)
        ratios = {
            "batch_cpu": bench_batch(product, floor, papers, options.rounds, options.files),
            "single_cpu": bench_single(product, floor, papers, options.rounds),
        }
        ratios["big_cpu"], ratios["big_rss"] = bench_big(product, floor, papers, options.rounds)
        ratios["lta_cpu"] = bench_archive(product, papers, options.rounds)
        ratios["parallel"], requests = bench_parallel(product, papers, options.rounds)
        product.check_results()
    finally:
        shutil.rmtree(folder)
    numbers = {name: round(ratio, 3) for name, ratio in ratios.items()}
    print(json.dumps({"bench": "signing", "ratios": numbers, "timestamps_per_file": round(requests, 3)}))


if __name__ == "__main__":
    main()
