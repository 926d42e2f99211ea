"""Small DOCX and ODT files, good and bad."""

import io
import zipfile

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Target="word/document.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
ODT_TYPE = "application/vnd.oasis.opendocument.text"
MANIFEST = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
ODT_NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0"'
)

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def pack(parts):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return target.getvalue()


def make_docx(body, more=()):
    document = f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    return pack({"[Content_Types].xml": TYPES, "_rels/.rels": RELATIONS, "word/document.xml": document, **dict(more)})


def paragraph(*runs):
    return "<w:p>" + "".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in runs) + "</w:p>"


def make_odt(body, more=()):
    content = f"<office:document-content {ODT_NAMES}><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    return pack({"mimetype": ODT_TYPE, "content.xml": content, "META-INF/manifest.xml": MANIFEST, **dict(more)})
