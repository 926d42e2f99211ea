"""The verifier in one file says what the core says, on any book, bent in any way."""

import ast
import json
import random
import runpy
import zipfile
from collections import Counter

import pytest
from oa_registry.adapters.verifier_file import write_verifier
from oa_registry.core.closing import verify_book
from oa_registry.core.hash_chain import GENESIS, Line, compute_digest, write_canonical


@pytest.fixture(scope="module")
def verifier(tmp_path_factory):
    path = tmp_path_factory.mktemp("verifier") / "verify_book.py"
    path.write_text(write_verifier(), encoding="utf-8")
    return runpy.run_path(str(path))


def write_line(previous, number, year, rng):
    record = {
        "register": 7,
        "number": f"{number}/{year}",
        "year": year,
        "sequence": number,
        "subject": f"Молба {rng.random()}",
        "files": [],
    }
    digest = previous.digest if previous else GENESIS
    snapshot = write_canonical(record)
    return Line(record["number"], year, number, snapshot, digest, compute_digest(digest, snapshot), record)


def write_book(rng):
    lines, previous = [], None
    for year in (2025, 2026):
        for number in range(1, rng.randint(2, 9)):
            previous = write_line(previous, number, year, rng)
            lines.append(previous)
    return lines


def bend(lines, rng):
    """One of the ways in which a book is bent."""
    lines, place = list(lines), rng.randrange(len(lines))
    way = rng.choice(["nothing", "remove", "swap", "repeat", "alter", "relink", "insert"])
    if way == "remove":
        del lines[place]
    elif way == "swap":
        lines.insert(rng.randrange(len(lines)), lines.pop(place))
    elif way == "repeat":
        lines.insert(place, lines[rng.randrange(len(lines))])
    elif way == "alter":
        lines[place] = rewrite(lines[place], rng, compute=rng.random() < 0.5)
    elif way == "relink":
        lines[place] = rewrite(lines[place], rng, previous="f" * 64)
    elif way == "insert":
        lines.insert(place + 1, write_line(lines[place], lines[place].sequence + 1, lines[place].year, rng))
    return lines


def rewrite(line, rng, previous=None, compute=True):
    record = {**line.current, "subject": f"Друго {rng.random()}"}
    snapshot = write_canonical(record)
    previous = previous or line.previous_digest
    return Line(
        line.name, line.year, line.sequence, snapshot, previous, compute_digest(previous, snapshot) if compute else line.digest, record
    )


def write_export(path, lines, whole):
    links = (f'{{"digest":"{one.digest}","previous_digest":"{one.previous_digest}","record":{one.snapshot}}}\n' for one in lines)
    book = {
        "format": 1, "administration": "Област", "made_at": "сега", "register": {"id": 7, "code": "А", "name": "Б", "yearly": True},
        "entry_count": len(whole), "entry_head": whole[-1].digest, "event_count": 0, "event_head": GENESIS, "closing_count": 0,
    }  # fmt: skip
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("book.json", json.dumps(book))
        archive.writestr("entries.jsonl", "".join(links))
        archive.writestr("events.jsonl", "")
        archive.writestr("files.jsonl", "")


@pytest.mark.parametrize("seed", range(150))
def test_core_and_verifier_agree(seed, verifier, tmp_path):
    rng = random.Random(seed)
    whole = write_book(rng)
    lines = bend(whole, rng)
    write_export(tmp_path / "book.zip", lines, whole)

    expected = verify_book(lines, True, ())
    found = verifier["Verifier"](verifier["Export"](str(tmp_path / "book.zip")), []).run()

    if expected:
        assert (found.part, found.flaw.value, found.name, found.sequence) == (
            expected.part, expected.flaw.value, expected.name, expected.sequence,
        )  # fmt: skip
    else:
        # The core has no daily list here; the export itself knows how many lines it had.
        assert bool(found) is (lines != whole)


def test_it_needs_nothing_but_an_old_python():
    tree = ast.parse(write_verifier(), feature_version=(3, 8))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= {
        "__future__", "argparse", "collections.abc", "dataclasses", "datetime", "enum", "hashlib", "json", "pathlib", "sys", "typing",
        "xml.etree.ElementTree", "xml.sax.saxutils", "zipfile",
    }  # fmt: skip
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]


def test_its_parts_share_no_name():
    names = Counter(node.name for node in ast.parse(write_verifier()).body if isinstance(node, ast.FunctionDef | ast.ClassDef))
    names.update(
        target.id
        for node in ast.parse(write_verifier()).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    )
    assert not [name for name, count in names.items() if count > 1]
