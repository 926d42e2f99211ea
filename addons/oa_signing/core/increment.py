"""What was appended to a PDF before its first signature: a signature field and its looks, or something else, too?

A signature covers all that stands before it, so additions made before signing break nothing; whoever compares has to
have the file as it was. pyHanko compares files that have fields already; a file without any is compared here: of the
objects that were there, only the catalogue and pages may be written anew, and they may gain the signature only.
"""

from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.diff_analysis.commons import compare_dicts

_CATALOGUE_MAY_GAIN = frozenset({"/AcroForm", "/DSS", "/Extensions", "/Metadata", "/Version"})
_PAGE_MAY_GAIN = frozenset({"/Annots"})


def holds_signature_only(base: PdfFileReader, reader: PdfFileReader) -> bool:
    """Whether everything after the bytes of `base` belongs to signatures."""
    try:
        if "/AcroForm" in base.root:
            return _is_explained(base, reader)
        return _Comparison(base, reader).is_clean()
    except (PdfError, KeyError, TypeError, ValueError, AttributeError):
        # What cannot be compared cannot be vouched for.
        return False


def _is_explained(base: PdfFileReader, reader: PdfFileReader) -> bool:
    difference = DEFAULT_DIFF_POLICY.review_file(reader, base.xrefs.total_revisions - 1)
    if not isinstance(difference, DiffResult) or difference.modification_level.value > ModificationLevel.FORM_FILLING.value:
        return False
    return not difference.changed_form_fields - {item.field_name for item in reader.embedded_signatures}


class _Comparison:
    """The file as it was and as it is now."""

    def __init__(self, base: PdfFileReader, reader: PdfFileReader) -> None:
        self._last = base.xrefs.total_revisions - 1
        self._reader = reader
        self._old: HistoricalResolver = reader.get_historical_resolver(self._last)
        self._new: HistoricalResolver = reader.get_historical_resolver(reader.xrefs.total_revisions - 1)

    def is_clean(self) -> bool:
        fields = self._new.root["/AcroForm"]["/Fields"]
        return all(_is_signature(fields[place]) for place in range(len(fields))) and all(map(self._is_allowed, self._list_overwritten()))

    def _list_overwritten(self) -> list[generic.Reference]:
        revisions = range(self._last + 1, self._reader.xrefs.total_revisions)
        refs = set().union(*map(self._reader.xrefs.explicit_refs_in_revision, revisions))
        return [ref for ref in refs if self._existed(ref)]

    def _existed(self, ref: generic.Reference) -> bool:
        return self._reader.xrefs.get_historical_ref(ref, self._last) is not None

    def _is_allowed(self, ref: generic.Reference) -> bool:
        if ref == self._reader.root_ref:
            return bool(compare_dicts(self._old.root, self._new.root, _CATALOGUE_MAY_GAIN, raise_exc=False))
        before, after = self._old(ref), self._new(ref)
        if isinstance(before, generic.DictionaryObject) and before.get("/Type") == "/Page":
            is_same = compare_dicts(before, after, _PAGE_MAY_GAIN, raise_exc=False)
            return bool(is_same) and _gains_signatures(before.get("/Annots", []), after.get("/Annots", []))
        if isinstance(before, generic.ArrayObject):
            # The list of a page's annotations, kept by itself.
            return isinstance(after, generic.ArrayObject) and _gains_signatures(before, after)
        return ref == self._get_reference("/Info") or ref == self._get_reference("/Metadata")

    def _get_reference(self, name: str) -> generic.Reference | None:
        holder: Any = self._reader.trailer if name == "/Info" else self._old.root
        try:
            value = holder.raw_get(name)
        except KeyError:
            return None
        return value.reference if isinstance(value, generic.IndirectObject) else None


def _gains_signatures(before: Any, after: Any) -> bool:
    """The old annotations are there in their order; the new ones are signatures."""
    old, new = ([items.raw_get(place) for place in range(len(items))] if items else [] for items in (before, after))
    return new[: len(old)] == old and all(_is_signature(after[place]) for place in range(len(old), len(new)))


def _is_signature(widget: Any) -> bool:
    parent = widget.get("/Parent", {})
    return "/Kids" not in widget and (widget.get("/FT") or parent.get("/FT")) == "/Sig"
