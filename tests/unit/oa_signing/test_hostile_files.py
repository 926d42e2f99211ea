"""Hostile files in a real worker: a verdict in time, within its memory, and the worker goes on."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "corpus"))

from hostile_cases import make_hostile_cases
from oa_signing.adapters.validation_client import DocumentClient
from oa_signing.core.specs import Outcome
from papers import make_pdf
from people import Signers
from signing_pki import SERVE, Pki

SLOWEST = 10.0
MEMORY = 400 << 20


def find_workers(parent: Path) -> list[int]:
    """The workers of the service at this socket."""
    lines = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout.splitlines()[1:]
    rows = [(int(pid), int(above), words) for pid, above, words in (line.split(None, 2) for line in lines)]
    services = {pid for pid, _above, words in rows if str(parent) in words}
    return [pid for pid, above, words in rows if above in services and f"{SERVE} worker" in words]


def read_peak(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


@pytest.fixture
def service(start_service: Callable[..., Path], pki: Pki) -> tuple[Path, DocumentClient]:
    path = start_service("validation", f"hostile{os.urandom(2).hex()}", "--workers", "1", "--timeout", "30")
    return path, DocumentClient(str(path), pki.get_settings())


def test_hostile_files_get_a_verdict_in_time_and_in_bounds_from_one_worker(service: tuple[Path, DocumentClient]) -> None:
    path, documents = service
    assert documents.inspect(make_pdf()) == 1
    before, wrong = find_workers(path), []
    for case in make_hostile_cases(Signers()):
        began = time.monotonic()
        verdict = documents.validate(case.data, case.original)
        took = time.monotonic() - began
        # The service does not know who signed the corpus, so what is good there is not certain here.
        expected = {case.outcome, Outcome.INDETERMINATE if case.outcome == Outcome.VALID else case.outcome}
        if verdict.outcome not in expected or took > SLOWEST:
            wrong.append((case.name, str(verdict.outcome), verdict.codes, round(took, 1)))

    assert not wrong
    assert find_workers(path) == before
    assert all(read_peak(pid) < MEMORY for pid in before)
