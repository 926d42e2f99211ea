"""Services of trusted lists as anchors, each in its time, and what they make of a certificate: qualified or not.

Reading is pyHanko's; it needs a parser that lives with the workers only, so it is imported when a list is read.
"""

import logging
from collections import defaultdict
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509
from pyhanko.sign.validation.qualified.assess import QualificationAssessor
from pyhanko.sign.validation.qualified.tsp import (
    QTST_URI,
    CAServiceInformation,
    QcCertType,
    QualifiedServiceInformation,
    TSPRegistry,
    TSPTrustManager,
)
from pyhanko_certvalidator.authority import Authority, AuthorityWithCert, TrustAnchor
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.registry import SimpleTrustManager, TrustManager

from . import trust_list_reading, xmldsig

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Qualification:
    """What the lists say of a certificate at a moment."""

    is_qualified: bool = False
    kind: str = ""
    """`esign`, `eseal`, `web`; empty when it is not known."""
    has_qscd: bool = False
    service: str = ""
    """Name of the service that vouches for it."""


_KINDS = {QcCertType.QC_ESIGN: "esign", QcCertType.QC_ESEAL: "eseal", QcCertType.QC_WEB: "web"}


@dataclass(frozen=True)
class ListTerm:
    """Until when a list counts as up to date, and for whom it speaks."""

    territory: str
    until: datetime | None
    authorities: frozenset[Authority]

    def is_outdated(self, moment: datetime) -> bool:
        return self.until is not None and self.until <= moment


class Registry(TSPRegistry):
    """The services of all lists, and how old each list is: an old one may not know whom it would withdraw today."""

    def __init__(self) -> None:
        super().__init__()
        self.terms: list[ListTerm] = []

    def list_authorities(self) -> frozenset[Authority]:
        return frozenset((*self.known_certificate_authorities, *self.known_timestamp_authorities))

    def find_outdated(self, path: ValidationPath, moment: datetime) -> list[str]:
        """Territories of lists that speak for this path and are out of date; all such lists when none speaks for it."""
        on_path = frozenset(path.iter_authorities())
        speaking = [term for term in self.terms if term.authorities & on_path] or self.terms
        return sorted(term.territory for term in speaking if term.is_outdated(moment))


class _OfCertificates(TSPRegistry):
    """Only who issues certificates: a service of timestamps above them says nothing of them, and the library lets it."""

    def __init__(self, registry: TSPRegistry) -> None:
        super().__init__()
        self._all = registry

    def applicable_tsps_on_path(self, path: ValidationPath, moment: datetime) -> Generator[QualifiedServiceInformation, None, None]:
        yield from (item for item in self._all.applicable_tsps_on_path(path, moment) if isinstance(item, CAServiceInformation))


def make_registry(lists: list[bytes]) -> Registry:
    """All services of lists whose signatures were checked when they came in."""
    from pyhanko.sign.validation.qualified.eutl_parse import trust_list_to_registry_unsafe

    registry = Registry()
    for data in lists:
        before = registry.list_authorities()
        _same, errors = trust_list_to_registry_unsafe(data.decode("utf-8-sig"), registry)
        for error in errors:
            _logger.warning("a service of a trusted list cannot be read: %s", error)
        facts = trust_list_reading.read(xmldsig.parse(data).getroot())
        registry.terms.append(ListTerm(facts.territory, facts.next_update_at, registry.list_authorities() - before))
    return registry


class ListedTrustManager(TrustManager):
    """The roots of the folder, and the services of the lists in their times; issuers are found by their names.

    Whom the administrator trusts by the folder is trusted whatever a list says; the list only decides what is qualified.
    """

    def __init__(self, registry: TSPRegistry, roots: list[x509.Certificate], others: list[x509.Certificate]) -> None:
        self._listed = TSPTrustManager(registry)
        self._roots = SimpleTrustManager.build(trust_roots=roots)
        self._in_folder = {AuthorityWithCert(item) for item in (*roots, *others)}
        self._by_name: dict[str, list[Authority]] = defaultdict(list)
        for authority in registry.known_certificate_authorities:
            if authority not in self._in_folder:
                self._by_name[authority.name.hashable].append(authority)

    def as_trust_anchor(self, authority: Authority) -> TrustAnchor | None:
        manager = self._roots if authority in self._in_folder else self._listed
        anchor: TrustAnchor | None = manager.as_trust_anchor(authority)
        return anchor

    def find_potential_issuers(self, cert: x509.Certificate) -> Iterator[TrustAnchor]:
        yield from self._roots.find_potential_issuers(cert)
        for authority in self._by_name.get(cert.issuer.hashable, ()):
            anchor = self._listed.as_trust_anchor(authority)
            if anchor and authority.is_potential_issuer_of(cert):
                yield anchor


def assess(registry: TSPRegistry, path: ValidationPath, moment: datetime) -> Qualification:
    try:
        result = QualificationAssessor(_OfCertificates(registry)).check_entity_cert_qualified(path, moment)
    except NotImplementedError:
        # A certificate of several types at once; the lists of today do not know what to make of it, either.
        return Qualification()
    service = result.service_definition
    if service is None:
        return Qualification()
    return Qualification(
        result.status.qualified,
        _KINDS[result.status.qc_type] if result.status.qualified else "",
        result.status.qc_key_security.is_qscd,
        service.base_info.service_name,
    )


def is_qualified_time(registry: TSPRegistry, path: ValidationPath, moment: datetime) -> bool:
    """A timestamp is qualified when its authority was listed as such; its certificate need not say so.

    Lists name the unit that signs or the authority that issued its certificate.
    """
    services = list(registry.applicable_tsps_on_path(path, moment))
    if isinstance(path.leaf, x509.Certificate):
        services += registry.applicable_service_definitions(AuthorityWithCert(path.leaf), moment)
    return any(service.base_info.service_type == QTST_URI for service in services)
