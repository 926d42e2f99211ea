from odoo import api, fields, models
from odoo.tools import SQL, format_date

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
COUNT_LIMIT = 1000
"""A tile says “1000+” rather than count on; the list behind it counts the rest on a click."""


def list_acts(model):
    """The acts whose turn stands at records of this model; other records only show it."""
    return [act for act, _label in ACTS if MODEL_OF_ACT.get(act, "oa.document") == model]


class OaDocument(models.Model):
    """The first screen of a person: how much waits, and the most urgent of it."""

    _inherit = "oa.document"

    @api.model
    def get_desk_counts(self):
        """How many documents and tasks wait for the current person, by act."""
        waiting = {}
        for model in MODELS:
            waiting |= self._count_waiting(model)
        labels = dict(self._fields["waiting_act"]._description_selection(self.env))
        unread = self.env["oa.notice"].search_count([("user_id", "=", self.env.uid), ("is_read", "=", False)])
        notices = {"act": "notice", "label": self.env._("Notices"), "count": unread, "late": 0, "action": "oa_docflow.oa_notice_action"}
        own = self._count_unsigned_acts()
        unsigned = {"act": "unsigned", "label": self.env._("My unsigned acts"), "count": own, "late": 0}
        return [
            {
                "act": act,
                "label": labels[act],
                **waiting[act],
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

    def _count_waiting(self, model):
        """By act: how many wait for the person and how many of these are late; counting stops at a limit."""
        records = self.env[model]
        records.flush_model(["waiting_for_id", "waiting_act", "waiting_until"])
        query = records._search(records._get_my_turn_domain())
        table, today = SQL.identifier(query.table), fields.Date.context_today(self)

        def count_up(condition):
            return SQL(
                "(SELECT count(*) FROM (SELECT FROM %s WHERE %s AND %s.waiting_act = act.code AND %s LIMIT %s) found)",
                query.from_clause, query.where_clause, table, condition, COUNT_LIMIT + 1,
            )  # fmt: skip

        late = count_up(SQL("%s.waiting_until < %s", table, today))
        rows = self.env.execute_query(
            SQL("SELECT act.code, %s, %s FROM unnest(%s) act (code)", count_up(SQL("TRUE")), late, list_acts(model))
        )
        return {act: {"count": min(count, COUNT_LIMIT), "has_more": count > COUNT_LIMIT, "late": late} for act, count, late in rows}
