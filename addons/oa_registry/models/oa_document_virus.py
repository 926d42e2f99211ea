import logging
import os

from odoo import api, fields, models

from ..adapters import virus_scanner
from ..core.errors import FileRejectedError

_logger = logging.getLogger(__name__)


class OaDocument(models.Model):
    """Files are shown to ClamAV before they are stored, when its daemon is set."""

    _inherit = "oa.document"

    virus_note = fields.Char("About viruses", compute="_compute_virus_note")

    def _compute_virus_note(self):
        self.virus_note = (
            "" if self._get_scanner_address() else self.env._("Files are not checked for viruses: the administrator has set no ClamAV.")
        )

    @api.model
    def _get_scanner_address(self):
        # Everybody's files are checked; only administrators read the parameter.
        return self.env["ir.config_parameter"].sudo().get_param("oa_registry.clamd_address") or os.environ.get("OA_CLAMD_ADDRESS", "")

    @api.model
    def _judge_file(self, name, data):
        facts = super()._judge_file(name, data)
        if address := self._get_scanner_address():
            try:
                found = virus_scanner.scan(address, data)
            except virus_scanner.ScannerError as error:
                # What was not checked is not stored: a virus would only have to come while the daemon sleeps.
                _logger.warning("ClamAV at %s does not answer: %s", address, error)
                raise FileRejectedError("file_unchecked", name=name) from error
            if found:
                _logger.warning("File %s refused: %s", name, found)
                raise FileRejectedError("file_virus", name=name, virus=found)
        return facts
