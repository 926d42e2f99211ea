from odoo import api, fields, models
from odoo.tools import format_date

from .oa_turn_mixin import ACTS

ACTION_OF_ACT = {
    "execute": "oa_docflow.oa_task_action_mine",
    "confirm": "oa_docflow.oa_task_action_mine",
    "instruct": "oa_docflow.oa_task_action_mine",
    "extend": "oa_docflow.oa_task_extension_action",
    "opine": "oa_docflow.oa_task_opinion_action",
    "read": "oa_docflow.oa_acquaintance_action",
}
"""Where the tile of an act leads; the others lead to documents."""
MODEL_OF_ACT = {
    "execute": "oa.task",
    "confirm": "oa.task",
    "instruct": "oa.task",
    "extend": "oa.task.extension",
    "opine": "oa.task.opinion",
    "read": "oa.acquaintance",
}
MODELS = ("oa.document", "oa.task", "oa.task.extension", "oa.task.opinion", "oa.acquaintance")
DESK_LIMIT = 20


def list_acts(model):
    """The acts whose turn stands at records of this model; other records only show it."""
    return [act for act, _label in ACTS if MODEL_OF_ACT.get(act, "oa.document") == model]


class OaDocument(models.Model):
    """The first screen of a person: how much waits, and the most urgent of it."""

    _inherit = "oa.document"

    @api.model
    def get_desk_counts(self):
        """How many documents and tasks wait for the current person, by act."""
        waiting, late = {}, {}
        for model in MODELS:
            waiting |= self._count_waiting(model)
            late |= self._count_waiting(model, late=True)
        labels = dict(self._fields["waiting_act"]._description_selection(self.env))
        unread = self.env["oa.notice"].search_count([("user_id", "=", self.env.uid), ("is_read", "=", False)])
        notices = {"act": "notice", "label": self.env._("Notices"), "count": unread, "late": 0, "action": "oa_docflow.oa_notice_action"}
        own = self._count_unsigned_acts()
        unsigned = {"act": "unsigned", "label": self.env._("My unsigned acts"), "count": own, "late": 0}
        return [
            {
                "act": act,
                "label": labels[act],
                "count": waiting.get(act, 0),
                "late": late.get(act, 0),
                "action": ACTION_OF_ACT.get(act, f"oa_docflow.oa_document_action_{act}"),
            }
            for act, _label in ACTS
        ] + [unsigned | {"action": "oa_docflow.oa_step_record_action_unsigned"}, notices]

    def _count_unsigned_acts(self):
        """Acts that the person has begun and not signed yet."""
        return self.env["oa.step.record"].search_count([("state", "=", "prepared"), ("user_id", "=", self.env.uid)])

    @api.model
    def get_desk_items(self):
        """The most urgent documents and tasks that wait for the current person, at most twenty, the nearest term first."""
        items = [item for model in MODELS for item in self._list_waiting(model)]
        return sorted(items, key=lambda item: item["order"])[:DESK_LIMIT]

    def _list_waiting(self, model):
        labels = dict(self._fields["waiting_act"]._description_selection(self.env))
        today = fields.Date.context_today(self)
        records = self.env[model].search(self._get_waiting_domain(model), order="waiting_until, id", limit=DESK_LIMIT)
        for record in records:
            document = record if model == "oa.document" else record.document_id
            until = record.waiting_until
            yield {
                "key": f"{model},{record.id}",
                "model": model,
                "id": record.id,
                "name": document.display_name if document.number else self.env._("Draft"),
                "subject": document.subject or "",
                "act": labels[record.waiting_act],
                "until": format_date(self.env, until, date_format="dd.MM.yyyy") if until else "",
                "is_late": bool(until) and until < today,
                "order": fields.Date.to_string(until) or "9",
            }

    def _get_waiting_domain(self, model):
        return [*self.env[model]._get_my_turn_domain(), ("waiting_act", "in", list_acts(model))]

    def _count_waiting(self, model, *, late=False):
        domain = self._get_waiting_domain(model)
        if late:
            domain.append(("waiting_until", "<", fields.Date.context_today(self)))
        return dict(self.env[model]._read_group(domain, ["waiting_act"], ["__count"]))
