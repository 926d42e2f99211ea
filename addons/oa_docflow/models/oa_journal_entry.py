from odoo import api, fields, models

ACTIONS = {
    "flow": [
        ("draft", "Drafted"),
        ("submit", "Sent for coordination"),
        ("agree", "Agreed"),
        ("return", "Returned to the author"),
        ("send_back", "Returned to an earlier step"),
        ("undo", "Own act taken back"),
        ("disagree", "Not agreed"),
        ("dissent", "Agreed with a dissenting opinion"),
        ("stop", "Procedure ended"),
        ("add_step", "Step added"),
        ("recall", "Recalled by the author"),
        ("reset", "Content changed, coordination begins anew"),
        ("approve", "Coordinated and frozen"),
        ("resolve", "Resolution"),
        ("delegate", "Delegated"),
        ("accept", "Task accepted"),
        ("report", "Execution reported"),
        ("confirm", "Execution accepted"),
        ("task_return", "Execution returned"),
        ("withdraw", "Task withdrawn"),
        ("ask", "Instructions asked"),
        ("instruct", "Instructions given"),
        ("redirect", "Task redirected"),
        ("extend_ask", "Extension of the term asked"),
        ("extend", "Term extended"),
        ("extend_refuse", "Extension of the term refused"),
        ("term_suspend", "Term suspended"),
        ("term_resume", "Term resumed"),
        ("forward", "Opinion asked of a colleague"),
        ("opine", "Opinion given"),
        ("take_back", "Request for an opinion taken back"),
        ("acquaint_ask", "Sent for acquaintance"),
        ("acquaint", "Acquainted"),
        ("acquaint_end", "Acquaintance no longer asked"),
        ("task_close", "Task closed automatically"),
        ("hand_over", "Work handed over to another person"),
        ("recur", "Recurring task"),
        ("outcome", "Outcome"),
        ("escalate", "Superior told of a term that is over"),
        ("silence", "Warned of a tacit refusal"),
        ("acquaint", "Got to know"),
        ("execute", "Carried out"),
        ("procedure_publish", "Procedure published"),
        ("procedure_import", "Procedure imported"),
        ("procedure_export", "Procedure exported"),
        ("substitution", "Substitution confirmed"),
        ("substitution_end", "Substitution ended"),
    ],
    "signature": [("sign", "Signed"), ("seal", "Sealed"), ("refuse", "Signature refused"), ("check_signature", "Signature verified")],
}
_ADDED = [action for actions in ACTIONS.values() for action in actions]


class OaJournalEntry(models.Model):
    """Acts of the flow in the journal."""

    _inherit = "oa.journal.entry"

    action = fields.Selection(selection_add=_ADDED, ondelete={action: "cascade" for action, _label in _ADDED})

    @api.model
    def _get_actions(self):
        actions = super()._get_actions()
        return actions | {category: [*actions.get(category, ()), *added] for category, added in ACTIONS.items()}
