"""Many certificates at once, as a list of people wants it: each issuer's list of the revoked is read once for all."""

from collections.abc import Awaitable, Iterable, Sequence
from typing import NoReturn

from asn1crypto import ocsp, x509
from pyhanko_certvalidator import ValidationContext, errors
from pyhanko_certvalidator.authority import Authority
from pyhanko_certvalidator.fetchers import FetcherBackend, Fetchers, OCSPFetcher

from . import policy
from .errors import CertificateUntrustedError, SigningError
from .ports import TrustPort
from .specs import SignerIdentity


class _AsksNobody(OCSPFetcher):
    """Asking for each certificate alone is what takes long."""

    async def fetch(self, cert: object, authority: Authority) -> NoReturn:
        raise errors.OCSPFetchError("not asked")

    def fetched_responses(self) -> Iterable[ocsp.OCSPResponse]:
        return []

    def fetched_responses_for_cert(self, cert: object) -> Iterable[ocsp.OCSPResponse]:
        return []


async def check(identities: Sequence[SignerIdentity], trust: TrustPort, fetchers: FetcherBackend | None) -> list[list[str] | SigningError]:
    """For each certificate what `policy.check_certificate` says of it; a refusal is an answer."""
    shared = _make_context(identities, trust, fetchers.get_fetchers()) if fetchers else None
    return [await _check_one(identity, trust, fetchers, shared) for identity in identities]


async def _check_one(
    identity: SignerIdentity, trust: TrustPort, fetchers: FetcherBackend | None, shared: ValidationContext | None
) -> list[str] | SigningError:
    if shared:
        answer = await _tell(policy.check_certificate(identity, trust, fetchers, context=shared))
        # No list for this one, perhaps: its issuer is asked about it alone.
        if not isinstance(answer, CertificateUntrustedError):
            return answer
    return await _tell(policy.check_certificate(identity, trust, fetchers))


async def _tell(check: Awaitable[list[str]]) -> list[str] | SigningError:
    try:
        return await check
    except SigningError as error:
        return error


def _make_context(identities: Sequence[SignerIdentity], trust: TrustPort, fetchers: Fetchers) -> ValidationContext:
    issuers = {item: None for identity in identities for item in identity.chain}
    others = [*map(x509.Certificate.load, issuers), *trust.get_intermediates()]
    lists = Fetchers(_AsksNobody(), fetchers.crl_fetcher, fetchers.cert_fetcher)
    return policy.make_context(others, trust, "hard-fail", fetchers=lists)
