import json
import struct
import zipfile

from odoo import fields, models
from odoo.fields import Domain

from ..adapters.verifier_file import write_verifier
from ..core.book import Portion
from ..core.hash_chain import GENESIS, write_canonical

_FORMAT = 1
_BATCH = 1000
_ENTRY_FACTS = ("number", "year", "sequence", "series", "first")
_EVENT_FACTS = ("position", "kind", "entry_digest")
"""What the proof tells of a document that the reader may not see: the place in the book."""

_README = """{administration}
{register} ({code})
Доказателствен износ, {made_at}, съставил: {made_by}

Тук е целият регистър до {date_to:%d.%m.%Y} г. – всяко вписване и всяко последващо събитие с контролната му сума, дневните приключвателни
листове и програма, която ги проверява без системата, от която са изнесени.

ПРОВЕРКА
    python3 verify_book.py {name}
Нужен е само Python 3.8 или по-нов; програмата не ползва мрежа. Завършва с „РЕГИСТЪРЪТ Е ЦЯЛ“ или посочва първото променено, липсващо или
добавено вписване.

ПРОВЕРКА СРЕЩУ ЛИСТОВЕ, ЗАПАЗЕНИ ДРУГАДЕ
    python3 verify_book.py {name} --closing получен-лист.xml друг-лист.xml
Който може да пренапише целия регистър, може да пренапише и този износ. Затова дневните листове се изпращат навън: сравнението с лист, който
е стоял другаде, доказва, че вписванията до деня му са същите.

КЪМ КОЙ НОМЕР Е ФАЙЛЪТ
    python3 verify_book.py {name} --file документ.pdf

КАКВО ИМА ВЪТРЕ
    entries.jsonl    по един ред за вписване, в реда на регистъра: контролна сума, предишна контролна сума, каноничен запис
    events.jsonl     последващите събития по същия начин
    files.jsonl      файловете на документите с техния SHA-256
    closings/*.xml   дневните приключвателни листове; *.tsr – времевите им печати по RFC 3161
    book.json        кой регистър, докъде, колко вписвания
    verify_book.py   програмата

РЪЧНА ПРОВЕРКА
Контролната сума на вписване е SHA-256 от предишната контролна сума, знак за нов ред и каноничния запис (текстът след "record": без
последната скоба). Контролната сума на дневен лист е SHA-256 на самия XML файл:
    sha256sum closings/*.xml
Времеви печат:
    openssl ts -verify -data ЛИСТ.xml -in ЛИСТ.tsr -token_in -CAfile КОРЕНИ.pem

Вписванията на документи, до които съставителят на износа няма достъп, са само с номер и контролни суми ("closed").
"""


