"""Проверка на регистър от доказателствен износ, без системата, от която е изнесен.

    python3 verify_book.py ИЗНОС.zip [--closing ЛИСТ.xml ...] [--file ФАЙЛ ...]

Проверява веригата от контролни суми на вписванията и на последващите събития, дневните приключвателни листове, времевите печати
и контролните суми на файловете. С --closing сравнява регистъра с листове, които сте запазили другаде: само те доказват, че регистърът
не е написан наново от начало до край. С --file казва към кой номер е приложен файлът.

Нужен е само Python 3.8 или по-нов. Завършва с 0, ако всичко е цяло, с 1 при нарушение, с 2, ако износът не може да бъде прочетен.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..core.closing import Finding, Stored, compute_xml_digest, list_marks, read_xml, verify_book, verify_closings
from ..core.errors import RegistryError
from ..core.hash_chain import GENESIS, Flaw, Line
from ..core.timestamp_token import read_token

FORMAT = 1
_NAMES = {
    "entry": "вписване № {name}",
    "event": "последващо събитие {name}",
    "closing": "дневният лист от {name}",
    "timestamp": "времевият печат на дневния лист от {name}",
    "file": "файл {name}",
}
_KINDS = {
    "annulment": "анулиране", "correction": "поправка", "reservation": "запазване на номера", "back_entry": "въвеждане от хартия",
    "unused": "неизползван номер", "completion": "приключване на блок",
}  # fmt: skip


class Export:
    """The files of an export, in a ZIP or unpacked in a folder."""

    def __init__(self, path: str) -> None:
        self._archive = None if Path(path).is_dir() else zipfile.ZipFile(path)
        self._folder = Path(path)
        self.book: dict[str, Any] = json.loads(self.read("book.json"))
        if self.book["format"] != FORMAT:
            raise ValueError("format")

    def list_names(self) -> list[str]:
        if self._archive:
            return sorted(self._archive.namelist())
        return sorted(path.relative_to(self._folder).as_posix() for path in self._folder.rglob("*") if path.is_file())

    def read(self, name: str) -> bytes:  # pylint: disable=method-required-super  # no Odoo model
        return self._archive.read(name) if self._archive else (self._folder / name).read_bytes()

    def read_lines(self, name: str) -> Iterator[str]:
        with self._archive.open(name) if self._archive else (self._folder / name).open("rb") as stream:
            for line in stream:
                yield line.decode("utf-8").rstrip("\n")

    def read_closings(self) -> Iterator[tuple[str, str]]:
        """Name and XML of each list."""
        for name in self.list_names():
            if name.startswith("closings/") and name.endswith(".xml"):
                yield name, self.read(name).decode("utf-8")


def read_line(text: str) -> tuple[Line, dict[str, Any]]:
    """One line of entries.jsonl or events.jsonl: the canonical record stands in it letter by letter, so no second spelling is needed."""
    data = json.loads(text)
    digest, previous = data["digest"], data["previous_digest"]
    prefix = f'{{"digest":"{digest}","previous_digest":"{previous}","'
    if "closed" in data:
        record = data["closed"]
        snapshot = json.dumps(record, ensure_ascii=False)
    else:
        record = data["record"]
        start = len(prefix) + len('record":')
        snapshot = text[start:-1] if text.startswith(prefix) else ""
    name = str(record.get("number") or _name_event(record))
    place = record.get("sequence", record.get("position", 0))
    line = Line(name, record.get("year", 0), place, snapshot, previous, digest, series=record.get("series", ""), is_closed="closed" in data)
    return line, record


def _name_event(record: dict[str, Any]) -> str:
    return f"№ {record.get('position')} ({_KINDS.get(str(record.get('kind')), record.get('kind'))})"


class Verifier:
    """Goes through an export and remembers what it read."""

    def __init__(self, export: Export, closings: list[str]) -> None:
        self.export, self.kept = export, closings
        self.entries = self.closed = self.events = self.files = 0
        self.digests: set[str] = set()
        self.wanted: dict[str, list[str]] = {}
        self.finding: Finding | None = None
        self.head = GENESIS

    def run(self) -> Finding | None:
        lists = [xml for _name, xml in self.export.read_closings()]
        stored = [Stored(xml, compute_xml_digest(xml), self._read_total(xml)) for xml in lists]
        return (
            verify_closings(stored)
            or self._check_kept(stored)
            or self._check_count("closing", len(lists), "дневни листове")
            or self._check_entries(lists)
            or self._check_events(lists)
            or self._check_tokens()
            or self._check_files()
        )

    def _read_total(self, xml: str) -> int:
        try:
            return read_xml(xml).entries.total
        except RegistryError:
            return -1

    def _check_kept(self, stored: list[Stored]) -> Finding | None:
        """Lists that were kept elsewhere: the ones in the export must be the same, and none of them may be gone."""
        digests = {item.digest for item in stored}
        for xml in self.kept:
            closing = read_xml(xml)
            day = closing.day.strftime("%d.%m.%Y")
            if closing.register_id != self.export.book["register"]["id"]:
                raise ValueError(f"листът от {day} е на друг регистър")
            if compute_xml_digest(xml) not in digests:
                flaw = Flaw.ALTERED if closing.number <= len(stored) else Flaw.MISSING
                return Finding("closing", flaw, day, closing.number)
        return None

    def _check_count(self, part: str, found: int, what: str) -> Finding | None:
        expected = self.export.book[f"{part}_count"]
        if found == expected:
            return None
        flaw = Flaw.MISSING if found < expected else Flaw.ADDED
        return Finding(part, flaw, f"(в края: {found} {what} вместо {expected})", found)

    def _check_entries(self, lists: list[str]) -> Finding | None:
        yearly = self.export.book["register"]["yearly"]
        return (
            verify_book(self._read_entries(), yearly, list_marks(lists))
            or self.finding
            or self._check_count("entry", self.entries, "вписвания")
            or self._check_head("entry")
        )

    def _check_head(self, part: str) -> Finding | None:
        return None if self.head == self.export.book[f"{part}_head"] else Finding(part, Flaw.ALTERED, "(последното)")

    def _read_entries(self) -> Iterator[Line]:
        for text in self.export.read_lines("entries.jsonl"):
            line, record = read_line(text)
            self.entries += 1
            self.closed += line.is_closed
            self.digests.add(line.digest)
            self.head = line.digest
            if not line.is_closed:
                if record.get("register") != self.export.book["register"]["id"]:
                    self.finding = self.finding or Finding("entry", Flaw.ADDED, line.name)
                for file in record.get("files", []):
                    self.wanted.setdefault(file["sha256"], []).append(line.name)
            yield line

    def _check_events(self, lists: list[str]) -> Finding | None:
        self.finding, self.head = None, GENESIS
        return (
            verify_book(self._read_events(), False, list_marks(lists, "events"), "event")
            or self.finding
            or self._check_count("event", self.events, "събития")
            or self._check_head("event")
        )

    def _read_events(self) -> Iterator[Line]:
        for text in self.export.read_lines("events.jsonl"):
            line, record = read_line(text)
            self.events += 1
            self.head = line.digest
            if record.get("entry_digest") and record["entry_digest"] not in self.digests:
                self.finding = self.finding or Finding("event", Flaw.ALTERED, line.name)
            yield line

    def _check_tokens(self) -> Finding | None:
        for name, xml in self.export.read_closings():
            token_name = name[: -len(".xml")] + ".tsr"
            if token_name not in self.export.list_names():
                continue
            day = read_xml(xml).day.strftime("%d.%m.%Y")
            try:
                token = read_token(self.export.read(token_name))
            except RegistryError:
                return Finding("timestamp", Flaw.ALTERED, day)
            if token.digest.hex() != compute_xml_digest(xml):
                return Finding("timestamp", Flaw.ALTERED, day)
            say(f"  времеви печат за {day}: {token.at:%d.%m.%Y %H:%M:%S} UTC, сериен № {token.serial:X}")
            say(f"    подпис: openssl ts -verify -data {name} -in {token_name} -token_in -CAfile КОРЕНИ.pem")
        return None

    def _check_files(self) -> Finding | None:
        found: dict[str, set[str]] = {}
        for text in self.export.read_lines("files.jsonl"):
            file = json.loads(text)
            self.files += 1
            found.setdefault(file["number"], set()).add(file["sha256"])
        for digest, numbers in self.wanted.items():
            for number in numbers:
                if digest not in found.get(number, ()):
                    return Finding("file", Flaw.ALTERED, f"към № {number} (SHA-256 {digest[:16]}…)")
        return None

    def find_file(self, path: str) -> list[str]:
        """Numbers that the file belongs to."""
        digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()
        files = (json.loads(text) for text in self.export.read_lines("files.jsonl"))
        return sorted({file["number"] for file in files if file["sha256"] == digest} | set(self.wanted.get(digest, ())))


def explain(finding: Finding) -> str:
    name = _NAMES[finding.part].format(name=finding.name or f"с пореден № {finding.sequence}")
    verb = {Flaw.ALTERED: "променен(о)", Flaw.MISSING: "липсва", Flaw.ADDED: "добавен(о) извън реда"}[finding.flaw]
    if finding.flaw is Flaw.MISSING and finding.part == "entry" and finding.year:
        name = f"вписване с пореден № {finding.sequence} от {finding.year} г. (преди № {finding.name})"
    day = f" Това показва дневният лист от {finding.day}." if finding.day else ""
    return f"{name}: {verb}.{day}"


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("export", help="ZIP файлът на износа или папката, в която е разархивиран")
    parser.add_argument("--closing", nargs="+", default=[], metavar="XML", help="дневни листове, запазени другаде")
    parser.add_argument("--file", nargs="+", default=[], metavar="ФАЙЛ", help="към кой номер е приложен файлът")
    options = parser.parse_args(arguments)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        export = Export(options.export)
        verifier = Verifier(export, [Path(name).read_text(encoding="utf-8") for name in options.closing])
        book = export.book
        say(f"{book['administration']}, {book['register']['name']} ({book['register']['code']}), изнесен на {book['made_at']}")
        finding = verifier.run()
    except (OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile, RegistryError) as error:
        say(f"ИЗНОСЪТ НЕ МОЖЕ ДА БЪДЕ ПРОЧЕТЕН: {error!r}")
        return 2
    if finding:
        say(f"РЕГИСТЪРЪТ НЕ Е ЦЯЛ: {explain(finding)}")
        return 1
    say(f"Вписвания: {verifier.entries}, от тях с ограничен достъп (само верига): {verifier.closed}. Събития: {verifier.events}.")
    say(f"Дневни листове: {export.book['closing_count']}, сравнени със запазени другаде: {len(verifier.kept)}. Файлове: {verifier.files}.")
    for name in options.file:
        numbers = verifier.find_file(name)
        say(f"{name}: {'приложен към № ' + ', '.join(numbers) if numbers else 'не е сред файловете на този регистър'}")
    say("РЕГИСТЪРЪТ Е ЦЯЛ: няма променено, липсващо или добавено.")
    return 0
