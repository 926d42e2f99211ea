"""HTML and CSS to PDF/A-2b, without the network."""

import logging
from functools import cache
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

# Otherwise each page leaves a dozen lines of progress in the server's log.
logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)

PAGE_STYLE = """
@page {
  size: A4; margin: 20mm 18mm 18mm 25mm;
  @bottom-right {
    content: "Стр. " counter(page) " от " counter(pages);
    font: 8pt "DejaVu Sans", "Liberation Sans", sans-serif; color: #555;
  }
}
@page landscape { size: A4 landscape; margin: 15mm 12mm; }
.landscape { page: landscape; }
body { font: 10.5pt/1.4 "Liberation Serif", "DejaVu Serif", serif; color: #111; }
h1 { font-size: 15pt; text-align: center; margin: 8mm 0 4mm; }
h2 { font-size: 12pt; margin: 5mm 0 2mm; }
header { text-align: center; border-bottom: 0.6pt solid #444; padding-bottom: 3mm; margin-bottom: 6mm; }
header .name { font-size: 13pt; font-weight: bold; text-transform: uppercase; letter-spacing: 0.5pt; }
header .contact { font-size: 8.5pt; color: #444; }
table { width: 100%; border-collapse: collapse; font-size: 9pt; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th, td { border: 0.4pt solid #777; padding: 1.2mm 1.6mm; vertical-align: top; text-align: left; }
th { background: #eee; font-weight: bold; }
table.plain th, table.plain td { border: none; background: none; padding: 0.8mm 0; }
table.plain th { width: 45mm; font-weight: normal; color: #444; }
.annulled td { text-decoration: line-through; color: #777; }
.annulled td.note { text-decoration: none; color: #333; }
.small { font-size: 8.5pt; color: #444; }
.code { font-family: "DejaVu Sans Mono", "Liberation Mono", monospace; letter-spacing: 1pt; }
"""


class _NoFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types.
    """A document from a template must not read files or addresses."""

    def fetch(self, url: str, headers: Any = None) -> Any:
        if url.startswith("data:"):
            return super().fetch(url, headers)
        raise ValueError(f"fetching is not allowed: {url}")


@cache
def _get_fonts() -> Any:
    return FontConfiguration()


def render_pdf(html: str, title: str = "", style: str = "") -> bytes:
    """Make a PDF/A-2b of an HTML fragment or page; `style` is added after the common page style."""
    page = html if "<html" in html[:500].lower() else _wrap(html, title)
    fonts = _get_fonts()
    sheets = [CSS(string=PAGE_STYLE + style, font_config=fonts)]
    document = HTML(string=page, url_fetcher=_NoFetcher())
    data: bytes = document.write_pdf(stylesheets=sheets, font_config=fonts, pdf_variant="pdf/a-2b")
    return data


def _wrap(body: str, title: str) -> str:
    safe_title = title.replace("&", "&amp;").replace("<", "&lt;")
    return f'<!DOCTYPE html><html lang="bg"><head><meta charset="utf-8"><title>{safe_title}</title></head><body>{body}</body></html>'
