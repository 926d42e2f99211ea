"""Makes the standard templates of oa_docflow: `./oa run -- python tools/make_templates.py` writes them into its data folder.

They are plain documents that people open, change and upload as their own version; this file is only how the first ones came to be.
"""

# ruff: noqa: E501
from __future__ import annotations

import zipfile
from html import escape
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "addons/oa_docflow/data/templates"
HEAD = [
    ("state", "РЕПУБЛИКА БЪЛГАРИЯ"), ("name", "{{ администрация }}"),
    ("small", "{{ адрес }}{% if телефон %} · тел. {{ телефон }}{% endif %}{% if поща %} · {{ поща }}{% endif %}"),
]  # fmt: skip
NUMBER = ("plain", "Рег. № {{ рег_номер_и_дата }}")
YOURS = ("plain", "{% if ваш_номер %}На Ваш № {{ ваш_номер }}{% if ваша_дата %} / {{ ваша_дата }} г.{% endif %}{% endif %}")
TO = [
    ("to", "До"),
    ("plain", "{% for лице in получатели %}"),
    ("to", "{{ лице.име }}"),
    ("to", "{{ лице.адрес }}"),
    ("plain", "{% endfor %}"),
]
SIGNER = [("title", "{{ длъжност_на_подписващия }}"), ("title", "{{ подписващ }}")]
AUTHOR = [("small_left", "Изготвил: {{ автор }}, {{ длъжност_на_автора }}{% if звено %}, {{ звено }}{% endif %}")]
ENCLOSED = [
    ("plain", "{% if приложения %}"), ("plain", "Приложения:"), ("plain", "{% for приложение in приложения %}"),
    ("plain", "{{ loop.index }}. {{ приложение.име }}{% if приложение.листа %} – {{ приложение.листа }} л.{% endif %}"),
    ("plain", "{% endfor %}"), ("plain", "{% endif %}"),
]  # fmt: skip
TEXT = [("plain", "{% for абзац in абзаци %}"), ("body", "{{ абзац }}"), ("plain", "{% endfor %}")]
OURS = "{{ наш_номер }}{% if наша_дата %} от {{ наша_дата }} г.{% endif %}"
LETTER = [
    *HEAD, NUMBER, YOURS, *TO, ("bold", "Относно: {{ относно }}"), ("body", "УВАЖАЕМИ ДАМИ И ГОСПОДА,"),
    ("plain", "{% if наш_номер %}"),
    ("body", f"Във връзка с Ваш документ с рег. № {OURS} Ви уведомяваме следното:"),
    ("plain", "{% endif %}"), *TEXT, ("body", "С уважение,"), *ENCLOSED, *SIGNER, *AUTHOR,
]  # fmt: skip
ORDER = [
    *HEAD, ("heading", "З А П О В Е Д"), ("center", "№ {{ рег_номер }}"), ("center", "{{ град }}, {{ дата }} г."),
    ("bold", "Относно: {{ относно }}"), ("body", "На основание чл. 31, ал. 1 от Закона за администрацията"), ("center", "НАРЕЖДАМ:"),
    *TEXT, ("body", "Контрола по изпълнението възлагам на главния секретар."),
    ("body", "Заповедта да се доведе до знанието на заинтересованите лица чрез системата за документооборот."), *SIGNER, *AUTHOR,
]  # fmt: skip
CERTIFICATE = [
    *HEAD, NUMBER, ("heading", "У Д О С Т О В Е Р Е Н И Е"),
    ("body", "Настоящото се издава на {% if заявител %}{{ заявител }}{% else %}{{ получател }}{% endif %}"
     f"{{% if наш_номер %}} по заявление с рег. № {OURS}{{% endif %}}"
     " в уверение на това, че:"),
    *TEXT, ("body", "Удостоверението се издава, за да послужи, където е необходимо."), *SIGNER, *AUTHOR,
]  # fmt: skip
MEMO = [
    *HEAD, NUMBER, ("to", "ДО"), ("to", "ОБЛАСТНИЯ УПРАВИТЕЛ"), ("heading", "ДОКЛАДНА ЗАПИСКА"),
    ("body", "от {{ автор }}, {{ длъжност_на_автора }}"),
    ("bold", "Относно: {{ относно }}"), ("body", "УВАЖАЕМИ ГОСПОДИН / УВАЖАЕМА ГОСПОЖО ОБЛАСТЕН УПРАВИТЕЛ,"), *TEXT, *SIGNER,
]  # fmt: skip
TEXTS = {"letter": LETTER, "order": ORDER, "certificate": CERTIFICATE, "memo": MEMO}

