"""Trusted lists of an invented operator, for tests and demonstrations: built as ETSI TS 119 612 says and signed as XAdES."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from lxml import etree

from ..core import formats, xmldsig
from ..core.specs import Level, SignatureFormat, SignatureSpec, SignerIdentity
from ..core.trust_list_reading import TSL
from .event_loop import run

_TRUSTED_LIST = "http://uri.etsi.org/TrstSvc/TrustedList/"
_TYPES = {"ca_qc": "http://uri.etsi.org/TrstSvc/Svctype/CA/QC", "qtst": "http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST"}
_PURPOSES = {"esign": "ForeSignatures", "eseal": "ForeSeals"}
_SIE = "{http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#}"
_ADDITIONAL = "{http://uri.etsi.org/02231/v2/additionaltypes#}"
_TEN_YEARS = datetime.timedelta(days=3650)
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True)
class DummyService:
    """One service: its certificate and its statuses, the present one first."""

    certificate: bytes
    kind: str = "ca_qc"
    statuses: tuple[tuple[str, str], ...] = (("granted", "2020-01-01T00:00:00Z"),)
    purposes: tuple[str, ...] = ("esign", "eseal")
    qualifiers: tuple[str, ...] = ()
    name: str = "Услуга за квалифицирани удостоверения"


@dataclass(frozen=True)
class DummyPointer:
    """Another list: its territory, its address and the certificate of its operator."""

    territory: str
    url: str
    certificate: bytes


@dataclass(frozen=True)
class _Head:
    kind: str
    sequence: int
    territory: str
    next_update: datetime.datetime | None


class DummyListOperator:
    """Signs lists with a key of its own."""

    def __init__(self, name: str = "Dummy list operator") -> None:
        self._key = rsa.generate_private_key(65537, 2048)
        subject = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "BG"), x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
        builder = x509.CertificateBuilder(subject, subject, self._key.public_key(), 7, now - _TEN_YEARS, now + _TEN_YEARS)
        self.certificate = builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def make_list(
        self,
        services: Sequence[DummyService] = (),
        pointers: Sequence[DummyPointer] = (),
        *,
        sequence: int = 1,
        territory: str = "BG",
        next_update: datetime.datetime | None = None,
    ) -> bytes:
        """The signed bytes of a national list, or of a list of lists when there are pointers."""
        root = etree.Element(f"{TSL}TrustServiceStatusList", {"TSLTag": "http://uri.etsi.org/19612/TSLTag"}, {None: TSL[1:-1]})  # type: ignore[dict-item]  # the stubs know no default namespace
        kind = "TSLType/EUlistofthelists" if pointers else "TSLType/EUgeneric"
        _add_information(root, _Head(kind, sequence, "EU" if pointers else territory, next_update), pointers)
        if services:
            _add_services(root, services)
        return self.sign(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))

    def sign(self, data: bytes) -> bytes:
        spec = SignatureSpec(format=SignatureFormat.XADES, level=Level.B)
        prepared = run(formats.prepare(data, spec, SignerIdentity(self.certificate)))
        raw = self._key.sign(prepared.to_be_signed.octets, padding.PKCS1v15(), hashes.SHA256())
        return run(formats.finish(data, prepared.state, raw, None)).data


def _add_information(root: xmldsig.Element, head: _Head, pointers: Sequence[DummyPointer]) -> None:
    now = datetime.datetime.now(datetime.UTC)
    information = _add(root, "SchemeInformation")
    _add(information, "TSLVersionIdentifier", "5")
    _add(information, "TSLSequenceNumber", str(head.sequence))
    _add(information, "TSLType", _TRUSTED_LIST + head.kind)
    _add_name(information, "SchemeOperatorName", "Измислен оператор на доверителен списък")
    _add(_add(information, "SchemeInformationURI"), "URI", "https://list.example/").set(_LANGUAGE, "en")
    _add(information, "SchemeTerritory", head.territory)
    if pointers:
        others = _add(information, "PointersToOtherTSL")
        for pointer in pointers:
            _add_pointer(others, pointer)
    _add(information, "ListIssueDateTime", _format(now))
    _add(_add(information, "NextUpdate"), "dateTime", _format(head.next_update or now + datetime.timedelta(days=180)))


def _add_pointer(others: xmldsig.Element, pointer: DummyPointer) -> None:
    item = _add(others, "OtherTSLPointer")
    _add_identity(_add(item, "ServiceDigitalIdentities"), pointer.certificate)
    _add(item, "TSLLocation", pointer.url)
    more = _add(item, "AdditionalInformation")
    _add(_add(more, "OtherInformation"), "SchemeTerritory", pointer.territory)
    etree.SubElement(_add(more, "OtherInformation"), f"{_ADDITIONAL}MimeType").text = "application/vnd.etsi.tsl+xml"


def _add_services(root: xmldsig.Element, services: Sequence[DummyService]) -> None:
    provider = _add(_add(root, "TrustServiceProviderList"), "TrustServiceProvider")
    _add_name(_add(provider, "TSPInformation"), "TSPName", "Измислен доставчик")
    holder = _add(provider, "TSPServices")
    for service in services:
        item = _add(holder, "TSPService")
        (present, *earlier) = service.statuses
        _fill_service(_add(item, "ServiceInformation"), service, present)
        if earlier:
            history = _add(item, "ServiceHistory")
            for status in earlier:
                _fill_service(_add(history, "ServiceHistoryInstance"), service, status)


def _fill_service(item: xmldsig.Element, service: DummyService, status: tuple[str, str]) -> None:
    _add(item, "ServiceTypeIdentifier", _TYPES[service.kind])
    _add_name(item, "ServiceName", service.name)
    _add_identity(item, service.certificate)
    _add(item, "ServiceStatus", f"{_TRUSTED_LIST}Svcstatus/{status[0]}")
    _add(item, "StatusStartingTime", status[1])
    extensions = _add(item, "ServiceInformationExtensions")
    if service.kind == "ca_qc":
        for purpose in service.purposes:
            extension = _add(extensions, "Extension", Critical="false")
            address = f"{_TRUSTED_LIST}SvcInfoExt/{_PURPOSES[purpose]}"
            _add(_add(extension, "AdditionalServiceInformation"), "URI", address).set(_LANGUAGE, "en")
        if service.qualifiers:
            _add_qualifiers(_add(extensions, "Extension", Critical="false"), service.qualifiers)


def _add_qualifiers(extension: xmldsig.Element, qualifiers: Sequence[str]) -> None:
    """They apply to every certificate for signing."""
    element = etree.SubElement(etree.SubElement(extension, f"{_SIE}Qualifications"), f"{_SIE}QualificationElement")
    names = etree.SubElement(element, f"{_SIE}Qualifiers")
    for qualifier in qualifiers:
        etree.SubElement(names, f"{_SIE}Qualifier", {"uri": f"{_TRUSTED_LIST}SvcInfoExt/{qualifier}"})
    criteria = etree.SubElement(element, f"{_SIE}CriteriaList", {"assert": "all"})
    usage = etree.SubElement(criteria, f"{_SIE}KeyUsage")
    etree.SubElement(usage, f"{_SIE}KeyUsageBit", {"name": "nonRepudiation"}).text = "true"


def _add_identity(item: xmldsig.Element, certificate: bytes) -> None:
    identity = _add(_add(item, "ServiceDigitalIdentity"), "DigitalId")
    _add(identity, "X509Certificate", xmldsig.wrap_text(asn1_x509.Certificate.load(certificate).dump()))


def _add_name(item: xmldsig.Element, tag: str, text: str) -> None:
    _add(_add(item, tag), "Name", text).set(_LANGUAGE, "bg")


def _add(parent: xmldsig.Element, tag: str, text: str = "", **attributes: str) -> xmldsig.Element:
    element = etree.SubElement(parent, f"{TSL}{tag}", attributes)
    element.text = text or None
    return element


def _format(moment: datetime.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
