"""What happened to a PDF after one of its signatures, as the comparison of its revisions shows it."""

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel


def check(signature: EmbeddedPdfSignature, is_last: bool) -> list[str]:
    """Codes of everything that happened to the file after this signature and is not explained."""
    signature.compute_integrity_info()
    difference, coverage = signature.diff_result, signature.coverage
    if coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return []
    if coverage != SignatureCoverageLevel.ENTIRE_REVISION:
        return ["coverage"]
    if not isinstance(difference, DiffResult):
        return ["modified"]
    codes = []
    # Whoever signs later makes an own field; any other field that changed holds data.
    if difference.changed_form_fields - set(_get_field_names(signature.reader)):
        codes.append("form_changed")
    level = difference.modification_level
    if is_last and level != ModificationLevel.LTA_UPDATES:
        codes.append("appended" if level == ModificationLevel.NONE else "modified")
    elif level.value > ModificationLevel.FORM_FILLING.value:
        codes.append("modified")
    if signature.docmdp_level is not None and level.value > signature.docmdp_level.value:
        codes.append("modified")
    return codes


def _get_field_names(reader: PdfFileReader) -> list[str]:
    return [str(item.field_name) for item in reader.embedded_signatures]


def list_changes(signature: EmbeddedPdfSignature) -> tuple[str, ...]:
    """What came into the file after the signature, as the comparison of its revisions shows it."""
    difference, coverage = signature.diff_result, signature.coverage
    if coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return ()
    if not isinstance(difference, DiffResult):
        return ("content",)
    names = set(_get_field_names(signature.reader))
    found = ["signatures"] if difference.changed_form_fields & names else []
    if difference.changed_form_fields - names:
        found.append("form")
    if difference.modification_level == ModificationLevel.LTA_UPDATES:
        found.append("validation_data")
    elif difference.modification_level == ModificationLevel.ANNOTATIONS:
        found.append("annotations")
    elif difference.modification_level == ModificationLevel.OTHER:
        found.append("content")
    return tuple(found)
