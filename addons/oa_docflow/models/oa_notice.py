from dataclasses import dataclass
from datetime import date

from odoo import api, fields, models

from .locks import moving

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
    _inherit = ["oa.kept.mixin"]
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
    subject = fields.Char(compute="_compute_subject")

    _once = models.Constraint("UNIQUE (user_id, key)", "The person was told this already.")
    _unread_index = models.Index("(user_id, id DESC) WHERE read_at IS NULL")

    @api.depends("read_at")
    def _compute_is_read(self):
        for notice in self:
            notice.is_read = bool(notice.read_at)

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_subject(self):
        """What the document is about, for whoever may read it today."""
        self.subject = False
        for model, notices in self.grouped("res_model").items():
            # Of which document a notice speaks is no secret of its person; what it is about is asked with the person's own right.
            records_sudo = self.env[model].sudo().browse(notices.mapped("res_id")).exists()
            document_ids = {record.id: record._get_turn_document().id for record in records_sudo}
            documents = self.sudo(False).env["oa.document"].browse(set(document_ids.values()))._filtered_access("read")
            subjects = {document.id: document.subject for document in documents}
            for notice in notices:
                notice.subject = subjects.get(document_ids.get(notice.res_id))

    def _search_is_read(self, operator, value):
        if operator != "in" or len(value) != 1:
            return NotImplemented
        return [("read_at", "!=" if True in value else "=", False)]

    # ------------------------------------------------------------ guards
    @api.ondelete(at_uninstall=False)
    def _check_unlink(self):
        self._check_moving()

    def _say_how_written(self):
        return self.env._("Notices are written by the flow; you can mark them as read.")

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
        # Which way a colleague has chosen decides how the colleague is told.
        users_sudo = {user.id: user for user in self.env["res.users"].sudo().browse({item.user_id for item in news})}
        return [
            {
                "user_id": item.user_id,
                # Of which administration the record is may be asked of it.
                "company_id": item.record.sudo().company_id.id,
                "kind": item.kind,
                "key": item.key,
                "text": self.with_context(lang=users_sudo[item.user_id].lang)._compose(item),
                "res_model": item.record._name,
                "res_id": item.record.id,
                "day": item.day,
                "channel": users_sudo[item.user_id].docflow_channel,
            }
            for item in news
            if users_sudo[item.user_id].active
        ]

    def _compose(self, item):
        """The sentence names the number only: what the document is about is asked anew with the right of whoever reads the notice."""
        # The number of a document is no secret of whoever has a part in it.
        name = item.record.sudo()._get_turn_document().number or self.env._("a draft")
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
