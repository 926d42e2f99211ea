import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core.errors import SigningError

_logger = logging.getLogger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(hours=1), timedelta(days=1)
_REST = timedelta(days=30)
"""When renewing made nothing better, it is not tried again every night."""


class OaSignatureLife(models.Model):
    """Until when the proofs of a signed file hold, and how strong what protects it is; renewed by the job of preservation."""

    _name = "oa.signature.life"
    _description = "Life of a signature"
    _order = "until, id"
    _rec_name = "signature_id"

    signature_id = fields.Many2one("oa.signature", ondelete="cascade", required=True, readonly=True)
    company_id = fields.Many2one(related="signature_id.company_id")
    record_name = fields.Char(related="signature_id.record_name")
    file_name = fields.Char(related="signature_id.file_name")
    format = fields.Selection(related="signature_id.format", store=True)
    signer_name = fields.Char(related="signature_id.signer_name")
    until = fields.Datetime("Proofs hold until", readonly=True, index=True)
    days_left = fields.Integer("Days left", compute="_compute_days_left")
    algorithm = fields.Char("Weakest algorithm", readonly=True)
    bits = fields.Integer("Strength in bits", readonly=True, aggregator=None)
    is_timestamp = fields.Boolean("Protected by a timestamp", readonly=True)
    state = fields.Selection(
        [
            ("good", "Protected"),
            ("waiting", "Not renewed yet"),
            ("manual", "Cannot be renewed here"),
            ("covered", "Covered by a later signature"),
            ("unreadable", "Cannot be read"),
        ],
        default="good",
        required=True,
        readonly=True,
        index=True,
    )
    message = fields.Text("What to know", readonly=True)
    attempts = fields.Integer(readonly=True, aggregator=None)
    next_at = fields.Datetime("Not before", readonly=True)
    is_stale = fields.Boolean("To be measured again", readonly=True)
    measured_at = fields.Datetime("Measured", readonly=True)

    _signature_unique = models.Constraint("UNIQUE (signature_id)", "This signature has its row already.")

    @api.depends("until")
    def _compute_days_left(self):
        now = fields.Datetime.now()
        for life in self:
            life.days_left = (life.until - now).days if life.until else 0

    # Measuring -------------------------------------------------------------------------------------------------------

    @api.model
    def _list_unmeasured(self, limit):
        """Signatures whose newest file was not looked at yet."""
        query = SQL(
            "SELECT s.id FROM oa_signature s LEFT JOIN oa_signature_life l ON l.signature_id = s.id "
            "WHERE l.id IS NULL OR l.is_stale ORDER BY s.id LIMIT %s",
            limit,
        )
        return self.env["oa.signature"].browse(row[0] for row in self.env.execute_query(query))

    @api.model
    def _measure(self, signature):
        """Write down how long the proofs of one signature hold."""
        line = self.env["oa.signature.pending"]._get_line(signature)
        vals = {"is_stale": False, "measured_at": fields.Datetime.now(), **self._prepare_life_vals(signature, line)}
        life = self.search([("signature_id", "=", signature.id)])
        if life:
            life.write(vals)
        else:
            life = self.create({"signature_id": signature.id, **vals})
        # An earlier signature may have been put under this one meanwhile.
        earlier = [
            ("signature_id", "<", signature.id),
            ("signature_id.res_model", "=", signature.res_model),
            ("signature_id.res_id", "=", signature.res_id),
            ("state", "!=", "covered"),
            ("measured_at", "<=", signature.signed_at),
        ]
        self.search(earlier).is_stale = True
        return life

    def _prepare_life_vals(self, signature, line):
        if line[-1] != signature:
            return {"state": "covered", "until": False, "algorithm": False, "bits": 0, "message": False}
        if signature.format != "pades":
            return self._prepare_manual_vals(signature)
        try:
            life = self.env["oa.signing.ports"]._get_documents().measure(signature._get_data())
        except SigningError as error:
            if error.code.startswith("service."):
                raise
            return {"state": "unreadable", "message": self.env["oa.signing.messages"]._explain(error)}
        return {
            "until": life.until.replace(tzinfo=None),
            "algorithm": life.algorithm,
            "bits": life.bits,
            "is_timestamp": life.is_timestamp,
            "state": "good",
            "message": False,
        }

    def _prepare_manual_vals(self, signature):
        # What the last check said is no secret to whoever sees the signature.
        report = signature.sudo()._get_last_check().report or {}
        words = [item.get("algorithm") for item in report.get("signatures", []) if item.get("algorithm")]
        return {
            "until": signature.certificate_id.valid_to,
            "algorithm": words[-1] if words else False,
            "is_timestamp": bool(signature.timestamp_at),
            "state": "manual",
            "message": self.env._(
                "Archive timestamps are added to PDF signatures only. Before the certificate ends, put this file with its signature "
                "and the outcome of its check into a PDF (as attachments or printed) and sign or seal that one."
            ),
        }

    # Renewing --------------------------------------------------------------------------------------------------------

    @api.model
    def _list_due(self, limit=None):
        """What has to be renewed now: its proofs end soon, or what protects them is weaker than is wanted."""
        settings, now = self._get_settings(), fields.Datetime.now()
        soon = now + timedelta(days=settings["days"])
        domain = [
            ("state", "in", ("good", "waiting")),
            ("is_stale", "=", False),
            "|", ("next_at", "=", False), ("next_at", "<=", now),
            "|", ("until", "<=", soon), ("bits", "<", settings["bits"]),
        ]  # fmt: skip
        return self.search(domain, limit=limit).filtered(lambda life: life.signature_id.state == "complete")

    @api.model
    def _get_settings(self):
        # How signatures are kept is no secret.
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        return {
            "is_on": parameters_sudo.get_param("oa_signing.preservation", "True") == "True",
            "days": int(parameters_sudo.get_param("oa_signing.preservation_days") or 90),
            "bits": int(parameters_sudo.get_param("oa_signing.preservation_bits") or 112),
        }

    def _renew(self):
        """Add an archive timestamp; a sentence when it could not be had: nothing is lost, it is tried again."""
        self.ensure_one()
        before = self.bits
        try:
            with self.env.cr.savepoint():
                self._renew_file()
                self._measure(self.signature_id)
        except SigningError as error:
            return self._wait(self._explain(error))
        except UserError as error:
            return self._wait(error.args[0])
        except Exception:
            # A mistake in a hook of the record must not stop the others; it is in the log, the row stays.
            _logger.exception("preservation of signature %s", self.signature_id.id)
            return self._wait(self.env._("The signed record did not accept the file; the administrator sees why in the log."))
        self.write({"attempts": 0, "next_at": fields.Datetime.now() + _REST if self._is_due() else False})
        if self._is_due() and self.bits <= before:
            self.message = self.env._(
                "A timestamp was added, but the timestamp service itself ends soon or uses a weak algorithm. "
                "Ask the provider for a newer one."
            )
        return ""

    def _is_due(self):
        settings = self._get_settings()
        return self.bits < settings["bits"] or self.until <= fields.Datetime.now() + timedelta(days=settings["days"])

    def _renew_file(self):
        signature, pending = self.signature_id, self.env["oa.signature.pending"]
        signature._lock_key(signature.res_model, signature.res_id)
        line = pending._get_line(signature)
        signed = self.env["oa.signing.ports"]._get_documents().add_archive_timestamp(line[-1]._get_data())
        if signed.pending:
            raise UserError(self.env["oa.signing.messages"]._explain_code(signed.pending))
        pending._record(line, signed)

    def _explain(self, error):
        if error.code == "timestamp":
            return self.env._("The timestamp service did not answer. The file stays as it was; the archive timestamp is tried again.")
        return self.env["oa.signing.messages"]._explain(error)

    def _wait(self, message):
        pause = min(_FIRST_PAUSE * 2 ** min(self.attempts, 6), _LONGEST_PAUSE)
        next_at = fields.Datetime.now() + pause
        self.write({"state": "waiting", "attempts": self.attempts + 1, "message": message, "next_at": next_at})
        # Only the cron works; it is asked to come again.
        self.env.ref("oa_signing.oa_preservation_cron").sudo()._trigger(next_at)
        return message

    def action_open_signature(self):
        self.ensure_one()
        return {"type": "ir.actions.act_window", "res_model": "oa.signature", "res_id": self.signature_id.id, "views": [(False, "form")]}


class OaSignatureAugmentation(models.Model):
    """A file that was completed has another life."""

    _inherit = "oa.signature.augmentation"

    @api.private
    def _append(self, vals_list):
        rows = super()._append(vals_list)
        # Nobody has the right to write lives; that the file is another one is simply so.
        self.env["oa.signature.life"].sudo().search([("signature_id", "in", rows.signature_id.ids)]).is_stale = True
        return rows
