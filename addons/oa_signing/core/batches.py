"""Many files in one go: one failure is one answer, time and revocation are asked for several at once.

Answers hold only the new end of a PDF (`Signed.data`): whoever has the file appends it. Other formats come whole.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from . import augmentation, completion, formats, pades_plain, policy, raw_signatures, states
from .content import Content, detect
from .errors import EmptyPayloadError, NotSignedError, SigningError
from .evidence import Collector
from .pdf_syntax import Buffer, NotPlainError
from .ports import Helpers
from .specs import Level, Prepared, SignatureFormat, SignatureSpec, Signed, SignerIdentity, ToBeSigned

AT_ONCE = 16
Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Finishing:
    """One prepared file whose octets were signed; the file itself is needed only when its state says so."""

    state: dict[str, Any]
    raw_signature: bytes
    data: Buffer | Path = b""
    """The file; a path is for whoever opens it before it comes here."""


def needs_file(state: dict[str, Any]) -> bool:
    """States of plain PDF files hold all that finishing wants."""
    return "gap" not in state


async def prepare(files: Sequence[tuple[Buffer, SignatureSpec]], identity: SignerIdentity) -> list[Prepared | SigningError]:
    policy.check_strength(identity)

    async def prepare_one(item: tuple[Buffer, SignatureSpec]) -> Prepared:
        data, spec = item
        if not len(data):
            raise EmptyPayloadError()
        is_pdf = spec.format == SignatureFormat.PADES
        return await formats.prepare(data if is_pdf else bytes(data), spec, identity)  # type: ignore[arg-type]

    return await _for_each(files, prepare_one)


async def finish(items: Sequence[Finishing], helpers: Helpers) -> list[Signed | SigningError]:
    async def finish_one(item: Finishing) -> Signed:
        certificate = states.read_certificate(item.state)
        raw_signature = raw_signatures.normalise(certificate, item.raw_signature)
        timestamper = helpers.timestamper if states.wants_timestamp(item.state) else None
        if needs_file(item.state):
            assert not isinstance(item.data, Path)
            data = bytes(item.data)
            signed = await formats.finish(data, item.state, raw_signature, timestamper)
            is_pdf = states.read_format(item.state) == SignatureFormat.PADES
            return replace(signed, data=signed.data[len(data) :]) if is_pdf else signed
        to_be_signed = ToBeSigned.from_state(item.state)
        raw_signatures.verify(certificate, to_be_signed.octets, raw_signature, to_be_signed.digest_algorithm)
        return await pades_plain.finish(item.state, raw_signature, timestamper)

    return await _for_each(items, finish_one)


async def complete(files: Sequence[Buffer], helpers: Helpers, level: Level) -> list[Signed | SigningError]:
    collector = Collector(helpers)

    async def complete_one(data: Buffer) -> Signed:
        if detect(bytes(data[:200])) != Content.PDF:
            raise NotSignedError()
        try:
            return await completion.complete(data, collector, level)
        except NotPlainError:
            whole = bytes(data)
            signed = await augmentation.augment_thoroughly(whole, helpers, level)
            return replace(signed, data=signed.data[len(whole) :])

    return await _for_each(files, complete_one)


async def _for_each(items: Sequence[Item], work: Callable[[Item], Awaitable[Answer]]) -> list[Answer | SigningError]:
    """Several at once; what goes wrong with one is its own answer."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def attempt(item: Item) -> Answer | SigningError:
        async with gate:
            try:
                return await work(item)
            except SigningError as error:
                return error

    return list(await asyncio.gather(*map(attempt, items)))
