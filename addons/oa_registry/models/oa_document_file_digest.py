import functools
import hashlib
import logging
from pathlib import Path

from odoo import models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)
_CHUNK = 1 << 20


class OaDocumentFile(models.Model):
    """What leaves the system is what was stored: every reading compares the digest first."""

    _inherit = "oa.document.file"

    def _get_verified_bytes(self):
        """The bytes, or a refusal when they are not what was stored."""
        self._check_digest()
        # The rule of the file has been asked; the attachment follows the same document.
        return self.sudo().attachment_id.raw

    def _check_each_digest(self):
        for file in self:
            file._check_digest()

    def _check_digest(self):
        """Refuse content that is not what was stored."""
        self.ensure_one()
        if self._compute_stored_digest() != self.sha256:
            _logger.error("The content of file %s of document %s is not what was stored", self.id, self.document_id.id)
            raise UserError(
                self.env._(
                    "The content of “%(name)s” is missing or is not what was stored. It is not shown; tell the administrator.",
                    name=self.name,
                )
            )

    def _compute_stored_digest(self):
        """SHA-256 of what lies in the store now; empty when nothing does."""
        # Whoever asks for the digest has been let to the file.
        attachment_sudo = self.sudo().attachment_id
        if not attachment_sudo.store_fname:
            return hashlib.sha256(attachment_sudo.db_datas or b"").hexdigest()
        path = attachment_sudo._full_path(attachment_sudo.store_fname)
        try:
            facts = Path(path).stat()
            return _hash_file(path, facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)
        except OSError:
            return ""


@functools.lru_cache(maxsize=256)
def _hash_file(path, *_facts):
    """A viewer asks for one file in parts: as long as the file system says that nothing has changed, it is read once."""
    digest = hashlib.sha256()
    with Path(path).open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


class IrBinary(models.AbstractModel):
    """The same for whoever comes by the attachment."""

    _inherit = "ir.binary"

    def _record_to_stream(self, record, field_name):
        # The caller has checked access to the content.
        attachment_sudo = record.sudo() if record._name == "ir.attachment" else None
        if attachment_sudo and attachment_sudo.res_model == "oa.document":
            attachment_sudo.env["oa.document.file"].search([("attachment_id", "=", attachment_sudo.id)])._check_each_digest()
        return super()._record_to_stream(record, field_name)
