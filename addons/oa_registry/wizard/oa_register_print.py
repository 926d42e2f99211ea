from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class OaRegisterPrint(models.TransientModel):
    """Asks for a book and a period and prints it."""

    _name = "oa.register.print"
    _description = "Print a register"

    register_id = fields.Many2one("oa.register", required=True, default=lambda self: self._default_register())
    direction = fields.Selection(
        [("all", "All"), ("incoming", "Incoming"), ("outgoing", "Outgoing")], "Entries", required=True, default="all"
    )
    date_from = fields.Date("From", required=True, default=lambda self: fields.Date.context_today(self).replace(day=1))
    date_to = fields.Date("To", required=True, default=fields.Date.context_today)

    def _default_register(self):
        return self.env["oa.register"].search([("company_id", "=", self.env.company.id)], limit=1)

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for wizard in self:
            if wizard.date_from > wizard.date_to:
                raise UserError(self.env._("The period ends before it begins. Mend the dates."))

    def action_print(self):
        return {"type": "ir.actions.act_url", "url": f"/oa/register/print/{self.id}", "target": "new"}

    def _make_pdf(self):
        """Return name and bytes of the book."""
        if not self.env.user.has_group("oa_registry.oa_registry_group_clerk"):
            raise AccessError(self.env._("Registers are printed by registry clerks."))
        self.ensure_one()
        name = f"{self.register_id.code} {self.date_from:%d.%m.%Y}-{self.date_to:%d.%m.%Y}"
        data = self.register_id._print_book(self.date_from, self.date_to, self.direction)
        self.env["oa.journal.entry"]._log(self.register_id, "print", name)
        return f"{name}.pdf", data
