"""The report of a check as XML in the shape of ETSI TS 119 102-2: overall values first, then each signature, then what was used."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from .specs import DocumentVerdict, Outcome, SignatureVerdict
from .xmldsig import DIGESTS, DS, Element

VR = "http://uri.etsi.org/19102/v1.2.1#"
_XADES = "http://uri.etsi.org/01903/v1.3.2#"
_MAIN = {
    Outcome.VALID: "urn:etsi:019102:mainindication:total-passed",
    Outcome.INVALID: "urn:etsi:019102:mainindication:total-failed",
    Outcome.INDETERMINATE: "urn:etsi:019102:mainindication:indeterminate",
}
_SUB = "urn:etsi:019102:subindication:"
# Codes of ours that the standard has a name for.
_SUB_OF = {
    "ades.hash_failure": "HASH_FAILURE",
    "modified": "HASH_FAILURE",
    "form_changed": "HASH_FAILURE",
    "coverage": "FORMAT_FAILURE",
    "appended": "FORMAT_FAILURE",
    "unreadable": "FORMAT_FAILURE",
    "xml_shape": "FORMAT_FAILURE",
    "xml_wrapping": "FORMAT_FAILURE",
    "weak_algorithm": "CRYPTO_CONSTRAINTS_FAILURE",
    "weak_key": "CRYPTO_CONSTRAINTS_FAILURE",
    "weak_certificate": "CRYPTO_CONSTRAINTS_FAILURE",
    "original_missing": "SIGNED_DATA_NOT_FOUND",
    "file_missing": "SIGNED_DATA_NOT_FOUND",
    "original_differs": "HASH_FAILURE",
    "certificate_mismatch": "SIG_CONSTRAINTS_FAILURE",
    "timestamp_broken": "SIG_CONSTRAINTS_FAILURE",
    "no_signature": "FORMAT_FAILURE",
}
_PROCESS = "urn:etsi:019102:validationprocess:"
_QUALITY = "http://uri.etsi.org/19102/quality#"


@dataclass(frozen=True)
class ReportFrame:
    """What the verdict itself does not know: the file, the policy, the moment, and who made the report."""

    digest: str
    checked_at: datetime
    policy: str
    explanations: dict[str, str]
    """Sentence of each code, in the language of the administration."""


def make_report(verdict: DocumentVerdict, frame: ReportFrame) -> bytes:
    root = etree.Element(f"{{{VR}}}ValidationReport", nsmap={None: VR, "ds": DS})  # type: ignore[dict-item]  # the stubs know no default namespace
    items = verdict.signatures or (SignatureVerdict("", verdict.outcome, verdict.codes),)
    for number, item in enumerate(items, 1):
        _add_signature(root, item, verdict, frame, number)
    objects = _add(root, "SignatureValidationObjects")
    _add_object(objects, "file", "signedData", bytes.fromhex(frame.digest))
    for number, item in enumerate(items, 1):
        if item.fingerprint:
            _add_object(objects, f"certificate-{number}", "certificate", bytes.fromhex(item.fingerprint))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _add_signature(root: Element, item: SignatureVerdict, verdict: DocumentVerdict, frame: ReportFrame, number: int) -> None:
    """In the order of the schema: identifier, constraints, times, document, attributes, signer, quality, process, status."""
    report = _add(root, "SignatureValidationReport")
    _add_identifier(report, item, number)
    policy = _add(_add(report, "ValidationConstraintsEvaluationReport"), "SignatureValidationPolicy")
    _add_policy(_add(policy, "SignaturePolicyIdentifier"), frame.policy)
    _add(policy, "PolicyName", frame.policy.rsplit(":", 2)[-2])
    times = _add(report, "ValidationTimeInfo")
    _add(times, "ValidationTime", frame.checked_at.isoformat())
    if item.timestamp_at:
        best = _add(times, "BestSignatureTime")
        _add(best, "POETime", item.timestamp_at)
        _add(best, "TypeOfProof", "urn:etsi:019102:poetype:validation")
    document = _add(report, "SignersDocument")
    _add_digest(document, bytes.fromhex(frame.digest))
    _add(document, "SignersDocumentRepresentation", VOReference="file")
    _add_attributes(report, item)
    if item.signer_name:
        signer = _add(report, "SignerInformation")
        _add(signer, "SignerCertificate", VOReference=f"certificate-{number}" if item.fingerprint else "file")
        _add(signer, "Signer", ", ".join(filter(None, [item.signer_name, item.signer_serial])))
    if item.grade:
        _add(_add(report, "SignatureQuality"), "SignatureQualityInformation", f"{_QUALITY}{item.kind}-{item.grade}")
    _add(_add(report, "SignatureValidationProcess"), "SignatureValidationProcessID", _name_process(item))
    _add_status(report, number, (item, verdict), frame)


def _add_identifier(report: Element, item: SignatureVerdict, number: int) -> None:
    identifier = _add(report, "SignatureIdentifier", id=f"signature-{number}")
    _add(identifier, "HashOnly", "false")
    _add(identifier, "DocHashOnly", "false")
    _add(identifier, "DAIdentifier", item.field_name or "-")


def _add_policy(holder: Element, name: str) -> None:
    policy = etree.SubElement(holder, f"{{{_XADES}}}SignaturePolicyId")
    etree.SubElement(etree.SubElement(policy, f"{{{_XADES}}}SigPolicyId"), f"{{{_XADES}}}Identifier").text = name
    _fill_digest(etree.SubElement(policy, f"{{{_XADES}}}SigPolicyHash"), hashlib.sha256(name.encode()).digest())


def _add_attributes(report: Element, item: SignatureVerdict) -> None:
    if not (item.claimed_at or item.claimed_roles or item.timestamp_at):
        return
    attributes = _add(report, "SignatureAttributes")
    if item.claimed_at:
        _add(_add(attributes, "SigningTime", Signed="true"), "Time", item.claimed_at)
    if item.claimed_roles:
        roles = _add(attributes, "SignerRole", Signed="true")
        for role in item.claimed_roles:
            details = _add(roles, "RoleDetails")
            _add(details, "Role", role)
            _add(details, "EndorsementType", "claimed")
    if item.timestamp_at:
        _add(
            _add(attributes, "SignatureTimeStamp" if item.time_source == "timestamp" else "DocTimeStamp"),
            "TimeStampValue",
            item.timestamp_at,
        )


def _add_status(report: Element, number: int, judged: tuple[SignatureVerdict, DocumentVerdict], frame: ReportFrame) -> None:
    item, verdict = judged
    status = _add(report, "SignatureValidationStatus")
    # A signature of a file that is not valid as a whole is never reported as passed.
    outcome = item.outcome if item.outcome != Outcome.VALID else verdict.outcome
    _add(status, "MainIndication", _MAIN[outcome])
    codes = tuple(dict.fromkeys((*item.codes, *verdict.codes)))
    names = dict.fromkeys(_name_subindication(code) for code in codes)
    if outcome != Outcome.VALID:
        for name in names:
            _add(status, "SubIndication", _SUB + name)
    if item.fingerprint or codes:
        data = _add(status, "AssociatedValidationReportData")
        if item.fingerprint:
            _add(data, "RelatedValidationObject", VOReference=f"certificate-{number}")
        lines = [(f"urn:oa:signing:{code}", frame.explanations.get(code, code)) for code in codes]
        if item.revocation_source:
            lines.append(("urn:oa:signing:revocation", f"{item.revocation_source} {item.revocation_at}"))
        _add_lines(data, lines)


def _add_lines(data: Element, lines: list[tuple[str, str]]) -> None:
    if not lines:
        return
    holder = _add(data, "AdditionalValidationReportData")
    for name, text in lines:
        detail = _add(holder, "ReportData")
        _add(detail, "Type", name)
        _add(detail, "Value", text)


def _name_process(item: SignatureVerdict) -> str:
    return _PROCESS + {"B-LTA": "LTA", "B-LT": "LTVM", "B-T": "LTVM"}.get(item.level, "Basic")


def _name_subindication(code: str) -> str:
    return _SUB_OF.get(code) or (code.removeprefix("ades.").upper() if code.startswith("ades.") else "GENERIC")


def _add_object(objects: Element, name: str, kind: str, digest: bytes) -> None:
    item = _add(objects, "ValidationObject", id=name)
    _add(item, "ObjectType", f"urn:etsi:019102:validationObject:{kind}")
    _add_digest(_add(item, "ValidationObjectRepresentation"), digest)


def _add_digest(parent: Element, digest: bytes) -> None:
    _fill_digest(_add(parent, "DigestAlgAndValue"), digest)


def _fill_digest(holder: Element, digest: bytes) -> None:
    etree.SubElement(holder, f"{{{DS}}}DigestMethod", Algorithm=DIGESTS["sha256"])
    etree.SubElement(holder, f"{{{DS}}}DigestValue").text = base64.b64encode(digest).decode()


def _add(parent: Element, tag: str, text: str = "", **attributes: str) -> Element:
    element = etree.SubElement(parent, f"{{{VR}}}{tag}", attributes)
    element.text = text or None
    return element
