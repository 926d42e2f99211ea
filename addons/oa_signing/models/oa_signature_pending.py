import logging
from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.batches import AT_ONCE
from ..core.errors import SigningError
from ..core.specs import Level, SignatureFormat

_logger = logging.getLogger(__name__)


class OaSignaturePending(models.Model):
    """A signature that is still to be completed, with the time of the next attempt."""

    _name = "oa.signature.pending"
    _inherit = "oa.signing.waiting.mixin"
    _description = "Signature being completed"
    _order = "next_at, id"
    _rec_name = "signature_id"

    signature_id = fields.Many2one("oa.signature", ondelete="cascade", required=True, readonly=True)
    company_id = fields.Many2one(related="signature_id.company_id")

    _signature_unique = models.Constraint("UNIQUE (signature_id)", "This signature is in the queue already.")

    @api.model
    def _enqueue(self, signatures):
        # Everybody who signs puts work here; nobody but the cron takes it.
        self.sudo().create([{"signature_id": signature.id} for signature in signatures])
        self.env.ref("oa_signing.oa_signature_pending_cron").sudo()._trigger()

    def _explain_given_up(self):
        if not self.given_up_at:
            return False
        return self.env._(
            "The signature is made and counts, but its completing was given up by %(person)s on %(moment)s.",
            person=self.given_up_by_id.name or "-",
            moment=self.env["oa.signature.check"]._format(str(self.given_up_at)),
        )

    @api.model
    def _cron_augment(self, limit=50):
        """Complete what is due; each signature for itself, so one failure holds up nobody."""
        due = self._find_due(limit)
        crons = self.env["ir.cron"]
        crons._commit_progress(remaining=len(due))
        for start in range(0, len(due), AT_ONCE):
            portion = due[start : start + AT_ONCE]
            portion._start()
            crons._commit_progress()
            offers = portion._ask_together()
            for pending in portion:
                # What is written down meanwhile is read by whoever signed, not by the scheduler.
                pending.with_context(lang=pending.signature_id.user_id.lang)._attempt(offers.get(pending.id))
                if not crons._commit_progress(1):
                    return

    def _ask_together(self):
        """Additions for many PDFs at once, with shared revocation data: for each row its file and the answer."""
        lines = {row.id: self._get_line(row.signature_id) for row in self if row.signature_id.format == "pades"}
        files = {row: (line[-1]._get_data(), self._get_target_level(line)) for row, line in lines.items()}
        offers = {}
        for target in {level for _data, level in files.values()}:
            rows = {row: data for row, (data, level) in files.items() if level == target}
            # Signatures over each other are in one file; it is asked for once.
            distinct = list(dict.fromkeys(rows.values()))
            answers = dict(zip(distinct, self._ask(distinct, target), strict=True))
            offers.update({row: (data, answers[data]) for row, data in rows.items()})
        return offers

    def _ask(self, files, target):
        try:
            return self.env["oa.signing.ports"]._get_documents().complete_many(files, target)
        except SigningError as error:
            return [error] * len(files)

    @api.model
    def _get_target_level(self, line):
        return max(map(Level, line.mapped("target_level")), key=lambda level: level.rank)

    def _attempt(self, offer=None):
        self.ensure_one()
        signature = self.signature_id
        try:
            with self.env.cr.savepoint():
                message = self._augment(signature, offer)
        except UserError as error:
            message = error.args[0]
        except Exception:
            # A mistake in a hook of the record must not stop the queue; it is in the log, the row stays.
            _logger.exception("augmentation of signature %s", signature.id)
            message = self.env._("The signed record did not accept the completed file; the administrator sees why in the log.")
        if not message:
            self.unlink()
            return
        self._wait(message)

    @api.model
    def _augment(self, signature, offer=None):
        """Bring the newest file of the signature's line to the wanted level; an empty text or why it is not there yet.

        `offer` is a file and what was found for it in a batch; it counts only when that file is still the newest.
        """
        signature.ensure_one()
        signature._lock_key(signature.res_model, signature.res_id)
        line = self._get_line(signature)
        head = line[-1]
        if signature.state == "complete":
            if not signature.check_ids:
                # Nothing was left to add, but our own check has not spoken yet.
                self.env["oa.signature.check"]._validate(head.file_name, head._get_data(), head._get_record(), signature)
            return ""
        target = self._get_target_level(line)
        data = head._get_data()
        try:
            signed = self._complete(signature, data, offer, target)
        except SigningError as error:
            raise UserError(self.env["oa.signing.messages"]._explain(error)) from error
        self._record(line, signed)
        if signature.state == "complete":
            return ""
        return self.env["oa.signing.messages"]._explain_code(signed.pending or "revocation_data")

    @api.model
    def _complete(self, signature, data, offer, target):
        documents = self.env["oa.signing.ports"]._get_documents()
        if signature.format != "pades":
            return documents.augment(data, signature.field_name, target)
        found = offer[1] if offer and offer[0] == data else documents.complete_many([data], target)[0]
        if isinstance(found, SigningError):
            raise found
        return replace(found, data=data + found.data).speak_of(signature.field_name)

    @api.model
    def _get_line(self, signature):
        """Signatures of the record that were put one over the other, the newest last."""
        line = self.env["oa.signature"]
        others = line.search([("res_model", "=", signature.res_model), ("res_id", "=", signature.res_id)], order="id")
        current = signature
        while current:
            line |= current
            digests = {current.signed_digest, *current.augmentation_ids.mapped("signed_digest")}
            current = others.filtered(
                lambda other, known=digests, seen=line: (
                    other.payload_digest in known and other not in seen and other._shares_file(signature)
                )
            )[:1]
        return line

    @api.model
    def _record(self, line, signed):
        """A row for each signature of the line that reached a higher level; the record gets the file once."""
        signatures = self.env["oa.signature"]
        digest = signatures._compute_digest(signed.data)
        head = line[-1]
        if digest == head._get_current().signed_digest:
            return
        raised = (
            line.filtered(
                lambda item: item.field_name in signed.levels and Level(signed.levels[item.field_name]).rank > Level(item.level).rank
            )
            | head
        )
        for signature in raised:
            name = signature.attachment_id.name
            attachment = signatures._make_attachment(name, signed.data, SignatureFormat(signature.format), signature)
            moment = signed.moments.get(signature.field_name)
            self.env["oa.signature.augmentation"]._append(
                [
                    {
                        "signature_id": signature.id,
                        "level": str(signed.levels.get(signature.field_name, signature.level)),
                        "timestamp_at": moment and moment.replace(tzinfo=None),
                        "signed_digest": digest,
                        "attachment_id": attachment.id,
                    }
                ]
            )
        record = head._get_record()
        if record:
            record._store_signed_payload(head.attachment_id.name, signed.data, head)
        for signature in raised:
            self.env["oa.signature.check"]._validate(head.file_name, signed.data, record or None, signature)