class OaRegisterExport(models.Model):
    """The proof: the chains of a book letter by letter, its lists, and a program that verifies them anywhere."""

    _inherit = "oa.register.export"

    def _write_portion(self, rows, place):
        if self.format != "proof":
            return super()._write_portion(rows, place)
        hidden = self._get_hidden("oa.register.entry", [row.id for row in rows])
        lines = "".join(_write_link(row, row.id in hidden, _ENTRY_FACTS) for row in rows).encode()
        files = "".join(self._list_files([row for row in rows if row.id not in hidden])).encode()
        return Portion(struct.pack(">I", len(lines)) + lines + files, len(rows))

    def _list_files(self, rows):
        names = {row.id: row.name for row in rows}
        numbers = {document: names[entry_id] for entry_id, found in self._get_documents(rows).items() for document in found}
        listed = {(row.name, file["sha256"]): file for row in rows for file in json.loads(row.snapshot).get("files", [])}
        files_sudo = self.env["oa.document.file"].sudo()  # of documents that the person may read
        for file in files_sudo.search([("document_id", "in", [document.id for document in numbers])], order="id"):
            number = numbers[file.document_id]
            listed.pop((number, file.sha256), None)
            facts = {"name": file.name, "role": file.role, "version": file.version, "sha256": file.sha256, "size": file.size}
            yield write_canonical({"number": number, **facts}) + "\n"
        open_numbers = set(numbers.values())
        for (number, _digest), file in listed.items():
            if number not in open_numbers:
                # The line is open and the document is not: the line itself names its files.
                yield write_canonical({"number": number, **file}) + "\n"

    def _join(self, target):
        if self.format != "proof":
            super()._join(target)
            return
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, place in (("entries.jsonl", 0), ("files.jsonl", 1)):
                with archive.open(name, "w", force_zip64=True) as stream:
                    for portion in self._read_portions():
                        stream.write(_split(portion)[place])
            facts = {"event_count": 0, "event_head": GENESIS}
            with archive.open("events.jsonl", "w", force_zip64=True) as stream:
                for event, line in self._write_events():
                    facts = {"event_count": event.position, "event_head": event.digest}
                    stream.write(line.encode())
            closings = self._get_closings()
            for closing in closings:
                self._write_closing(archive, closing)
            archive.writestr(
                "book.json", json.dumps({**self._describe_book(), **facts, "closing_count": len(closings)}, ensure_ascii=False, indent=1)
            )
            archive.writestr("verify_book.py", write_verifier())
            archive.writestr("README.txt", self._write_readme())

    def _write_events(self):
        """Every event until the end of the period, with its line of the proof."""
        events_sudo = self.env["oa.register.event"].sudo()  # the chain has no holes; what may not be read is closed below
        position, domain = 0, Domain([("register_id", "=", self.register_id.id), ("at", "<", self._get_end())])
        while batch := events_sudo.search(domain & Domain("position", ">", position), order="position", limit=_BATCH):
            hidden = self._get_hidden(batch._name, batch.ids)
            for event in batch:
                yield event, _write_link(event, event.id in hidden, _EVENT_FACTS)
            position = batch[-1].position
            self.env.invalidate_all()

    def _get_closings(self):
        # Lists hold numbers and digests; whoever may export the book may have them.
        closings_sudo = self.env["oa.register.closing"].sudo()
        return closings_sudo.search([("register_id", "=", self.register_id.id), ("day", "<=", self.date_to)], order="number")

    def _write_closing(self, archive, closing):
        name = f"closings/{closing.number:05}-{closing.day.isoformat()}"
        archive.writestr(f"{name}.xml", closing.xml)
        if token := closing._get_token():
            archive.writestr(f"{name}.tsr", token)

    def _describe_book(self):
        register = self.register_id
        # As with the lines.
        last = self.env["oa.register.entry"].sudo().search(self._get_domain(), order="id DESC", limit=1)
        return {
            "format": _FORMAT,
            "administration": self.company_id.name,
            "register": {"id": register.id, "code": register.code, "name": register.name, "yearly": register.reset == "yearly"},
            "until": self.date_to.isoformat(),
            "made_at": self._show_moment(fields.Datetime.now()),
            "made_by": self.user_id.name,
            "entry_count": self.line_total,
            "entry_head": last.digest or GENESIS,
        }

    def _write_readme(self):
        return _README.format(
            administration=self.company_id.name, register=self.register_id.name, code=self.register_id.code, date_to=self.date_to,
            made_at=self._show_moment(fields.Datetime.now()), made_by=self.user_id.name, name=self._get_file_name(),
        )  # fmt: skip


def _write_link(link, is_hidden, facts):
    """One link of a chain as a line: the canonical record as it was written, or the place of a record that is withheld."""
    head = f'{{"digest":"{link.digest}","previous_digest":"{link.previous_digest}"'
    if not is_hidden:
        return f'{head},"record":{link.snapshot}}}\n'
    record = json.loads(link.snapshot)
    closed = {name: record[name] for name in facts if name in record}
    if below := (record.get("missed") or {}).get("below"):
        closed["missed"] = {"below": below}
    return f'{head},"closed":{write_canonical(closed)}}}\n'


def _split(portion):
    (length,) = struct.unpack_from(">I", portion)
    return portion[4 : 4 + length], portion[4 + length :]
