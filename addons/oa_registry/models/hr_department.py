from odoo import api, fields, models


class HrDepartment(models.Model):
    _inherit = "hr.department"

    registry_code = fields.Char("Code in numbers", help="Stands for {unit} in registration numbers.")

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if {"parent_id", "manager_id", "active"} & set(vals):
            self.env.registry.clear_cache()
        return super().write(vals)


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if {"user_id", "active", "company_id"} & set(vals):
            self.env.registry.clear_cache()
        return super().write(vals)


class HrVersion(models.Model):
    _inherit = "hr.version"

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        # Access principals and the capacity in the journal are cached per person and follow the unit and the position.
        if {"department_id", "job_id", "job_title"} & set(vals):
            self.env.registry.clear_cache()
        return super().write(vals)
