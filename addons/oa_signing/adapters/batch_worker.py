"""A worker's side of a batch: files are read where they are, answers hold new ends of files only."""

import mmap
import os
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ..core.batches import Finishing
from ..core.errors import ProtocolError, SigningError
from ..core.pdf_syntax import Buffer
from ..core.specs import Level, Prepared, SignatureSpec, Signed, SignerIdentity
from . import wire
from .document_engine import DocumentEngine

OPERATIONS = ("prepare_many", "finish_many", "complete_many")


def perform(engine: DocumentEngine, message: wire.Message, blobs: list[bytes], files: list[int]) -> tuple[wire.Message, list[bytes]]:
    buffers = [open_buffer(descriptor) for descriptor in files]
    try:
        match str(message["operation"]):
            case "prepare_many":
                specs = [SignatureSpec.from_wire(item) for item in message["specs"]]
                identity = SignerIdentity(blobs[0], tuple(blobs[1:]))
                return {"outcomes": [_tell(item) for item in engine.prepare_many(_pair(buffers, specs), identity)]}, []
            case "finish_many":
                return _tell_signed(engine.finish_many(_read_finishing(message, blobs, buffers)))
            case "complete_many":
                return _tell_signed(engine.complete_many(buffers, Level(message["level"])))
        raise ProtocolError("operation")
    finally:
        for buffer in buffers:
            if isinstance(buffer, mmap.mmap):
                buffer.close()


def open_buffer(descriptor: int) -> Buffer:
    """The file in memory without a copy of it."""
    size = os.fstat(descriptor).st_size
    if size > wire.MAX_BLOB:
        raise ProtocolError("size")
    if not size:
        return b""
    # All of it is read anyway; in one go it takes fewer interruptions.
    return mmap.mmap(descriptor, size, flags=mmap.MAP_PRIVATE | mmap.MAP_POPULATE, prot=mmap.PROT_READ)


def describe(signed: Signed) -> dict[str, Any]:
    values = asdict(signed)
    del values["data"]
    values["timestamp_at"] = signed.timestamp_at.isoformat() if signed.timestamp_at else ""
    values["moments"] = {name: moment.isoformat() for name, moment in signed.moments.items()}
    return values


def _pair(buffers: list[Buffer], specs: list[SignatureSpec]) -> list[tuple[Buffer, SignatureSpec]]:
    if len(buffers) != len(specs):
        raise ProtocolError("files")
    return list(zip(buffers, specs, strict=True))


def _read_finishing(message: wire.Message, blobs: list[bytes], buffers: list[Buffer]) -> list[Finishing]:
    """Only some states need their file; those files come in the order of the states."""
    waiting = iter(buffers)
    if len(message["states"]) != len(blobs) or sum(message["with_file"]) != len(buffers):
        raise ProtocolError("files")
    return [
        Finishing(state, raw_signature, next(waiting) if has_file else b"")
        for state, raw_signature, has_file in zip(message["states"], blobs, message["with_file"], strict=True)
    ]


def _tell(outcome: Prepared | Signed | SigningError) -> dict[str, Any]:
    if isinstance(outcome, SigningError):
        return {"error": outcome.to_wire()}
    if isinstance(outcome, Signed):
        return describe(outcome)
    return {"document_digest": outcome.document_digest, "state": outcome.state}


def _tell_signed(outcomes: Sequence[Signed | SigningError]) -> tuple[wire.Message, list[bytes]]:
    ends = [outcome.data for outcome in outcomes if isinstance(outcome, Signed)]
    return {"outcomes": [_tell(outcome) for outcome in outcomes]}, ends
