"""What is said to whoever handed a document in: the messages 0009-000019 (received) and 0009-000017 (not received) as XML.

Each part stands in the namespace of its own segment and in the order of the published schemas.
"""

from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree

from .identifiers import DocumentUri

SEGMENT = "http://ereg.egov.bg/segment/"
ACKNOWLEDGED = f"{SEGMENT}0009-000019"
NOT_ACKNOWLEDGED = f"{SEGMENT}0009-000017"
TRANSPORTS = {"web": "0006-000001", "ssev": "0006-000001", "email": "0006-000002", "seos": "0006-000004"}
PHYSICAL_CARRIER = "0006-000003"
ADMINISTRATIVE_BODY = "0006-000031"
_PREFIXES = {
    "uri": "0009-000001", "provider": "0009-000002", "names": "0009-000005", "person": "0009-000008", "author": "0009-000012",
    "entity": "0009-000013", "recipient": "0009-000015", "applicant": "0009-000016", "user": "0009-000018", "object": "0009-000022",
}  # fmt: skip
for _prefix, _code in _PREFIXES.items():
    ElementTree.register_namespace(_prefix, f"{SEGMENT}{_code}")


@dataclass(frozen=True)
class Person:
    """Who is spoken to or about."""

    name: str
    identifier: str = ""
    email: str = ""
    is_entity: bool = False


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
    message.add_names(message.add("RegisteredBy/Officer/PersonNames"), "user", registrar)
    message.add("CaseAccessIdentifier", access_code)
    message.add_applicants(facts)
    message.add_type(facts)
    return message.write()


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
    message.add_applicants(facts)
    message.add_type(facts)
    message.add("MessageCreationTime", created_at.isoformat(timespec="seconds"))
    return message.write()


class _Message:
    def __init__(self, namespace: str, name: str) -> None:
        self.namespace = namespace
        self.root = ElementTree.Element(f"{{{namespace}}}{name}")

    def add(self, path: str, text: str = "", parent: ElementTree.Element | None = None, prefix: str = "") -> ElementTree.Element:
        """Add a part of the message itself or, with a prefix, of the segment that is called so."""
        namespace = f"{SEGMENT}{_PREFIXES[prefix]}" if prefix else self.namespace
        element = self.root if parent is None else parent
        for name in path.split("/"):
            element = ElementTree.SubElement(element, f"{{{namespace}}}{name}")
        element.text = text or None
        return element

    def add_provider(self, facts: ReceiptFacts) -> None:
        provider = self.add("ElectronicServiceProvider")
        self._add_entity(self.add("EntityBasicData", parent=provider, prefix="provider"), facts.provider)
        self.add("ElectronicServiceProviderType", ADMINISTRATIVE_BODY, provider, "provider")
        self.add("TransportType", get_transport(facts.channel))

    def add_uri(self, name: str, uri: DocumentUri | str) -> None:
        """The schema knows numbers of the official register; that of another one is said beside."""
        if not isinstance(uri, DocumentUri):
            self.root.append(ElementTree.Comment(f" {name}: {uri.replace('--', '—')} "))
            return
        element = self.add(name)
        self.add("RegisterIndex", str(int(uri.index)), element, "uri")
        self.add("SequenceNumber", str(uri.sequence), element, "uri")
        self.add("ReceiptOrSigningDate", uri.day.isoformat(), element, "uri")

    def add_names(self, parent: ElementTree.Element, prefix: str, name: str) -> None:
        """First, middle and last name; what stands between the first and the last is the middle one."""
        holder = self.add("PersonNames" if prefix == "user" else "Names", parent=parent, prefix=prefix)
        first, *others = name.split() or [""]
        parts = {"First": first, "Middle": " ".join(others[:-1]), "Last": " ".join(others[-1:])}
        for part, text in parts.items():
            if text:
                self.add(part, text, holder, "names")

    def add_applicants(self, facts: ReceiptFacts) -> None:
        """All applicants are one `Applicant`; a person is the author of the statement, too."""
        if not facts.applicants:
            return
        applicant = self.add("Applicant")
        for person in facts.applicants:
            group = self.add("RecipientGroup", parent=applicant, prefix="applicant")
            if not person.is_entity:
                author = self.add("Author", parent=group, prefix="applicant")
                self.add_names(self.add("Person", parent=author, prefix="author"), "person", person.name)
            recipient = self.add("Recipient", parent=group, prefix="applicant")
            if person.is_entity:
                self._add_entity(self.add("Entity", parent=recipient, prefix="recipient"), person)
            else:
                self.add_names(self.add("Person", parent=recipient, prefix="recipient"), "person", person.name)
        if email := next((person.email for person in facts.applicants if person.email), ""):
            self.add("EmailAddress", email, applicant, "applicant")

    def _add_entity(self, parent: ElementTree.Element, entity: Person) -> None:
        self.add("Name", entity.name, parent, "entity")
        if entity.identifier:
            self.add("Identifier", entity.identifier, parent, "entity")

    def add_type(self, facts: ReceiptFacts) -> None:
        index, _dash, batch = facts.type_uri.partition("-")
        if index.isdigit() and batch.isdigit():
            element = self.add("DocumentTypeURI")
            self.add("RegisterIndex", str(int(index)), element, "object")
            self.add("BatchNumber", str(int(batch)), element, "object")
        self.add("DocumentTypeName", facts.type_name)

    def write(self) -> str:  # pylint: disable=method-required-super  # no Odoo model
        text = ElementTree.tostring(self.root, encoding="unicode", default_namespace=self.namespace)
        return '<?xml version="1.0" encoding="UTF-8"?>\n' + text
