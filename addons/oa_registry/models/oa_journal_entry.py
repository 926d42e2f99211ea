from datetime import UTC, datetime, timedelta

from odoo import api, fields, models

ADDRESS_KEY = "oa_registry.address"
"""Where the controllers put the client's address in the cursor's cache; a context could be sent by the client."""

_VIEW_WINDOW = timedelta(minutes=10)


class OaJournalEntry(models.Model):
    """Who did what, when, in which capacity and from where."""

    _name = "oa.journal.entry"
    _inherit = "oa.append.only"
    _description = "Journal entry"
    _order = "at desc, id desc"
    _rec_name = "action"

    at = fields.Datetime("Moment", required=True, readonly=True)
    moment = fields.Char("Moment (UTC)", compute="_compute_moment")
    user_id = fields.Many2one("res.users", "Person", required=True, readonly=True, ondelete="restrict")
    acting_for_id = fields.Many2one("res.users", "Acting for", readonly=True, ondelete="restrict")
    capacity = fields.Char(readonly=True)
    action = fields.Selection(
        [
            ("create", "Created"),
            ("view", "Opened"),
            ("open_file", "File opened"),
            ("add_file", "File added"),
            ("remove_file", "File removed from the draft"),
            ("register", "Registered"),
            ("annul", "Number annulled"),
            ("correct", "Entry corrected"),
            ("manual_number", "Missed number entered"),
            ("reserve_block", "Numbers reserved for paper"),
            ("back_entry", "Entered from paper"),
            ("unused_number", "Reserved number explained"),
            ("close_block", "Paper block completed"),
            ("dispatch", "Dispatched"),
            ("dispatch_failed", "Dispatch failed"),
            ("receipt", "Receipt sent"),
            ("grant", "Access granted"),
            ("deny", "Access denied"),
            ("case_open", "Case opened"),
            ("case_close", "Case closed"),
            ("case_continue", "Case continued"),
            ("verify", "Register verified"),
            ("print", "Register printed"),
            ("export", "Register exported"),
            ("closing", "Daily list made"),
        ],
        required=True,
        readonly=True,
    )
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", required=True, readonly=True)
    document_id = fields.Many2one("oa.document", readonly=True, ondelete="restrict")
    case_id = fields.Many2one("oa.case", readonly=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", "Administration", required=True, readonly=True, ondelete="restrict")
    details = fields.Char(readonly=True)
    address = fields.Char(readonly=True)

    _company_index = models.Index("(company_id, at DESC, id DESC)")
    _document_index = models.Index("(document_id, user_id, action, at DESC)")
    _case_index = models.Index("(case_id) WHERE case_id IS NOT NULL")

    @api.depends("at")
    def _compute_moment(self):
        for entry in self:
            entry.moment = entry.at and f"{entry.at:%d.%m.%Y %H:%M:%S}.{entry.at.microsecond // 1000:03}"

    @api.private
    @api.model
    def _log(self, records, action, details="", capacity=None, acting_for=None):
        """Write one row for each record."""
        user = self.env.user
        common = {
            "at": _now(),
            "user_id": user.id,
            "acting_for_id": acting_for.id if acting_for else False,
            "capacity": capacity or self._get_capacity(user),
            "action": action,
            "details": details,
            "address": self.env.cr.cache.get(ADDRESS_KEY),
        }
        # Nobody may write the journal by hand; the act itself writes it.
        return self.sudo().create([{**common, **self._prepare_subject_vals(record)} for record in records])

    @api.private
    @api.model
    def _log_once(self, document, action, details=""):
        """Write a row unless the person did the same to the document a moment ago (a page is read again and again)."""
        self.flush_model()
        self.env.cr.execute(
            "SELECT 1 FROM oa_journal_entry WHERE document_id = %s AND user_id = %s AND action = %s AND at > %s AND details = %s LIMIT 1",
            [document.id, self.env.uid, action, _now() - _VIEW_WINDOW, details],
        )
        return self.browse() if self.env.cr.fetchone() else self._log(document, action, details)

    @api.model
    def _get_capacity(self, user):
        # Everybody may know the position in which a colleague acted, also who cannot read employees.
        return user.sudo().employee_id.job_title or ""

    @api.model
    def _prepare_subject_vals(self, record):
        """Hook: say which document, case and administration a record belongs to."""
        # The journal tells what an act belongs to also when the person does not see the case.
        record_sudo = record.sudo()
        document = record_sudo if record._name == "oa.document" else record_sudo["document_id"] if "document_id" in record._fields else None
        case = record_sudo if record._name == "oa.case" else document.case_id if document else None
        company = record_sudo.company_id if "company_id" in record._fields else document.company_id if document else None
        return {
            "res_model": record._name,
            "res_id": record.id,
            "document_id": document.id if document else False,
            "case_id": case.id if case else False,
            "company_id": (company or self.env.company).id,
        }

    def action_open_record(self):
        self.ensure_one()
        return {"type": "ir.actions.act_window", "res_model": self.res_model, "res_id": self.res_id, "views": [(False, "form")]}


def _now():
    moment = datetime.now(UTC).replace(tzinfo=None)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
