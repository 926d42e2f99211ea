"""How a row is written: one INSERT for an act, whatever it is done to, without a lock and without a read per row."""

from datetime import UTC, datetime, timedelta

from odoo import api, models
from odoo.tools import SQL

from ..core.journal_chain import compute_row_digest
from .journal_actions import ACTIONS
from .journal_origin import ADDRESS_KEY, SESSION_KEY

_REPEAT_WINDOW = timedelta(minutes=2)
"""The web client reads a page again after every button and dialog; that is one view. Later reading is another."""

FACTS = (
    "at", "user_id", "acting_for_id", "capacity", "action", "res_model", "res_id", "object_name", "document_id", "case_id", "company_id",
    "details", "old_value", "new_value", "address", "session",
)  # fmt: skip
"""The columns of a row that its digest covers."""
_COLUMNS = (*FACTS, "category", "digest")
_INSERT = SQL("INSERT INTO oa_journal_entry (%s) VALUES ", SQL(", ").join(SQL.identifier(name) for name in _COLUMNS))


class OaJournalEntry(models.Model):
    _inherit = "oa.journal.entry"

    @api.private
    @api.model
    def _log(self, records, action, details="", **facts):
        """Write one row for each record.

        `details` is a text or a function of the record. Further facts: `capacity`, `acting_for` (a user), `old_value`, `new_value`.
        """
        if not records:
            return self.browse()
        common = {"action": action, **facts}
        if acting_for := common.pop("acting_for", None):
            common["acting_for_id"] = acting_for.id
        get_details = details if callable(details) else lambda _record: details
        return self._write_rows([
            {**common, "details": get_details(record), **self._prepare_subject_vals(record)} for record in records
        ])  # fmt: skip

    @api.private
    @api.model
    def _log_once(self, record, action, details=""):
        """Write a row unless the same session did the same to the document a moment ago."""
        session, where = self.env.cr.cache.get(SESSION_KEY), SQL("document_id = %s", record.id)
        self.env.cr.execute(
            SQL(
                "SELECT 1 FROM oa_journal_entry WHERE %s AND user_id = %s AND action = %s AND at > %s"
                " AND coalesce(details, '') = %s AND session IS NOT DISTINCT FROM %s LIMIT 1",
                where, self.env.uid, action, _now() - _REPEAT_WINDOW, details or "", session,
            )
        )  # fmt: skip
        return self.browse() if self.env.cr.fetchone() else self._log(record, action, details)

    @api.private
    @api.model
    def _write_rows(self, vals_list):
        """Write rows in one statement; each says at least `action`, `res_model` and `res_id`."""
        if not vals_list:
            return self.browse()
        categories, known = self._get_categories(), set(self._fields["action"].get_values(self.env))
        common = {
            "at": _now(),
            "user_id": self.env.uid,
            "capacity": self.env.user._get_capacity() if self.env.uid else "",
            "address": self.env.cr.cache.get(ADDRESS_KEY),
            "session": self.env.cr.cache.get(SESSION_KEY),
        }
        rows = []
        for vals in vals_list:
            row = {**common, **{name: value for name, value in vals.items() if value}}
            if row["action"] not in known:
                raise ValueError(f"the journal does not know the act {row['action']}")
            row.update(category=categories.get(row["action"], "flow"), digest=self._compute_digest(row))
            rows.append(SQL("%s", tuple(row.get(name) or None for name in _COLUMNS)))
        self.env.cr.execute(SQL("%s%s RETURNING id", _INSERT, SQL(", ").join(rows)))
        entries = self.browse(row_id for (row_id,) in self.env.cr.fetchall())
        documents = self.env["oa.document"].browse({vals["document_id"] for vals in vals_list if vals.get("document_id")})
        documents.invalidate_recordset(["journal_ids"], flush=False)
        return entries

    @api.model
    def _compute_digest(self, row):
        """The digest of a row as it is written or as the database gives it back."""
        facts = {name: row.get(name) for name in FACTS}
        return compute_row_digest({**facts, "at": facts["at"].isoformat(timespec="milliseconds")})

    @api.model
    def _get_actions(self):
        """Hook: the acts of each category; an addon adds its own."""
        return ACTIONS

    @api.model
    def _get_categories(self):
        return {action: category for category, actions in self._get_actions().items() for action, _label in actions}

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
            "object_name": document.number if document else case.name if case else record_sudo.display_name,
            "document_id": document.id if document else False,
            "case_id": case.id if case else False,
            "company_id": company.id if company is not None else False,
        }


def _now():
    moment = datetime.now(UTC).replace(tzinfo=None)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
