import hashlib
import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import quoteattr

from odoo import api, fields, models
from odoo.tools import file_path

from ..core import step_record
from ..core.routing import SIGNING_ACTS
from .oa_opinion import DISSENTING

_README = """Записи на действията по документ {document}

acts/NNNN-….xml          записът на действието: лице, качество, момент, контролни суми, процедура и контролната сума на предишното действие
acts/NNNN-….signed.xml   същият запис с подписа на лицето или с печата на администрацията (XAdES)
step_record_1.xsd        схемата на записите
index.xml                действията по ред с контролните им суми
digests.sha256           контролните суми на всички файлове: sha256sum -c digests.sha256

Контролната сума на запис е SHA-256 на файла му. Всеки запис назовава сумата на предишния (chain/previous), първият – нули.
"""


class OaStepRecord(models.Model):
    """What the approval sheet says about an act, on the screen and on paper."""

    _inherit = "oa.step.record"

    signature_summary = fields.Char("Signature", compute="_compute_signature_summary")
    act_name = fields.Char("Act or opinion", compute="_compute_act_name")

    @api.depends("act", "opinion")
    @api.depends_context("lang")
    def _compute_act_name(self):
        acts, opinions = dict(self._list_acts()), dict(self._fields["opinion"]._description_selection(self.env))
        for record in self:
            record.act_name = opinions[record.opinion] if record.opinion else acts.get(record.act, record.act)

    def _compute_signature_summary(self):
        verdicts = dict(self.signature_ids._fields["verdict"]._description_selection(self.env))
        for record in self:
            signatures = record._get_sheet_signatures()
            if not signatures and record.state == "unsealed":
                record.signature_summary = self.env._("waits for the seal")
                continue
            record.signature_summary = "; ".join(_describe(signature, verdicts) for signature in signatures)

    def _get_sheet_signatures(self):
        """The signature of the act; a document that was signed bears it itself."""
        self.ensure_one()
        if self.act not in SIGNING_ACTS:
            return self.signature_ids
        signatures_sudo = self.document_id.sudo().signature_ids  # whoever sees the act may know who signed
        if self.act == "seal":
            return signatures_sudo.filtered("is_seal")[:1]
        return signatures_sudo.filtered(lambda signature: signature.user_id == self.user_id and not signature.is_seal)[:1]

    def _prepare_sheet_line(self):
        """One line of the sheet; the names are those that the record says."""
        said = self._read_record()
        moment = fields.Datetime.context_timestamp(self.with_context(tz="Europe/Sofia"), self.at)
        return {
            "position": self.position,
            "act": self.act_name,
            "step": said.get("procedure/step", ""),
            "person": said.get("person/name", ""),
            "capacity": said.get("person/capacity", ""),
            "holder": said.get("person/actingFor/name", ""),
            "moment": f"{moment:%d.%m.%Y %H:%M:%S}",
            "text": self.comment or "",
            "facts": step_record.read_facts(self.xml),
            "is_dissent": self.opinion in DISSENTING,
            "signature": self.signature_summary,
            "digest": self.digest,
        }

    def action_download(self):
        """The record as a file."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/oa_docflow/act/{self.id}", "target": "download"}

    def _get_file_name(self):
        return f"{self.position:04}-{self.act}.xml"

    def _list_files(self):
        """The record, and the same record with its signature, by name."""
        name = self._get_file_name()
        signed = {f"{name.removesuffix('.xml')}.signed.xml": signature._get_data() for signature in self.signature_ids[-1:]}
        return {name: self.xml.encode(), **signed}


class OaDocument(models.Model):
    """The acts as files."""

    _inherit = "oa.document"

    def _list_package_records(self):
        """A case that is given away takes the acts on its documents with it: their records and the approval sheet."""
        yield from super()._list_package_records()
        # Whoever may take the document with them may take what was done to it.
        document_sudo = self.sudo()
        if not document_sudo.act_ids:
            return
        yield "Лист за съгласуване.pdf", "application/pdf", document_sudo._get_approval_sheet_pdf()
        yield "step_record_1.xsd", "application/xml", _read_schema()
        for act in document_sudo.act_ids.sorted("position"):
            for name, data in act._list_files().items():
                yield name, "application/xml", data

    def action_check_acts(self):
        """Verify the signatures of all acts now."""
        self.ensure_one()
        self.check_access("read")
        for signature in self.act_ids.signature_ids:
            signature.action_check()

    def _get_acts_package(self):
        """A ZIP of the records, their signed files and an index with digests; whoever calls has the right to read the document."""
        self.ensure_one()
        files = {"step_record_1.xsd": _read_schema(), "README.txt": _README.format(document=self.display_name).encode()}
        rows = []
        for act in self.act_ids.sorted("position"):
            name = act._get_file_name()
            files |= {f"acts/{part}": data for part, data in act._list_files().items()}
            place = f'position="{act.position}" sha256="{act.digest}" previous="{act.previous_digest}"'
            rows.append(f"    <act file={quoteattr(f'acts/{name}')} {place}/>")
        title = quoteattr(self.display_name)
        files["index.xml"] = f'<?xml version="1.0" encoding="UTF-8"?>\n<acts document={title}>\n{chr(10).join(rows)}\n</acts>\n'.encode()
        files["digests.sha256"] = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items())).encode()
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        self.env["oa.journal.entry"]._log(self, "export", self.env._("Records of the acts"))
        return stream.getvalue()


def _describe(signature, verdicts):
    kind = signature.format.partition("_")[0].upper().replace("ADES", "AdES")
    return f"{signature.signer_name}, {kind} {signature.level}, {verdicts[signature.verdict].lower()}"


def _read_schema():
    return Path(file_path("oa_docflow/data/step_record_1.xsd")).read_bytes()
