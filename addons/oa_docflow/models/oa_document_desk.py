from odoo import api, fields, models

from .oa_turn_mixin import ACTS

TASK_ACTS = {"execute", "confirm"}


class OaDocument(models.Model):
    """Counts for the first screen of a person: what waits, and what of it is late."""

    _inherit = "oa.document"

    @api.model
    def get_desk_counts(self):
        """How many documents and tasks wait for the current person, by act."""
        waiting = self._count_waiting("oa.document") | self._count_waiting("oa.task")
        late = self._count_waiting("oa.document", late=True) | self._count_waiting("oa.task", late=True)
        labels = dict(self._fields["waiting_act"]._description_selection(self.env))
        return [
            {
                "act": act,
                "label": labels[act],
                "count": waiting.get(act, 0),
                "late": late.get(act, 0),
                "action": "oa_docflow.oa_task_action_mine" if act in TASK_ACTS else f"oa_docflow.oa_document_action_{act}",
            }
            for act, _label in ACTS
        ]

    def _count_waiting(self, model, *, late=False):
        acts = [act for act, _label in ACTS if (act in TASK_ACTS) == (model == "oa.task")]
        domain = [("waiting_for_id", "=", self.env.uid), ("waiting_act", "in", acts)]
        if late:
            domain.append(("waiting_until", "<", fields.Date.context_today(self)))
        return dict(self.env[model]._read_group(domain, ["waiting_act"], ["__count"]))
