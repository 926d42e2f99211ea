from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

KINDS = [("check", "Check of a file"), ("completion", "Completing of a signature"), ("seal", "Seal")]
STATES = [("waiting", "Waiting"), ("running", "Under way"), ("failed", "Failed, is tried again"), ("given_up", "Given up")]
_LINES = {
    "check": ("oa.signature.check.queue", "oa_signing.oa_signature_check_queue_cron"),
    "completion": ("oa.signature.pending", "oa_signing.oa_signature_pending_cron"),
    "seal": ("oa.signing.sealing", "oa_signing.oa_signing_sealing_cron"),
}
_SHARED = ["attempts", "next_at", "started_at", "message", "given_up_at", "given_up_by_id"]
_LOST = timedelta(minutes=15)
"""What has been under way for longer was interrupted, not slow."""
_MANY = 5
"""After so many attempts somebody should look at it."""


class OaSigningQueue(models.Model):
    """Everything that the program still has to check, complete or seal by itself, in one list."""

    _name = "oa.signing.queue"
    _description = "Work of the program with signatures"
    _auto = False
    _order = "state, next_at, id"
    _depends = {
        "oa.signature.check.queue": ["file_name", "res_model", "res_id", "company_id", "user_id", *_SHARED],
        "oa.signature.pending": ["signature_id", *_SHARED],
        "oa.signing.sealing": ["record_name", "res_model", "res_id", "key_id", "user_id", *_SHARED],
    }

    kind = fields.Selection(KINDS, "Work", readonly=True)
    row_id = fields.Integer("Row in its own queue", readonly=True)
    name = fields.Char("File", readonly=True)
    record_name = fields.Char("Document", compute="_compute_record_name")
    res_model = fields.Char("Model", readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    company_id = fields.Many2one("res.company", "Administration", readonly=True)
    user_id = fields.Many2one("res.users", "Brought by", readonly=True)
    state = fields.Selection(STATES, readonly=True)
    attempts = fields.Integer(readonly=True, aggregator=None)
    next_at = fields.Datetime("Next attempt", readonly=True)
    message = fields.Text("What happened", readonly=True)
    advice = fields.Text("What to do", compute="_compute_advice")
    given_up_at = fields.Datetime("Given up", readonly=True)
    given_up_by_id = fields.Many2one("res.users", "Given up by", readonly=True)
    is_subject_visible = fields.Boolean(
        "Record is readable", compute="_compute_is_subject_visible", search="_search_is_subject_visible", exportable=False
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT line.*, CASE
                WHEN line.given_up_at IS NOT NULL THEN 'given_up'
                WHEN line.started_at > %(lost)s THEN 'running'
                WHEN line.attempts > 0 OR line.started_at IS NOT NULL THEN 'failed'
                ELSE 'waiting' END AS state
            FROM (
                SELECT q.id * 3 AS id, 'check' AS kind, q.id AS row_id, q.file_name AS name, q.res_model, q.res_id, q.company_id,
                    q.user_id, COALESCE(q.attempts, 0) AS attempts, q.next_at, q.started_at, q.message, q.given_up_at, q.given_up_by_id
                FROM oa_signature_check_queue q
                UNION ALL
                SELECT p.id * 3 + 1, 'completion', p.id, s.file_name, s.res_model, s.res_id, s.company_id,
                    s.user_id, COALESCE(p.attempts, 0), p.next_at, p.started_at, p.message, p.given_up_at, p.given_up_by_id
                FROM oa_signature_pending p JOIN oa_signature s ON s.id = p.signature_id
                UNION ALL
                SELECT w.id * 3 + 2, 'seal', w.id, w.record_name, w.res_model, w.res_id, k.company_id,
                    w.user_id, COALESCE(w.attempts, 0), w.next_at, w.started_at, w.message, w.given_up_at, w.given_up_by_id
                FROM oa_signing_sealing w JOIN oa_signing_key k ON k.id = w.key_id
            ) AS line
            """,
            lost=fields.Datetime.now() - _LOST,
        )

    @api.depends("state", "kind", "attempts", "given_up_by_id")
    @api.depends_context("lang")
    def _compute_advice(self):
        for row in self:
            row.advice = row._get_advice()

    def _get_advice(self):
        if self.state == "given_up":
            return self.env._("Nobody tries any more. When the cause is gone, press “Try again”.")
        if self.state == "running":
            return self.env._("Nothing: it is being done now.")
        if self.state == "waiting" or self.attempts < _MANY:
            return self.env._("Nothing: it is done by itself, at the time shown here at the latest.")
        return {
            "check": self.env._(
                "Open the document and look at the file. When it cannot be read by anything, press “Give up”: the document "
                "stays as it is, without a verdict."
            ),
            "completion": self.env._(
                "In Settings, Electronic signatures, press “Check” beside the timestamp service and beside the trusted certificates and "
                "mend what is said there; then press “Try again”."
            ),
            "seal": self.env._("Open the seal in Configuration, Keys; what waits is then sealed at once."),
        }[self.kind]

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "lang")
    def _compute_record_name(self):
        for model, rows in self.grouped("res_model").items():
            records = self.env[model].browse(rows.mapped("res_id")).exists() if model in self.env else None
            readable = records._filtered_access("read") if records else ()
            names = {record.id: record.display_name for record in readable}
            for row in rows:
                row.record_name = names.get(row.res_id, False)

    @api.depends_context("uid")
    def _compute_is_subject_visible(self):
        visible = self.search([("id", "in", self.ids), ("is_subject_visible", "=", True)])
        for row in self:
            row.is_subject_visible = row in visible

    def _search_is_subject_visible(self, operator, value):
        return self.env["oa.signature"]._search_is_subject_visible(operator, value)

    # ------------------------------------------------------------ what people do
    def action_try_again(self):
        """At once instead of at the next attempt; also what was given up."""
        self._check_group("overseer")
        rows = self.exists()
        rows.check_access("read")
        for kind, some in rows.grouped("kind").items():
            name, cron = _LINES[kind]
            # The right to see the row has been asked; whoever watches the queue may only ask for another attempt.
            self.env[name].sudo().browse(some.mapped("row_id"))._try_again()
            self.env.ref(cron).sudo()._trigger()
        return self._tell(self.env._("It is tried again at once; the outcome is seen here within a minute."))

    def action_give_up(self):
        """Nothing is tried any more until somebody asks for it."""
        self._check_group("administrator")
        rows = self.exists()
        rows.check_access("read")
        if any(row.kind == "seal" for row in rows):
            raise UserError(self.env._("A document that waits for the seal is not given up here: return it in its route."))
        for kind, some in rows.grouped("kind").items():
            # As above.
            self.env[_LINES[kind][0]].sudo().browse(some.mapped("row_id"))._give_up(self.env.user)
        return self._tell(self.env._("It is given up. The row stays here and can be tried again."))

    def action_open_record(self):
        self.ensure_one()
        self.check_access("read")
        record = self.env[self.res_model].browse(self.res_id).exists() if self.res_model in self.env else None
        if not record:
            raise UserError(self.env._("The document of this row is gone; the row leaves the queue by itself."))
        record.check_access("read")
        return {"type": "ir.actions.act_window", "res_model": record._name, "res_id": record.id, "views": [(False, "form")]}

    @api.model
    def get_overview(self):
        """How many wait, run, failed; how many were done since yesterday; which job is turned off."""
        self._check_group("overseer")
        self.check_access("read")
        counts = dict(self._read_group([], ["state"], ["__count"]))
        crons = self.env["ir.cron"].union(*(self.env.ref(cron) for _name, cron in _LINES.values()))
        labels = self._fields["state"]._description_selection(self.env)
        return {
            "counts": [{"state": state, "label": label, "count": counts.get(state, 0)} for state, label in labels],
            "done": self._count_done(fields.Datetime.now() - timedelta(days=1)),
            # Whether a job is turned off is a secret to nobody who waits for it.
            "stopped": crons.sudo().filtered(lambda cron: not cron.active).mapped("name"),
        }

    def _count_done(self, since):
        own = self.env.companies.ids
        # Only numbers are given, and of the person's own administrations.
        checks_sudo, augmentations_sudo = self.env["oa.signature.check"].sudo(), self.env["oa.signature.augmentation"].sudo()
        about = [("company_id", "in", own), ("res_model", "!=", False), ("signature_id", "=", False)]
        checked = checks_sudo.search_count([*about, ("checked_at", ">=", since)])
        return checked + augmentations_sudo.search_count([("signature_id.company_id", "in", own), ("added_at", ">=", since)])

    @api.model
    def _check_group(self, name):
        if not self.env.user.has_group(f"oa_signing.oa_signing_group_{name}"):
            raise AccessError(self.env._("This is for whoever looks after the electronic signatures of the administration."))

    def _tell(self, message):
        params = {"type": "success", "message": message, "next": {"type": "ir.actions.client", "tag": "soft_reload"}}
        return {"type": "ir.actions.client", "tag": "display_notification", "params": params}
