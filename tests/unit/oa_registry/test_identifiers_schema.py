"""УРИ as XML against the published schemas: segments 0009-000001 and 0009-000044, values 0008-000001 to 0008-000004."""

from datetime import date

import pytest
from lxml import etree
from oa_registry.core.errors import IdentifierError
from oa_registry.core.identifiers import DocumentUri, write_registered_uri

XSD = 'xmlns:xsd="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"'
SEGMENTS, VALUES = "http://ereg.egov.bg/segment", "http://ereg.egov.bg/value"
PARTS = (("RegisterIndex", "integer", "0008-000002"), ("SequenceNumber", "integer", "0008-000003"))


@pytest.fixture(scope="module")
def schemas(tmp_path_factory):
    """The shape that the published schemas give; the parts are required here, as the ordinance asks of a registered document."""
    folder = tmp_path_factory.mktemp("xsd")
    number = '<xsd:restriction base="xsd:integer"><xsd:minInclusive value="1"/></xsd:restriction>'
    for name, _type, code in PARTS:
        (folder / f"{code}.xsd").write_text(
            f'<xsd:schema targetNamespace="{VALUES}/{code}" {XSD}><xsd:simpleType name="{name}">{number}</xsd:simpleType></xsd:schema>'
        )
    imports = "".join(f'<xsd:import namespace="{VALUES}/{code}" schemaLocation="{code}.xsd"/>' for _name, _type, code in PARTS)
    elements = "".join(f'<xsd:element name="{name}" type="{name[0].lower()}:{name}"/>' for name, _type, _code in PARTS)
    prefixes = " ".join(f'xmlns:{name[0].lower()}="{VALUES}/{code}"' for name, _type, code in PARTS)
    (folder / "uri.xsd").write_text(
        f'<xsd:schema targetNamespace="{SEGMENTS}/0009-000001" xmlns="{SEGMENTS}/0009-000001" {prefixes} {XSD}>{imports}'
        f'<xsd:complexType name="DocumentURI"><xsd:sequence>{elements}<xsd:element name="ReceiptOrSigningDate" type="xsd:date"/>'
        '</xsd:sequence></xsd:complexType><xsd:element name="DocumentURI" type="DocumentURI"/></xsd:schema>'
    )
    (folder / "registered.xsd").write_text(
        f'<xsd:schema targetNamespace="{SEGMENTS}/0009-000044" xmlns:u="{SEGMENTS}/0009-000001" {XSD}>'
        f'<xsd:import namespace="{SEGMENTS}/0009-000001" schemaLocation="uri.xsd"/>'
        '<xsd:element name="RegisteredDocumentURI"><xsd:complexType><xsd:choice><xsd:element name="DocumentURI" type="u:DocumentURI"/>'
        '<xsd:element name="DocumentInInternalRegisterURI"><xsd:simpleType><xsd:restriction base="xsd:string"><xsd:minLength value="1"/>'
        "</xsd:restriction></xsd:simpleType></xsd:element></xsd:choice></xsd:complexType></xsd:element></xsd:schema>"
    )
    return {name: etree.XMLSchema(etree.parse(folder / f"{name}.xsd")) for name in ("uri", "registered")}


URI = DocumentUri("000911", 7, date(2026, 3, 4))


def test_the_segment_of_the_official_register_is_valid(schemas):
    schemas["uri"].assertValid(etree.fromstring(URI.to_xml()))


def test_a_registered_document_is_named_by_the_official_register(schemas):
    schemas["registered"].assertValid(etree.fromstring(write_registered_uri(URI)))


def test_a_registered_document_is_named_by_an_internal_register(schemas):
    root = etree.fromstring(write_registered_uri(" РД-02-36-1182/20.10.2023 "))
    schemas["registered"].assertValid(root)
    assert root[0].text == "РД-02-36-1182/20.10.2023"


def test_an_empty_number_names_nothing():
    with pytest.raises(IdentifierError):
        write_registered_uri("  ")


def test_the_schema_refuses_what_is_no_identifier(schemas):
    broken = URI.to_xml().replace("<SequenceNumber>7", "<SequenceNumber>0")
    assert not schemas["uri"].validate(etree.fromstring(broken))
