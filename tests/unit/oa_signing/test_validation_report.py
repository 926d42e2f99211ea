"""The XML report keeps the order and the names of the schema of ETSI TS 119 102-2 (its classes come with pyHanko)."""

from datetime import UTC, datetime

import pytest
from lxml import etree
from oa_signing.core.specs import DocumentVerdict, Outcome, SignatureVerdict
from oa_signing.core.validation_report import VR, ReportFrame, make_report
from pyhanko.generated.etsi.ts_11910202 import ValidationReport
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig
from xsdata.formats.dataclass.serializers import XmlSerializer

FRAME = ReportFrame("ab" * 32, datetime(2026, 11, 22, tzinfo=UTC), "urn:oa:signing:policy:oa-1:hard", {"modified": "документът е променен"})
SIGNED = SignatureVerdict(
    "Signature1", Outcome.VALID, signer_name="Мая Йорданова", signer_serial="PNOBG-800101****", fingerprint="cd" * 32, level="B-LT",
    claimed_at="2026-11-20T10:00:00+00:00", timestamp_at="2026-11-20T10:00:01+00:00", time_source="timestamp",
    claimed_roles=("областен управител",), kind="signature", grade="qualified", revocation_source="ocsp_file",
    revocation_at="2026-11-20T10:05:00+00:00",
)  # fmt: skip
CHANGED = DocumentVerdict(Outcome.INVALID, ("modified",), (SIGNED,))
VERDICTS = [
    DocumentVerdict(Outcome.VALID, (), (SIGNED, SIGNED)),
    CHANGED,
    DocumentVerdict(Outcome.INDETERMINATE, ("no_signature",)),
    DocumentVerdict(Outcome.INVALID, ("unreadable",), (SignatureVerdict("x", Outcome.INVALID, ("unreadable",)),)),
]


STRICT = ParserConfig(fail_on_unknown_properties=True, fail_on_unknown_attributes=True)


def list_tags(data: bytes) -> list[str]:
    return [str(item.tag) for item in etree.fromstring(data).iter()]


@pytest.mark.parametrize("verdict", VERDICTS)
def test_report_is_what_the_schema_says(verdict: DocumentVerdict) -> None:
    report = make_report(verdict, FRAME)

    read = XmlParser(config=STRICT).from_bytes(report, ValidationReport)

    # What the classes write anew stands in the order of the schema.
    assert list_tags(XmlSerializer().render(read).encode()) == list_tags(report)


def test_signature_of_a_changed_file_is_not_reported_as_passed() -> None:
    root = etree.fromstring(make_report(CHANGED, FRAME))

    assert [item.text for item in root.iter(f"{{{VR}}}MainIndication")] == ["urn:etsi:019102:mainindication:total-failed"]
    assert [item.text for item in root.iter(f"{{{VR}}}SubIndication")] == ["urn:etsi:019102:subindication:HASH_FAILURE"]
    assert "документът е променен" in [item.text for item in root.iter(f"{{{VR}}}Value")]
