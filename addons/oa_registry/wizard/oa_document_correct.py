from odoo import api, fields, models

from ..models.oa_document import CHANNELS
from ..models.oa_document_correction import CORRECTABLE, list_people
from ..models.oa_document_correspondent import ROLES


class OaDocumentCorrect(models.TransientModel):
    """Asks what is to be corrected in the line of a registered document, and why."""

    _name = "oa.document.correct"
    _description = "Correct an entry"

    document_id = fields.Many2one("oa.document", required=True, readonly=True)
    direction = fields.Selection(related="document_id.direction")
    subject = fields.Char(required=True)
    kind_id = fields.Many2one("oa.document.kind", required=True, domain="[('direction', '=', direction)]")
    sender_number = fields.Char("Sender's number")
    sender_date = fields.Date("Sender's date")
    received_at = fields.Datetime()
    received_channel = fields.Selection(CHANNELS, "Received")
    person_ids = fields.One2many("oa.document.correct.person", "wizard_id", "Correspondents")
    reason = fields.Char("Reason for the correction", required=True)

    @api.model
    def default_get(self, fields_list):
        vals = super().default_get(fields_list)
        document = self.env["oa.document"].browse(vals.get("document_id") or [])
        if document:
            document.check_access("read")
            vals |= {name: document._fields[name].convert_to_write(document[name], document) for name in CORRECTABLE}
            vals["person_ids"] = [
                fields.Command.create({
                    "partner_id": item.partner_id.id, "role": item.role, "their_number": item.their_number, "their_date": item.their_date,
                })
                for item in document.correspondent_ids
            ]  # fmt: skip
        return vals

    def action_confirm(self):
        self.document_id._correct({name: self[name] for name in CORRECTABLE}, list_people(self.person_ids), self.reason)


class OaDocumentCorrectPerson(models.TransientModel):
    """One correspondent as it is to stand after the correction."""

    _name = "oa.document.correct.person"
    _description = "Correspondent after the correction"

    wizard_id = fields.Many2one("oa.document.correct", required=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Correspondent", required=True)
    role = fields.Selection(ROLES, required=True, default="sender")
    their_number = fields.Char("Their number")
    their_date = fields.Date("Their date")
