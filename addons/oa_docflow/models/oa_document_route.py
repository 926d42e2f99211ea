from odoo import api, fields, models

from ..core import routing
from .oa_opinion import DISSENTING

STAGES = {
    "incoming": ("draft", "registered", "assigned", "in_progress", "answered", "closed"),
    "outgoing": ("draft", "in_coordination", "for_signature", "signed", "dispatched", "closed"),
    "internal": ("draft", "in_coordination", "for_signature", "signed", "closed"),
}
SIDE_STATES = {"returned": "in_coordination", "refused": "for_signature", "stopped": "in_coordination"}


class OaDocument(models.Model):
    """The route of a document and its drawing."""

    _inherit = "oa.document"

    route_ids = fields.One2many("oa.route", "document_id", string="Rounds")
    route_id = fields.Many2one("oa.route", string="Current route", compute="_compute_route_id")
    round_count = fields.Integer(compute="_compute_route_id")
    drawing = fields.Json(compute="_compute_drawing")
    stage_bar = fields.Json(compute="_compute_stage_bar")

    @api.depends("route_ids.round")
    def _compute_route_id(self):
        for document in self:
            document.route_id = document.route_ids.sorted("round")[-1:]
            document.round_count = len(document.route_ids)

    @api.depends("state", "direction", "correspondent_ids.role")
    @api.depends_context("lang")
    def _compute_stage_bar(self):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for document in self:
            document.stage_bar = document._draw_stages(labels)

    def _draw_stages(self, labels):
        """The stages of this sort of document, and which of them is now; a side state takes the place of its stage."""
        side = SIDE_STATES.get(self.state)
        way = "outgoing" if self.direction == "internal" and self._goes_out() else self.direction
        stages = [self.state if stage == side else stage for stage in STAGES.get(way, ())]
        if self.state not in stages:
            return [{"state": self.state, "label": labels.get(self.state, ""), "place": "bad" if self.state == "annulled" else "now"}]
        now = stages.index(self.state)
        places = ["past" if index < now else "next" for index in range(len(stages))]
        places[now] = "bad" if side else "now"
        return [{"state": stage, "label": labels[stage], "place": place} for stage, place in zip(stages, places, strict=True)]

    def _get_waiting_steps(self):
        """The steps of the current round that somebody has to take now; several people may stand at one place."""
        self.ensure_one()
        return self.route_id.step_ids.filtered(lambda step: step.state == "waiting")

    def _get_waiting_step(self):
        """The waiting step of the current person, else the first of those that wait."""
        steps = self._get_waiting_steps()
        if len(steps) > 1:
            may_act = self.env["oa.substitution"]._may_act
            # Whose steps they are is known to everybody who sees the document.
            steps = steps.filtered(lambda step: may_act(step.sudo().user_id, self)) or steps
        return steps[:1]

    @api.depends("state", "waiting_for_id", "route_ids.step_ids.state", "task_ids.state", "procedure_id", "resolution_ids")
    @api.depends_context("uid", "lang")
    def _compute_drawing(self):
        for document in self:
            # The drawing shows names and moments only; whoever sees the document may see where it is.
            document_sudo = document.sudo()
            if document.direction == "incoming":
                document.drawing = document_sudo._draw_work()
            else:
                document.drawing = document_sudo._draw_route() + document_sudo._draw_work()

    def _draw_route(self):
        if not self.route_ids:
            return self._draw_plan()
        current = self.route_id
        past = (self.route_ids - current).sorted("round").step_ids.filtered(lambda step: step.acted_at)
        lines = [self._draw_step(step) for step in past.sorted("acted_at")]
        by_way = {step.key: number for number, step in enumerate(routing.order(current.step_ids._to_core()))}
        return self._mark_places(lines + [self._draw_step(step) for step in current.step_ids.sorted(lambda step: by_way[step.id])])

    def _draw_plan(self):
        """The way that a draft will go: by the version of today, with the persons who play the parts today."""
        if self.state != "draft" or not self.procedure_id:
            return []
        lines = []
        for step in self.procedure_id._get_current().step_ids:
            people = step._find_users(self)
            lines += [self._draw(f"plan-{step.id}-{user.id}", step.name, user, "planned", **step._get_drawn_facts()) for user in people]
            if not people:
                lines.append(self._draw(f"plan-{step.id}", step.name, people, "planned", **step._get_drawn_facts()))
        return self._mark_places(lines)

    def _draw_step(self, step):
        return self._draw(
            f"step-{step.id}",
            step.name,
            step.acted_by_id or self._find_actor(step),
            # Who did not agree is seen at once, although the document has gone on.
            "returned" if step.acted_at and step.opinion in DISSENTING else step.state,
            holder=step.user_id,
            moment=step.acted_at,
            until=step.due_on,
            until_at=step.due_at,
            explanation=step.term_explanation,
            comment=step.comment,
            round=step.route_id.round,
            **step._get_drawn_facts(),
        )

    def _mark_places(self, lines):
        """Lines that stand at one place with others say so; a place of one needs no frame."""
        crowded = {place for place in (line["place"] for line in lines) if sum(line["place"] == place for line in lines) > 1}
        return [{**line, "place": line["place"] if line["place"] in crowded else ""} for line in lines]

    def _find_actor(self, step):
        """Who takes a waiting step today."""
        mandate = self.env["oa.substitution"]._find_for(step.user_id, self) if step.state == "waiting" else None
        return mandate.substitute_id if mandate else step.user_id

    def _draw_work(self):
        """Resolutions and tasks in the order in which they were given."""
        lines = []
        if self._is_for_resolution():
            resolve = self.env._("Resolution")
            facts = {"act": resolve, "until": self.waiting_until, "explanation": self._explain_resolver_turn()}
            lines.append(self._draw("resolve", resolve, self.waiting_for_id, "waiting", holder=self._get_holder(), **facts))
        types = dict(self.env["oa.resolution"]._fields["type"]._description_selection(self.env))
        for resolution in self.resolution_ids:
            lines.append(
                self._draw(
                    f"resolution-{resolution.id}",
                    self.env._("Resolution"),
                    resolution.user_id,
                    "done",
                    holder=resolution.substitution_id.holder_id,
                    act=types[resolution.type],
                    moment=resolution.given_at,
                    comment=resolution.text,
                )
            )
            lines += [self._draw_task(task) for task in resolution.task_ids]
        return lines

    def _draw_task(self, task):
        ended = {"confirmed": "done", "confirmed_late": "done", "returned": "returned", "withdrawn": "cancelled", "redirected": "cancelled"}
        state = ended.get(task.state, "waiting")
        states = dict(task._fields["state"]._description_selection(self.env))
        return self._draw(
            f"task-{task.id}",
            self.env._("Execution"),
            task.responsible_id,
            state,
            act=states[task.state],
            moment=task.confirmed_at or task.reported_at,
            until=task.due_on,
            explanation=task.term_explanation,
            comment=task.report_text or task.return_reason,
            # A reported task is shown with its executor, and waits for somebody else.
            is_me=task.waiting_for_id == self.env.user,
            depth=(task.parent_path or "").count("/") - 1,
        )

    def _draw(self, key, name, user, state, **facts):
        """One line of the drawing; facts: holder (in whose place), act, moment, until, comment, round, depth, is_me."""
        moment, until, holder = facts.get("moment"), facts.get("until"), facts.get("holder") or user
        together = self.env._("%(substitute)s for %(holder)s", substitute=user.name, holder=holder.name)
        return {
            "key": key,
            "name": name,
            "person": together if holder != user else user.name or "",
            "is_me": facts.get("is_me", user == self.env.user),
            "state": state,
            "act": facts.get("act", ""),
            "when": fields.Datetime.to_string(moment) if moment else False,
            "until": fields.Date.to_string(until) if until else False,
            "is_late": bool(until) and state == "waiting" and until < fields.Date.context_today(self),
            "explanation": (until and state == "waiting" and facts.get("explanation")) or "",
            "comment": facts.get("comment") or "",
            "round": facts.get("round", 0),
            "depth": max(facts.get("depth", 0), 0),
            "until_at": fields.Datetime.to_string(facts["until_at"]) if facts.get("until_at") else False,
            "place": facts.get("place", ""),
            "rule": facts.get("rule", ""),
            "condition": facts.get("condition", ""),
            "term": facts.get("term", ""),
        }
