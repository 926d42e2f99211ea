import logging
import time
from dataclasses import replace

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_datetime

from ..core import sealing
from ..core.errors import PayloadChangedError, SigningError
from ..core.specs import ToBeSigned

_logger = logging.getLogger(__name__)


class OaSignatureRequestLine(models.Model):
    """One document of a request: from shown to signed."""

    _name = "oa.signature.request.line"
    _description = "Document of a signing request"
    _order = "id"
    _rec_name = "record_name"

    request_id = fields.Many2one("oa.signature.request", ondelete="cascade", required=True, index=True)
    company_id = fields.Many2one(related="request_id.company_id")
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", required=True, readonly=True)
    record_name = fields.Char("Document", required=True, readonly=True)
    file_name = fields.Char("File", required=True, readonly=True)
    digest = fields.Char("SHA-256 of the file", required=True, readonly=True)
    document_digest = fields.Char("Digest to be signed", readonly=True)
    sealed_state = fields.Text("Prepared signature", readonly=True, groups=fields.NO_ACCESS)
    state = fields.Selection(
        [
            ("pending", "Shown"),
            ("prepared", "Ready to sign"),
            ("waiting", "Waiting at the provider"),
            ("signed", "Signed"),
            ("refused", "Refused"),
            ("failed", "Failed"),
        ],
        default="pending",
        required=True,
        readonly=True,
    )
    message = fields.Text("Outcome", readonly=True)
    signature_id = fields.Many2one("oa.signature", ondelete="restrict", readonly=True)

    # All methods run for the person of the request, with borrowed rights on the lines only.

    def _get_record(self):
        """The record, with the rights of the person who signs."""
        self.ensure_one()
        # The rights borrowed for the lines end here.
        return self.env[self.res_model].sudo(False).browse(self.res_id)

    def _get_blockers(self, record):
        return record._get_seal_blockers() if self.request_id.is_sealing else record._get_sign_blockers()

    def _get_dialog_data(self):
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.record_name,
            "file_name": self.file_name,
            "digest": self.digest,
            "state": self.state,
            "message": self.message or "",
            "level": self.signature_id.level or "",
        }

    def _prepare(self, documents, identity):
        """Make the files ready for the key, all in one go; what is wrong with a file is said in its line."""
        ready, files = self.browse(), []
        for line in self:
            record = line._get_record()
            blockers = line._get_blockers(record)
            if blockers:
                line._refuse("\n".join(blockers))
                continue
            _file_name, data = record._get_signing_payload()
            ready |= line
            files.append((data, line._make_spec(record)))
        outcomes = documents.prepare_many(files, identity) if files else []
        for line, (data, _spec), outcome in zip(ready, files, outcomes, strict=True):
            line._take_prepared(data, outcome)

    def _make_spec(self, record):
        lines = [*record._get_signing_text(), self._get_stamp_moment()]
        spec = self._complete_spec(self.request_id._prepare_spec(lines, self.request_id.certificate_id.is_seal))
        return replace(spec, **self.request_id._prepare_stamp(record))

    def _take_prepared(self, data, prepared):
        self.ensure_one()
        if isinstance(prepared, SigningError):
            if prepared.code.startswith("service."):
                raise prepared
            self._refuse(self.env["oa.signing.messages"]._explain(prepared))
            return
        digest = self.env["oa.signature"]._compute_digest(data)
        if prepared.state["base_sha256"] != digest:
            raise PayloadChangedError()
        secret = self.env["oa.signing.ports"]._get_secret()
        self.write(
            {
                "digest": digest,
                "document_digest": prepared.document_digest,
                "sealed_state": sealing.seal(prepared.state, self._get_binding(digest), secret),
                "state": "prepared",
                "message": False,
            }
        )

    def _claim(self, line_ids=None, before="prepared"):
        """Lines that this transaction signs; a second one finds nothing left."""
        wanted = self if line_ids is None else self.filtered(lambda line: line.id in line_ids)
        self.flush_recordset(["state"])
        self.env.cr.execute(
            "UPDATE oa_signature_request_line SET state = 'signed' WHERE id = ANY(%s) AND state = %s RETURNING id",
            (wanted.ids, before),
        )
        claimed = [row[0] for row in self.env.cr.fetchall()]
        self.invalidate_recordset(["state"])
        return self.browse(sorted(claimed))

    def _check_unchanged(self):
        """The record may still be signed and its file is the one that was shown."""
        self.ensure_one()
        record = self._get_record()
        self.env["oa.signature"]._lock_key(self.res_model, self.res_id)
        blockers = self._get_blockers(record)
        if not blockers:
            _file_name, data = record._get_signing_payload()
            if self.env["oa.signature"]._compute_digest(data) == self.digest:
                return True
            blockers = [self.env["oa.signing.messages"]._explain_code("state.payload_changed")]
        self._refuse("\n".join(blockers))
        return False

    def _unseal(self, now):
        self.ensure_one()
        _file_name, data = self._get_record()._get_signing_payload()
        secret = self.env["oa.signing.ports"]._get_secret()
        try:
            return data, sealing.unseal(self.sealed_state, self._get_binding(self.digest), secret, now)
        except SigningError as error:
            self._refuse(self.env["oa.signing.messages"]._explain(error))
            return data, None

    def _get_to_be_signed(self, state):
        return ToBeSigned.from_state(state)

    def _get_prepared_item(self):
        """What a signer outside is given; the state stays sealed until it is finished."""
        self.ensure_one()
        secret = self.env["oa.signing.ports"]._get_secret()
        return self._get_to_be_signed(sealing.unseal(self.sealed_state, self._get_binding(self.digest), secret, time.time()))

    def _finish(self, data, state, signed):
        """Give the signed file to the record; a failure concerns this line only."""
        self.ensure_one()
        try:
            if isinstance(signed, SigningError):
                raise signed
            whole = data + signed.data if state["format"] == "pades" else signed.data
            with self.env.cr.savepoint():
                self._keep(replace(signed, data=whole), data)
        except SigningError as error:
            self._refuse(self.env["oa.signing.messages"]._explain(error), "failed")
        except UserError as error:
            self._refuse(error.args[0], "failed")

    def _keep(self, signed, original):
        """Give the signed file to the record and remember the signature."""
        name = self._get_result_name()
        signature = self._record_signature(signed, name, original)
        self._get_record().invalidate_recordset(["signature_ids", "signature_count", "can_sign"])
        # The record acts with the signer's own rights.
        self._get_record()._store_signed_payload(name, signed.data, signature.sudo(False))
        self.env["oa.signature.pending"]._enqueue(signature)
        message = self.env["oa.signing.messages"]._explain_code(signed.pending) if signed.pending else False
        self.write({"signature_id": signature.id, "state": "signed", "message": message, "sealed_state": False})

    def _record_signature(self, signed, name, original):
        certificate = self.request_id.certificate_id
        vals = {
            "res_model": self.res_model,
            "res_id": self.res_id,
            "record_name": self.record_name,
            "file_name": self.file_name,
            "field_name": signed.field_name,
            "format": self.format,
            "claimed_roles": self.claimed_roles,
            "target_level": str(self._get_target_level()),
            "initial_level": str(signed.level),
            "payload_digest": self.digest,
            "document_digest": self.document_digest,
            "signer_name": certificate.name,
            "is_seal": certificate.is_seal,
            "certificate_id": certificate.id,
            "user_id": self.request_id.user_id.id,
            "company_id": self.request_id.company_id.id,
            "signed_at": fields.Datetime.now(),
            "initial_timestamp_at": signed.timestamp_at and signed.timestamp_at.replace(tzinfo=None),
        }
        return self.env["oa.signature"]._append_signature(vals, name, signed.data, original)

    def _refuse(self, message, state="refused"):
        self.write({"state": state, "message": message, "sealed_state": False})

    def _get_binding(self, digest):
        """For whom and for what a prepared state is; it fits nothing else."""
        request = self.request_id
        return f"{self.id}|{request.user_id.id}|{request.certificate_id.fingerprint}|{self.res_model}|{self.res_id}|{digest}"

    def _get_stamp_moment(self):
        zone = self.env.user.tz or "Europe/Sofia"
        moment = format_datetime(self.env, fields.Datetime.now(), tz=zone, dt_format="dd.MM.yyyy, HH:mm")
        return self.with_context(lang=self.request_id.user_id.lang).env._("Time: %(moment)s", moment=moment)
