"""The document port as the rest of the product sees it: a socket, with the settings sent along."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from ..core.errors import PayloadTooHardError, SigningError, TrustListUnknownError
from ..core.extraction import Extracted
from ..core.life import Life
from ..core.specs import (
    DocumentVerdict,
    Level,
    Outcome,
    Prepared,
    Returned,
    SignatureSpec,
    Signed,
    SignerIdentity,
    ToBeSigned,
    ValidationPolicy,
)
from ..core.trust_lists import SignedList
from . import wire
from .batch_client import BatchClient, Source, open_sources, read_signed

TIMEOUT = 150.0


@dataclass(frozen=True)
class ServiceSettings:
    """Whom the workers trust and whom they may ask."""

    trust_folder: str = ""
    timestamp_url: str = ""
    revocation_hosts: tuple[str, ...] = ()
    trust_lists: tuple[str, ...] = ()
    """Digests of the trusted lists that count now; workers ask for those that they have not seen."""


class DocumentClient(BatchClient):
    def __init__(self, socket_path: str, settings: ServiceSettings, load_list: Callable[[str], bytes] | None = None) -> None:
        self._path, self._settings, self._load_list = socket_path, settings, load_list

    def ping(self) -> int:
        answer, _blobs = wire.call(self._path, {"operation": "ping"}, timeout=10)
        return int(answer["workers"])

    def check_certificate(self, identity: SignerIdentity) -> list[str]:
        return list(self._ask("check_certificate", [identity.certificate, *identity.chain])[0]["notes"])

    def check_certificates(self, identities: Sequence[SignerIdentity]) -> list[list[str] | SigningError]:
        chains = [(identity.certificate, *identity.chain) for identity in identities]
        blobs = [item for chain in chains for item in chain]
        answer, _none = self._ask("check_certificates", blobs, lengths=[len(chain) for chain in chains])
        return [SigningError.from_wire(item["error"]) if "error" in item else list(item["notes"]) for item in answer["outcomes"]]

    def check_timestamps(self) -> str:
        return str(self._ask("check_timestamps", [])[0]["name"])

    def make_timestamp(self, digest: bytes) -> bytes:
        return self._ask("make_timestamp", [digest])[1][0]

    def check_timestamp(self, token: bytes, digest: bytes) -> None:
        self._ask("check_timestamp", [token, digest])

    def read_trust_list(self, data: bytes, operators: Sequence[bytes]) -> SignedList:
        return SignedList.from_wire(*self._ask("read_trust_list", [data, *operators]))

    def check_trust(self) -> tuple[int, int]:
        roots, intermediates = self._ask("check_trust", [])[0]["counts"]
        return int(roots), int(intermediates)

    def inspect(self, data: bytes) -> int:
        return int(self._ask("inspect", [data])[0]["pages"])

    def prepare(self, data: bytes, spec: SignatureSpec, identity: SignerIdentity) -> Prepared:
        blobs = [data, identity.certificate, *identity.chain]
        answer, _none = self._ask("prepare", blobs, spec=spec.to_wire())
        return Prepared(ToBeSigned.from_state(answer["state"]), answer["document_digest"], answer["state"])

    def finish(self, data: bytes, state: dict[str, object], raw_signature: bytes) -> Signed:
        return _read_signed(*self._ask("finish", [data, raw_signature], state=state))

    def augment(self, data: bytes, field_name: str, level: Level = Level.LT) -> Signed:
        return _read_signed(*self._ask("augment", [data], field_name=field_name, level=str(level)))

    def add_archive_timestamp(self, data: bytes) -> Signed:
        return _read_signed(*self._ask("add_archive_timestamp", [data]))

    def measure(self, data: bytes) -> Life:
        return Life.from_wire(self._ask("measure", [data])[0]["life"])

    def examine(self, base: bytes, data: bytes) -> Returned:
        return Returned.from_wire(*self._ask("examine", [base, data]))

    def validate(self, data: bytes, original: bytes | None = None, policy: ValidationPolicy | None = None) -> DocumentVerdict:
        """The verdict; `original` is the signed file of a signature that lies beside it."""
        blobs = [data] if original is None else [data, original]
        wish = (policy or ValidationPolicy()).to_wire()
        try:
            return DocumentVerdict.from_wire(self._ask("validate", blobs, policy=wish)[0]["verdict"])
        except PayloadTooHardError as error:
            # The worker was stopped; that, too, is something to be told and kept.
            return DocumentVerdict(Outcome.INDETERMINATE, (error.code,))

    def extract(self, data: bytes) -> Extracted:
        """What lies inside a signed PDF, for checks with other tools."""
        answer, files = self._ask("extract", [data])
        ranges = {name: (int(a), int(b), int(c), int(d)) for name, (a, b, c, d) in answer["ranges"].items()}
        return Extracted(dict(zip(answer["names"], files, strict=True)), ranges)

    def _ask(self, operation: str, blobs: list[bytes], **values: object) -> tuple[wire.Message, list[bytes]]:
        return self._call({"operation": operation, **values}, blobs, [])

    def _ask_with_files(
        self, operation: str, blobs: Sequence[bytes], sources: Sequence[Source], **values: object
    ) -> tuple[wire.Message, list[bytes]]:
        with open_sources(sources) as files:
            return self._call({"operation": operation, **values}, list(blobs), files)

    def _call(self, message: wire.Message, blobs: list[bytes], files: list[int]) -> tuple[wire.Message, list[bytes]]:
        message = {**message, "settings": asdict(self._settings)}
        try:
            return wire.call(self._path, message, blobs, timeout=TIMEOUT, files=files)
        except TrustListUnknownError:
            if self._load_list is None:
                raise
        # A worker that was started since does not have the lists yet.
        lists = [self._load_list(digest) for digest in self._settings.trust_lists]
        return wire.call(self._path, {**message, "with_lists": True}, [*blobs, *lists], timeout=TIMEOUT, files=files)


def _read_signed(answer: wire.Message, blobs: list[bytes]) -> Signed:
    return read_signed(answer, blobs[0])
