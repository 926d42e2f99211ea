from odoo import fields, models

ACTIONS = [
    ("draft", "Drafted"),
    ("submit", "Sent for coordination"),
    ("agree", "Agreed"),
    ("return", "Returned to the author"),
    ("recall", "Recalled by the author"),
    ("reset", "Content changed, coordination begins anew"),
    ("approve", "Coordinated and frozen"),
    ("sign", "Signed"),
    ("refuse", "Signature refused"),
    ("resolve", "Resolution"),
    ("delegate", "Delegated"),
    ("accept", "Task accepted"),
    ("report", "Execution reported"),
    ("confirm", "Execution accepted"),
    ("task_return", "Execution returned"),
    ("withdraw", "Task withdrawn"),
]


class OaJournalEntry(models.Model):
    """Acts of the flow in the journal."""

    _inherit = "oa.journal.entry"

    action = fields.Selection(selection_add=ACTIONS, ondelete={action: "cascade" for action, _label in ACTIONS})
