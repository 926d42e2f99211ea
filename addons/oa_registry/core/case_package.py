"""What a package of a case holds besides the files themselves: names, the index as XML, the list of digests."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree

NAMESPACE = "urn:oa:case:1"
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f\\/:*?"<>|]+')
_LONGEST = 80


@dataclass(frozen=True)
class PackedFile:
    """One file of a document; `finding` says why its content is not what was registered, and is empty when it is."""

    path: str
    name: str
    role: str
    version: int
    mimetype: str
    size: int
    sha256: str
    finding: str = ""


@dataclass(frozen=True)
class PackedDocument:
    """One line of the contents; without facts the person who made the package may not see the document."""

    position: int
    facts: dict[str, str] = field(default_factory=dict)
    files: tuple[PackedFile, ...] = ()


def make_file_name(text: str, suffix: str = "") -> str:
    """A name that every file system takes; Cyrillic stays."""
    name = _FORBIDDEN.sub("_", text).strip(" .") or "_"
    return f"{name[: _LONGEST - len(suffix)]}{suffix}"


def make_path(position: int, number: str, order: int, name: str) -> str:
    """Where a file lies in the package: in the order of the contents list."""
    return f"{_make_folder(position, number)}/{order:02}_{_make_name(name)}"


def make_record_path(position: int, number: str, name: str) -> str:
    """Where a record about the document lies: beside its files, apart from them."""
    return f"{_make_folder(position, number)}/records/{_make_name(name)}"


def _make_folder(position: int, number: str) -> str:
    return f"documents/{position:04}_{make_file_name(number)}"


def _make_name(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    ending = f".{suffix}" if dot and stem and len(suffix) <= 8 else ""
    return make_file_name(stem if ending else name, ending)


def write_index(case: dict[str, str], documents: Iterable[PackedDocument]) -> bytes:
    """The index of the package: every line of the contents list and every file with its digest."""
    ElementTree.register_namespace("", NAMESPACE)
    root = ElementTree.Element(_tag("case"), _clean(case))
    for document in documents:
        if not document.facts:
            ElementTree.SubElement(root, _tag("closed"), {"position": str(document.position)})
            continue
        node = ElementTree.SubElement(root, _tag("document"), {"position": str(document.position), **_clean(document.facts)})
        for file in document.files:
            facts = {
                "path": file.path, "name": file.name, "role": file.role, "version": str(file.version), "mimetype": file.mimetype,
                "size": str(file.size), "sha256": file.sha256, "finding": file.finding,
            }  # fmt: skip
            ElementTree.SubElement(node, _tag("file"), _clean(facts))
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def write_digests(entries: Sequence[tuple[str, str]]) -> bytes:
    """The list that `sha256sum -c` reads."""
    return "".join(f"{digest}  {path}\n" for digest, path in entries).encode()


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _clean(facts: dict[str, str]) -> dict[str, str]:
    """Attributes that are not empty, without characters that XML does not know."""
    return {name: re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", value) for name, value in facts.items() if value}
