import io
import json
import subprocess
import sys
import tempfile
import zipfile
from datetime import timedelta
from pathlib import Path

from odoo import fields
from odoo.tests import freeze_time, tagged

from ..adapters.verifier_file import write_verifier
from ..core.hash_chain import compute_digest, write_canonical
from .common import PDF
from .test_export import ExportCase


@tagged("post_install", "-at_install")
class TestProof(ExportCase):
    """Real exports, then bent ones, judged by the program that is in them: no Odoo, no packages, no network."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.verifier = cls.folder / "verify_book.py"
        cls.verifier.write_text(write_verifier(), encoding="utf-8")
        with freeze_time(fields.Datetime.now() - timedelta(days=1)):
            documents = [cls.create_document(cls, subject=f"Молба № {number}") for number in range(6)]
            documents[2]._add_file("молба.pdf", PDF, "main")
            cls.register(cls, *documents)
            documents[1].with_user(cls.head_registrar)._annul("повторно вписан")
            documents[4].with_user(cls.head_registrar)._annul("сгрешен кореспондент")
        cls.closings = list(cls.env["oa.register.closing"]._close_days(cls.official))
        cls.documents = [*documents, cls.create_registered(cls), cls.create_registered(cls, access_level="restricted")]
        cls.documents[-1]._deny(cls.head_registrar, "конфликт на интереси")
        cls.files = cls.take(cls)

    def create_registered(self, kind=None, **vals):
        return (
            self.register(self, self.create_document(self, kind, **vals))
            if isinstance(self, type)
            else super().create_registered(kind, **vals)
        )

    def take(self, **vals):
        """The files of a fresh export by the head registrar."""
        yesterday = fields.Date.context_today(self.env.user) - timedelta(days=3)
        export = ExportCase.ask(self, "proof", self.head_registrar, date_from=yesterday, **vals)
        with zipfile.ZipFile(io.BytesIO(export.sudo().attachment_id.raw)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def verify(self, files=None, *arguments):
        """Exit code and answer of the verifier."""
        path = self.folder / f"{self._testMethodName}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in (files or self.files).items():
                archive.writestr(name, data)
        command = [sys.executable, "-I", str(self.verifier), str(path), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        self.assertFalse(done.stderr)
        return done.returncode, done.stdout

    def bend(self, name, change):
        """The files with the lines of one of them changed."""
        lines = self.files[name].decode().splitlines()
        return {**self.files, name: "".join(f"{line}\n" for line in change(lines)).encode()}

    def assert_flaw(self, files, *words):
        code, answer = self.verify(files)
        self.assertEqual(code, 1, answer)
        self.assertIn("НЕ Е ЦЯЛ", answer)
        for word in words:
            self.assertIn(word, answer)

    def test_a_real_export_is_whole(self):
        code, answer = self.verify()
        self.assertEqual(code, 0, answer)
        self.assertIn("Вписвания: 8, от тях с ограничен достъп (само верига): 1. Събития: 2.", answer)

    def test_the_program_inside_is_the_same_and_runs_from_the_folder(self):
        folder = self.folder / "unpacked"
        for name, data in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        command = [sys.executable, "-I", str(folder / "verify_book.py"), str(folder)]
        self.assertEqual(subprocess.run(command, capture_output=True, timeout=60, check=False).returncode, 0)

    def test_the_readme_tells_how_in_bulgarian(self):
        self.assertIn("python3 verify_book.py", self.files["README.txt"].decode())
        self.assertIn("sha256sum", self.files["README.txt"].decode())

    def test_records_are_the_ones_of_the_book_letter_by_letter(self):
        first = self.files["entries.jsonl"].decode().splitlines()[0]
        self.assertIn(f'"record":{self.documents[0].register_entry_id.snapshot}}}', first)

    def test_an_altered_entry_is_named(self):
        files = self.bend("entries.jsonl", lambda lines: [line.replace("Молба № 3", "Жалба № 3") for line in lines])
        self.assert_flaw(files, self.documents[3].number, "променен")

    def test_an_entry_altered_with_its_digest_is_named(self):
        def change(lines):
            data = json.loads(lines[3])
            data["record"]["subject"] = "Друго"
            snapshot = write_canonical(data["record"])
            digest = compute_digest(data["previous_digest"], snapshot)
            return [*lines[:3], f'{{"digest":"{digest}","previous_digest":"{data["previous_digest"]}","record":{snapshot}}}', *lines[4:]]

        self.assert_flaw(self.bend("entries.jsonl", change), self.documents[3].number, "променен")

    def test_removed_entries_are_named_wherever_they_stood(self):
        self.assert_flaw(self.bend("entries.jsonl", lambda lines: lines[1:]), "пореден № 1 ", "липсва")
        self.assert_flaw(self.bend("entries.jsonl", lambda lines: lines[:3] + lines[4:]), "пореден № 4 ", "липсва")
        self.assert_flaw(self.bend("entries.jsonl", lambda lines: lines[:-1]), "липсва", "7 вписвания вместо 8")
        self.assert_flaw(self.bend("entries.jsonl", lambda lines: lines[:4]), self.documents[4].number, "липсва", "дневният лист")

    def test_an_inserted_entry_is_named(self):
        def change(lines):
            data = json.loads(lines[2])
            record = write_canonical({**data["record"], "number": "подхвърлен", "sequence": 4})
            digest = compute_digest(data["digest"], record)
            return [*lines[:3], f'{{"digest":"{digest}","previous_digest":"{data["digest"]}","record":{record}}}', *lines[3:]]

        self.assert_flaw(self.bend("entries.jsonl", change), "добавен")

    def test_reordered_entries_are_found(self):
        self.assert_flaw(self.bend("entries.jsonl", lambda lines: [lines[0], lines[2], lines[1], *lines[3:]]))

    def test_a_changed_digest_of_a_file_is_found(self):
        self.assert_flaw(self.bend("files.jsonl", lambda lines: [line.replace('"sha256":"', '"sha256":"0') for line in lines]), "файл")
        self.assert_flaw(self.bend("files.jsonl", lambda lines: []), "файл", self.documents[2].number)

    def test_a_removed_or_altered_event_is_found(self):
        self.assert_flaw(self.bend("events.jsonl", lambda lines: lines[1:]), "събитие")
        self.assert_flaw(self.bend("events.jsonl", lambda lines: lines[:1]), "събитие", "липсва")
        self.assert_flaw(self.bend("events.jsonl", lambda lines: [line.replace("повторно", "нарочно") for line in lines]), "събитие № 1")

    def test_a_removed_or_altered_list_is_found(self):
        name = next(name for name in self.files if name.endswith(".xml"))
        self.assert_flaw({key: data for key, data in self.files.items() if key != name}, "дневният лист")
        self.assert_flaw({**self.files, name: self.files[name].replace(b"<number>1<", b"<number>2<")}, "дневният лист")

    def test_a_book_written_anew_contradicts_a_list_kept_elsewhere(self):
        kept = self.folder / "kept.xml"
        kept.write_text(self.closings[0].xml, encoding="utf-8")
        self.assertEqual(self.verify(None, "--closing", kept)[0], 0)

        entries = self.env["oa.register.entry"].search([("register_id", "=", self.official.id)], order="id")
        digest = entries[0].previous_digest
        for entry in entries:
            snapshot = entry.snapshot.replace("Молба № 3", "Жалба № 3")
            new = compute_digest(digest, snapshot)
            self.change_by_sql(
                "UPDATE oa_register_entry SET snapshot = %s, previous_digest = %s, digest = %s WHERE id = %s",
                snapshot,
                digest,
                new,
                entry.id,
            )
            digest = new
        for table in ("oa_register_closing", "oa_register_event"):
            self.change_by_sql(f"DELETE FROM {table} WHERE register_id = %s", self.official.id)
        forged = self.take()
        self.assertEqual(self.verify(forged)[0], 0, "an export alone cannot know")
        code, answer = self.verify(forged, "--closing", kept)
        self.assertEqual((code, "дневният лист" in answer), (1, True))

    def test_a_file_finds_its_number(self):
        path = self.folder / "file.pdf"
        path.write_bytes(PDF)
        self.assertIn(f"приложен към № {self.documents[2].number}", self.verify(None, "--file", path)[1])

    def test_what_is_no_export_ends_with_two(self):
        self.assertEqual(self.verify({"x": b"y"})[0], 2)
        self.assertEqual(self.verify({**self.files, "book.json": b"{}"})[0], 2)
