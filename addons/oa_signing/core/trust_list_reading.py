"""What a trusted list (ETSI TS 119 612) says: about itself, about other lists, and about the services it vouches for."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Self

from asn1crypto import x509

from . import xmldsig
from .errors import TrustListError
from .xmldsig import Element

TSL = "{http://uri.etsi.org/02231/v2#}"
_ADDITIONAL = "{http://uri.etsi.org/02231/v2/additionaltypes#}"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_LIST_OF_LISTS = "EUlistofthelists"
_TYPES = "http://uri.etsi.org/TrstSvc/Svctype/"
_STATUSES = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/"
_PURPOSES = {"ForeSignatures": "esign", "ForeSeals": "eseal", "ForWebSiteAuthentication": "web"}
KINDS = {"CA/QC": "ca_qc", "TSA/QTST": "qtst"}


@dataclass(frozen=True)
class ServiceFacts:
    """One service of one provider with its present status; `history` holds (status, since) of earlier ones."""

    provider: str
    name: str
    kind: str
    """`ca_qc` (qualified certificates), `qtst` (qualified timestamps) or `other`."""
    status: str
    since: str
    purposes: tuple[str, ...] = ()
    qualifiers: tuple[str, ...] = ()
    history: tuple[tuple[str, str], ...] = ()
    certificate_name: str = ""
    certificate_until: str = ""
    fingerprint: str = ""

    def to_wire(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_wire(cls, message: dict[str, Any]) -> Self:
        history = tuple((str(status), str(since)) for status, since in message["history"])
        return cls(**{**message, "purposes": tuple(message["purposes"]), "qualifiers": tuple(message["qualifiers"]), "history": history})


@dataclass(frozen=True)
class Pointer:
    """Where the list of a territory is, and by whom it is signed."""

    territory: str
    url: str
    certificates: tuple[bytes, ...]


@dataclass(frozen=True)
class ListFacts:
    """A list without its signature."""

    territory: str
    operator: str
    sequence: int
    issued_at: datetime
    next_update_at: datetime | None
    """None: the list is closed, no further one will come."""
    is_list_of_lists: bool
    services: tuple[ServiceFacts, ...] = ()
    pointers: tuple[Pointer, ...] = ()

    def to_wire(self) -> dict[str, Any]:
        return {
            **{name: getattr(self, name) for name in ("territory", "operator", "sequence", "is_list_of_lists")},
            "issued_at": self.issued_at.isoformat(),
            "next_update_at": self.next_update_at.isoformat() if self.next_update_at else "",
            "services": [service.to_wire() for service in self.services],
            "pointers": [[pointer.territory, pointer.url, len(pointer.certificates)] for pointer in self.pointers],
        }

    @classmethod
    def from_wire(cls, message: dict[str, Any], certificates: list[bytes]) -> Self:
        waiting, ends = iter(certificates), message["next_update_at"]
        values = {
            "issued_at": datetime.fromisoformat(message["issued_at"]),
            "next_update_at": datetime.fromisoformat(ends) if ends else None,
            "services": tuple(ServiceFacts.from_wire(item) for item in message["services"]),
            "pointers": tuple(Pointer(name, url, tuple(islice(waiting, count))) for name, url, count in message["pointers"]),
        }
        return cls(**{**message, **values})


def read(root: Element) -> ListFacts:
    if root.tag != f"{TSL}TrustServiceStatusList":
        raise TrustListError("no_list")
    information = root.find(f"{TSL}SchemeInformation")
    if information is None:
        raise TrustListError("no_list")
    try:
        return ListFacts(
            territory=_text(information, "SchemeTerritory").upper(),
            operator=_pick_name(information.find(f"{TSL}SchemeOperatorName")),
            sequence=int(_text(information, "TSLSequenceNumber")),
            issued_at=_moment(_text(information, "ListIssueDateTime")),
            next_update_at=_moment(moment) if (moment := _text(information, "NextUpdate", "dateTime")) else None,
            is_list_of_lists=_text(information, "TSLType").endswith(_LIST_OF_LISTS),
            services=tuple(_read_services(root)),
            pointers=tuple(_read_pointers(information)),
        )
    except (ValueError, TypeError, KeyError) as error:
        raise TrustListError("broken") from error


def _read_services(root: Element) -> Iterator[ServiceFacts]:
    for provider in root.iter(f"{TSL}TrustServiceProvider"):
        provider_name = _pick_name(provider.find(f"{TSL}TSPInformation/{TSL}TSPName"))
        for service in provider.iter(f"{TSL}TSPService"):
            information = service.find(f"{TSL}ServiceInformation")
            if information is not None:
                yield _read_service(provider_name, service, information)


def _read_service(provider: str, service: Element, information: Element) -> ServiceFacts:
    certificate = next(iter(_read_certificates(information)), None)
    facts = x509.Certificate.load(certificate) if certificate else None
    uris = [_text(item, "URI").rsplit("/", 1)[-1] for item in information.iter(f"{TSL}AdditionalServiceInformation")]
    qualifiers = [str(item.get("uri")).rsplit("/", 1)[-1] for item in information.iter() if str(item.tag).endswith("}Qualifier")]
    return ServiceFacts(
        provider=provider,
        name=_pick_name(information.find(f"{TSL}ServiceName")),
        kind=KINDS.get(_text(information, "ServiceTypeIdentifier").removeprefix(_TYPES), "other"),
        status=_read_status(information),
        since=_moment(_text(information, "StatusStartingTime")).isoformat(),
        purposes=tuple(sorted({_PURPOSES[uri] for uri in uris if uri in _PURPOSES})),
        qualifiers=tuple(sorted(set(qualifiers))),
        history=tuple((_read_status(item), _text(item, "StatusStartingTime")) for item in service.iter(f"{TSL}ServiceHistoryInstance")),
        certificate_name=facts.subject.human_friendly if facts else "",
        certificate_until=facts.not_valid_after.isoformat() if facts else "",
        fingerprint=facts.sha256.hex() if facts else "",
    )


def _read_status(item: Element) -> str:
    return _text(item, "ServiceStatus").removeprefix(_STATUSES).rsplit("/", 1)[-1]


def _read_pointers(information: Element) -> Iterator[Pointer]:
    for item in information.iter(f"{TSL}OtherTSLPointer"):
        territory = next((str(found.text or "") for found in item.iter(f"{TSL}SchemeTerritory")), "")
        kind = next((str(found.text or "") for found in item.iter(f"{_ADDITIONAL}MimeType")), "")
        if kind == "application/vnd.etsi.tsl+xml":
            yield Pointer(territory.strip().upper(), _text(item, "TSLLocation"), tuple(_read_certificates(item)))


def _read_certificates(item: Element) -> Iterator[bytes]:
    for found in item.iter(f"{TSL}X509Certificate"):
        yield xmldsig.decode_text(found)


def _text(item: Element, *path: str) -> str:
    return (item.findtext("/".join(f"{TSL}{name}" for name in path)) or "").strip()


def _pick_name(item: Element | None) -> str:
    """The Bulgarian name when there is one, else the English, else any."""
    names = {} if item is None else {str(name.get(_LANGUAGE)): str(name.text or "").strip() for name in item}
    return names.get("bg") or names.get("en") or next(iter(names.values()), "")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("time without zone")
    return moment
