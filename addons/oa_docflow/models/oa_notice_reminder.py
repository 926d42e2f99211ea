from odoo import api, models

from ..core import lifecycle
from ..core.reminders import Phase, find_phases, latest_day
from .oa_document_desk import list_acts
from .oa_notice import News
from .oa_turn_mixin import Turn

REMINDED = ("oa.task", "oa.task.opinion", "oa.task.extension", "oa.acquaintance", "oa.document")
BATCH = 500
OWN_PHASES = {Phase.BEFORE: "before", Phase.DUE: "due", Phase.LATE: "late"}
RUNNING_STATES = ("registered", "assigned", "in_progress")
"""States in which an incoming document may still be decided."""


class OaNotice(models.Model):
    """The daily run: whose term is near or over, and who hears of it next."""

    _inherit = "oa.notice"

    @api.model
    def _cron_remind(self):
        """Say what the day asks for; a second run and a run after a killed one find what was told and say the rest."""
        for company in self.env["res.company"].search([("active", "=", True)]):
            for _batch in self._remind_in_batches(company):
                self.env["ir.cron"]._commit_progress()

    def _remind_in_batches(self, company):
        """Each step is a transaction of its own: what a killed run has told stays told, the next run goes on."""
        for model in REMINDED:
            last_id = 0
            while records := self._list_running(model, company, last_id):
                last_id = records[-1].id
                self._remind_of(records, company)
                yield model
        self._warn_of_silence(company)
        yield "silence"

    def _list_running(self, model, company, last_id):
        """The next records of which somebody may have to be told, in a steady order."""
        today = self.env["oa.calendar.day"]._get_today()
        ahead = latest_day(today, company._get_reminder_policy().before, self.env["oa.calendar.day"]._get_calendar())
        domain = [
            ("id", ">", last_id), ("company_id", "=", company.id), ("waiting_for_id", "!=", False), ("waiting_until", "!=", False),
            ("waiting_until", "<=", ahead), ("waiting_act", "in", list_acts(model)),
        ]  # fmt: skip
        return self.env[model].search(domain, order="id", limit=BATCH)

    def _remind_of(self, records, company):
        today, calendar = self.env["oa.calendar.day"]._get_today(), self.env["oa.calendar.day"]._get_calendar()
        policy = company._get_reminder_policy()
        held = records._get_turn_documents().filtered("is_term_suspended")
        news, superiors = [], {}
        for record, turn in self._list_turns(records):
            if record._get_turn_document() in held or not turn.until:
                continue
            for phase in find_phases(today, turn.until, policy, calendar):
                if phase in OWN_PHASES:
                    news.append(self._make_news(record, OWN_PHASES[phase], self.env["res.users"].browse(turn.user_id), turn))
                elif record._name != "oa.acquaintance":
                    key = (phase, turn.holder_id or turn.user_id, turn.user_id)
                    if key not in superiors:
                        superiors[key] = self._find_superior(record, phase, turn)
                    news.append(self._make_news(record, phase.value, self._find_acting(superiors[key], record), turn))
        self._keep_trace(self._tell(news), {(item.user_id, item.key): item for item in news})

    def _list_turns(self, records):
        """Every turn of the records; where several people wait on one document, each of them has a term."""
        for record in records:
            if record._name == "oa.document" and record.waiting_more_count:
                yield from ((record, turn) for turn in record._hand_over_turns(record._get_turns()))
            else:
                yield record, Turn(record.waiting_for_id.id, record.waiting_act, record.waiting_until, record.waiting_holder_id.id or 0)

    def _make_news(self, record, kind, user, turn):
        # Each new holder of the turn and each new day is an event of its own.
        holder = self.env["res.users"].browse(turn.holder_id or turn.user_id)
        return News(user.id, kind, record, f"{holder.id}:{turn.until}", turn.until, holder.name)

    def _find_superior(self, record, phase, turn):
        """First the head of the unit of whoever is late, then the Secretary General; the governor for the latter."""
        functions, company = self.env["oa.function"], record.company_id
        holder = self.env["res.users"].browse(turn.holder_id or turn.user_id)
        people = [functions._find_user("secretary_general", company), functions._find_user("governor", company)]
        if phase is Phase.ESCALATED:
            people.insert(0, functions._find_head(holder, company, only_director=False))
        return next((person for person in people if person and person.id not in (holder.id, turn.user_id)), self.env["res.users"])

    def _find_acting(self, superior, record):
        mandate = superior and self.env["oa.substitution"]._find_for(superior, record._get_turn_document())
        return mandate.substitute_id if mandate else superior

    def _keep_trace(self, notices, news):
        """What went up is seen on the task and the document; it is an act: from that day on the superior answers, too."""
        # What is stored is in the language of the administration.
        official = self.with_context(lang=self.env.company._get_official_language())
        raised = notices.filtered(lambda notice: notice.kind in ("escalated", "escalated_again"))
        for model, group in raised.grouped("res_model").items():
            records = self.env[model].browse(group.mapped("res_id"))
            for user, own in group.grouped("user_id").items():
                records.browse(own.mapped("res_id"))._write_escalated(user)
            by_document = {}
            for record, notice in zip(records, group, strict=True):
                words = official._name_escalation(notice.user_id, news[notice.user_id.id, notice.key])
                by_document.setdefault(record._get_turn_document(), []).append(words)
            documents = self.env["oa.document"].union(*by_document)
            documents._log_acts("escalate", lambda document, rows=by_document: "; ".join(dict.fromkeys(rows[document])))

    def _name_escalation(self, superior, item):
        day = f"{item.day:%d.%m.%Y}"
        return self.env._("%(superior)s was told: %(person)s is late since %(day)s", superior=superior.name, person=item.person, day=day)

    # ------------------------------------------------------------ silence
    def _warn_of_silence(self, company):
        """Tell who decides, the head and the Secretary General before silence becomes a refusal."""
        calendar = self.env["oa.calendar.day"]
        today, days = calendar._get_today(), company.docflow_warn_silence_before
        if not days or not calendar._get_calendar().is_working(today):
            return
        documents = self.env["oa.document"].search([
            ("company_id", "=", company.id), ("direction", "=", "incoming"), ("state", "in", RUNNING_STATES),
            ("due_on", ">=", today), ("due_on", "<=", latest_day(today, days, calendar._get_calendar())),
            ("procedure_id.term_ids.silence", "=", "refusal"),
        ])  # fmt: skip
        functions = self.env["oa.function"]
        secretary = functions._find_user("secretary_general", company)
        news = []
        for document in documents:
            tasks = document.task_ids.filtered(lambda task: task.state in lifecycle.OPEN_TASK_STATES)
            people = tasks.waiting_for_id | document.waiting_for_id
            heads = [functions._find_head(person, company, only_director=False) for person in people]
            for person in people.union(*heads) | secretary:
                news.append(News(person.id, "silence", document, str(document.due_on), document.due_on))
        created = self._tell(news)
        warned = self.env["oa.document"].browse(set(created.mapped("res_id")))
        # That those who answer were warned in time is an act, like every other that has legal effect by its day.
        warned._log_acts("silence", lambda document: f"{document.due_on:%d.%m.%Y}")
