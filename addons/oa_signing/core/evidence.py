"""What proves that certificates were good: their issuers, OCSP answers and CRLs, fetched once for a whole batch.

A collector is made after the signatures, lives as long as the batch and is then forgotten: old answers prove nothing.
"""

import asyncio
from dataclasses import dataclass

from asn1crypto import cms, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, RevokedError, ValidationError
from pyhanko_certvalidator.fetchers import FetcherBackend, Fetchers

from .cms_signing import ask_time
from .errors import CertificateRevokedError, RevocationDataMissingError
from .ports import Helpers


@dataclass(frozen=True)
class Evidence:
    """DER of everything that a later reader needs."""

    certificates: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()

    def join(self, other: "Evidence") -> "Evidence":
        def merge(first: tuple[bytes, ...], second: tuple[bytes, ...]) -> tuple[bytes, ...]:
            return tuple(dict.fromkeys(first + second))

        return Evidence(merge(self.certificates, other.certificates), merge(self.ocsps, other.ocsps), merge(self.crls, other.crls))


class _OneForAll(FetcherBackend):
    """The same fetchers for every certificate, so that no address is asked twice."""

    def __init__(self, fetchers: Fetchers) -> None:
        self._fetchers = fetchers

    def get_fetchers(self) -> Fetchers:
        return self._fetchers

    async def close(self) -> None:
        """Nothing is held open."""


class Collector:
    """Asks about each certificate once, however many files it signed."""

    def __init__(self, helpers: Helpers) -> None:
        self.helpers = helpers
        self._backend = _OneForAll(helpers.fetchers.get_fetchers()) if helpers.fetchers else None
        self._found: dict[bytes, asyncio.Task[Evidence]] = {}
        self._sample: asyncio.Task[cms.ContentInfo | None] | None = None

    async def collect(self, container: cms.SignedData, *, is_timestamp: bool = False) -> Evidence:
        """Evidence for the signer of a CMS container."""
        certificate, others = read_certificates(container)
        key = certificate.sha256
        if key not in self._found:
            self._found[key] = asyncio.create_task(self._ask(certificate, others, is_timestamp=is_timestamp))
        return await self._found[key]

    async def get_sample_token(self) -> cms.SignedData | None:
        """A timestamp of nothing in particular: it shows which authority will give the others."""
        if self._sample is None:
            self._sample = asyncio.create_task(ask_time(self.helpers.timestamper, bytes(32)))
        token = await self._sample
        return token["content"] if token else None

    async def _ask(self, certificate: x509.Certificate, others: list[x509.Certificate], *, is_timestamp: bool) -> Evidence:
        if self._backend is None:
            raise RevocationDataMissingError("not set")
        trust = self.helpers.trust
        context = ValidationContext(
            trust_manager=trust.get_manager(),
            other_certs=[*others, *trust.get_intermediates()],
            allow_fetching=True,
            fetcher_backend=self._backend,
            revocation_mode="hard-fail",
        )
        # Intermediates come from the file or the trust folder, never from an address in a certificate.
        context.certificate_registry.fetcher = None
        validator = CertificateValidator(certificate, intermediate_certs=others, validation_context=context)
        try:
            usage, extended = (set(), {"time_stamping"}) if is_timestamp else ({"non_repudiation"}, set())
            path = await validator.async_validate_usage(usage, extended)
        except RevokedError as error:
            raise CertificateRevokedError(str(error)) from error
        except (PathError, ValidationError, OSError, ValueError) as error:
            raise RevocationDataMissingError(str(error)) from error
        return Evidence(
            tuple(item.dump() for item in path.iter_certs(include_root=True)),
            tuple(item.dump() for item in context.ocsps),
            tuple(item.dump() for item in context.crls),
        )


def read_certificates(container: cms.SignedData) -> tuple[x509.Certificate, list[x509.Certificate]]:
    """The certificate of the signer and the others beside it."""
    reference = container["signer_infos"][0]["sid"].chosen
    found, others = None, []
    for item in container["certificates"]:
        certificate = item.chosen
        if isinstance(reference, cms.IssuerAndSerialNumber) and certificate.serial_number == reference["serial_number"].native:
            found = certificate
        else:
            others.append(certificate)
    if found is None:
        raise RevocationDataMissingError("no certificate of the signer")
    return found, others


def read_timestamp_token(container: cms.SignedData) -> cms.SignedData | None:
    """The timestamp that a signature carries itself."""
    unsigned = container["signer_infos"][0]["unsigned_attrs"]
    if not isinstance(unsigned, cms.CMSAttributes):
        return None
    for attribute in unsigned:
        if attribute["type"].native == "signature_time_stamp_token":
            return attribute["values"][0]["content"]
    return None
