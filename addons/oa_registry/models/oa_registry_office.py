from odoo import api, fields, models


class OaRegistryOffice(models.Model):
    """A registry office (регистратура): where documents are handed in and registered."""

    _name = "oa.registry.office"
    _inherit = ["oa.journal.mixin"]
    _description = "Registry office"
    _order = "company_id, code"
    _check_company_auto = True

    name = fields.Char(required=True)
    code = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", "Administration", required=True, default=lambda self: self.env.company, index=True)
    email = fields.Char("E-mail")
    phone = fields.Char()
    address = fields.Char()
    user_ids = fields.Many2many("res.users", string="Registry clerks")
    register_ids = fields.One2many("oa.register", "office_id", "Registers")

    _code_unique = models.Constraint("UNIQUE (company_id, code)", "This code of a registry office is already used.")

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        # Access principals are cached per person and follow the offices.
        if {"user_ids", "active", "company_id"} & set(vals):
            self.env.registry.clear_cache()
        return super().write(vals)
