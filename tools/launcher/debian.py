"""Programs and libraries from Debian: the machine's own where present, else unpacked into `.oa/sys`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from . import places
from .steps import SetupError, Step, run, say


@dataclass(frozen=True)
class Tool:
    purpose: str
    packages: tuple[str, ...]
    found_as: tuple[str, ...]
    """Glob patterns; every one of them must be found on the machine."""

    def is_installed(self) -> bool:
        return all(next(Path("/").glob(pattern), None) for pattern in self.found_as)


LIB = f"usr/lib/{places.MULTIARCH}"

TOOLS = (
    Tool("database", ("postgresql",), ("usr/lib/postgresql/1[5-9]/bin/postgres", "usr/lib/postgresql/1[5-9]/bin/psql")),
    Tool("signing token", ("softhsm2",), ("usr/bin/softhsm2-util", "usr/lib/softhsm/libsofthsm2.so")),
    Tool(
        "pictures of PDF pages, independent PDF verifier", ("poppler-utils",), ("usr/bin/pdfsig", "usr/bin/pdftotext", "usr/bin/pdftoppm")
    ),
    Tool("browser of the tests", ("chromium",), ("usr/bin/chromium",)),
    Tool("browser driver", ("libatomic1",), (f"{LIB}/libatomic.so.1",)),
    Tool(
        "PDF writer",
        ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"),
        (f"{LIB}/libpango-1.0.so.0", f"{LIB}/libpangoft2-1.0.so.0", f"{LIB}/libharfbuzz-subset.so.0"),
    ),
    Tool("kinds of files", ("libmagic1",), (f"{LIB}/libmagic.so.1",)),
    Tool(
        "Cyrillic fonts",
        ("fonts-dejavu-core", "fonts-liberation"),
        ("usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "usr/share/fonts/truetype/liberation*/LiberationSans-Regular.ttf"),
    ),
)

RECOGNITION = Tool(
    "recognition of scans",
    ("tesseract-ocr", "tesseract-ocr-bul", "tesseract-ocr-eng"),
    ("usr/bin/tesseract", "usr/share/tesseract-ocr/*/tessdata/bul.traineddata"),
)
"""In a folder of its own: its libraries are nobody else's, and without it everything but the text of scans works."""

TESSERACT = """#!/bin/sh
export LD_LIBRARY_PATH={folder}/usr/lib/{multiarch}:{folder}/usr/lib:$LD_LIBRARY_PATH TESSDATA_PREFIX={data}
exec {folder}/usr/bin/tesseract "$@"
"""

OFFICE = Tool(
    "PDF/A from DOCX and ODT templates", ("libreoffice-writer-nogui",), ("usr/bin/soffice", "usr/lib/libreoffice/program/libswlo.so")
)
"""As the recognition: a folder of its own, and without it everything but templates in DOCX and ODT works."""

SOFFICE = """#!/bin/sh
export LD_LIBRARY_PATH={folder}/usr/lib/libreoffice/program:{folder}/usr/lib/{multiarch}:$LD_LIBRARY_PATH
exec {folder}/usr/lib/libreoffice/program/soffice "$@"
"""

XML_VERIFIER = Tool("independent verifier of XML signatures", ("xmlsec1",), ("usr/bin/xmlsec1",))
"""As the recognition: a folder of its own; without it the tests of XML signatures have one engine less."""

XMLSEC = """#!/bin/sh
export LD_LIBRARY_PATH={folder}/usr/lib/{multiarch}:$LD_LIBRARY_PATH
exec {folder}/usr/bin/xmlsec1 "$@"
"""

FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>{sys}/usr/share/fonts</dir>
  <cachedir>{home}/fontcache</cachedir>
  <alias><family>sans-serif</family><prefer><family>DejaVu Sans</family></prefer></alias>
  <alias><family>serif</family><prefer><family>DejaVu Serif</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
