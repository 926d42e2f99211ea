"""One worker: reads requests from its parent, opens files under limits of memory and processor time, answers.

It may be killed at any moment; the parent asks another one.
"""

import itertools
import logging
import resource
import socket
from typing import IO, Any

from ..core import trust_lists
from ..core.errors import PayloadTooHardError, ProtocolError, SigningError
from ..core.specs import Level, SignatureSpec, Signed, SignerIdentity, ValidationPolicy
from ..core.xml_opinions import OPINIONS
from . import batch_worker, wire
from .document_engine import WatchfulEngine
from .revocation import HttpRevocation
from .revocation_memory import RevocationMemory
from .timestamps import HttpTimestamps
from .trust import make_trust

_logger = logging.getLogger(__name__)

MEMORY_LIMIT = 1536 << 20
CPU_SECONDS = 40

# For the life of this process; engines are made for each request.
_answers = RevocationMemory()


def run(source: socket.socket, target: IO[bytes]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    wire.write(target, {"ready": True})
    while True:
        incoming = wire.Incoming(source)
        try:
            message, blobs = incoming.read_message()
            _allow_cpu(CPU_SECONDS)
            wire.write(target, *_answer(message, blobs, incoming.files))
        except EOFError:
            return
        finally:
            incoming.close_files()


def _allow_cpu(seconds: int) -> None:
    """The limit is for the life of a process, so it moves on with each request."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, resource.RLIM_INFINITY))


def _answer(message: wire.Message, blobs: list[bytes], files: list[int]) -> tuple[wire.Message, list[bytes]]:
    try:
        if message["operation"] == "read_trust_list":
            # The first list comes before anybody is trusted.
            return trust_lists.read_signed(blobs[0], blobs[1:], OPINIONS).to_wire()
        settings = message["settings"]
        digests = settings.get("trust_lists", ())
        # Lists that this process had not seen come behind what is asked.
        count = len(digests) if message.get("with_lists") else 0
        blobs, lists = (blobs[:-count], blobs[-count:]) if count else (blobs, [])
        engine = _make_engine(settings, dict(zip(digests, lists, strict=False)))
        if str(message["operation"]) in batch_worker.OPERATIONS:
            return batch_worker.perform(engine, message, blobs, files)
        return _perform(engine, message, blobs)
    except SigningError as error:
        return {"error": error.to_wire()}, []
    except (MemoryError, RecursionError):
        return {"error": PayloadTooHardError("memory").to_wire()}, []
    except Exception as error:
        _logger.error("operation %s failed: %r", message.get("operation"), error)
        return {"error": ProtocolError(type(error).__name__).to_wire()}, []


def _make_engine(settings: dict[str, Any], lists: dict[str, bytes]) -> WatchfulEngine:
    return WatchfulEngine(
        make_trust(settings["trust_folder"], settings.get("trust_lists", ()), lists),
        HttpTimestamps(settings["timestamp_url"]),
        HttpRevocation(tuple(settings["revocation_hosts"]), _answers),
    )


def _perform(engine: WatchfulEngine, message: wire.Message, blobs: list[bytes]) -> tuple[wire.Message, list[bytes]]:
    operation = str(message["operation"])
    if operation.startswith("check_"):
        return _check(engine, operation, message, blobs), []
    match operation:
        case "make_timestamp":
            return {}, [engine.make_timestamp(blobs[0])]
        case "prepare":
            prepared = engine.prepare(blobs[0], SignatureSpec.from_wire(message["spec"]), _read_identity(blobs[1:]))
            return {"document_digest": prepared.document_digest, "state": prepared.state}, []
        case "finish":
            return _describe(engine.finish(blobs[0], message["state"], blobs[1]))
        case "augment":
            return _describe(engine.augment(blobs[0], str(message["field_name"]), Level(message["level"])))
        case "add_archive_timestamp":
            return _describe(engine.add_archive_timestamp(blobs[0]))
    return _read(engine, operation, message, blobs)


def _read(engine: WatchfulEngine, operation: str, message: wire.Message, blobs: list[bytes]) -> tuple[wire.Message, list[bytes]]:
    """What leaves the file as it is."""
    match operation:
        case "measure":
            return {"life": engine.measure(blobs[0]).to_wire()}, []
        case "inspect":
            return {"pages": engine.inspect(blobs[0])}, []
        case "examine":
            found = engine.examine(blobs[0], blobs[1])
            return found.to_wire(), [found.identity.certificate, *found.identity.chain]
        case "extract":
            extracted = engine.extract(blobs[0])
            return {"names": list(extracted.files), "ranges": extracted.ranges}, list(extracted.files.values())
        case "validate":
            policy = ValidationPolicy.from_wire(message["policy"]) if "policy" in message else None
            return {"verdict": engine.validate(blobs[0], blobs[1] if len(blobs) > 1 else None, policy).to_wire()}, []
    raise ProtocolError("operation")


def _check(engine: WatchfulEngine, operation: str, message: wire.Message, blobs: list[bytes]) -> wire.Message:
    match operation:
        case "check_certificate":
            return {"notes": engine.check_certificate(_read_identity(blobs))}
        case "check_certificates":
            return {"outcomes": _check_certificates(engine, blobs, message["lengths"])}
        case "check_timestamps":
            return {"name": engine.check_timestamps()}
        case "check_timestamp":
            engine.check_timestamp(blobs[0], blobs[1])
            return {}
        case "check_trust":
            return {"counts": engine.check_trust()}
    raise ProtocolError("operation")


def _check_certificates(engine: WatchfulEngine, blobs: list[bytes], lengths: list[int]) -> list[dict[str, Any]]:
    ends = list(itertools.accumulate(lengths))
    identities = [_read_identity(blobs[end - length : end]) for length, end in zip(lengths, ends, strict=True)]
    outcomes = engine.check_certificates(identities)
    return [{"error": item.to_wire()} if isinstance(item, SigningError) else {"notes": item} for item in outcomes]


def _read_identity(blobs: list[bytes]) -> SignerIdentity:
    return SignerIdentity(blobs[0], tuple(blobs[1:]))


def _describe(signed: Signed) -> tuple[dict[str, Any], list[bytes]]:
    return batch_worker.describe(signed), [signed.data]
