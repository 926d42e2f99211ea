"""The document port done here and now: the core with its helpers, one event loop per call."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..core import (
    augmentation,
    batches,
    certificate_lists,
    extraction,
    formats,
    pdf_guard,
    policy,
    preservation,
    returned,
    timestamp_tokens,
    trust_lists,
    validation,
)
from ..core.errors import SigningError, TimestampError
from ..core.extraction import Extracted
from ..core.life import Life
from ..core.pdf_syntax import Buffer
from ..core.ports import Helpers, RevocationPort, TimestampPort, TrustPort
from ..core.specs import DocumentVerdict, Level, Prepared, Returned, SignatureSpec, Signed, SignerIdentity, ValidationPolicy
from ..core.trust_lists import SignedList
from ..core.xml_opinions import OPINIONS
from .event_loop import run


class DocumentEngine:
    """Opens files in this process; only workers and tests may do that."""

    xml_opinions: tuple[Callable[..., bool | None], ...] = ()

    def __init__(self, trust: TrustPort, timestamps: TimestampPort, revocation: RevocationPort) -> None:
        self._trust, self._timestamps, self._revocation = trust, timestamps, revocation

    def check_certificate(self, identity: SignerIdentity) -> list[str]:
        return run(policy.check_certificate(identity, self._trust, self._revocation.get_fetchers()))

    def check_certificates(self, identities: Sequence[SignerIdentity]) -> list[list[str] | SigningError]:
        return run(certificate_lists.check(identities, self._trust, self._revocation.get_fetchers()))

    def check_timestamps(self) -> str:
        """Name of the authority that gave a timestamp just now."""
        timestamper = self._timestamps.get_timestamper()
        if timestamper is None:
            raise TimestampError("not set")
        return run(augmentation.get_authority_name(timestamper))

    def make_timestamp(self, digest: bytes) -> bytes:
        return run(timestamp_tokens.make_token(digest, self._timestamps.get_timestamper(), self._trust))

    def check_timestamp(self, token: bytes, digest: bytes) -> None:
        run(timestamp_tokens.check_token(token, digest, self._trust))

    def read_trust_list(self, data: bytes, operators: Sequence[bytes]) -> SignedList:
        """What a trusted list says, when one of its operators signed it."""
        return trust_lists.read_signed(data, operators, self.xml_opinions)

    def check_trust(self) -> tuple[int, int]:
        return len(self._trust.get_roots()), len(self._trust.get_intermediates())

    def inspect(self, data: bytes) -> int:
        return pdf_guard.check_signable(data)

    def prepare(self, data: bytes, spec: SignatureSpec, identity: SignerIdentity) -> Prepared:
        return run(formats.prepare(data, spec, identity))

    def finish(self, data: bytes, state: dict[str, object], raw_signature: bytes) -> Signed:
        return run(formats.finish(data, state, raw_signature, self._timestamps.get_timestamper()))

    def augment(self, data: bytes, field_name: str, level: Level = Level.LT) -> Signed:
        return run(formats.augment(data, field_name, self._get_helpers(), level))

    def add_archive_timestamp(self, data: bytes) -> Signed:
        """Prolong the life of a PDF's signatures; preservation asks for it before a timestamp grows too old."""
        return run(preservation.renew(data, self._get_helpers()))

    def measure(self, data: bytes) -> Life:
        return preservation.measure(data)

    def examine(self, base: bytes, data: bytes) -> Returned:
        return run(returned.examine(base, data, self._get_helpers()))

    def validate(self, data: bytes, original: bytes | None = None, policy: ValidationPolicy | None = None) -> DocumentVerdict:
        policy = policy or ValidationPolicy()
        # What is asked now does not speak of another moment.
        fetchers = None if policy.moment else self._revocation.get_remembering_fetchers()
        helpers = replace(self._get_helpers(), policy=policy, fetchers=fetchers)
        return run(validation.validate(data, helpers, original))

    def extract(self, data: bytes) -> Extracted:
        return extraction.extract(data)

    def prepare_many(self, files: Sequence[tuple[Buffer, SignatureSpec]], identity: SignerIdentity) -> list[Prepared | SigningError]:
        return run(batches.prepare(files, identity))

    def finish_many(self, items: Sequence[batches.Finishing]) -> list[Signed | SigningError]:
        """The new ends of the files, see batches.py."""
        return run(batches.finish(items, self._get_helpers()))

    def complete_many(self, files: Sequence[Buffer], level: Level) -> list[Signed | SigningError]:
        """The new ends of the files."""
        return run(batches.complete(files, self._get_helpers(), level))

    def _get_helpers(self) -> Helpers:
        fetchers = self._revocation.get_fetchers()
        return Helpers(self._trust, self._timestamps.get_timestamper(), fetchers, self.xml_opinions)


class WatchfulEngine(DocumentEngine):
    """As the workers have it: what we say of XML is said by two foreign engines, too."""

    xml_opinions = OPINIONS
