"""A strict and quick reader of plain PDF files: what a new revision has to know about the old ones, and no more.

Values stay bytes; nothing is decoded that is not asked for. Whatever is unusual raises NotPlainError, and the caller
takes the thorough reader instead: this one never guesses.
"""

import re
import zlib
from collections.abc import Callable, Iterator

from .pdf_syntax import (
    Buffer,
    Dictionary,
    NotPlainError,
    is_reference,
    parse_dictionary,
    read_number,
    read_reference,
    skip_value,
    split_array,
)

MAX_OBJECTS = 300_000
MAX_OBJECT_STREAM = 16 << 20
_TAIL = 1024
_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_OBJECT = re.compile(rb"(\d+)\s+(\d+)\s+obj\b")
_SECTION = re.compile(rb"(\d+)\s+(\d+)[ \t]*\r?\n")
_XREF = re.compile(rb"xref[ \t]*\r?\n")
_STREAM = re.compile(rb"\s*stream\r?\n")
_HEAD_END = re.compile(rb"(?<=[\s>\])])endobj|>>\s*stream\r?\n")
_INNER_STRING = re.compile(rb"\((?:[^()\\]|\\.)*\)", re.DOTALL)


class PlainPdf:
    """The newest revision of one file."""

    def __init__(self, data: Buffer) -> None:
        self.data = data
        found = _START.search(data[max(0, len(data) - _TAIL) :])
        if not data[:5] == b"%PDF-" or not found:
            raise NotPlainError("start or end")
        self.last_table = int(found[1])
        self.has_table_streams = False
        # Number of an object to its place: an offset, or (number of the object stream, index).
        self._places: dict[int, int | tuple[int, int]] = {}
        self._object_streams: dict[int, list[bytes]] = {}
        self.trailer = self._read_tables(self.last_table)
        if b"Encrypt" in self.trailer or b"Root" not in self.trailer:
            raise NotPlainError("trailer")
        self.size = read_number(self.trailer, b"Size")
        self.root_number = read_reference(self.trailer[b"Root"])
        self.root = self.read_dictionary(self.root_number)
        if b"Pages" not in self.root:
            raise NotPlainError("pages")

    # Objects -----------------------------------------------------------------------------------------------------------

    def read_value(self, number: int) -> bytes:
        """The value of an object as it stands in the file, without a stream."""
        place = self._places.get(number)
        if place is None:
            raise NotPlainError("missing object")
        if isinstance(place, tuple):
            return self._read_object_stream(place[0])[place[1]]
        start = self._find_start(number, place)
        return bytes(self.data[start : skip_value(self.data, start)])

    def read_whole(self, number: int) -> bytes:
        """An object with its stream, as it stands in the file."""
        place = self._places.get(number)
        if not isinstance(place, int):
            raise NotPlainError("object place")
        start = self._find_start(number, place)
        end = self.data.find(b"endobj", start)
        if end < 0:
            raise NotPlainError("object without end")
        return bytes(self.data[start:end]).strip()

    def read_dictionary(self, number: int) -> Dictionary:
        return parse_dictionary(self.read_value(number))

    def read_stream(self, number: int) -> bytes:
        """Decoded content of a stream whose length and filter are simple."""
        place = self._places.get(number)
        if not isinstance(place, int):
            raise NotPlainError("stream")
        return self._decode_stream(self._find_start(number, place))[1]

    def resolve(self, value: bytes) -> bytes:
        """The value itself, or the one that it refers to."""
        return self.read_value(read_reference(value)) if is_reference(value) else value

    def read_heads(self) -> Iterator[bytes]:
        """Text of every dictionary, array and number that the file can reach; contents of streams are left out."""
        containers = set()
        for number, place in self._places.items():
            if isinstance(place, tuple):
                containers.add(place[0])
            if isinstance(place, tuple) or place < 0:
                continue
            start = self._find_start(number, place)
            end = _HEAD_END.search(self.data, start)
            if not end:
                raise NotPlainError("object without end")
            head = bytes(self.data[start : end.start()])
            if not _is_plain_text(head):
                raise NotPlainError("strings")
            yield head
        for number in containers:
            yield from self._read_object_stream(number)
        yield b"".join(key + b" " + value for key, value in self.trailer.items())

    # Pages and forms ---------------------------------------------------------------------------------------------------

    def count_pages(self) -> int:
        return read_number(parse_dictionary(self.resolve(self.root[b"Pages"])), b"Count")

    def find_page(self, index: int) -> int:
        """Number of the object of a page; inherited values are for `read_page`."""
        return self._find_page_path(index)[-1]

    def read_page(self, index: int) -> tuple[int, Dictionary]:
        """Number and values of a page, with what it inherits."""
        values: Dictionary = {}
        path = self._find_page_path(index)
        for number in path:
            node = self.read_dictionary(number)
            inherited: Dictionary = {key: node[key] for key in (b"MediaBox", b"CropBox", b"Rotate") if key in node}
            values |= node if number == path[-1] else inherited
        return path[-1], values

    def _find_page_path(self, index: int) -> list[int]:
        path = [read_reference(self.root[b"Pages"])]
        for _depth in range(64):
            node = self.read_dictionary(path[-1])
            if node.get(b"Type") == b"/Page":
                if index:
                    raise NotPlainError("page count")
                return path
            for kid in split_array(self.resolve(node.get(b"Kids", b"[]"))):
                number = read_reference(kid)
                kid_node = self.read_dictionary(number)
                count = 1 if kid_node.get(b"Type") == b"/Page" else read_number(kid_node, b"Count")
                if index < count:
                    path.append(number)
                    break
                index -= count
            else:
                raise NotPlainError("page count")
        raise NotPlainError("page tree")

    # Tables ------------------------------------------------------------------------------------------------------------

    def _read_tables(self, offset: int) -> Dictionary:
        newest: Dictionary = {}
        seen: set[int] = set()
        while offset not in seen:
            seen.add(offset)
            if not 0 < offset < len(self.data):
                raise NotPlainError("table place")
            trailer = self._read_table(offset) if _XREF.match(self.data, offset) else self._read_table_stream(offset)
            if b"XRefStm" in trailer:
                raise NotPlainError("hybrid")
            newest = newest or trailer
            if b"Prev" not in trailer:
                return newest
            offset = read_number(trailer, b"Prev")
        raise NotPlainError("table loop")

    def _read_table(self, offset: int) -> Dictionary:
        data = self.data
        found = _XREF.match(data, offset)
        assert found
        place = found.end()
        while section := _SECTION.match(data, place):
            first, count, place = int(section[1]), int(section[2]), section.end()
            rows = bytes(data[place : place + 20 * count])
            self._check_room(first, count, len(rows) == 20 * count)
            for index in range(count):
                row = rows[20 * index : 20 * index + 20]
                if row[17:18] == b"n" and first + index not in self._places:
                    self._places[first + index] = int(row[:10])
                elif row[17:18] == b"f":
                    self._places.setdefault(first + index, -1)
            place += 20 * count
        start = bytes(data[place : place + 16]).lstrip()
        if not start.startswith(b"trailer"):
            raise NotPlainError("trailer")
        start_at = data.find(b"<<", place, place + 64)
        return parse_dictionary(bytes(data[start_at : skip_value(data, start_at)]))

    def _read_table_stream(self, offset: int) -> Dictionary:
        found = _OBJECT.match(self.data, offset)
        if not found:
            raise NotPlainError("table")
        values, rows = self._decode_stream(found.end())
        if values.get(b"Type") != b"/XRef":
            raise NotPlainError("table")
        self.has_table_streams = True
        widths = [int(item) for item in split_array(values[b"W"])]
        index = [int(item) for item in split_array(values.get(b"Index", b"[0 " + values[b"Size"] + b"]"))]
        width, place = sum(widths), 0
        if len(widths) != 3 or not width:
            raise NotPlainError("widths")
        for first, count in zip(index[::2], index[1::2], strict=True):
            self._check_room(first, count, place + width * count <= len(rows))
            for number in range(first, first + count):
                kind, second, third = _read_row(rows, place, widths)
                place += width
                if number not in self._places:
                    self._places[number] = second if kind == 1 else (second, third) if kind == 2 else -1
        return values

    def _check_room(self, first: int, count: int, is_whole: bool) -> None:
        if not is_whole or first < 0 or count < 0 or len(self._places) + count > MAX_OBJECTS:
            raise NotPlainError("table size")

    # Places ------------------------------------------------------------------------------------------------------------

    def _find_start(self, number: int, place: int) -> int:
        if place < 0:
            raise NotPlainError("free object")
        found = _OBJECT.match(self.data, place)
        if not found or int(found[1]) != number:
            raise NotPlainError("object place")
        return found.end()

    def _read_object_stream(self, number: int) -> list[bytes]:
        if number not in self._object_streams:
            place = self._places.get(number)
            if not isinstance(place, int):
                raise NotPlainError("object stream")
            values, content = self._decode_stream(self._find_start(number, place))
            if values.get(b"Type") != b"/ObjStm" or b"Extends" in values:
                raise NotPlainError("object stream")
            first, count = read_number(values, b"First"), read_number(values, b"N")
            heads = [int(item) for item in content[:first].split()]
            offsets = [first + offset for offset in heads[1 : 2 * count : 2]]
            ends = [*offsets[1:], len(content)]
            self._object_streams[number] = [content[start:end].strip() for start, end in zip(offsets, ends, strict=True)]
        return self._object_streams[number]

    def _decode_stream(self, start: int) -> tuple[Dictionary, bytes]:
        end = skip_value(self.data, start)
        values = parse_dictionary(bytes(self.data[start:end]))
        found = _STREAM.match(self.data, end)
        if not found:
            raise NotPlainError("stream")
        length = int(self.resolve(values[b"Length"])) if b"Length" in values else -1
        raw = bytes(self.data[found.end() : found.end() + length])
        after = bytes(self.data[found.end() + length : found.end() + length + 16]).lstrip()
        if not 0 <= length <= MAX_OBJECT_STREAM or not after.startswith(b"endstream"):
            raise NotPlainError("stream length")
        return values, _decode(raw, values)


