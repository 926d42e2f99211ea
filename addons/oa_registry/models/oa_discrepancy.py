from odoo import fields, models


class OaDiscrepancy(models.Model):
    """A coded reason why the receipt of a document is not acknowledged; the codes are those of the state."""

    _name = "oa.discrepancy"
    _description = "Reason of a non-acknowledgement"
    _order = "code"

    name = fields.Char(required=True)
    code = fields.Char(required=True)
    active = fields.Boolean(default=True)

    _code_unique = models.Constraint("UNIQUE (code)", "This code is already used.")
