from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import NO_ACCESS

from .journal_actions import ACTIONS, CATEGORIES, REMOVABLE
from .triggers import create_trigger


class OaJournalEntry(models.Model):
    """Who did what, when, in which capacity and from where.

    Part files of the same name tell how rows are written and who reads what of them.
    """

    _name = "oa.journal.entry"
    _inherit = "oa.append.only"
    _description = "Journal entry"
    _order = "at desc, id desc"

    at = fields.Datetime("Moment", required=True, readonly=True)
    moment = fields.Char("Moment (UTC)", compute="_compute_moment")
    user_id = fields.Many2one("res.users", "Person", required=True, readonly=True, ondelete="restrict")
    acting_for_id = fields.Many2one("res.users", "Acting for", readonly=True, ondelete="restrict")
    capacity = fields.Char(readonly=True)
    category = fields.Selection(CATEGORIES, "Kind of act", readonly=True)
    action = fields.Selection([action for actions in ACTIONS.values() for action in actions], required=True, readonly=True)
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", required=True, readonly=True)
    object_name = fields.Char("Object as it was named", readonly=True)
    document_id = fields.Many2one("oa.document", readonly=True, ondelete="restrict", groups="oa_registry.oa_registry_group_expert")
    case_id = fields.Many2one("oa.case", readonly=True, ondelete="restrict", groups="oa_registry.oa_registry_group_expert")
    company_id = fields.Many2one("res.company", "Administration", readonly=True, ondelete="restrict")
    details = fields.Text("Details as written", readonly=True, groups=NO_ACCESS)
    old_value = fields.Text("Old value as written", readonly=True, groups=NO_ACCESS)
    new_value = fields.Text("New value as written", readonly=True, groups=NO_ACCESS)
    address = fields.Char(readonly=True)
    session = fields.Char(readonly=True, help="The same for all acts of one login. The login itself cannot be told from it.")
    digest = fields.Char(readonly=True)

    _newest_index = models.Index("(at DESC, id DESC)")
    _company_index = models.Index("(company_id, at DESC, id DESC)")
    _category_index = models.Index("(category, at DESC, id DESC)")
    _person_index = models.Index("(user_id, at DESC, id DESC)")
    _document_index = models.Index("(document_id, user_id, action, at DESC)")
    _case_index = models.Index("(case_id, document_id) WHERE case_id IS NOT NULL")
    _object_index = models.Index("(res_model, res_id) WHERE document_id IS NULL")

    def init(self):
        super().init()
        cr = self.env.cr
        # The transaction that wrote a row is known to PostgreSQL alone; rows are sealed when their transactions have ended.
        cr.execute("ALTER TABLE oa_journal_entry ADD COLUMN IF NOT EXISTS txid bigint")
        cr.execute("ALTER TABLE oa_journal_entry ALTER COLUMN txid SET DEFAULT pg_current_xact_id()::text::bigint")
        cr.execute("CREATE INDEX IF NOT EXISTS oa_journal_entry_txid_index ON oa_journal_entry (txid, id)")
        # Old rows of a few kinds may go, if a removal written in the same transaction says so; nothing else ever goes.
        cr.execute(
            """
            CREATE OR REPLACE FUNCTION oa_registry_refuse_journal() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'DELETE' AND OLD.action IN %s AND EXISTS (
                    SELECT 1 FROM oa_journal_removal
                     WHERE txid = pg_current_xact_id()::text::bigint
                       AND company_id IS NOT DISTINCT FROM OLD.company_id
                       AND older_than > OLD.at
                       AND older_than <= (clock_timestamp() AT TIME ZONE 'UTC') - interval '12 months') THEN
                    RETURN OLD;
                END IF;
                RAISE EXCEPTION 'Rows of the journal are added and never changed (%% of row %% refused)', TG_OP, OLD.id;
            END $$
            """,
            [tuple(REMOVABLE)],
        )
        create_trigger(cr, self._table, "row", "UPDATE OR DELETE", "oa_registry_refuse_journal")

    @api.depends("at")
    def _compute_moment(self):
        for entry in self:
            entry.moment = entry.at and f"{entry.at:%d.%m.%Y %H:%M:%S}.{entry.at.microsecond // 1000:03}"

    @api.depends("action", "at")
    def _compute_display_name(self):
        labels = dict(self._fields["action"]._description_selection(self.env))
        for entry in self:
            entry.display_name = f"{labels.get(entry.action)} {fields.Datetime.context_timestamp(entry, entry.at):%d.%m.%Y %H:%M:%S}"

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise AccessError(self.env._("Nobody writes the journal by hand; the act itself writes it."))

    def action_open_record(self):
        self.ensure_one()
        return {"type": "ir.actions.act_window", "res_model": self.res_model, "res_id": self.res_id, "views": [(False, "form")]}
