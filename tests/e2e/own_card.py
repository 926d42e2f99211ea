"""A person's computer in a test: a card in its reader and the signing program that speaks with it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flow import ROOT

PYTHON = os.environ.get("OA_SIGNING_PYTHON", "")
HERE = ROOT / "tests/e2e"


class Computer:
    """Folder with card, agent's certificates and journal; the PIN file is what the person types."""

    def __init__(self, folder: Path, pki: Path, name: str, number: str, days: int = 30) -> None:
        self.folder, self.pin = folder, "482615"
        words = ["--pki", pki, "--out", folder, "--name", name, "--number", number, "--pin", self.pin, "--days", str(days)]
        subprocess.run(
            [PYTHON, HERE / "make_card.py", *words], check=True, env={**os.environ, "SOFTHSM2_CONF": str(folder / "softhsm2.conf")}
        )
        self.pin_file, self.journal = folder / "pin", folder / "journal.jsonl"
        self.type(self.pin)
        self.journal.touch()

    def type(self, pin: str) -> None:
        self.pin_file.write_text(pin)

    def read_journal(self, path: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.journal.read_text(encoding="utf-8").splitlines()]
        return [line for line in lines if line["path"] == path]

    @contextmanager
    def agent(self, origin: str, *words: str, proof: bool = False) -> Iterator[int]:
        """The running signing program; gives its port."""
        command = [PYTHON, HERE / "biss_agent.py", "--pin-file", self.pin_file, "--tls", self.folder / "tls.pem", "--origin", origin,
                   "--journal", self.journal, *words]  # fmt: skip
        if proof:
            command += ["--proof", self.folder / "proof.pem"]
        env = {**os.environ, "SOFTHSM2_CONF": str(self.folder / "softhsm2.conf")}
        process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout
            yield int(process.stdout.readline() or 0)
        finally:
            process.terminate()
            process.wait(10)