"""


def list_missing_packages() -> list[str]:
    return [package for tool in TOOLS if not tool.is_installed() for package in tool.packages]


def step() -> Step:
    missing = list_missing_packages()
    names = ", ".join(missing) or "nothing missing"
    return Step(
        name="debian",
        says=f"programs from Debian, unpacked beside the project ({names})",
        seconds=5 + 4 * len(missing),
        made_from=(*missing, FONTS_CONF),
        build=lambda: _unpack(missing),
    )


def _unpack(packages: list[str]) -> None:
    if packages:
        run(places.ROOT / "tools/unpack_debs.sh", places.SYS, *packages)
    (places.HOME / "fonts.conf").write_text(FONTS_CONF.format(sys=places.SYS, home=places.HOME))
    shims = places.HOME / "bin"
    shims.mkdir(exist_ok=True)
    browser = shims / "chromium"
    browser.unlink(missing_ok=True)
    # Debian's own start script names absolute paths.
    if (unpacked := places.SYS / "usr/lib/chromium/chromium").exists():
        browser.symlink_to(unpacked)


def recognition_step() -> Step | None:
    if RECOGNITION.is_installed():
        return None
    return Step(
        name="recognition",
        says="recognition of scans from Debian (tesseract, Bulgarian and English)",
        seconds=15,
        made_from=(*RECOGNITION.packages, TESSERACT),
        build=_unpack_recognition,
    )


def _unpack_recognition() -> None:
    folder, program = places.HOME / "recognition", places.HOME / "bin/tesseract"
    try:
        run(places.ROOT / "tools/unpack_debs.sh", folder, *RECOGNITION.packages)
        data = next(folder.glob("usr/share/tesseract-ocr/*/tessdata"))
    except (SetupError, StopIteration) as error:
        say(f"    scans stay without text: {error}")
        return
    program.parent.mkdir(exist_ok=True)
    program.write_text(TESSERACT.format(folder=folder, multiarch=places.MULTIARCH, data=data))
    program.chmod(0o755)


def verifier_step() -> Step | None:
    if XML_VERIFIER.is_installed():
        return None
    return Step(
        name="xmlsec",
        says="verifier of XML signatures from Debian (xmlsec1)",
        seconds=5,
        made_from=(*XML_VERIFIER.packages, XMLSEC),
        build=_unpack_verifier,
    )


def _unpack_verifier() -> None:
    folder, program = places.HOME / "xmlsec", places.HOME / "bin/xmlsec1"
    program.unlink(missing_ok=True)
    try:
        run(places.ROOT / "tools/unpack_debs.sh", folder, *XML_VERIFIER.packages)
    except SetupError as error:
        say(f"    XML signatures are compared with one engine less: {error}")
        return
    program.parent.mkdir(exist_ok=True)
    program.write_text(XMLSEC.format(folder=folder, multiarch=places.MULTIARCH))
    program.chmod(0o755)


def office_step() -> Step | None:
    if OFFICE.is_installed():
        return None
    return Step(
        name="office",
        says="writer of LibreOffice from Debian (80 MB, 240 MB on disk)",
        seconds=20,
        made_from=(*OFFICE.packages, SOFFICE),
        build=_unpack_office,
    )


def _unpack_office() -> None:
    folder, program = places.HOME / "office", places.HOME / "bin/soffice"
    program.unlink(missing_ok=True)
    try:
        run(places.ROOT / "tools/unpack_debs.sh", folder, *OFFICE.packages)
        _let_office_move(folder / "usr/lib/libreoffice")
    except (SetupError, OSError) as error:
        say(f"    templates in DOCX and ODT give no PDF: {error}")
        return
    program.parent.mkdir(exist_ok=True)
    program.write_text(SOFFICE.format(folder=folder, multiarch=places.MULTIARCH))
    program.chmod(0o755)


def _let_office_move(office: Path) -> None:
    """Debian's build names absolute paths; here it is found where it was unpacked."""
    (office / "share/registry").unlink(missing_ok=True)
    (office / "share/registry").symlink_to(".registry")
    settings = office / "program/fundamentalrc"
    text = settings.read_text().replace("file:///etc/libreoffice/registry", "${BRAND_BASE_DIR}/share/registry")
    settings.write_text(text.replace("BRAND_BASE_DIR=file:///usr/lib/libreoffice", "BRAND_BASE_DIR=${ORIGIN}/.."))
