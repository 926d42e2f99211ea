"""The few words of PDF syntax that a quick reader needs: where a value ends, what a dictionary holds.

Values stay bytes as they stand in the file. Whatever is unusual raises NotPlainError.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from mmap import mmap
from typing import TypeAlias

Buffer: TypeAlias = bytes | mmap
Dictionary: TypeAlias = dict[bytes, bytes]

_TOKEN = re.compile(
    rb"(?:\s|%[^\r\n]*[\r\n])*"
    rb"(<<|>>|\[|\]|\(|/[^\s/<>\[\](){}%]*|<[0-9A-Fa-f\s]*>|\d+\s+\d+\s+R(?![^\s/<>\[\]()])|[^\s/<>\[\](){}%]+)"
)
_STRING_PART = re.compile(rb"[()]|\\.", re.DOTALL)
_REFERENCE = re.compile(rb"(\d+)\s+(\d+)\s+R\Z")


class NotPlainError(Exception):
    """The file may be fine, but it is not for the quick reader."""


@contextmanager
def reading() -> Iterator[None]:
    """What breaks on a damaged file is not plain."""
    try:
        yield
    except (ValueError, KeyError, IndexError, TypeError, AssertionError, OverflowError, RecursionError) as error:
        raise NotPlainError(repr(error)) from error


def parse_dictionary(text: bytes) -> Dictionary:
    """Keys without the slash, values as they stand."""
    found = _TOKEN.match(text)
    if not found or found[1] != b"<<":
        raise NotPlainError("dictionary")
    values: Dictionary = {}
    place = found.end()
    while True:
        key = _TOKEN.match(text, place)
        if not key:
            raise NotPlainError("dictionary")
        if key[1] == b">>":
            return values
        if not key[1].startswith(b"/") or b"#" in key[1] or key[1][1:] in values:
            raise NotPlainError("key")
        end = skip_value(text, key.end())
        values[key[1][1:]] = text[key.end() : end].strip()
        place = end


def split_array(text: bytes) -> list[bytes]:
    found = _TOKEN.match(text)
    if not found or found[1] != b"[":
        raise NotPlainError("array")
    items: list[bytes] = []
    place = found.end()
    while True:
        token = _TOKEN.match(text, place)
        if not token:
            raise NotPlainError("array")
        if token[1] == b"]":
            return items
        end = skip_value(text, place)
        items.append(text[place:end].strip())
        place = end


def skip_value(data: Buffer, place: int) -> int:
    """Where the value that begins here ends."""
    depth = 0
    while True:
        token = _TOKEN.match(data, place)
        if not token:
            raise NotPlainError("token")
        word, place = token[1], token.end()
        if word in (b"<<", b"["):
            depth += 1
        elif word in (b">>", b"]"):
            depth -= 1
        elif word == b"(":
            place = _skip_string(data, place)
        if depth < 0:
            raise NotPlainError("brackets")
        if not depth:
            return place


def is_reference(value: bytes) -> bool:
    return _REFERENCE.match(value) is not None


def read_reference(value: bytes) -> int:
    found = _REFERENCE.match(value)
    if not found or found[2] != b"0":
        raise NotPlainError("reference")
    return int(found[1])


def _skip_string(data: Buffer, place: int) -> int:
    depth = 1
    while depth:
        found = _STRING_PART.search(data, place)
        if not found:
            raise NotPlainError("string")
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
        place = found.end()
    return place


def read_number(values: Dictionary, key: bytes) -> int:
    try:
        return int(values[key])
    except (KeyError, ValueError) as error:
        raise NotPlainError(key.decode()) from error
