"""A procedure as plain data: what a version says, how two of them differ, and how it travels as XML.

Nothing here names a person: who acts is named by function, kinds and registers by their codes, so that it fits any administration.
"""

import hashlib
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from .errors import PlanError

NAMESPACE = "urn:oa:procedure:1"
LARGEST = 1_000_000
LATER = frozenset({"work_level"})
"""What older files do not have; left out when it says nothing, so that what was published keeps its digest."""
Part = TypeVar("Part", bound="PlanStep | PlanTerm | Plan")


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One step: where, what, who, how many, when, how long, at which level."""

    place: int
    act: str
    name: str
    who: str
    detail: str = ""  # the name of the position or unit, when `who` is one
    mode: str = "all"
    quorum: int = 1
    condition: str = ""
    term_amount: int = 1
    term_unit: str = "working_days"
    level: str = "logged"
    required: str = ""
    legal_ground: str = ""


@dataclass(frozen=True, slots=True)
class PlanTerm:
    """A term that the law sets for the whole procedure."""

    speed: str
    amount: int
    unit: str
    legal_ground: str
    silence: str = "none"


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that one version of a procedure says."""

    name: str
    lineage: str = ""
    version: int = 1
    code: str = ""
    legal_ground: str = ""
    initiating: str = ""  # codes of kinds, by comma
    resolver: str = ""
    kind: str = ""
    register: str = ""
    case_class: str = ""
    template: str = ""
    note: str = ""
    work_level: str = ""
    steps: tuple[PlanStep, ...] = field(default=())
    terms: tuple[PlanTerm, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs: `where` is empty for the procedure itself, else the name of the step or term; `what` is the field, empty for all."""

    sort: str  # added, removed, changed
    where: str
    what: str
    before: str
    after: str


# ------------------------------------------------------------------ comparing
def compare(old: Plan, new: Plan) -> tuple[Difference, ...]:
    """Everything that differs between two versions, in the order in which a person reads a procedure."""
    heads = tuple(_compare_fields(old, new, "", {"steps", "terms", "version", "lineage"}))
    steps = tuple(_compare_lists(old.steps, new.steps, lambda step: step.name))
    terms = tuple(_compare_lists(old.terms, new.terms, lambda term: term.speed))
    return heads + steps + terms


def _compare_fields(old: Any, new: Any, where: str, left_out: set[str]) -> Iterator[Difference]:
    for name in (one.name for one in fields(old) if one.name not in left_out):
        before, after = str(getattr(old, name)), str(getattr(new, name))
        if before != after:
            yield Difference("changed", where, name, before, after)


def _compare_lists(old: Sequence[Any], new: Sequence[Any], name_of: Callable[[Any], str]) -> Iterator[Difference]:
    """Pairs of equal name are compared, in the order in which they stand."""
    before, after = _by_name(old, name_of), _by_name(new, name_of)
    for name, one in before.items():
        if name in after:
            yield from _compare_fields(one, after[name], name[0], {"name", "speed"})
        else:
            yield Difference("removed", name[0], "", name[0], "")
    for name in after:
        if name not in before:
            yield Difference("added", name[0], "", "", name[0])


def _by_name(parts: Sequence[Any], name_of: Callable[[Any], str]) -> dict[tuple[str, int], Any]:
    found: dict[tuple[str, int], Any] = {}
    for part in parts:
        name, number = name_of(part), 0
        while (name, number) in found:
            number += 1
        found[name, number] = part
    return found


# ------------------------------------------------------------------ XML
def to_xml(plan: Plan, author: str = "") -> bytes:
    """The same bytes for the same plan: attributes in the order of the fields, nothing that depends on the day."""
    root = ET.Element("procedure", {"xmlns": NAMESPACE, **({"author": author} if author else {}), **_attributes(plan, {"steps", "terms"})})
    for tag, parts in (("step", plan.steps), ("term", plan.terms)):
        for part in parts:
            ET.SubElement(root, tag, _attributes(part, set()))
    ET.indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode").encode() + b"\n"


def compute_digest(plan: Plan) -> str:
    return hashlib.sha256(to_xml(plan)).hexdigest()


def from_xml(data: bytes) -> tuple[Plan, str]:
    """The plan in the file, and the administration that wrote it.

    :raises PlanError: when it is no procedure of this format, or brings entities or a document type
    """
    root = _parse(data)
    namespace = f"{{{NAMESPACE}}}"
    if root.tag != f"{namespace}procedure":
        raise PlanError("no procedure", "format")
    steps = tuple(_read(PlanStep, node) for node in root.findall(f"{namespace}step"))
    terms = tuple(_read(PlanTerm, node) for node in root.findall(f"{namespace}term"))
    known = {f"{namespace}step", f"{namespace}term"}
    if {node.tag for node in root} - known:
        # The signature stands in the file as well; what else does is not understood.
        unknown = {node.tag for node in root} - known - {"{http://www.w3.org/2000/09/xmldsig#}Signature"}
        if unknown:
            raise PlanError(f"unknown parts {sorted(unknown)}", "format")
    head = _read(Plan, root, steps=steps, terms=terms)
    return head, root.get("author", "")


def _parse(data: bytes) -> ET.Element:
    if len(data) > LARGEST:
        raise PlanError("too large", "format")
    try:
        text = data.decode("utf-8")
        if "<!DOCTYPE" in text.upper() or "<!ENTITY" in text.upper():
            raise PlanError("a document type or entities", "entities")
        return ET.fromstring(text)  # noqa: S314 - neither a document type nor entities can be in it
    except (UnicodeDecodeError, ET.ParseError, ValueError) as error:
        raise PlanError("not readable", "format") from error


def _attributes(part: Any, left_out: set[str]) -> dict[str, str]:
    written = {one.name: str(getattr(part, one.name)) for one in fields(part) if one.name not in left_out}
    return {name: text for name, text in written.items() if text or name not in LATER}


def _read(kind: type[Part], node: ET.Element, **given: Any) -> Part:
    values: dict[str, Any] = dict(given)
    for one in fields(kind):
        if one.name in given or (one.name in LATER and one.name not in node.attrib):
            continue
        if one.name not in node.attrib:
            raise PlanError(f"{one.name} is missing", "format")
        text = node.attrib[one.name]
        try:
            values[one.name] = int(text) if one.type in (int, "int") else text
        except ValueError as error:
            raise PlanError(f"{one.name}: {text}", "format") from error
    return kind(**values)
