"""An e-mail as a page that can do nothing: no programs, no forms, no links, nothing that is fetched from anywhere."""

import base64
import re
from html import escape

from lxml.html import HtmlElement, HTMLParser, document_fromstring, tostring
from lxml_html_clean import Cleaner

from ..core.mail_body import MailBody, read_body
from ..core.mail_message import MailFacts, read_mail

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"
_ATTRIBUTES = frozenset(
    [
        "align",
        "alt",
        "bgcolor",
        "border",
        "cellpadding",
        "cellspacing",
        "color",
        "colspan",
        "dir",
        "face",
        "height",
        "href",
        "lang",
        "rowspan",
        "size",
        "src",
        "style",
        "title",
        "valign",
        "width",
    ]
)
_TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "blockquote",
        "body",
        "br",
        "center",
        "code",
        "dd",
        "div",
        "dl",
        "dt",
        "em",
        "font",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "html",
        "i",
        "img",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
    ]
)
_CLEANER = Cleaner(
    allow_tags=_TAGS, remove_unknown_tags=False, kill_tags={"svg", "math", "title", "video", "audio"}, page_structure=False,
    style=True, inline_style=False, safe_attrs_only=True, safe_attrs=_ATTRIBUTES,
)  # fmt: skip
_UNSAFE_STYLE = re.compile(r"url|\\|@|expression|image-set", re.IGNORECASE)
_STYLE = (
    "body{font:14px/1.5 sans-serif;margin:1rem;overflow-wrap:anywhere}img{max-width:100%;height:auto}table{max-width:100%}"
    "pre{font:inherit;white-space:pre-wrap}dl{display:grid;grid-template-columns:max-content 1fr;gap:0 .75rem;margin:0 0 1rem;"
    "padding-bottom:.75rem;border-bottom:1px solid #ccc}dt{color:#666}dd{margin:0}"
)


def make_page(data: bytes) -> str:
    """The whole page; a letter without HTML is shown as its text."""
    facts, body = read_mail(data), read_body(data)
    content = clean_html(body) if body.html.strip() else f"<pre>{escape(facts.text)}</pre>"
    return (
        f'<!DOCTYPE html><html lang="bg"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<title>{escape(facts.subject)}</title><style>{_STYLE}</style></head><body>{_write_head(facts)}{content}</body></html>"
    )


def clean_html(body: MailBody) -> str:
    """The HTML without what acts or fetches; pictures that came with the letter stand in it."""
    # An encoding that the text declares is refused by the parser; it has been decoded already.
    tree = document_fromstring(body.html.encode(), parser=HTMLParser(encoding="utf-8", remove_comments=True))
    _CLEANER(tree)
    for element in tree.iter():
        if isinstance(element.tag, str):
            _disarm(element, body)
    found = tree.find("body")
    content = str(tostring(tree if found is None else found, encoding="unicode", with_tail=False))
    return content.replace("<body", "<div", 1).replace("</body>", "</div>")


def _disarm(element: HtmlElement, body: MailBody) -> None:
    if _UNSAFE_STYLE.search(element.get("style", "")):
        del element.attrib["style"]
    if address := element.attrib.pop("href", ""):
        # Where it would lead is said and not followed.
        element.set("title", address[:500])
        element.set("style", "text-decoration:underline")
    if "src" in element.attrib:
        kind, content = body.pictures.get(element.attrib.pop("src").removeprefix("cid:"), ("", b""))
        if content and element.tag == "img":
            element.set("src", f"data:{kind};base64,{base64.b64encode(content).decode()}")


def _write_head(facts: MailFacts) -> str:
    sender = f"{facts.sender_name} <{facts.sender}>" if facts.sender_name else facts.sender
    names = ", ".join(attachment.name for attachment in facts.attachments)
    rows = (("Относно", facts.subject), ("От", sender), ("До", ", ".join(facts.recipients)), ("Приложени файлове", names))
    lines = "".join(f"<dt>{label}</dt><dd>{escape(value)}</dd>" for label, value in rows if value)
    return f"<dl>{lines}</dl>"