def _is_plain_text(head: bytes) -> bool:
    """No word of this text can be hidden in a string or a comment that is cut in the middle."""
    for _depth in range(8):
        if b"(" not in head:
            break
        head = _INNER_STRING.sub(b"", head)
    return not any(mark in head for mark in (b"(", b")", b"%"))


def _read_row(rows: bytes, place: int, widths: list[int]) -> tuple[int, int, int]:
    first, second, third = widths
    middle, last = place + first + second, place + first + second + third
    kind = int.from_bytes(rows[place : place + first], "big") if first else 1
    return kind, int.from_bytes(rows[place + first : middle], "big"), int.from_bytes(rows[middle:last], "big")


def _decode(raw: bytes, values: Dictionary) -> bytes:
    names = values.get(b"Filter", b"")
    if not names:
        return raw
    if names.strip(b"[] ") != b"/FlateDecode":
        raise NotPlainError("filter")
    engine = zlib.decompressobj()
    try:
        content = engine.decompress(raw, MAX_OBJECT_STREAM)
    except zlib.error as error:
        raise NotPlainError("flate") from error
    if engine.unconsumed_tail:
        raise NotPlainError("stream size")
    parameters = values.get(b"DecodeParms", b"<<>>")
    options = parse_dictionary(split_array(parameters)[0] if parameters.startswith(b"[") else parameters)
    return _undo_predictor(content, options)


def _undo_predictor(content: bytes, options: Dictionary) -> bytes:
    predictor = int(options.get(b"Predictor", b"1"))
    if predictor == 1:
        return content
    if predictor < 10 or options.get(b"Colors", b"1") != b"1" or options.get(b"BitsPerComponent", b"8") != b"8":
        raise NotPlainError("predictor")
    width = int(options.get(b"Columns", b"1"))
    rows, above = [], bytes(width)
    undo: dict[int, Callable[[bytes, bytes], bytes]] = {0: lambda row, _above: row, 2: _add_rows}
    for place in range(0, len(content), width + 1):
        kind, row = content[place], content[place + 1 : place + 1 + width]
        if kind not in undo or len(row) != width:
            raise NotPlainError("predictor")
        above = undo[kind](row, above)
        rows.append(above)
    return b"".join(rows)


def _add_rows(row: bytes, above: bytes) -> bytes:
    return bytes((one + other) & 255 for one, other in zip(row, above, strict=True))
