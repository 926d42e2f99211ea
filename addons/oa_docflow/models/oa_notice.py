from dataclasses import dataclass
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError

from .locks import is_moving, moving

KINDS = [
    ("turn", "Your turn"),
    ("before", "The term is near"),
    ("due", "Last day of the term"),
    ("late", "The term is over"),
    ("escalated", "Late in your unit"),
    ("escalated_again", "Late in the administration"),
    ("silence", "Silence will be a refusal"),
    ("told", "For your knowledge"),
]
CHANNELS = [("inbox", "In the system"), ("email", "E-mail at once"), ("digest", "Daily digest by e-mail")]


@dataclass(frozen=True, slots=True)
class News:
    """One thing that one person is told about one record; the same thing is told once, whatever runs twice."""

    user_id: int
    kind: str
    record: models.BaseModel
    occasion: str
    """What makes it one event: the day of a term, the act that was done."""
    day: date | None = None
    person: str = ""
    words: str = ""

    @property
    def key(self):
        return f"{self.kind}:{self.record._name}:{self.record.id}:{self.occasion}"


class OaNotice(models.Model):
    """What a person was told, once and by the way that the person has chosen."""

    _name = "oa.notice"
    _description = "Notice"
    _order = "id desc"
    _rec_name = "text"

    user_id = fields.Many2one("res.users", "For", required=True, index=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    key = fields.Char(required=True, readonly=True)
    text = fields.Char(required=True, readonly=True)
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", required=True, readonly=True)
    day = fields.Date("Term", readonly=True)
    channel = fields.Selection(CHANNELS, required=True, readonly=True)
    mailed_at = fields.Datetime("Sent by e-mail", readonly=True)
    read_at = fields.Datetime("Read at", readonly=True, index="btree_not_null")
    is_read = fields.Boolean("Read", compute="_compute_is_read", search="_search_is_read")

    _once = models.Constraint("UNIQUE (user_id, key)", "The person was told this already.")
    _unread_index = models.Index("(user_id, id DESC) WHERE read_at IS NULL")

    @api.depends("read_at")
    def _compute_is_read(self):
        for notice in self:
            notice.is_read = bool(notice.read_at)

    def _search_is_read(self, operator, value):
        if operator != "in" or len(value) != 1:
            return NotImplemented
        return [("read_at", "!=" if True in value else "=", False)]

    # ------------------------------------------------------------ guards
    @api.model_create_multi
    def create(self, vals_list):
        self._check_moving()
        return super().create(vals_list)

    def write(self, vals):
        self._check_moving()
        return super().write(vals)

    def unlink(self):
        self._check_moving()
        return super().unlink()

    def _check_moving(self):
        if not is_moving(self.env):
            raise AccessError(self.env._("Notices are written by the flow; you can mark them as read."))

    # ------------------------------------------------------------ telling
    @api.private
    @api.model
    def _tell(self, news):
        """Tell each person what was not told yet; the same number of queries for few and for many."""
        news = list({(item.user_id, item.key): item for item in news if item.user_id}.values())
        if not news:
            return self.browse()
        # Notices belong to their person and are written by the flow.
        notices_sudo = moving(self.sudo())
        known = notices_sudo.search_fetch(
            [("user_id", "in", [item.user_id for item in news]), ("key", "in", [item.key for item in news])], ["user_id", "key"]
        )
        told = {(notice.user_id.id, notice.key) for notice in known}
        fresh = [item for item in news if (item.user_id, item.key) not in told]
        created = notices_sudo.create(self._prepare_notices(fresh))
        created.filtered(lambda notice: notice.channel == "email")._mail_at_once()
        return created.sudo(False)  # the right of the flow ends here

    def _prepare_notices(self, news):
        names = self._name_records(news)
        # Which way a colleague has chosen decides how the colleague is told.
        users_sudo = {user.id: user for user in self.env["res.users"].sudo().browse({item.user_id for item in news})}
        return [
            {
                "user_id": item.user_id,
                # Of which administration the record is may be asked of it.
                "company_id": item.record.sudo().company_id.id,
                "kind": item.kind,
                "key": item.key,
                "text": self.with_context(lang=users_sudo[item.user_id].lang)._compose(item, names[item.user_id, item.record]),
                "res_model": item.record._name,
                "res_id": item.record.id,
                "day": item.day,
                "channel": users_sudo[item.user_id].docflow_channel,
            }
            for item in news
            if users_sudo[item.user_id].active
        ]

    def _name_records(self, news):
        """How each person may hear of each record: with its subject only who sees the document."""
        of_user, names = {}, {}
        for item in news:
            # What may be said of the record is asked of its document below.
            of_user.setdefault(item.user_id, {})[item.record] = item.record.sudo()._get_turn_document()
        for user_id, documents in of_user.items():
            user_sudo = self.env["res.users"].sudo().browse(user_id)  # as above
            everything = self.env["oa.document"].union(*documents.values())
            as_user = everything.with_env(self.env(user=user_id, su=False, context={"allowed_company_ids": user_sudo.company_ids.ids}))
            seen = set(as_user._filtered_access("read").ids)
            for record, document_sudo in documents.items():
                number = document_sudo.number or self.env._("a draft")
                names[user_id, record] = f"{number} · {document_sudo.subject}" if document_sudo.id in seen else number
        return names

    def _compose(self, item, name):
        day = f"{item.day:%d.%m.%Y}" if item.day else ""
        sentences = {
            "turn": lambda: self.env._("Waits for you: %(what)s (%(act)s)", what=name, act=self._name_act(item)),
            "before": lambda: self.env._("The term of %(what)s ends on %(day)s", what=name, day=day),
            "due": lambda: self.env._("Today is the last day for %(what)s", what=name),
            "late": lambda: self.env._("The term of %(what)s ended on %(day)s", what=name, day=day),
            "escalated": lambda: self.env._("%(person)s is late since %(day)s: %(what)s", person=item.person, day=day, what=name),
            "silence": lambda: self.env._(
                "Without a decision until %(day)s the silence on %(what)s is a refusal (Art. 58(1) of the APC)", day=day, what=name
            ),
            "told": lambda: self.env._("%(what)s: %(words)s", what=name, words=item.words),
        }
        return sentences["escalated" if item.kind == "escalated_again" else item.kind]()

    def _name_act(self, item):
        acts = dict(self.env["oa.document"]._fields["waiting_act"]._description_selection(self.env))
        return acts.get(item.words, item.words).lower()

    # ------------------------------------------------------------ what the person does
    def action_read(self):
        """Mark the own notices as read."""
        self.check_access("read")
        # Nobody writes notices; to have read the own ones is all that a person says about them.
        own_sudo = moving(self.sudo()).filtered(lambda notice: notice.user_id == self.env.user and not notice.read_at)
        own_sudo.write({"read_at": fields.Datetime.now()})

    def action_open(self):
        """Open what the notice is about."""
        self.ensure_one()
        self.action_read()
        return {"type": "ir.actions.act_window", "res_model": self.res_model, "res_id": self.res_id, "views": [(False, "form")]}
