from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..core.numbering import get_official_day

KINDS = [
    ("digest", "Content is not what was registered"),
    ("number_without_file", "Number without a file"),
    ("file_without_number", "File without a number"),
    ("reserved_number", "Reserved number without a document"),
    ("dispatch_waiting", "Dispatch that has not left"),
    ("dispatch_without_outcome", "Dispatch without an outcome"),
    ("receipt_missing", "Receipt not sent to the sender"),
    ("unread_mail", "Received message that nobody has read"),
]
_SHOWN = 2000
"""So many findings of one sort are listed; the rest is counted."""
_FILES_A_NIGHT = 20000
_FILES_AT_ONCE = 200


class Check(NamedTuple):
    """What one sort of finding looks for."""

    kind: str
    model: str
    domain: Domain


class OaReconciliation(models.Model):
    """One nightly look at everything of an administration that should have come together and has not."""

    _name = "oa.reconciliation"
    _inherit = "oa.system.fields"
    _description = "Nightly reconciliation"
    _order = "id desc"
    _rec_name = "day"
    _system_fields = frozenset({
        "company_id", "day", "state", "started_at", "finished_at", "found_count", "file_count", "last_file_id", "asked_by_id",
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
    file_count = fields.Integer("Files read", readonly=True, aggregator=None)
    last_file_id = fields.Integer("Last file", readonly=True, aggregator=None)

    _day_index = models.Index("(company_id, day DESC)")

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
            ("dispatch_waiting", "oa.dispatch", [("state", "in", ("draft", "failed")), ("create_date", "<", now - timedelta(days=1))]),
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
        for check in self._get_checks(self.company_id):
            findings._take(self.company_id, check)

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


class OaReconciliationFinding(models.Model):
    """One thing that has not come together; it closes by itself when it is mended, or by an explanation."""

    _name = "oa.reconciliation.finding"
    _inherit = ["oa.system.fields"]
    _description = "Finding of the reconciliation"
    _order = "kind, found_at desc, id desc"
    _system_fields = frozenset({
        "company_id", "kind", "res_model", "res_id", "state", "found_at", "mended_at", "explanation", "explained_by_id",
    })  # fmt: skip

    company_id = fields.Many2one("res.company", "Administration", required=True, readonly=True, ondelete="cascade")
    kind = fields.Selection(KINDS, "What was found", required=True, readonly=True)
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", required=True, readonly=True)
    subject = fields.Char("What it is about", compute="_compute_subject")
    document_id = fields.Many2one("oa.document", compute="_compute_subject")
    state = fields.Selection(
        [("open", "To be mended"), ("mended", "Mended"), ("explained", "Explained")], required=True, readonly=True, default="open"
    )
    found_at = fields.Datetime("Found at", required=True, readonly=True, default=fields.Datetime.now)
    mended_at = fields.Datetime("Mended at", readonly=True)
    explanation = fields.Char(readonly=True)
    explained_by_id = fields.Many2one("res.users", "Explained by", readonly=True, ondelete="restrict")

    _record_unique = models.Constraint("UNIQUE (kind, res_model, res_id)", "This has been found already.")
    _open_index = models.Index("(company_id, kind, found_at DESC) WHERE state = 'open'")

    @api.private
    @api.model
    def _take(self, company, check):
        """Open what is found, close what is mended; one query each, whatever their number."""
        # What was mended in this very request counts, too.
        self.env.flush_all()
        query = self.env[check.model].with_context(active_test=True)._search(check.domain)
        found = query.select(SQL.identifier(query.table, "id"))
        now = fields.Datetime.now()
        self.env.cr.execute(SQL(
            """WITH found AS MATERIALIZED (%(found)s), mended AS (
                   UPDATE oa_reconciliation_finding finding SET state = 'mended', mended_at = %(now)s
                   WHERE kind = %(kind)s AND company_id = %(company)s AND state = 'open'
                     AND NOT EXISTS (SELECT FROM found WHERE found.id = finding.res_id) RETURNING 1)
               INSERT INTO oa_reconciliation_finding (company_id, kind, res_model, res_id, state, found_at, create_date, write_date)
               SELECT %(company)s, %(kind)s, %(model)s, id, 'open', %(now)s, %(now)s, %(now)s FROM found ORDER BY id DESC LIMIT %(shown)s
               ON CONFLICT (kind, res_model, res_id) DO UPDATE SET state = 'open', mended_at = NULL, found_at = EXCLUDED.found_at
               WHERE oa_reconciliation_finding.state = 'mended'""",
            found=found, now=now, kind=check.kind, company=company.id, model=check.model, shown=_SHOWN,
        ))  # fmt: skip
        self.invalidate_model()

    @api.private
    @api.model
    def _add(self, company, kind, records):
        """Open findings for these records."""
        known = self.search([("kind", "=", kind), ("res_model", "=", records._name), ("res_id", "in", records.ids)])
        known.filtered(lambda finding: finding.state == "mended")._write_system({"state": "open", "mended_at": False})
        self._as_system().create([
            {"company_id": company.id, "kind": kind, "res_model": records._name, "res_id": record.id}
            for record in records if record.id not in set(known.mapped("res_id"))
        ])  # fmt: skip

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "lang")
    def _compute_subject(self):
        for model, findings in self.grouped("res_model").items():
            # The names of documents hide themselves; which document a thing belongs to is asked for that name only.
            records_sudo = self.env[model].sudo().browse(findings.mapped("res_id")).exists()
            is_document = model == "oa.document"
            by_id = {record.id: record for record in records_sudo}
            belonging = (records_sudo if is_document else records_sudo["document_id"]).with_env(self.env)
            for finding in findings:
                record_sudo = by_id.get(finding.res_id, records_sudo.browse())
                document = belonging.browse(record_sudo.id if is_document else record_sudo.document_id.id).with_prefetch(belonging.ids)
                finding.document_id = document
                finding.subject = finding._describe(record_sudo, document)

    def _describe(self, record_sudo, document):
        if not record_sudo:
            return self.env._("(gone)")
        if self.res_model == "oa.register.entry":
            return record_sudo.name
        if self.res_model == "oa.intake.mail":
            return record_sudo.subject or self.env._("(without a subject)")
        if not document.is_visible:
            return document.display_name
        parts = {"oa.document.file": lambda: record_sudo.name, "oa.dispatch": lambda: record_sudo.partner_id.name}
        name = document.display_name if not document.number else f"{document.number}: {document.subject}"
        return ", ".join(part for part in (name, parts[self.res_model]() if self.res_model in parts else "") if part)

    # ------------------------------------------------------------ mending
    def action_open_record(self):
        """Lead to what mends it."""
        self.ensure_one()
        target = self.document_id if self.res_model == "oa.document.file" else self.env[self.res_model].browse(self.res_id)
        if self.res_model == "oa.register.entry" and target.block_id:
            target = target.block_id
        return {"type": "ir.actions.act_window", "res_model": target._name, "res_id": target.id, "views": [(False, "form")]}

    def action_mend(self):
        """Do what can be done from here: send again, send the receipt, note that it was delivered."""
        self._check_may_mend()
        for finding in self:
            record = self.env[finding.res_model].browse(finding.res_id)
            if finding.state != "open" or finding.kind not in {"receipt_missing", *_MENDED_BY}:
                raise UserError(self.env._("This is mended in the record itself. Open it."))
            if finding.kind == "receipt_missing":
                record.check_access("write")
                record.sudo()._try_receipt()  # receipts are made by the system, whoever asks for them
            else:
                getattr(record, _MENDED_BY[finding.kind])()
        self._recheck()

    def action_reconcile_now(self):
        return self.env["oa.reconciliation"].action_reconcile_now()

    def _recheck(self):
        """Close at once what has just been mended."""
        for company, kinds in {company: set(own.mapped("kind")) for company, own in self.grouped("company_id").items()}.items():
            for check in self.env["oa.reconciliation"]._get_checks(company):
                if check.kind in kinds:
                    self.sudo()._take(company, check)  # outcomes are written by the check, not by the person

    def action_explain(self):
        """Ask why it is as it should be."""
        self._check_may_mend()
        return {
            "type": "ir.actions.act_window", "name": self.env._("Explain"), "res_model": "oa.reconciliation.explain", "target": "new",
            "views": [(False, "form")], "context": {"default_finding_ids": [fields.Command.set(self.ids)]},
        }  # fmt: skip

    @api.private
    def _explain(self, text):
        self._check_may_mend()
        if not (text or "").strip():
            raise UserError(self.env._("Say why it is as it should be."))
        if self.filtered(lambda finding: finding.kind == "digest"):
            raise UserError(self.env._("Altered content is not explained away. Restore the file from a backup and verify again."))
        # Outcomes are written by this act only.
        self.sudo()._write_system({"state": "explained", "explanation": text.strip(), "explained_by_id": self.env.uid})
        self.env["oa.journal.entry"]._log(self, "reconcile", text.strip())

    def _check_may_mend(self):
        if not self.env.user.has_group("oa_registry.oa_registry_group_head_registrar"):
            raise AccessError(self.env._("The reconciliation is kept by the head registrar."))
        self.check_access("read")


_MENDED_BY = {"dispatch_waiting": "action_send", "dispatch_without_outcome": "action_deliver"}
