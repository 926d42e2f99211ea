"""The document port done here and now: the core with its helpers, one event loop per call."""

import asyncio
from collections.abc import Callable

from ..core import augmentation, formats, pdf_guard, policy, returned, validation
from ..core.errors import TimestampError
from ..core.ports import Helpers, RevocationPort, TimestampPort, TrustPort
from ..core.specs import DocumentVerdict, Level, Prepared, Returned, SignatureSpec, Signed, SignerIdentity
from ..core.xml_opinions import OPINIONS


class DocumentEngine:
    """Opens files in this process; only workers and tests may do that."""

    xml_opinions: tuple[Callable[..., bool | None], ...] = ()

    def __init__(self, trust: TrustPort, timestamps: TimestampPort, revocation: RevocationPort) -> None:
        self._trust, self._timestamps, self._revocation = trust, timestamps, revocation

    def check_certificate(self, identity: SignerIdentity) -> list[str]:
        return asyncio.run(policy.check_certificate(identity, self._trust, self._revocation.get_fetchers()))

    def check_timestamps(self) -> str:
        """Name of the authority that gave a timestamp just now."""
        timestamper = self._timestamps.get_timestamper()
        if timestamper is None:
            raise TimestampError("not set")
        return asyncio.run(augmentation.get_authority_name(timestamper))

    def check_trust(self) -> tuple[int, int]:
        return len(self._trust.get_roots()), len(self._trust.get_intermediates())

    def inspect(self, data: bytes) -> int:
        return pdf_guard.check_signable(data)

    def prepare(self, data: bytes, spec: SignatureSpec, identity: SignerIdentity) -> Prepared:
        return asyncio.run(formats.prepare(data, spec, identity))

    def finish(self, data: bytes, state: dict[str, object], raw_signature: bytes) -> Signed:
        return asyncio.run(formats.finish(data, state, raw_signature, self._timestamps.get_timestamper()))

    def augment(self, data: bytes, field_name: str, level: Level = Level.LT) -> Signed:
        return asyncio.run(formats.augment(data, field_name, self._get_helpers(), level))

    def add_archive_timestamp(self, data: bytes) -> Signed:
        """Prolong the life of a PDF's signatures; preservation asks for it before a timestamp grows too old."""
        return asyncio.run(augmentation.prolong(data, self._get_helpers()))

    def examine(self, base: bytes, data: bytes) -> Returned:
        return asyncio.run(returned.examine(base, data, self._get_helpers()))

    def validate(self, data: bytes, original: bytes | None = None) -> DocumentVerdict:
        return asyncio.run(validation.validate(data, self._get_helpers(), original))

    def _get_helpers(self) -> Helpers:
        fetchers = self._revocation.get_fetchers()
        return Helpers(self._trust, self._timestamps.get_timestamper(), fetchers, self.xml_opinions)


class WatchfulEngine(DocumentEngine):
    """As the workers have it: what we say of XML is said by two foreign engines, too."""

    xml_opinions = OPINIONS
