"""CRLs and OCSP answers from hosts on a list; addresses in certificates are not obeyed blindly."""

import asyncio
import http.client
from collections.abc import Iterable
from typing import NoReturn, TypeAlias
from urllib.parse import urlsplit

from asn1crypto import cms, crl, ocsp, pem, x509
from pyhanko_certvalidator import errors
from pyhanko_certvalidator.authority import Authority
from pyhanko_certvalidator.fetchers import CertificateFetcher, CRLFetcher, FetcherBackend, Fetchers, OCSPFetcher
from pyhanko_certvalidator.fetchers.common_utils import (
    enumerate_delivery_point_urls,
    format_ocsp_request,
    process_ocsp_response_data,
)
from pyhanko_certvalidator.util import get_ocsp_urls, get_relevant_crl_dps, issuer_serial

from . import http_client
from .revocation_memory import RevocationMemory

TIMEOUT = 8.0
MAX_ADDRESSES = 4

AnyCertificate: TypeAlias = x509.Certificate | cms.AttributeCertificateV2


class _Source:
    """What both fetchers share: the list of hosts, one bounded request, and what was answered before."""

    def __init__(self, hosts: tuple[str, ...], memory: RevocationMemory | None = None) -> None:
        self._hosts = hosts
        # Without one, each use asks for itself.
        self._memory = memory or RevocationMemory()

    async def _fetch(self, url: str, accept: str, data: bytes | None = None) -> bytes:
        if not http_client.is_allowed(url, self._hosts):
            raise OSError(f"host not allowed: {url}")
        host = urlsplit(url).netloc
        if self._memory.is_silent(host):
            raise OSError(f"no answer a moment ago: {host}")
        headers = {"Accept": accept}
        if data is not None:
            headers["Content-Type"] = "application/ocsp-request"
        try:
            return await asyncio.to_thread(http_client.fetch, url, timeout=TIMEOUT, headers=headers, data=data)
        except OSError as error:
            # A slow connection hides in the reason of another error.
            if isinstance(getattr(error, "reason", error), TimeoutError):
                self._memory.note_silence(host)
            raise
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error


class AllowListOcsp(_Source, OCSPFetcher):
    """Asks the first address of a certificate that answers."""

    def __init__(self, hosts: tuple[str, ...], memory: RevocationMemory | None = None) -> None:
        super().__init__(hosts, memory)
        self._answers: dict[tuple[bytes, object], ocsp.OCSPResponse] = {}

    async def fetch(self, cert: AnyCertificate, authority: Authority) -> ocsp.OCSPResponse:
        key = (issuer_serial(cert), authority.hashable)
        if key not in self._answers:
            found = self._memory.find(key)
            self._answers[key] = found if isinstance(found, ocsp.OCSPResponse) else await self._ask(cert, authority)
        return self._answers[key]

    async def _ask(self, cert: AnyCertificate, authority: Authority) -> ocsp.OCSPResponse:
        request = format_ocsp_request(cert, authority, certid_hash_algo="sha1", request_nonces=True)
        for url in get_ocsp_urls(cert)[:MAX_ADDRESSES]:
            try:
                body = await self._fetch(url, "application/ocsp-response", request.dump())
                answer = process_ocsp_response_data(body, ocsp_request=request, ocsp_url=url)
                self._memory.keep((issuer_serial(cert), authority.hashable), answer, len(body))
                return answer
            except (OSError, ValueError, errors.OCSPFetchError):
                continue
        raise errors.OCSPFetchError("no OCSP answer")

    def fetched_responses(self) -> Iterable[ocsp.OCSPResponse]:
        return list(self._answers.values())

    def fetched_responses_for_cert(self, cert: AnyCertificate) -> Iterable[ocsp.OCSPResponse]:
        target = issuer_serial(cert)
        return [answer for (serial, _authority), answer in self._answers.items() if serial == target]


class AllowListCrl(_Source, CRLFetcher):
    """Fetches every list that a certificate names."""

    def __init__(self, hosts: tuple[str, ...], memory: RevocationMemory | None = None) -> None:
        super().__init__(hosts, memory)
        self._by_certificate: dict[bytes, list[crl.CertificateList]] = {}
        self._by_url: dict[str, crl.CertificateList] = {}

    async def fetch(self, cert: AnyCertificate, *, use_deltas: bool = True) -> Iterable[crl.CertificateList]:
        key = issuer_serial(cert)
        if key not in self._by_certificate:
            points = get_relevant_crl_dps(cert, use_deltas=use_deltas)
            urls = [url for point in points for url in enumerate_delivery_point_urls(point)]
            self._by_certificate[key] = [await self._get(url) for url in urls[:MAX_ADDRESSES]]
        return self._by_certificate[key]

    async def _get(self, url: str) -> crl.CertificateList:
        if url not in self._by_url:
            found = self._memory.find(url)
            self._by_url[url] = found if isinstance(found, crl.CertificateList) else await self._ask(url)
        return self._by_url[url]

    async def _ask(self, url: str) -> crl.CertificateList:
        try:
            data = await self._fetch(url, "application/pkix-crl")
            if pem.detect(data):
                data = pem.unarmor(data)[2]
            answer: crl.CertificateList = crl.CertificateList.load(data, strict=True)
            self._memory.keep(url, answer, len(data))
        except (OSError, ValueError) as error:
            raise errors.CRLFetchError(f"no CRL from {url}") from error
        return answer

    def fetched_crls(self) -> Iterable[crl.CertificateList]:
        return list(self._by_url.values())

    def fetched_crls_for_cert(self, cert: AnyCertificate) -> Iterable[crl.CertificateList]:
        return self._by_certificate[issuer_serial(cert)]


class NoCertificates(CertificateFetcher):
    """Certificates come from the file and the trust folder, never from an address."""

    def fetch_cert_issuers(self, cert: AnyCertificate) -> NoReturn:
        raise errors.CertificateFetchError("certificates are not fetched")

    def fetch_crl_issuers(self, certificate_list: crl.CertificateList) -> NoReturn:
        raise errors.CertificateFetchError("certificates are not fetched")

    def fetched_certs(self) -> Iterable[x509.Certificate]:
        return []


class AllowListBackend(FetcherBackend):
    """Fetchers that speak with the named hosts only."""

    def __init__(self, hosts: tuple[str, ...], memory: RevocationMemory | None = None) -> None:
        self._hosts, self._memory = hosts, memory

    def get_fetchers(self) -> Fetchers:
        return Fetchers(
            ocsp_fetcher=AllowListOcsp(self._hosts, self._memory),
            crl_fetcher=AllowListCrl(self._hosts, self._memory),
            cert_fetcher=NoCertificates(),
        )

    async def close(self) -> None:
        """Nothing is held open."""


class HttpRevocation:
    """The revocation source of the settings; without hosts nothing is asked."""

    def __init__(self, hosts: tuple[str, ...], memory: RevocationMemory | None = None) -> None:
        self._hosts, self._memory = hosts, memory or RevocationMemory()

    def get_fetchers(self) -> FetcherBackend | None:
        return AllowListBackend(self._hosts) if self._hosts else None

    def get_remembering_fetchers(self) -> FetcherBackend | None:
        return AllowListBackend(self._hosts, self._memory) if self._hosts else None
