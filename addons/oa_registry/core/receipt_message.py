"""What is said to whoever handed a document in: the messages 0009-000019 (received) and 0009-000017 (not received) as XML."""

from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree

from .identifiers import DocumentUri

ACKNOWLEDGED = "http://ereg.egov.bg/segment/0009-000019"
NOT_ACKNOWLEDGED = "http://ereg.egov.bg/segment/0009-000017"
TRANSPORTS = {"web": "0006-000001", "ssev": "0006-000001", "email": "0006-000002", "seos": "0006-000004"}
PHYSICAL_CARRIER = "0006-000003"


@dataclass(frozen=True)
class Person:
    """Who is spoken to or about."""

    name: str
    identifier: str = ""
    email: str = ""


@dataclass(frozen=True)
class ReceiptFacts:
    """What both messages tell."""

    provider: Person
    channel: str
    applicants: tuple[Person, ...]
    type_uri: str
    type_name: str


def get_transport(channel: str) -> str:
    """The coded way in which the document came."""
    return TRANSPORTS.get(channel, PHYSICAL_CARRIER)


def write_acknowledgement(facts: ReceiptFacts, uri: DocumentUri | str, received_at: datetime, registrar: str, access_code: str) -> str:
    """Write `ReceiptAcknowledgedMessage`: number, moment and the code that opens the document."""
    message = _Message(ACKNOWLEDGED, "ReceiptAcknowledgedMessage")
    message.add_provider(facts)
    message.add_uri("DocumentURI", uri)
    message.add("ReceiptTime", received_at.isoformat(timespec="seconds"))
    message.add("RegisteredBy/Officer/PersonNames", registrar)
    message.add("CaseAccessIdentifier", access_code)
    return message.finish(facts)


def write_refusal(facts: ReceiptFacts, uri: DocumentUri | str, codes: tuple[str, ...], created_at: datetime) -> str:
    """Write `ReceiptNotAcknowledgedMessage`: the number of the message itself and the coded discrepancies."""
    if not codes:
        raise ValueError("a refusal names at least one discrepancy")
    message = _Message(NOT_ACKNOWLEDGED, "ReceiptNotAcknowledgedMessage")
    message.add_uri("MessageURI", uri)
    message.add_provider(facts)
    discrepancies = message.add("Discrepancies")
    for code in codes:
        message.add("Discrepancy", code, discrepancies)
    message.add("MessageCreationTime", created_at.isoformat(timespec="seconds"))
    return message.finish(facts)


class _Message:
    def __init__(self, namespace: str, name: str) -> None:
        self.namespace = namespace
        self.root = ElementTree.Element(f"{{{namespace}}}{name}")

    def add(self, path: str, text: str = "", parent: ElementTree.Element | None = None) -> ElementTree.Element:
        element = self.root if parent is None else parent
        for name in path.split("/"):
            element = ElementTree.SubElement(element, f"{{{self.namespace}}}{name}")
        element.text = text or None
        return element

    def add_provider(self, facts: ReceiptFacts) -> None:
        provider = self.add("ElectronicServiceProvider")
        self.add("Name", facts.provider.name, provider)
        if facts.provider.identifier:
            self.add("Identifier", facts.provider.identifier, provider)
        self.add("TransportType", get_transport(facts.channel))

    def add_uri(self, name: str, uri: DocumentUri | str) -> None:
        element = self.add(name)
        if isinstance(uri, DocumentUri):
            self.add("RegisterIndex", str(int(uri.index)), element)
            self.add("SequenceNumber", str(uri.sequence), element)
            self.add("ReceiptOrSigningDate", uri.day.isoformat(), element)
        else:
            self.add("DocumentInInternalRegisterURI", uri, element)

    def finish(self, facts: ReceiptFacts) -> str:
        for person in facts.applicants:
            applicant = self.add("Applicant")
            self.add("Name", person.name, applicant)
            if person.email:
                self.add("EmailAddress", person.email, applicant)
        if facts.type_uri:
            self.add("DocumentTypeURI", facts.type_uri)
        self.add("DocumentTypeName", facts.type_name)
        text = ElementTree.tostring(self.root, encoding="unicode", default_namespace=self.namespace)
        return '<?xml version="1.0" encoding="UTF-8"?>\n' + text
