"""A new revision behind a plain PDF: objects added or replaced, with a table of the kind that the file has.

The bytes of the file are never touched; what is made here is appended to them.
"""

import re
import secrets
from dataclasses import dataclass

from .pdf_plain import PlainPdf
from .pdf_syntax import Dictionary, NotPlainError, is_reference, parse_dictionary, read_reference, split_array

_RANGE_ROOM = b"/ByteRange [0 ********** ********** **********]"
_CONTENTS = b"/Contents <"
_FIRST_ID = re.compile(rb"\[\s*(<[0-9A-Fa-f\s]*>)")
_RANGE = "/ByteRange [0 {} {} {}]"


@dataclass(frozen=True)
class Gap:
    """A finished revision with room for the container of a signature."""

    before: bytes
    after: bytes
    size: int
    """Hexadecimal digits that fit between both parts."""

    def fill(self, container: bytes) -> bytes:
        digits = container.hex().encode()
        if len(digits) > self.size:
            raise NotPlainError("no room for the signature")
        return self.before + digits.ljust(self.size, b"0") + self.after


class Revision:
    """Collects objects, then becomes bytes."""

    def __init__(self, pdf: PlainPdf) -> None:
        self.pdf = pdf
        self._objects: dict[int, bytes] = {}
        self._next = pdf.size
        self.root = dict(pdf.root)

    def copy(self) -> "Revision":  # pylint: disable=method-required-super  # no Odoo model
        """The same state once more, to try how it goes on."""
        other = Revision(self.pdf)
        other._objects, other._next, other.root = dict(self._objects), self._next, dict(self.root)
        return other

    def add(self, value: bytes) -> int:
        self._next += 1
        self._objects[self._next - 1] = value
        return self._next - 1

    def add_stream(self, content: bytes, head: bytes = b"") -> int:
        return self.add(b"<< %s /Length %d >>\nstream\n%s\nendstream" % (head, len(content), content))

    def replace(self, number: int, value: bytes) -> None:
        self._objects[number] = value

    def read_dictionary(self, number: int) -> Dictionary:
        """The values as this revision has them."""
        return parse_dictionary(self._objects[number]) if number in self._objects else self.pdf.read_dictionary(number)

    def extend_array(self, owner: int | None, values: Dictionary, key: bytes, item: bytes) -> bool:
        """Put an item into an array of `values`; True when the owner itself has to be written anew."""
        value = values.get(key, b"[]")
        if is_reference(value):
            number = read_reference(value)
            items = split_array(self._objects.get(number) or self.pdf.read_value(number))
            self._objects[number] = join_array([*items, item])
            return False
        values[key] = join_array([*split_array(value), item])
        return True

    def add_field(self, field: int, page: int) -> None:
        """Show a new field to the form of the document and to its page."""
        form_value = self.root.get(b"AcroForm")
        if form_value and is_reference(form_value):
            number = read_reference(form_value)
            form = self.read_dictionary(number)
        else:
            form = parse_dictionary(form_value) if form_value else {}
            number = self.add(b"null")
            self.root[b"AcroForm"] = b"%d 0 R" % number
        if b"XFA" in form:
            raise NotPlainError("XFA")
        self.extend_array(number, form, b"Fields", b"%d 0 R" % field)
        form[b"SigFlags"] = b"3"
        self.replace(number, join_dictionary(form))
        values = self.read_dictionary(page)
        if self.extend_array(page, values, b"Annots", b"%d 0 R" % field):
            self.replace(page, join_dictionary(values))

    def to_bytes(self) -> bytes:
        if self.root != self.pdf.root:
            self.replace(self.pdf.root_number, join_dictionary(self.root))
        start = len(self.pdf.data)
        parts, places, size = [b"\n"], {}, 1
        for number, value in sorted(self._objects.items()):
            places[number] = start + size
            part = b"%d 0 obj\n%s\nendobj\n" % (number, value)
            parts.append(part)
            size += len(part)
        make = self._make_table_stream if self.pdf.has_table_streams else self._make_table
        parts.append(make(places, start + size))
        parts.append(b"startxref\n%d\n%%%%EOF\n" % (start + size))
        return b"".join(parts)

    def to_gap(self) -> Gap:
        """The revision around the room for one signature, its ByteRange filled in."""
        tail = self.to_bytes()
        range_at = tail.index(_RANGE_ROOM)
        begin = tail.index(_CONTENTS, range_at) + len(_CONTENTS)
        end = tail.index(b">", begin)
        start = len(self.pdf.data)
        text = _RANGE.format(start + begin - 1, start + end + 1, len(tail) - end - 1).encode()
        before = tail[:range_at] + text.ljust(len(_RANGE_ROOM)) + tail[range_at + len(_RANGE_ROOM) : begin]
        return Gap(before, tail[end:], end - begin)

    def _make_trailer(self) -> Dictionary:
        trailer = {key: self.pdf.trailer[key] for key in (b"Root", b"Info", b"ID") if key in self.pdf.trailer}
        if found := _FIRST_ID.match(trailer.get(b"ID", b"")):
            trailer[b"ID"] = b"[%s <%s>]" % (found[1], secrets.token_hex(16).encode())
        return trailer | {b"Prev": b"%d" % self.pdf.last_table, b"Size": b"%d" % self._next}

    def _make_table(self, places: dict[int, int], _at: int) -> bytes:
        rows = [b"xref\n"]
        for run in find_runs(list(places)):
            rows.append(b"%d %d\n" % (run[0], len(run)))
            rows += [b"%010d 00000 n \n" % places[number] for number in run]
        return b"".join(rows) + b"trailer\n" + join_dictionary(self._make_trailer()) + b"\n"

    def _make_table_stream(self, places: dict[int, int], at: int) -> bytes:
        number = self._next
        self._next += 1
        places = {**places, number: at}
        rows = b"".join(b"\1" + place.to_bytes(5, "big") + b"\0\0" for _number, place in sorted(places.items()))
        index = b" ".join(b"%d %d" % (run[0], len(run)) for run in find_runs(sorted(places)))
        head = {b"Type": b"/XRef", b"W": b"[1 5 2]", b"Index": b"[" + index + b"]", b"Length": b"%d" % len(rows)}
        values = join_dictionary(head | self._make_trailer())
        return b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (number, values, rows)


def make_room(reserved: int) -> bytes:
    """Part of a signature dictionary that is filled in when the revision is finished."""
    return _RANGE_ROOM + b" " + _CONTENTS + b"0" * reserved + b">"


def join_dictionary(values: Dictionary) -> bytes:
    return b"<< " + b" ".join(b"/%s %s" % pair for pair in values.items()) + b" >>"


def join_array(items: list[bytes]) -> bytes:
    return b"[" + b" ".join(items) + b"]"


def find_runs(numbers: list[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] + 1 == number:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def make_text(text: str) -> bytes:
    """A text string in any script."""
    if text.isascii() and not any(mark in text for mark in "()\\"):
        return b"(" + text.encode() + b")"
    return b"<FEFF" + text.encode("utf-16-be").hex().encode() + b">"
