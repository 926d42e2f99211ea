from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

KINDS = [
    ("digest", "Content is not what was registered"),
    ("number_without_file", "Number without a file"),
    ("file_without_number", "File without a number"),
    ("reserved_number", "Reserved number without a document"),
    ("dispatch_waiting", "Dispatch that has not left"),
    ("dispatch_without_outcome", "Dispatch without an outcome"),
    ("receipt_missing", "Receipt not sent to the sender"),
    ("unread_mail", "Received message that nobody has read"),
    ("unmatched_scan", "Scanned letter without a document"),
]


class Check(NamedTuple):
    """What one sort of finding looks for."""

    kind: str
    model: str
    domain: Domain


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

    _most_listed = 20_000
    """So many findings of one sort are listed, the newest first; all are counted and the run says how many there are."""

    _record_unique = models.Constraint("UNIQUE (kind, res_model, res_id)", "This has been found already.")
    _open_index = models.Index("(company_id, kind, found_at DESC) WHERE state = 'open'")

    @api.private
    @api.model
    def _take(self, company, check):
        """Open what is found, close what is mended; one query each, whatever their number. Returns how many there are."""
        # What was mended in this very request counts, too.
        self.env.flush_all()
        query = self.env[check.model].with_context(active_test=True)._search(check.domain)
        found = query.select(SQL.identifier(query.table, "id"))
        now = fields.Datetime.now()
        self.env.cr.execute(SQL(
            """WITH found AS MATERIALIZED (%(found)s), mended AS (
                   UPDATE oa_reconciliation_finding finding SET state = 'mended', mended_at = %(now)s
                   WHERE kind = %(kind)s AND company_id = %(company)s AND state = 'open'
                     AND NOT EXISTS (SELECT FROM found WHERE found.id = finding.res_id) RETURNING 1),
               listed AS (INSERT INTO oa_reconciliation_finding
                   (company_id, kind, res_model, res_id, state, found_at, create_date, write_date)
               SELECT %(company)s, %(kind)s, %(model)s, id, 'open', %(now)s, %(now)s, %(now)s FROM found ORDER BY id DESC LIMIT %(shown)s
               ON CONFLICT (kind, res_model, res_id) DO UPDATE SET state = 'open', mended_at = NULL, found_at = EXCLUDED.found_at
               WHERE oa_reconciliation_finding.state = 'mended')
               SELECT count(*) FROM found""",
            found=found, now=now, kind=check.kind, company=company.id, model=check.model, shown=self._most_listed,
        ))  # fmt: skip
        (total,) = self.env.cr.fetchone()
        self.invalidate_model()
        return total

    @api.private
    @api.model
    def _close(self, kind, records):
        """What was found of these records is mended."""
        domain = [("kind", "=", kind), ("state", "=", "open"), ("res_model", "=", records._name), ("res_id", "in", records.ids)]
        self.search(domain)._write_system({"state": "mended", "mended_at": fields.Datetime.now()})

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
        if self.res_model in {"oa.register.entry", "oa.scan.part"}:
            return record_sudo.display_name
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

    def action_open_runs(self):
        """When it was looked at, and how much there was of each sort."""
        return self.env["ir.actions.act_window"]._for_xml_id("oa_registry.oa_reconciliation_action")

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
