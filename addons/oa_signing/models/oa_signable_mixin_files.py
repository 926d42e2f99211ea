import hashlib
import itertools

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.content import may_be_signed
from .oa_signature_check import OUTCOMES

_WORST = ("invalid", "indeterminate", "valid")
_DIGESTS = ("sha256", "sha384", "sha512")


class OaSignableMixin(models.AbstractModel):
    """How the signatures in the record's files stand: checked when they come in, and again by whoever asks."""

    _inherit = "oa.signable.mixin"

    check_count = fields.Integer("Checks of signatures", compute="_compute_checks")
    check_outcome = fields.Selection(OUTCOMES, "Signatures in the files", compute="_compute_checks")

    def _compute_checks(self):
        # Whoever reads the record knows how its signatures stand.
        checks_sudo = self.env["oa.signature.check"].sudo().search([("res_model", "=", self._name), ("res_id", "in", self.ids)], order="id")
        by_record = checks_sudo.grouped("res_id")
        for record in self:
            own = by_record.get(record.id, checks_sudo.browse())
            newest = {check.file_name: check.outcome for check in own}
            record.check_count = len(own)
            record.check_outcome = min(newest.values(), key=_WORST.index, default=False)

    def _list_checkable_files(self):
        """Hook: (name, attachment) of the files whose signatures are of interest."""
        return []

    def _may_hold_files(self, data):
        """Hook: a quick look whether a file may have others inside, as an e-mail has."""
        return False

    def _list_inner_files(self, data):
        """Hook: (name, bytes) of what is inside a file. What has no name is not checked; a signature beside it may cover it."""
        return []

    def _list_signed_parts(self, name, data):
        """(name, bytes) of what may be signed in a file: the file, and those inside it that the record does not keep apart."""
        parts = [(name, data)] if may_be_signed(data) else []
        inside = [(inner, content) for inner, content in self._list_inner_files(data) if inner and may_be_signed(content)]
        kept = {hashlib.sha256(attachment.raw or b"").digest() for _name, attachment in self._list_checkable_files()} if inside else ()
        return parts + [(f"{name} › {inner}", content) for inner, content in inside if hashlib.sha256(content).digest() not in kept]

    def _find_signed_file(self, wanted):
        """Bytes with one of these digests (algorithm, hex), for a signature beside them: a file of the record or inside one; or None."""
        files = [attachment.raw or b"" for _name, attachment in self._list_checkable_files()]
        inside = (content for data in files for _name, content in self._list_inner_files(data))
        for data in itertools.chain(files, inside):
            if any(name in _DIGESTS and hashlib.new(name, data).hexdigest() == digest for name, digest in wanted):
                return data
        return None

    def action_check_signatures(self):
        """Check every file that may be signed now, whatever was said of it before."""
        self.ensure_one()
        self.check_access("read")
        checks = self.env["oa.signature.check"]
        for name, attachment in self._list_checkable_files():
            for part, data in self._list_signed_parts(name, attachment.raw or b""):
                checks |= checks._validate_signed(part, data, self)
        if not checks:
            raise UserError(self.env._("No file here carries an electronic signature."))
        self.invalidate_recordset(["check_count", "check_outcome"])
        return self.action_view_checks()

    def action_view_checks(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("oa_signing.oa_signature_check_action")
        return {**action, "domain": [("res_model", "=", self._name), ("res_id", "in", self.ids)], "context": {}}

    @api.private
    def _check_in_background(self, files):
        """Put (name, attachment) in line; whoever brings a file waits for nothing."""
        self.ensure_one()
        self.env["oa.signature.check.queue"]._enqueue(self, files)
