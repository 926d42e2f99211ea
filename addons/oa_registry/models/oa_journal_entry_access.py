from odoo import fields, models

ACTIONS = [("access_level", "Access level changed"), ("access_withdrawn", "Access withdrawn")]


class OaJournalEntry(models.Model):
    """Changes of access in the journal."""

    _inherit = "oa.journal.entry"

    action = fields.Selection(selection_add=ACTIONS, ondelete={action: "cascade" for action, _label in ACTIONS})
