from xmlrpc.client import Binary

from odoo import api, models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_process(self, model, message, *args, **kwargs):
        """Letters for a registry office are kept whole before anything reads them; all others go Odoo's way."""
        data = message.data if isinstance(message, Binary) else message
        data = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else bytes(data)
        # Whoever may hand a letter over to Odoo need not hold a role in the registry.
        if office := self.env["oa.intake.mail"].sudo()._find_office(model, data):
            return self.env["oa.intake.mail"]._receive(office, data).id
        return super().message_process(model, message, *args, **kwargs)
