from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.oa_register_export import AT_ONCE, FORMATS


class OaRegisterPrint(models.TransientModel):
    """Asks for a book, a period and a format."""

    _name = "oa.register.print"
    _description = "Print or export a register"

    register_id = fields.Many2one("oa.register", required=True, default=lambda self: self._default_register())
    register_direction = fields.Selection(related="register_id.direction")
    format = fields.Selection(FORMATS, required=True, default=lambda self: self._default_format())
    direction = fields.Selection(
        [("all", "All"), ("incoming", "Incoming"), ("outgoing", "Outgoing")], "Entries", required=True, default="all"
    )
    kind_id = fields.Many2one("oa.document.kind", "Document kind")
    annulled = fields.Selection(
        [("all", "With the annulled"), ("without", "Without the annulled"), ("only", "Only the annulled")],
        "Annulled numbers",
        required=True,
        default="all",
    )
    date_from = fields.Date("From", required=True, default=lambda self: fields.Date.context_today(self).replace(day=1))
    date_to = fields.Date("To", required=True, default=fields.Date.context_today)
    entry_count = fields.Integer("Entries in the period", compute="_compute_entry_count")
    is_long = fields.Boolean(compute="_compute_entry_count")

    def _default_register(self):
        return self.env["oa.register"].search([("company_id", "=", self.env.company.id)], limit=1)

    def _default_format(self):
        return "pdf" if self.env.user.has_group("oa_registry.oa_registry_group_clerk") else "proof"

    @api.depends("register_id", "format", "direction", "kind_id", "annulled", "date_from", "date_to")
    def _compute_entry_count(self):
        for wizard in self:
            wizard.entry_count = 0
            if wizard.register_id and wizard.date_from and wizard.date_to:
                wizard.entry_count = self.env["oa.register.export"].new(wizard._prepare_export_vals(), origin=None)._count_lines()
            wizard.is_long = wizard.entry_count > AT_ONCE

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for wizard in self:
            if wizard.date_from > wizard.date_to:
                raise UserError(self.env._("The period ends before it begins. Mend the dates."))

    def _prepare_export_vals(self):
        return {
            "register_id": self.register_id.id,
            "format": self.format,
            "date_from": self.date_from,
            "date_to": self.date_to,
            "direction": self.direction if self.register_direction == "official" else "all",
            "kind_id": self.kind_id.id,
            "annulled": self.annulled,
        }

    def action_print(self):
        """Answer with the file, or with the page that shows how far it is."""
        self.ensure_one()
        export = self.env["oa.register.export"]._ask(self.register_id, self._prepare_export_vals())
        if export.state == "done":
            return {**export.action_download(), "close": True}
        action = self.env["ir.actions.act_window"]._for_xml_id("oa_registry.oa_register_export_action")
        return {**action, "res_id": export.id, "view_mode": "form", "views": [(False, "form")]}
