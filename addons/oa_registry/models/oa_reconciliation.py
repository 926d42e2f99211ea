from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..core.numbering import get_official_day
from .oa_reconciliation_finding import Check

_FILES_A_NIGHT = 20000
_FILES_AT_ONCE = 200


class OaReconciliation(models.Model):
    """One nightly look at everything of an administration that should have come together and has not."""

    _name = "oa.reconciliation"
    _inherit = "oa.system.fields"
    _description = "Nightly reconciliation"
    _order = "id desc"
    _rec_name = "day"
    _system_fields = frozenset({
        "company_id", "day", "state", "started_at", "finished_at", "found_count", "totals", "file_count", "last_file_id", "asked_by_id",
    })  # fmt: skip

    company_id = fields.Many2one("res.company", "Administration", required=True, readonly=True, index=True, ondelete="cascade")
    day = fields.Date(required=True, readonly=True)
    asked_by_id = fields.Many2one("res.users", "Asked by", readonly=True, ondelete="set null")
    state = fields.Selection(
        [("waiting", "Waiting"), ("running", "In progress"), ("done", "Ready")], required=True, readonly=True, default="waiting"
    )
    started_at = fields.Datetime(readonly=True)
    finished_at = fields.Datetime("Ready at", readonly=True)
    found_count = fields.Integer("Found", readonly=True, aggregator=None)
    totals = fields.Json(readonly=True, exportable=False)
    summary = fields.Text("By sort", compute="_compute_summary")
    file_count = fields.Integer("Files read", readonly=True, aggregator=None)
    last_file_id = fields.Integer("Last file", readonly=True, aggregator=None)

    _day_index = models.Index("(company_id, day DESC)")

    @api.depends("totals")
    @api.depends_context("lang")
    def _compute_summary(self):
        labels = dict(self.env["oa.reconciliation.finding"]._fields["kind"]._description_selection(self.env))
        for run in self:
            totals = {kind: count for kind, count in (run.totals or {}).items() if count}
            run.summary = "\n".join(run._describe_total(labels.get(kind, kind), count) for kind, count in totals.items())

    def _describe_total(self, label, count):
        findings = self.env["oa.reconciliation.finding"]
        if count <= findings._most_listed:
            return f"{label}: {count}"
        shown = findings._most_listed
        return self.env._("%(sort)s: %(count)s, the newest %(shown)s of them are listed", sort=label, count=count, shown=shown)

    @api.model
    def _get_checks(self, company):
        """Hook: what is looked for; each check is one condition, answered by one query whatever it finds."""
        now = fields.Datetime.now()
        documents = self.env["oa.document"]
        checks = [
            ("number_without_file", "oa.document", [
                ("state", "in", ("registered", "closed")), ("registered_at", "<", now - timedelta(days=1)),
                ("file_ids", "not any", [("role", "!=", "receipt")]),
            ]),
            ("file_without_number", "oa.document", [
                ("state", "=", "draft"), ("create_date", "<", now - timedelta(days=7)), ("file_ids", "!=", False),
            ]),
            ("reserved_number", "oa.register.entry", [("fate", "=", "waiting"), ("registered_at", "<", now - timedelta(days=3))]),
            ("dispatch_waiting", "oa.dispatch", [
                ("state", "in", ("draft", "failed", "prepared")), ("create_date", "<", now - timedelta(days=1)),
            ]),
            ("dispatch_without_outcome", "oa.dispatch", [
                ("state", "=", "sent"), ("is_receipt", "=", False), ("sent_at", "<", now - timedelta(days=14)),
                ("receipt_file_id", "=", False), ("outcome", "=", False),
            ]),
            ("receipt_missing", "oa.document", [
                *documents._get_receipt_domain(), ("registered_at", "<", now - timedelta(days=1)),
            ]),
            ("unread_mail", "oa.intake.mail", [
                ("state", "in", ("received", "waiting")), ("received_at", "<", now - timedelta(days=2)),
            ]),
            ("unmatched_scan", "oa.scan.part", [("state", "=", "waiting"), ("create_date", "<", now - timedelta(days=2))]),
        ]  # fmt: skip
        own = Domain("company_id", "=", company.id)
        return [Check(kind, model, Domain(domain) & own) for kind, model, domain in checks]

    # ------------------------------------------------------------ the work
    @api.model
    def _cron_reconcile(self):
        """Look once a night at each administration; reading the files goes on where it was interrupted."""
        today = get_official_day(fields.Datetime.now())
        known = self.search([("day", "=", today)]).company_id
        missing = self.env["res.company"].search([("id", "not in", known.ids)])
        self._as_system().create([{"company_id": company.id, "day": today} for company in missing])
        waiting = self.search([("state", "!=", "done")], order="id")
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(waiting))
        for run in waiting:
            run._start()
            while run._read_files():
                if not progress():
                    return
            run._finish()
            if not progress(1):
                return

    def _start(self):
        """Answer all questions that need no content."""
        if self.state == "running":
            return
        previous = self.search([("company_id", "=", self.company_id.id), ("id", "<", self.id)], limit=1)
        self._write_system({"state": "running", "started_at": fields.Datetime.now(), "last_file_id": previous.last_file_id})
        findings = self.env["oa.reconciliation.finding"]
        totals = {check.kind: findings._take(self.company_id, check) for check in self._get_checks(self.company_id)}
        self._write_system({"totals": totals})

    def _finish(self):
        count = self.env["oa.reconciliation.finding"].search_count([("company_id", "=", self.company_id.id), ("state", "=", "open")])
        self._write_system({"state": "done", "finished_at": fields.Datetime.now(), "found_count": count})
        self.env["oa.journal.entry"]._log(self, "reconcile", self.env._("Open findings: %(count)s", count=count))
        if self.asked_by_id:
            notice = {"type": "info", "title": self.env._("The reconciliation is ready"), "sticky": False}
            self.asked_by_id._bus_send(
                "simple_notification", {**notice, "message": self.env._("Open findings: %(count)s", count=count)}
            )  # fmt: skip

    def _read_files(self):
        """Hash the next files; True while there is more to read tonight. The round goes on the night after."""
        if self.file_count >= _FILES_A_NIGHT:
            return False
        files = self.env["oa.document.file"].search(
            [("company_id", "=", self.company_id.id), ("id", ">", self.last_file_id)], order="id", limit=_FILES_AT_ONCE
        )
        flawed = files.filtered(lambda file: file._compute_stored_digest() != file.sha256)
        self.env["oa.reconciliation.finding"]._add(self.company_id, "digest", flawed)
        self.env["oa.reconciliation.finding"]._close("digest", files - flawed)
        is_last = len(files) < _FILES_AT_ONCE
        self._write_system({"last_file_id": 0 if is_last else files[-1].id, "file_count": self.file_count + len(files)})
        self.env.invalidate_all()
        return not is_last

    # ------------------------------------------------------------ people
    @api.model
    def action_reconcile_now(self):
        """Look again now, without waiting for the night."""
        if not self.env.user.has_group("oa_registry.oa_registry_group_head_registrar"):
            raise AccessError(self.env._("The reconciliation is kept by the head registrar."))
        # Nobody writes runs by hand; this act only says that there is work.
        runs_sudo = self._as_system().sudo()
        if not runs_sudo.search_count([("company_id", "=", self.env.company.id), ("state", "!=", "done")], limit=1):
            today = get_official_day(fields.Datetime.now())
            runs_sudo.create({"company_id": self.env.company.id, "day": today, "asked_by_id": self.env.uid})
        self.env.ref("oa_registry.oa_reconciliation_cron").sudo()._trigger()  # as above
        return {
            "type": "ir.actions.client", "tag": "display_notification",
            "params": {"type": "info", "message": self.env._("The reconciliation has begun. A message says when it is ready.")},
        }  # fmt: skip
