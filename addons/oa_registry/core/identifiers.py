"""УРИ: the unique register identifier of a document, as text and as the XML segments 0009-000001 and 0009-000044.

A document of the official register is named by index, sequence and day (segment 0009-000001). The segment 0009-000044 is what
other systems ask for: either that, or the free text of an internal register.
"""

import re
from dataclasses import dataclass
from datetime import date
from xml.etree import ElementTree

from .errors import IdentifierError

NAMESPACE = "http://ereg.egov.bg/segment/0009-000001"
REGISTERED_NAMESPACE = "http://ereg.egov.bg/segment/0009-000044"
_TEXT = re.compile(r"([0-9]+)-([0-9]+)-([0-9]{2})\.([0-9]{2})\.([0-9]{4})")


@dataclass(frozen=True)
class DocumentUri:
    """Register index, sequence and day; the index keeps its leading zeros for people."""

    index: str
    sequence: int
    day: date

    def __post_init__(self) -> None:
        if not self.index.isascii() or not self.index.isdigit() or int(self.index) < 1:
            raise IdentifierError("uri_index", index=self.index)
        if self.sequence < 1:
            raise IdentifierError("uri_sequence", sequence=str(self.sequence))

    def __str__(self) -> str:
        return f"{self.index}-{self.sequence}-{self.day.day:02}.{self.day.month:02}.{self.day.year:04}"

    @classmethod
    def parse(cls, text: str) -> "DocumentUri":
        """Read the text form; leading zeros of the index are kept, those of the sequence are not."""
        match = _TEXT.fullmatch(text.strip())
        if not match:
            raise IdentifierError("uri_text", text=text)
        index, sequence, day, month, year = match.groups()
        try:
            return cls(index, int(sequence), date(int(year), int(month), int(day)))
        except ValueError as error:
            raise IdentifierError("uri_text", text=text) from error

    def to_xml(self) -> str:
        """Write the segment `DocumentURI`; integers have no leading zeros there."""
        root = ElementTree.Element(f"{{{NAMESPACE}}}DocumentURI")
        self._fill(root)
        return _write(root, NAMESPACE)

    def _fill(self, element: ElementTree.Element) -> None:
        values = {"RegisterIndex": int(self.index), "SequenceNumber": self.sequence, "ReceiptOrSigningDate": self.day.isoformat()}
        for name, value in values.items():
            ElementTree.SubElement(element, f"{{{NAMESPACE}}}{name}").text = str(value)


def write_registered_uri(uri: "DocumentUri | str") -> str:
    """Write the segment `RegisteredDocumentURI`: a choice of the УРИ of the official register and the number of an internal one."""
    root = ElementTree.Element(f"{{{REGISTERED_NAMESPACE}}}RegisteredDocumentURI")
    if isinstance(uri, DocumentUri):
        uri._fill(ElementTree.SubElement(root, f"{{{REGISTERED_NAMESPACE}}}DocumentURI"))
    elif uri.strip():
        ElementTree.SubElement(root, f"{{{REGISTERED_NAMESPACE}}}DocumentInInternalRegisterURI").text = uri.strip()
    else:
        raise IdentifierError("uri_text", text=uri)
    return _write(root, REGISTERED_NAMESPACE)


def _write(root: ElementTree.Element, namespace: str) -> str:
    # A prefix of its own for the inner segment; the outer one is the default.
    ElementTree.register_namespace("uri", NAMESPACE)
    return ElementTree.tostring(root, encoding="unicode", default_namespace=namespace)
