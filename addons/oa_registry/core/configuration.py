"""The configuration of an administration as one file: what is in it, and how two of them differ.

Everything is named by codes, never by ids of a database: the same file fits wherever the codes fit.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import ConfigurationError

FORMAT = "oa.configuration"
VERSION = 1
_BIGGEST = 20 << 20

Row = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """What one row of the file would do."""

    section: str
    key: str
    is_new: bool
    values: Row = field(default_factory=dict)
    """The values that change, as they will be."""
    old: Row = field(default_factory=dict)


def write_file(head: Row, sections: Mapping[str, Mapping[str, Row]]) -> bytes:
    """The file; rows are in the order of their keys, so that two files can be compared by eye."""
    body = {
        "format": FORMAT, "version": VERSION, **head,
        "sections": {name: {key: rows[key] for key in sorted(rows)} for name, rows in sections.items()},
    }  # fmt: skip
    return json.dumps(body, ensure_ascii=False, indent=1).encode()


def read_file(data: bytes) -> Row:
    """Read the file; refuse what is not one of ours, before anything of it is looked at."""
    if len(data) > _BIGGEST:
        raise ConfigurationError("configuration_too_big")
    try:
        body = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ConfigurationError("configuration_unreadable") from error
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise ConfigurationError("configuration_foreign")
    if body.get("version") != VERSION:
        raise ConfigurationError("configuration_version", version=str(body.get("version")))
    sections = body.get("sections")
    is_shaped = isinstance(sections, dict) and all(
        isinstance(rows, dict) and all(isinstance(row, dict) for row in rows.values()) for rows in sections.values()
    )
    if not is_shaped:
        raise ConfigurationError("configuration_shape")
    return body


def compare(section: str, current: Mapping[str, Row], wanted: Mapping[str, Row]) -> list[Change]:
    """The rows that are new or differ; what the file does not name stays as it is."""
    changes = []
    for key, row in sorted(wanted.items()):
        own = current.get(key)
        values = {name: value for name, value in row.items() if own is None or own.get(name) != value}
        if own is None or values:
            changes.append(Change(section, key, own is None, values, {name: (own or {}).get(name) for name in values}))
    return changes
