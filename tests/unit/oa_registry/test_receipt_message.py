"""The receipts against the shape of the published schemas: messages 0009-000019 and 0009-000017 and the segments in them."""

from datetime import UTC, date, datetime

import pytest
from lxml import etree
from oa_registry.core.identifiers import DocumentUri
from oa_registry.core.receipt_message import Person, ReceiptFacts, write_acknowledgement, write_refusal

SEGMENT = "http://ereg.egov.bg/segment/0009-"
FACTS = ReceiptFacts(
    Person("Областна администрация", "000320534"), "email",
    (Person("Рада Петрова Пробна", email="rada@example.com"), Person("Пробна ЕООД", "000133634", is_entity=True)),
    "0010-001972", "Заявление",
)  # fmt: skip
URI = DocumentUri("000911", 7, date(2026, 3, 4))
AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)

SEGMENTS = {
    "000001": ("DocumentURI", "RegisterIndex:integer SequenceNumber:integer ReceiptOrSigningDate:date"),
    "000005": ("PersonNames", "First:string Middle:string? Last:string"),
    "000008": ("PersonBasicData", "Names:000005 Identifier:string?"),
    "000013": ("EntityBasicData", "Name:string Identifier:string?"),
    "000002": ("ElectronicServiceProviderBasicData", "EntityBasicData:000013 ElectronicServiceProviderType:string"),
    "000012": ("ElectronicStatementAuthor", "Person:000008"),
    "000015": ("ElectronicServiceRecipient", "Person:000008|Entity:000013"),
    "000018": ("AISUserNames", "PersonNames:000005"),
    "000022": ("RegisterObjectURI", "RegisterIndex:integer BatchNumber:integer"),
}
APPLICANT = (
    '<xsd:element name="RecipientGroup" maxOccurs="unbounded"><xsd:complexType><xsd:sequence>'
    '<xsd:element name="Author" type="s12:ElectronicStatementAuthor" minOccurs="0" maxOccurs="unbounded"/>'
    '<xsd:element name="Recipient" type="s15:ElectronicServiceRecipient" maxOccurs="unbounded"/>'
    '</xsd:sequence></xsd:complexType></xsd:element><xsd:element name="EmailAddress" type="xsd:string" minOccurs="0"/>'
)
TAIL = (
    '<xsd:element name="Applicant" type="s16:ElectronicServiceApplicant"/>'
    '<xsd:element name="DocumentTypeURI" type="s22:RegisterObjectURI" minOccurs="0"/>'
    '<xsd:element name="DocumentTypeName" type="xsd:string"/>'
)
HEAD = (
    '<xsd:element name="ElectronicServiceProvider" type="s2:ElectronicServiceProviderBasicData"/>'
    '<xsd:element name="TransportType" type="xsd:string"/>'
)
MESSAGES = {
    "000019": (
        "ReceiptAcknowledgedMessage",
        f'{HEAD}<xsd:element name="DocumentURI" type="s1:DocumentURI" minOccurs="0"/><xsd:element name="ReceiptTime" type="xsd:dateTime"/>'
        '<xsd:element name="RegisteredBy"><xsd:complexType><xsd:sequence><xsd:element name="Officer"><xsd:complexType><xsd:sequence>'
        '<xsd:element name="PersonNames" type="s18:AISUserNames"/></xsd:sequence></xsd:complexType></xsd:element></xsd:sequence>'
        f'</xsd:complexType></xsd:element><xsd:element name="CaseAccessIdentifier" type="xsd:string"/>{TAIL}',
    ),
    "000017": (
        "ReceiptNotAcknowledgedMessage",
        f'<xsd:element name="MessageURI" type="s1:DocumentURI" minOccurs="0"/>{HEAD}<xsd:element name="Discrepancies"><xsd:complexType>'
        '<xsd:sequence><xsd:element name="Discrepancy" type="xsd:string" maxOccurs="unbounded"/></xsd:sequence></xsd:complexType>'
        f'</xsd:element>{TAIL}<xsd:element name="MessageCreationTime" type="xsd:dateTime"/>',
    ),
}


