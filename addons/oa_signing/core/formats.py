"""Every format behind the same steps: prepare, finish, augment. This file chooses; the formats' own files do.

Between prepare and finish the octets are signed by whoever holds the key; only their raw signature comes back.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from pyhanko.sign.timestamps import TimeStamper

from . import asic_signing, augmentation, cades, pades, policy, states, xades
from .content import Content, detect
from .errors import EmptyPayloadError, NotSignedError
from .ports import Helpers
from .specs import Level, Prepared, SignatureFormat, SignatureSpec, Signed, SignerIdentity


@dataclass(frozen=True)
class Steps:
    """What a format offers."""

    prepare: Callable[[bytes, SignatureSpec, SignerIdentity], Awaitable[Prepared]]
    finish: Callable[[bytes, dict[str, Any], bytes, TimeStamper | None], Awaitable[Signed]]


_STEPS = {
    SignatureFormat.PADES: Steps(pades.prepare, pades.finish),
    SignatureFormat.XADES: Steps(xades.prepare, xades.finish),
    SignatureFormat.XADES_DETACHED: Steps(xades.prepare_detached, xades.finish_detached),
    SignatureFormat.CADES: Steps(cades.prepare, cades.finish),
    SignatureFormat.ASIC_XADES: Steps(asic_signing.prepare_xades, asic_signing.finish_xades),
    SignatureFormat.ASIC_CADES: Steps(asic_signing.prepare_cades, asic_signing.finish_cades),
}
_AUGMENT: dict[Content, Callable[[bytes, Helpers, Level], Awaitable[Signed]]] = {
    Content.PDF: augmentation.augment,
    Content.XML: xades.augment,
    Content.CMS: cades.augment,
    Content.CONTAINER: asic_signing.augment,
}


async def prepare(data: bytes, spec: SignatureSpec, identity: SignerIdentity) -> Prepared:
    if not data:
        raise EmptyPayloadError()
    policy.check_strength(identity)
    return await _STEPS[spec.format].prepare(data, spec, identity)


async def finish(data: bytes, state: dict[str, Any], raw_signature: bytes, timestamper: TimeStamper | None) -> Signed:
    """The signed file; the raw signature is checked before it gets anywhere."""
    steps = _STEPS[states.read_format(state)]
    return await steps.finish(data, state, raw_signature, timestamper if states.wants_timestamp(state) else None)


async def augment(data: bytes, name: str, helpers: Helpers, level: Level) -> Signed:
    """Bring the signatures of a file to this level, as far as its format goes; the answer speaks of the one named."""
    add = _AUGMENT.get(detect(data))
    if add is None:
        raise NotSignedError()
    signed = await add(data, helpers, level)
    if name not in signed.levels:
        raise NotSignedError(f"no signature {name}")
    return signed.speak_of(name)
