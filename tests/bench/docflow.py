"""What a step of coordination costs beside OCA's base_tier_validation on the same documents, and whether it stays so.

A step of ours records the opinion, puts its record into the chain of acts, closes the activity of one person and opens that of the
next; OCA's bare step writes its review and nothing else. Both run in turns in one process, each call with a cursor and an
environment of its own as a request has; CPU is that of the thread, the commit included. The same again with thousands of documents
that wait, the screens of the day beside it; then a hundred documents in one batch against a hundred calls.

    ./oa bench docflow [--many 5000] [--steps 40] [--keep]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from launcher import database, places  # noqa: E402  found through the line above
from launcher.steps import run  # noqa: E402

HERE = Path(__file__).parent


def fetch_oca() -> Path:
    """The addon in a folder of its own; nothing of the product sees it."""
    target = Path(os.environ["OA_HOME"]) / "bench/docflow"
    if not (target / "odoo/addons/base_tier_validation").exists():
        run(Path(os.environ["OA_HOME"]) / "uv/bin/uv", "pip", "install", "--quiet", "--no-deps", "--require-hashes",
            "--python", places.VENV / "bin/python", "--target", target, "-r", HERE / "docflow_requirements.txt")  # fmt: skip
    return target / "odoo/addons"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--many", type=int, default=5000, help="documents that wait in the large database")
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--keep", action="store_true", help="leave the databases for the next look")
    options = parser.parse_args()
    os.environ["ODOO_ADDONS_PATH"] += f",{fetch_oca()},{HERE / 'addons'}"
    env, small = dict(os.environ), os.environ["OA_DATABASE"]
    large, oca = f"{small}_large", f"{small}_oca"
    try:
        for name in (large, oca):
            database.copy(small, name, env)
        database.odoo(oca, "-i", "oa_bench_docflow", env=env)
        variables = {
            "OA_BENCH_SMALL": small, "OA_BENCH_LARGE": large, "OA_BENCH_OCA": oca,
            "OA_BENCH_MANY": str(options.many), "OA_BENCH_STEPS": str(options.steps),
        }  # fmt: skip
        measure(small, env | variables)
    finally:
        if not options.keep:
            for name in (large, oca):
                database.drop(name, env)


def measure(name: str, env: dict[str, str]) -> None:
    command = [str(places.VENV / "bin/odoo"), "shell", "-d", name, "--no-http", "--log-level=warn", "--max-cron-threads=0"]
    text = (HERE / "_docflow/measure.py").read_text()
    # Functions of a text that is piped into the shell must not see blank lines inside their bodies.
    done = subprocess.run(command, input=f"exec({text!r}, globals())\n", env=env, text=True, capture_output=True, check=False)
    answer = [line for line in done.stdout.splitlines() if line.startswith("BENCH ")]
    print("\n".join(line for line in done.stdout.splitlines() if line.startswith(("  ", "WAITING"))))
    if done.returncode or not answer:
        raise SystemExit(done.stderr[-4000:])
    ratios = json.loads(answer[0].partition(" ")[2])
    print(json.dumps({"bench": "docflow", "ratios": {key: round(value, 3) for key, value in ratios.items()}}))


if __name__ == "__main__":
    main()
