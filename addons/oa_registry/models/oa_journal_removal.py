from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..core import journal_chain
from .journal_actions import REMOVABLE


class OaJournalRemoval(models.Model):
    """Old rows of the journal that the retention setting removed: which, how many, and their digest in the seals."""

    _name = "oa.journal.removal"
    _inherit = "oa.append.only"
    _description = "Removal from the journal"
    _order = "id desc"

    at = fields.Datetime("Moment", required=True, readonly=True)
    company_id = fields.Many2one("res.company", "Administration", readonly=True, ondelete="restrict")
    months = fields.Integer("Kept for months", required=True, readonly=True, aggregator=None)
    older_than = fields.Datetime("Rows before", required=True, readonly=True)
    actions = fields.Char("Acts", required=True, readonly=True)
    first_seal = fields.Integer(readonly=True, aggregator=None)
    last_seal = fields.Integer(readonly=True, aggregator=None)
    count = fields.Integer("Rows", required=True, readonly=True)
    row_numbers = fields.Text("Numbers of the rows", required=True, readonly=True, prefetch=False)
    digest = fields.Char(required=True, readonly=True)

    def init(self):
        super().init()
        cr = self.env.cr
        cr.execute("ALTER TABLE oa_journal_removal ADD COLUMN IF NOT EXISTS txid bigint")
        cr.execute("CREATE INDEX IF NOT EXISTS oa_journal_removal_txid_index ON oa_journal_removal (txid)")
        # Whatever is written into the column, a removal opens the door in its own transaction only.
        cr.execute("""
            CREATE OR REPLACE FUNCTION oa_registry_stamp_removal() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                NEW.txid := pg_current_xact_id()::text::bigint;
                RETURN NEW;
            END $$;
            CREATE OR REPLACE TRIGGER oa_journal_removal_stamp BEFORE INSERT ON oa_journal_removal
                FOR EACH ROW EXECUTE FUNCTION oa_registry_stamp_removal();
        """)

    @api.depends("at", "count")
    def _compute_display_name(self):
        for removal in self:
            removal.display_name = self.env._("Removal No. %(number)s", number=removal.id)

    @api.model
    def _cron_remove(self):
        """Remove what every administration's setting lets go."""
        # The job belongs to nobody; it does what the administration has set.
        companies_sudo = self.env["res.company"].sudo().search([("oa_journal_keep_months", ">", 0)])
        for company_sudo in companies_sudo:
            self.sudo()._remove_of(company_sudo, company_sudo.oa_journal_keep_months)
            self.env["ir.cron"]._commit_progress(1)
        # Failed logins of nobody we know belong to no administration: the longest setting counts, and none means never.
        if companies_sudo and companies_sudo == companies_sudo.search(Domain.TRUE):
            self.sudo()._remove_of(companies_sudo.browse(), max(companies_sudo.mapped("oa_journal_keep_months")))  # as above

    @api.private
    @api.model
    def _remove_of(self, company, months):
        """Remove sealed rows and leave a removal, which the journal's chain covers too."""
        # The clock of PostgreSQL decides, as its trigger does.
        self.env.cr.execute("SELECT (clock_timestamp() AT TIME ZONE 'UTC') - make_interval(months => %s)", [months])
        older_than = self.env.cr.fetchone()[0]
        numbers = self._find_rows(company, older_than)
        if not numbers:
            return self.browse()
        lines, seals = self._read_lines(numbers)
        if not lines:
            return self.browse()
        removal = self.create({
            "at": fields.Datetime.now(), "company_id": company.id, "months": months, "older_than": older_than,
            "actions": ", ".join(REMOVABLE), "first_seal": min(seals), "last_seal": max(seals), "count": len(lines),
            "row_numbers": journal_chain.write_numbers(number for number, _digest in lines),
            "digest": journal_chain.compute_removal_digest(sorted(lines)),
        })  # fmt: skip
        self.env.cr.execute("DELETE FROM oa_journal_entry WHERE id = ANY(%s)", [[number for number, _digest in lines]])
        self.env["oa.journal.entry"]._log(removal, "journal_removal", self._explain(removal), new_value=removal.digest)
        return removal

    def _find_rows(self, company, older_than):
        self.env.cr.execute(
            SQL(
                "SELECT id FROM oa_journal_entry WHERE action = ANY(%s) AND at < %s AND company_id IS NOT DISTINCT FROM %s",
                list(REMOVABLE), older_than, company.id or None,
            )
        )  # fmt: skip
        return {row_id for (row_id,) in self.env.cr.fetchall()}

    def _read_lines(self, numbers):
        """The lines of the rows in their seals, and the seals; rows that are not sealed yet stay."""
        self.env.cr.execute(
            "SELECT number, lines FROM oa_journal_seal WHERE last_id >= %s AND first_id <= %s", [min(numbers), max(numbers)]
        )
        lines, seals = [], set()
        for seal, text in self.env.cr.fetchall():
            if own := [line for line in journal_chain.read_lines(text or "") if line[0] in numbers]:
                lines += own
                seals.add(seal)
        return lines, seals

    def _explain(self, removal):
        return (removal.company_id or self.env.company)._in_official_language().env._(
            "%(count)s rows older than %(months)s months, seals %(first)s to %(last)s",
            count=removal.count, months=removal.months, first=removal.first_seal, last=removal.last_seal,
        )  # fmt: skip

    @api.model
    def _read_removals(self):
        self.env.cr.execute("SELECT id, digest, row_numbers FROM oa_journal_removal ORDER BY id")
        return [journal_chain.Removal(number, digest, journal_chain.read_numbers(text)) for number, digest, text in self.env.cr.fetchall()]

    @api.model
    def _count_removed(self):
        self.env.cr.execute("SELECT coalesce(sum(count), 0) FROM oa_journal_removal")
        return self.env.cr.fetchone()[0]
