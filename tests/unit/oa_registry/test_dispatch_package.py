import hashlib
import io
import zipfile

from oa_registry.core.dispatch_package import PackageFile, make_package

FACTS = [("Номер", "ДС-5/02.11.2026"), ("Относно", "Заповед"), ("На Ваш №", "")]
FILES = [PackageFile("ДС-5.pdf", b"%PDF-1"), PackageFile("a/b:c", b"raw")]


def open_package(**extra: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(make_package(FACTS, FILES, **extra)))


def test_files_come_first_in_their_order_and_under_names_that_every_system_takes() -> None:
    assert open_package().namelist() == ["01_ДС-5.pdf", "02_a_b_c", "danni.txt", "digests.sha256"]


def test_sheet_says_what_to_type_and_leaves_out_what_is_empty() -> None:
    sheet = open_package(advice="Предайте пакета.").read("danni.txt").decode("utf-8-sig")

    assert "Номер: ДС-5/02.11.2026\r\nОтносно: Заповед" in sheet
    assert "На Ваш" not in sheet
    assert sheet.endswith("Предайте пакета.")


def test_digests_cover_every_other_member() -> None:
    package = open_package()
    lines = dict(reversed(line.split("  ")) for line in package.read("digests.sha256").decode().splitlines())

    assert lines == {name: hashlib.sha256(package.read(name)).hexdigest() for name in package.namelist()[:-1]}


def test_same_document_gives_the_same_package() -> None:
    assert make_package(FACTS, FILES) == make_package(FACTS, FILES)
