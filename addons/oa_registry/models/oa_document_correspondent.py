from odoo import api, fields, models

from .triggers import create_trigger

_GUARD = """
CREATE OR REPLACE FUNCTION oa_registry_check_correspondent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    item oa_document_correspondent%ROWTYPE;
    told jsonb;
    is_told boolean;
BEGIN
    IF TG_OP = 'DELETE' THEN item := OLD; ELSE item := NEW; END IF;
    IF NOT EXISTS (SELECT 1 FROM oa_document WHERE id IN (item.document_id, COALESCE(OLD.document_id, 0)) AND register_entry_id IS NOT NULL)
    THEN
        RETURN item;
    END IF;
    SELECT details::jsonb -> 'correspondents' -> 'new' INTO told FROM oa_register_event
        WHERE document_id = item.document_id AND kind = 'correction' AND jsonb_exists(details::jsonb, 'correspondents')
        ORDER BY id DESC LIMIT 1;
    -- The last correction names every correspondent: who is named may be added, who is not may be taken away.
    is_told := EXISTS (
        SELECT 1 FROM jsonb_array_elements(COALESCE(told, '[]')) AS one
        WHERE (one ->> 'partner')::int = item.partner_id AND one ->> 'role' = item.role
          AND one ->> 'their_number' IS NOT DISTINCT FROM item.their_number
          AND one ->> 'their_date' IS NOT DISTINCT FROM item.their_date::text);
    IF told IS NULL OR is_told = (TG_OP = 'DELETE') OR (TG_OP = 'UPDATE' AND OLD.document_id <> NEW.document_id) THEN
        RAISE EXCEPTION 'Document % is registered: correspondents change only by a correction', item.document_id;
    END IF;
    RETURN item;
END $$
"""


ROLES = [("sender", "Sender"), ("applicant", "Applicant"), ("recipient", "Recipient")]


class OaDocumentCorrespondent(models.Model):
    """One correspondent of a document in one role."""

    _name = "oa.document.correspondent"
    _description = "Correspondent"
    _order = "document_id, sequence, id"

    document_id = fields.Many2one("oa.document", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    partner_id = fields.Many2one("res.partner", "Correspondent", required=True, index=True, ondelete="restrict")
    role = fields.Selection(
        ROLES,
        required=True,
        default=lambda self: "recipient" if self.env.context.get("default_direction") == "outgoing" else "sender",
    )
    email = fields.Char("E-mail", compute="_compute_email")
    city = fields.Char(related="partner_id.city")
    their_number = fields.Char("Their number")
    their_date = fields.Date("Their date")

    def init(self):
        super().init()
        self.env.cr.execute(_GUARD)
        columns = ("document_id", "partner_id", "role", "their_number", "their_date")
        is_changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)
        create_trigger(self.env.cr, self._table, "change", "INSERT OR DELETE", "oa_registry_check_correspondent")
        create_trigger(self.env.cr, self._table, "update", "UPDATE", "oa_registry_check_correspondent", condition=is_changed)

    @api.depends("partner_id.email")
    @api.depends_context("uid")
    def _compute_email(self):
        for correspondent in self:
            correspondent.email = correspondent.partner_id and correspondent.partner_id._mask("email")

    @api.depends("partner_id", "role")
    def _compute_display_name(self):
        for correspondent in self:
            correspondent.display_name = correspondent.partner_id.display_name

    @api.model_create_multi
    def create(self, vals_list):
        correspondents = super().create(vals_list)
        correspondents._check_editable()
        return correspondents

    def write(self, vals):
        self._check_editable()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_of_drafts(self):
        self._check_editable()

    def _check_editable(self):
        # A correction replaces correspondents; the trigger lets only those through that its event names.
        if not self.env["oa.document"]._is_system():
            self.document_id._check_content_editable()
