"""What a long book costs: 10,000 lines against 100,000, in portions as the cron makes them, each size in a process of its own.

Memory is the peak of the resident set above what the process had when it began to write (VmHWM is set back first), so a ratio of 1
is a flat line. Verification of the exported proof by the program inside it is measured, too.

    ./oa bench book_export [--sizes 10000,100000] [--formats pdf,xlsx,csv,proof]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FORMATS = "pdf,xlsx,csv,proof"

WORK = """
import json, os, subprocess, sys, tempfile, time
from datetime import date
from pathlib import Path
from types import SimpleNamespace

def read_peak(name):
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(name)) / 1024

register = env["oa.register"].search([("code", "=", os.environ["OA_BENCH_CODE"])], limit=1)
clerk = env["res.users"].search([("login", "=", "vidin.clerk")], limit=1)
exports = env["oa.register.export"].with_user(clerk).with_context(allowed_company_ids=register.company_id.ids)
vals = {"format": os.environ["OA_BENCH_FORMAT"], "date_from": date(2000, 1, 1), "date_to": date(2100, 1, 1)}

# A short book first: code and fonts are loaded by every server, whatever it exports.
small = env["oa.register"].search([("code", "=", "BENCH0")], limit=1)
exports._ask(small.with_user(clerk), vals)
env.cr.commit()

export = exports._ask(register.with_user(clerk), vals)
env.cr.commit()
env.invalidate_all()
Path("/proc/self/clear_refs").write_text("5")
before, started, portions = read_peak("VmRSS:"), time.monotonic(), 0
while export.state in ("waiting", "running"):
    export._try_work()
    env.cr.commit()
    portions += 1
spent, peak = time.monotonic() - started, read_peak("VmHWM:")
attachment = export.sudo().attachment_id
answer = {"state": export.state, "lines": export.line_total, "seconds": round(spent, 2), "bytes": attachment.file_size,
          "rss_before": round(before), "rss_growth": round(peak - before, 1), "pages": export.page_count, "portions": portions}
if export.format == "proof":
    with tempfile.TemporaryDirectory() as folder:
        from odoo.addons.oa_registry.adapters.verifier_file import write_verifier
        program = Path(folder) / "verify_book.py"
        program.write_text(write_verifier())
        started = time.monotonic()
        stored = attachment._full_path(attachment.store_fname)
        done = subprocess.run([sys.executable, "-I", str(program), stored], capture_output=True, text=True)
        answer["verify_seconds"], answer["verify_code"] = round(time.monotonic() - started, 2), done.returncode
print("BENCH " + json.dumps(answer))
"""

FILL = """
import os
from odoo.addons.oa_registry.core.hash_chain import GENESIS, compute_digest, write_canonical
from odoo.addons.oa_registry.models.oa_register_entry import FACTS, write_plain

company = env["oa.register"].search([("code", "=", "ОДР")], limit=1).company_id
person = env["res.users"].search([("login", "=", "vidin.clerk")], limit=1)
for code, size in (("BENCH0", 10), *((f"BENCH{size}", size) for size in map(int, os.environ["OA_BENCH_SIZES"].split(",")))):
    register = env["oa.register"].create({"name": f"Мерене {size}", "code": code, "company_id": company.id, "direction": "internal",
                                          "number_template": code + "-{seq}/{dd.MM.yyyy}"})
    digest, rows = GENESIS, []
    columns = [*FACTS.values(), "snapshot", "previous_digest", "digest"]
    for number in range(1, size + 1):
        moment = env.cr.now().replace(microsecond=0)
        vals = {
            "register_id": register.id, "company_id": company.id, "direction": "internal", "series": "",
            "year": moment.year, "sequence": number, "name": f"{code}-{number}/{moment:%d.%m.%Y}", "uri": f"{code}-{number}",
            "registered_at": moment,
            "registered_by_id": person.id, "document_id": None, "kind": "Докладна записка",
            "subject": f"Искане за справка по имот с идентификатор 10971.502.{number} в землището на гр. Видин",
            "correspondent": "Иван Петров Георгиев",
            "origin": "turn", "block_id": None,
        }
        snapshot = write_canonical({**{key: write_plain(vals[name]) for key, name in FACTS.items()}, "files": []})
        previous, digest = digest, compute_digest(digest, snapshot)
        rows.append(tuple(vals[name] for name in FACTS.values()) + (snapshot, previous, digest))
        if len(rows) == 5000 or number == size:
            marks = ", ".join(["%s"] * len(rows))
            env.cr.execute(f"INSERT INTO oa_register_entry ({', '.join(columns)}) VALUES {marks}", rows)
            rows = []
    env.cr.commit()
    print("FILLED", code)
"""


def shell(text: str, **variables: str) -> str:
    command = [os.environ.get("OA_ODOO_BIN") or str(Path(sys.executable).parent / "odoo"), "shell", "-d", os.environ["OA_DATABASE"]]
    command += ["--no-http", "--log-level=warn", "--max-cron-threads=0"]
    env = {**os.environ, **variables}
    # Functions of a text that is piped into the shell must not see blank lines inside their bodies.
    done = subprocess.run(command, input=f"exec({text!r}, globals())\n", env=env, text=True, capture_output=True, check=False)
    if done.returncode or "Traceback" in done.stderr:
        raise SystemExit(done.stderr[-3000:])
    return done.stdout


def measure(size: int, name: str) -> dict[str, Any]:
    answer = shell(WORK, OA_BENCH_CODE=f"BENCH{size}", OA_BENCH_FORMAT=name)
    found: dict[str, Any] = json.loads(next(line for line in answer.splitlines() if line.startswith("BENCH ")).partition(" ")[2])
    found["rows_per_second"] = round(found["lines"] / found["seconds"])
    print(f"  {name:6} {size:7} lines: {found}", flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--formats", default=FORMATS)
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    started = time.monotonic()
    shell(FILL, OA_BENCH_SIZES=options.sizes)
    print(f"  books of {options.sizes} lines made in {time.monotonic() - started:.0f} s", flush=True)
    found = {name: {size: measure(size, name) for size in sizes} for name in options.formats.split(",")}
    few, many = min(sizes), max(sizes)
    growth = {name: [max(one[size]["rss_growth"], 1) for size in (few, many)] for name, one in found.items()}
    ratios = {f"rss_growth_{name}": round(large / small, 2) for name, (small, large) in growth.items()}
    speed = {f"rows_per_second_{name}": one[many]["rows_per_second"] for name, one in found.items()}
    print(json.dumps({"bench": "book_export", "ratios": ratios, **speed, "rss_growth_mb": growth}))


if __name__ == "__main__":
    main()
