from odoo import fields, models


class OaRegisterAnnulment(models.Model):
    """A number is annulled by a later event; the line of the book stays as it is."""

    _name = "oa.register.annulment"
    _inherit = "oa.append.only"
    _description = "Annulment of a number"
    _order = "at, id"

    entry_id = fields.Many2one("oa.register.entry", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", "Administration", required=True, readonly=True, ondelete="restrict")
    at = fields.Datetime("Annulled at", required=True, readonly=True, default=fields.Datetime.now)
    by_id = fields.Many2one(
        "res.users", "Annulled by", required=True, readonly=True, ondelete="restrict", default=lambda self: self.env.uid
    )
    reason = fields.Char("Reason for annulment", required=True, readonly=True)

    _entry_unique = models.Constraint("UNIQUE (entry_id)", "This number is already annulled.")
