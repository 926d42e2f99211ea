"""The asking side of a batch. A file is given as its bytes or as its path; it is opened here and read there."""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from ..core.batches import Finishing, needs_file
from ..core.errors import SigningError
from ..core.pdf_syntax import Buffer
from ..core.specs import Level, Prepared, SignatureSpec, Signed, SignerIdentity, ToBeSigned
from . import wire

Source: TypeAlias = Buffer | Path
Answer = TypeVar("Answer")
# Descriptors of one message; a longer batch goes in several.
PORTION = 100


class BatchClient:
    """Batches of the document port."""

    def _ask_with_files(
        self, operation: str, blobs: Sequence[bytes], sources: Sequence[Source], **values: object
    ) -> tuple[wire.Message, list[bytes]]:
        raise NotImplementedError

    def prepare_many(self, files: Sequence[tuple[Source, SignatureSpec]], identity: SignerIdentity) -> list[Prepared | SigningError]:
        answers: list[Prepared | SigningError] = []
        for part in _cut(files):
            specs = [spec.to_wire() for _source, spec in part]
            blobs, sources = [identity.certificate, *identity.chain], [source for source, _spec in part]
            answer, _none = self._ask_with_files("prepare_many", blobs, sources, specs=specs)
            answers += [_read_prepared(item) for item in answer["outcomes"]]
        return answers

    def finish_many(self, items: Sequence[Finishing]) -> list[Signed | SigningError]:
        """The new ends of the files: whoever has a file appends its end."""
        answers: list[Signed | SigningError] = []
        for part in _cut(items):
            with_file = [needs_file(item.state) for item in part]
            sources = [item.data for item, is_needed in zip(part, with_file, strict=True) if is_needed]
            blobs, states = [item.raw_signature for item in part], [item.state for item in part]
            answers += _read_ends(*self._ask_with_files("finish_many", blobs, sources, states=states, with_file=with_file))
        return answers

    def complete_many(self, sources: Sequence[Source], level: Level) -> list[Signed | SigningError]:
        """The new ends that bring signed files to this level."""
        answers: list[Signed | SigningError] = []
        for part in _cut(sources):
            answers += _read_ends(*self._ask_with_files("complete_many", [], part, level=str(level)))
        return answers


@contextmanager
def open_sources(sources: Sequence[Source]) -> Iterator[list[int]]:
    """Descriptors to read from; bytes are put into a file that lies in memory only."""
    with ExitStack() as stack:
        descriptors = []
        for source in sources:
            descriptor = os.open(source, os.O_RDONLY | os.O_CLOEXEC) if isinstance(source, Path) else _open_bytes(source)
            stack.callback(os.close, descriptor)
            descriptors.append(descriptor)
        yield descriptors


def read_signed(values: dict[str, Any], data: bytes) -> Signed:
    return Signed(
        data=data,
        field_name=values["field_name"],
        level=Level(values["level"]),
        levels={name: Level(level) for name, level in values["levels"].items()},
        timestamp_at=datetime.fromisoformat(values["timestamp_at"]) if values["timestamp_at"] else None,
        pending=values["pending"],
        moments={name: datetime.fromisoformat(moment) for name, moment in values["moments"].items()},
    )


def _open_bytes(data: Buffer) -> int:
    descriptor = os.memfd_create("payload", os.MFD_CLOEXEC)
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
    return descriptor


def _cut(items: Sequence[Answer]) -> Iterator[Sequence[Answer]]:
    for start in range(0, len(items), PORTION):
        yield items[start : start + PORTION]


def _read_prepared(values: dict[str, Any]) -> Prepared | SigningError:
    if "error" in values:
        return SigningError.from_wire(values["error"])
    return Prepared(ToBeSigned.from_state(values["state"]), values["document_digest"], values["state"])


def _read_ends(answer: wire.Message, ends: list[bytes]) -> list[Signed | SigningError]:
    waiting = iter(ends)
    return [
        SigningError.from_wire(values["error"]) if "error" in values else read_signed(values, next(waiting))
        for values in answer["outcomes"]
    ]
