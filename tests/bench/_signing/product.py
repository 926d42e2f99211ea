"""The product's own way: document service prepares, token service signs, document service finishes and completes."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from asn1crypto import pem
from floor import read_pin
from oa_signing.adapters.token_client import TokenClient
from oa_signing.adapters.validation_client import DocumentClient, ServiceSettings
from oa_signing.core.batches import Finishing
from oa_signing.core.specs import KeyReference, Level, Outcome, SignatureSpec, Signed, SignerIdentity

CPU_CLOCK = 2


@dataclass
class Product:
    """Both services, asked as Odoo asks them."""

    login: str
    pki: Path
    timestamp_url: str
    token_socket: str
    document_socket: str
    results: dict[str, Path] = field(default_factory=dict)

    @classmethod
    def from_environment(cls, login: str) -> Product:
        env = os.environ
        return cls(login, Path(env["OA_PKI_DIR"]), env["OA_TSA_URL"], env["OA_TOKEN_SOCKET"], env["OA_VALIDATION_SOCKET"])

    def __post_init__(self) -> None:
        settings = ServiceSettings(str(self.pki), self.timestamp_url, ("127.0.0.1",))
        self._documents, self._token = DocumentClient(self.document_socket, settings), TokenClient(self.token_socket)
        self._pin, self._key = read_pin(self.login), KeyReference(self.login, "sign")

        self._is_opened = False

    @contextmanager
    def opened(self) -> Iterator[None]:
        """The seal is opened once and needs no PIN until it is closed."""
        self._token.open(self.login, self._pin)
        self._is_opened = True
        try:
            yield
        finally:
            self._is_opened = False
            self._token.close(self.login)

    @cached_property
    def identity(self) -> SignerIdentity:
        leaf, issuer = (pem.unarmor((self.pki / name).read_bytes())[2] for name in (f"people/{self.login}.pem", "chain.pem"))
        return SignerIdentity(leaf, (issuer,))

    def with_timestamps(self, url: str) -> Product:
        return replace(self, timestamp_url=url)

    def seal(self, files: list[Path], level: Level = Level.B) -> list[Path]:
        """The files are signed in place: their new ends are appended."""
        spec = SignatureSpec(level=level, placement="")
        prepared = self._documents.prepare_many([(file, spec) for file in files], self.identity)
        pin = "" if self._is_opened else self._pin
        raw = self._token.sign(self._key, pin, [item.to_be_signed for item in prepared])
        pairs = zip(files, prepared, raw, strict=True)
        finished = self._documents.finish_many([Finishing(item.state, signature, file) for file, item, signature in pairs])
        return [self._append(file, signed) for file, signed in zip(files, finished, strict=True)]

    def seal_for_archive(self, files: list[Path]) -> None:
        signed = self.seal(files, Level.T)
        complete = self._documents.complete_many(signed, Level.LTA)
        for file, item in zip(signed, complete, strict=True):
            assert isinstance(item, Signed) and item.level == Level.LTA, (file.name, getattr(item, "pending", item))
            self._append(file, item)

    def check_results(self) -> None:
        """What was measured is worth something: one file of each kind is valid."""
        for kind, file in self.results.items():
            assert self._documents.validate(file.read_bytes()).outcome == Outcome.VALID, kind

    def measure(self, work: Callable[[], object]) -> float:
        """Seconds of CPU of all processes."""
        services = self._find_processes()
        before = read_cpu(services)
        work()
        assert self._find_processes() == services, "a worker was replaced: measure again"
        return read_cpu(services) - before

    def measure_memory(self, work: Callable[[], object]) -> tuple[int, int]:
        """Bytes by which the peaks of all processes rise over what they held before, at most, and the sum of the peaks."""
        processes = [os.getpid(), *self._find_processes()]
        for process in processes:
            Path(f"/proc/{process}/clear_refs").write_text("5")
        before = {process: read_memory(process, "VmRSS") for process in processes}
        work()
        peaks = {process: read_memory(process, "VmHWM") for process in processes}
        return sum(peaks.values()) - sum(before.values()), sum(peaks.values())

    def _find_processes(self) -> list[int]:
        """The services at our sockets, and their workers."""
        lines = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout.splitlines()
        rows = [(int(pid), int(parent), words) for pid, parent, words in (line.split(None, 2) for line in lines[1:])]
        own = {pid for pid, _parent, words in rows if self.token_socket in words or self.document_socket in words}
        return sorted(own | {pid for pid, parent, _words in rows if parent in own})

    def _append(self, file: Path, signed: object) -> Path:
        assert isinstance(signed, Signed), signed
        with file.open("ab") as stream:
            stream.write(signed.data)
        self.results[file.name.split("-")[0]] = file
        return file


def read_cpu(processes: list[int]) -> float:
    """The CPU clock of a process counts its ended threads, too."""
    return time.process_time() + sum(time.clock_gettime((~process << 3) | CPU_CLOCK) for process in processes)


def read_memory(process: int, name: str) -> int:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))
