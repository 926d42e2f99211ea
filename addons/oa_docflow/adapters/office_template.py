"""Templates in DOCX and ODT: fields and conditions of Jinja in a sandbox.

A tag that stands alone in its paragraph or table row governs whole paragraphs or rows: `{% if заявител %}` … `{% endif %}`.
"""

import html
import re
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from markupsafe import Markup, escape

from ..core.errors import OfficeError
from . import office_text
from .office_parts import DOCX, ODT, open_document, parse

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_CONTROL = re.compile(r"\s*(\{%[^{}]*%\}\s*)+")
_PLACE = re.compile(r"<\?oa (\d+)\?>")
# Editors make such quotes and blanks of plain ones.
_PLAIN = str.maketrans({"„": '"', "“": '"', "”": '"', "’": "'", "‘": "'", "\xa0": " "})
_BREAKS = {DOCX: Markup('</w:t><w:br/><w:t xml:space="preserve">'), ODT: Markup("<text:line-break/>")}
_FAULTS = (TemplateError, TypeError, ValueError, ArithmeticError, AttributeError, LookupError)


def list_fields(data: bytes) -> list[str]:
    """The names of the fields that the template uses."""
    document = open_document(data)
    environment = _make_environment(document.kind)
    found: set[str] = set()
    for name in document.list_text_parts():
        found |= meta.find_undeclared_variables(_parse_template(environment, _prepare(document.parts[name])))
    return sorted(found)


def fill(data: bytes, values: dict[str, Any]) -> bytes:
    """The document that the template gives with these values."""
    document = open_document(data)
    environment = _make_environment(document.kind)
    return document.pack({name: _render(environment, document.parts[name], values) for name in document.list_text_parts()})


def replace_marks(data: bytes, marks: dict[str, str]) -> bytes:
    """Put values in the place of marks that an editor may have cut."""
    document = open_document(data)
    pattern = re.compile("|".join(re.escape(mark) for mark in marks))
    changed = {}
    for name in document.list_text_parts():
        root = parse(document.parts[name])
        for paragraph in office_text.list_paragraphs(root):
            office_text.join(paragraph, pattern)
            for slot in office_text.list_slots(paragraph):
                if pattern.search(slot.get()):
                    slot.set(pattern.sub(lambda match: marks[match[0]], slot.get()))
        changed[name] = _serialise(root)
    return document.pack(changed)


def read_paragraphs(data: bytes) -> list[str]:
    """The text of the document itself, without headers and footers."""
    document = open_document(data)
    return office_text.read_lines(parse(document.parts["word/document.xml" if document.kind == DOCX else "content.xml"]))


def _make_environment(kind: str) -> ImmutableSandboxedEnvironment:
    line_break = _BREAKS[kind]

    def show(value: Any) -> Any:
        return line_break.join(escape(line) for line in value.split("\n")) if isinstance(value, str) and "\n" in value else value

    return ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=show)


def _parse_template(environment: ImmutableSandboxedEnvironment, text: str) -> Any:
    try:
        return environment.parse(text)
    except TemplateSyntaxError as error:
        raise OfficeError("office_syntax", str(error.message)) from error


def _render(environment: ImmutableSandboxedEnvironment, part: bytes, values: dict[str, Any]) -> bytes:
    text = _prepare(part)
    _parse_template(environment, text)
    try:
        filled = environment.from_string(text).render(values)
    except UndefinedError as error:
        raise OfficeError("office_unknown", str(error.message)) from error
    except _FAULTS as error:
        raise OfficeError("office_syntax", str(error)) from error
    return _serialise(parse(filled.encode()))


def _prepare(part: bytes) -> str:
    """The part as a Jinja template: every tag in one piece, lone tags in the place of their paragraph or row."""
    root = parse(part)
    for paragraph in office_text.list_paragraphs(root):
        office_text.join(paragraph, _TAG)
    controls: list[str] = []
    for element in [*office_text.list_rows(root), *office_text.list_paragraphs(root)]:
        text = office_text.read(element)
        if _CONTROL.fullmatch(text) and root in element.iterancestors():
            controls.append(text)
            _put_place(element, len(controls) - 1)
    whole = etree.tostring(root, encoding="unicode")
    whole = _TAG.sub(lambda match: html.unescape(match[0]).translate(_PLAIN), whole)
    return _PLACE.sub(lambda match: controls[int(match[1])].translate(_PLAIN), whole)


def _put_place(element: etree._Element, number: int) -> None:
    place = etree.ProcessingInstruction("oa", str(number))
    place.tail = element.tail
    if (parent := element.getparent()) is not None:
        parent.replace(element, place)


def _serialise(root: etree._Element) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
