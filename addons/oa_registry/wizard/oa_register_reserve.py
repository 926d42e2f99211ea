from odoo import api, fields, models

from ..core.numbering import TEXT_TOKENS
from ..models.oa_register_block import BlockRequest
from ..models.oa_register_entry import DIRECTIONS


class OaRegisterReserve(models.TransientModel):
    """Asks how many numbers are reserved for which day on paper."""

    _name = "oa.register.reserve"
    _description = "Reserve numbers for paper"

    register_id = fields.Many2one("oa.register", required=True, domain="[('algorithm', 'in', ('register', 'kind'))]")
    company_id = fields.Many2one(related="register_id.company_id")
    direction = fields.Selection(DIRECTIONS, compute="_compute_direction", store=True, readonly=False, required=True, precompute=True)
    is_official = fields.Boolean(compute="_compute_needs")
    needs_kind = fields.Boolean(compute="_compute_needs")
    needs_unit = fields.Boolean(compute="_compute_needs")
    kind_id = fields.Many2one("oa.document.kind", domain="[('direction', '=', direction)]")
    unit_id = fields.Many2one("hr.department", domain="[('company_id', '=', company_id)]")
    day = fields.Date("For the day", required=True, default=fields.Date.context_today)
    count = fields.Integer("How many", required=True, default=20)
    reason = fields.Char(required=True)

    @api.depends("register_id")
    def _compute_direction(self):
        for wizard in self:
            direction = wizard.register_id.direction
            wizard.direction = "incoming" if not direction or direction == "official" else direction

    @api.depends("register_id")
    def _compute_needs(self):
        for wizard in self:
            template = wizard.register_id.number_template or ""
            wizard.is_official = wizard.register_id.direction == "official"
            wizard.needs_kind = wizard.register_id.algorithm == "kind" or f"{{{TEXT_TOKENS[1]}}}" in template
            wizard.needs_unit = f"{{{TEXT_TOKENS[2]}}}" in template

    def action_confirm(self):
        request = BlockRequest(self.direction, self.count, self.day, self.reason, self.kind_id.id or 0, self.unit_id.id or 0)
        block = self.register_id._reserve(request)
        return {"type": "ir.actions.act_window", "res_model": block._name, "res_id": block.id, "views": [(False, "form")]}