def write_schema(folder, code, name, content, element=""):
    """One schema file; every segment is known under the end of its number."""
    known = [*SEGMENTS, "000016"]
    prefixes = " ".join(f'xmlns:s{int(other)}="{SEGMENT}{other}"' for other in known)
    imports = "".join(f'<xsd:import namespace="{SEGMENT}{other}" schemaLocation="{other}.xsd"/>' for other in known if other != code)
    (folder / f"{code}.xsd").write_text(
        f'<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" targetNamespace="{SEGMENT}{code}" xmlns="{SEGMENT}{code}" {prefixes}'
        f' elementFormDefault="qualified">{imports}<xsd:complexType name="{name}">{content}</xsd:complexType>{element}</xsd:schema>'
    )


def describe(part):
    name, _colon, kind = part.partition(":")
    optional = ' minOccurs="0"' if kind.endswith("?") else ""
    kind = kind.rstrip("?")
    written = f"s{int(kind)}:{SEGMENTS[kind][0]}" if kind in SEGMENTS else f"xsd:{kind}"
    return f'<xsd:element name="{name}" type="{written}"{optional}/>'


@pytest.fixture(scope="module")
def schemas(tmp_path_factory):
    folder = tmp_path_factory.mktemp("xsd")
    for code, (name, parts) in SEGMENTS.items():
        frame = "choice" if "|" in parts else "sequence"
        content = "".join(map(describe, parts.replace("|", " ").split()))
        write_schema(folder, code, name, f"<xsd:{frame}>{content}</xsd:{frame}>")
    write_schema(folder, "000016", "ElectronicServiceApplicant", f"<xsd:sequence>{APPLICANT}</xsd:sequence>")
    for code, (name, content) in MESSAGES.items():
        write_schema(folder, code, name, f"<xsd:sequence>{content}</xsd:sequence>", f'<xsd:element name="{name}" type="{name}"/>')
    return {code: etree.XMLSchema(etree.parse(folder / f"{code}.xsd")) for code in MESSAGES}


def test_the_acknowledgement_has_the_published_shape(schemas):
    root = etree.fromstring(write_acknowledgement(FACTS, URI, AT, "Силвия Тошева", "AB-12").encode())
    schemas["000019"].assertValid(root)
    assert root.findtext(f".//{{{SEGMENT}000001}}SequenceNumber") == "7"
    assert [item.text for item in root.iter(f"{{{SEGMENT}000005}}Last")] == ["Тошева", "Пробна", "Пробна"]
    assert root.findtext(f".//{{{SEGMENT}000022}}BatchNumber") == "1972"


def test_the_refusal_has_the_published_shape(schemas):
    root = etree.fromstring(write_refusal(FACTS, URI, ("0006-000005", "0006-000008"), AT).encode())
    schemas["000017"].assertValid(root)
    assert [child.tag.rpartition("}")[2] for child in root][-1] == "MessageCreationTime"


def test_the_number_of_another_register_is_said_beside_the_parts(schemas):
    text = write_acknowledgement(FACTS, "РД-02--7/04.03.2026", AT, "Тошева", "AB-12")
    root = etree.fromstring(text.encode())
    assert "РД-02—7/04.03.2026" in text
    assert root.find(f"{{{SEGMENT}000019}}DocumentURI") is None


def test_a_kind_without_a_coded_type_leaves_it_out(schemas):
    facts = ReceiptFacts(FACTS.provider, "desk", FACTS.applicants[:1], "без код", "Писмо")
    root = etree.fromstring(write_acknowledgement(facts, URI, AT, "Силвия Тошева", "AB-12").encode())
    schemas["000019"].assertValid(root)
    assert root.find(f"{{{SEGMENT}000019}}DocumentTypeURI") is None