# style: alignment, size in points, bold, space before, left indent and first line in mm
STYLES = {
    "state": ("center", 10, False, 0, 0, 0), "name": ("center", 15, True, 0, 0, 0), "small": ("center", 8, False, 0, 0, 0),
    "plain": ("start", 12, False, 4, 0, 0), "to": ("start", 12, True, 0, 90, 0), "bold": ("start", 12, True, 12, 0, 0),
    "body": ("both", 12, False, 6, 0, 10), "heading": ("center", 16, True, 24, 0, 0), "center": ("center", 12, True, 4, 0, 0),
    "title": ("start", 12, True, 10, 90, 0), "small_left": ("start", 9, False, 24, 0, 0),
}  # fmt: skip
TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    "</Types>"
)
RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
ODT_TYPE = "application/vnd.oasis.opendocument.text"
MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
    f'manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="{ODT_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
ODT_NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" office:version="1.2"'
)


def write(path: Path, parts: dict[str, str]) -> None:
    """A zip that is the same each time."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            method = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text, method)


def make_docx(path: Path, lines: list[tuple[str, str]]) -> None:
    """Paragraphs with their looks in themselves."""
    body = "".join(_make_docx_paragraph(*line) for line in lines)
    page = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1020" w:bottom="1134" w:left="1417" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
    document = (
        '<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body>{body}{page}</w:body></w:document>"
    )
    write(path, {"[Content_Types].xml": TYPES, "_rels/.rels": RELATIONS, "word/document.xml": document})


def _make_docx_paragraph(style: str, text: str) -> str:
    align, size, is_bold, before, left, first = STYLES[style]
    indent = f'<w:ind w:left="{round(left * 56.7)}" w:firstLine="{round(first * 56.7)}"/>'
    looks = f'<w:spacing w:before="{before * 20}" w:after="40"/>{indent}<w:jc w:val="{align}"/>'
    font = '<w:rFonts w:ascii="Liberation Serif" w:hAnsi="Liberation Serif" w:cs="Liberation Serif"/>'
    letters = f'{font}{"<w:b/>" if is_bold else ""}<w:sz w:val="{size * 2}"/><w:lang w:val="bg-BG"/>'
    return (
        f'<w:p><w:pPr>{looks}</w:pPr><w:r><w:rPr>{letters}</w:rPr><w:t xml:space="preserve">{escape(text, quote=False)}</w:t></w:r></w:p>'
    )


def make_odt(path: Path, lines: list[tuple[str, str]]) -> None:
    """The same with named styles."""
    styles = "".join(_make_odt_style(name, *looks) for name, looks in STYLES.items())
    body = "".join(f'<text:p text:style-name="{style}">{escape(text, quote=False)}</text:p>' for style, text in lines)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {ODT_NAMES}><office:automatic-styles>{styles}</office:automatic-styles>'
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    page = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-styles {ODT_NAMES}><office:automatic-styles><style:page-layout style:name="p">'
        '<style:page-layout-properties fo:page-width="210mm" fo:page-height="297mm" fo:margin-top="20mm" fo:margin-bottom="20mm" '
        'fo:margin-left="25mm" fo:margin-right="18mm"/></style:page-layout></office:automatic-styles><office:master-styles>'
        '<style:master-page style:name="Standard" style:page-layout-name="p"/></office:master-styles></office:document-styles>'
    )
    write(path, {"mimetype": ODT_TYPE, "content.xml": content, "styles.xml": page, "META-INF/manifest.xml": MANIFEST})


def _make_odt_style(name: str, *looks: object) -> str:
    align, size, is_bold, before, left, first = looks
    weight = "bold" if is_bold else "normal"
    return (
        f'<style:style style:name="{name}" style:family="paragraph"><style:paragraph-properties '
        f'fo:text-align="{"justify" if align == "both" else align}" fo:margin-top="{before}pt" fo:margin-bottom="2pt" '
        f'fo:margin-left="{left}mm" fo:text-indent="{first}mm"/><style:text-properties fo:font-family="Liberation Serif" '
        f'fo:font-size="{size}pt" fo:font-weight="{weight}" fo:language="bg" fo:country="BG"/></style:style>'
    )


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for title, paragraphs in TEXTS.items():
        make_docx(FOLDER / f"{title}.docx", paragraphs)
    make_odt(FOLDER / "letter.odt", LETTER)
