"""The package of a case: safe names, an index that programs read, and a program that needs nothing of ours."""

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from oa_registry.adapters import case_verifier
from oa_registry.core.case_package import (
    NAMESPACE,
    PackedDocument,
    PackedFile,
    make_file_name,
    make_path,
    write_digests,
    write_index,
)

CONTENT = b"%PDF-1.7 content"
DIGEST = hashlib.sha256(CONTENT).hexdigest()
PATH = "documents/0001_000911-1/01_молба.pdf"


def make_file(**facts):
    return PackedFile(**{
        "path": PATH, "name": "молба.pdf", "role": "main", "version": 1, "mimetype": "application/pdf", "size": len(CONTENT),
        "sha256": DIGEST, **facts,
    })  # fmt: skip


def write_package(place, content=CONTENT, extra=None, file=None, listed=DIGEST):
    documents = [PackedDocument(1, {"number": "000911-1", "subject": "Молба & жалба\x01"}, (file or make_file(),)), PackedDocument(2)]
    index = write_index({"number": "000911-1"}, documents)
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("index.xml", index)
        if content is not None:
            archive.writestr(PATH, content)
        for name, data in (extra or {}).items():
            archive.writestr(name, data)
        archive.writestr("digests.sha256", write_digests([(hashlib.sha256(index).hexdigest(), "index.xml"), (listed, PATH)]))
    return place


@pytest.mark.parametrize(
    ("text", "expected"),
    [("000911-1/22.11.2026", "000911-1_22.11.2026"), ("../..", "_"), ('а:б*"?', "а_б_"), ("", "_"), ("ред\nред", "ред_ред")],
)
def test_a_name_is_taken_by_every_file_system(text, expected):
    assert make_file_name(text) == expected


def test_a_path_never_leaves_the_package_and_keeps_the_ending():
    path = make_path(3, "../000911-1", 2, "../../" + "я" * 300 + ".pdf")
    assert path.startswith("documents/0003_")
    assert ".." not in path.split("/")
    assert path.endswith(".pdf")
    assert len(path.split("/")[-1]) < 100


def test_the_index_names_files_and_closes_what_may_not_be_seen(tmp_path):
    with zipfile.ZipFile(write_package(tmp_path / "case.zip")) as archive:
        root = ElementTree.fromstring(archive.read("index.xml"))
    assert [node.get("position") for node in root] == ["1", "2"]
    assert root[1].tag == f"{{{NAMESPACE}}}closed"
    assert root[1].attrib == {"position": "2"}
    assert root[0][0].get("sha256") == DIGEST


def test_a_whole_package_is_whole_as_zip_and_unpacked(tmp_path):
    package = write_package(tmp_path / "case.zip")
    assert case_verifier.verify(case_verifier.Package(package)) == []
    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path / "open")
    assert case_verifier.verify(case_verifier.Package(tmp_path / "open")) == []


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"content": b"other"}, "променен"),
        ({"content": None}, "липсва"),
        ({"extra": {"documents/чужд.pdf": b"x"}}, "добавен"),
        ({"content": b"other", "listed": hashlib.sha256(b"other").hexdigest()}, "различават"),
        ({"file": make_file(finding="altered")}, "altered"),
    ],
)
def test_what_is_altered_missing_or_added_is_named(tmp_path, change, word):
    findings = case_verifier.verify(case_verifier.Package(write_package(tmp_path / "case.zip", **change)))
    assert len(findings) == 1
    assert word in findings[0]
    assert PATH in findings[0] or "чужд.pdf" in findings[0]


def test_the_program_needs_nothing_of_ours(tmp_path):
    script = tmp_path / "verify_case.py"
    script.write_bytes(Path(case_verifier.__file__).read_bytes())
    for change, code, word in (({}, 0, "ПАКЕТЪТ Е ЦЯЛ"), ({"content": b"other"}, 1, "НЕ Е ЦЯЛ")):
        package = write_package(tmp_path / "case.zip", **change)
        answer = subprocess.run(
            [sys.executable, "-I", script, package], capture_output=True, text=True, check=False, env={"PYTHONIOENCODING": "utf-8"}
        )
        assert (answer.returncode, word in answer.stdout) == (code, True)


def test_a_folder_that_is_no_package_is_said_so(tmp_path):
    assert case_verifier.verify(case_verifier.Package(tmp_path)) == ["липсва digests.sha256"]
