from odoo import models
from odoo.exceptions import UserError

from .oa_document_correction import CORRECTABLE
from .triggers import create_trigger

_CONTENT = frozenset({
    "subject", "kind_id", "direction", "company_id", "author_id", "correspondent_ids",
    "sender_number", "sender_date", "received_at", "received_channel", "reserved_entry_id", "reply_to_id", "carrier", "is_initiating",
})  # fmt: skip
_FROZEN_COLUMNS = (
    "register_id",
    "register_entry_id",
    "number",
    "registered_at",
    "uri",
    "direction",
    "company_id",
    "reserved_entry_id",
    "guid",
    "active",
)
_GUARD = """
CREATE OR REPLACE FUNCTION oa_registry_refuse_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Document % is registered: number, date and register never change (% refused)', OLD.number, TG_OP;
END $$;

CREATE OR REPLACE FUNCTION oa_registry_check_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A document holds a number only as the book says it.
    IF NOT EXISTS (
        SELECT 1 FROM oa_register_entry line
        WHERE line.id = NEW.register_entry_id AND line.register_id = NEW.register_id AND line.name = NEW.number
          AND line.uri = NEW.uri AND line.registered_at = NEW.registered_at
          AND (line.document_id = NEW.id OR EXISTS (
              SELECT 1 FROM oa_register_event WHERE entry_id = line.id AND document_id = NEW.id AND kind = 'back_entry')))
    THEN
        RAISE EXCEPTION 'The register does not give number % to document %', NEW.number, NEW.id;
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION oa_registry_check_correction() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    field text;
    now_is text;
    is_changed boolean;
    told text;
BEGIN
    FOREACH field IN ARRAY TG_ARGV LOOP
        EXECUTE format('SELECT ($1).%I::text, ($1).%I IS DISTINCT FROM ($2).%I', field, field, field)
            INTO now_is, is_changed USING NEW, OLD;
        CONTINUE WHEN NOT is_changed;
        SELECT details::jsonb -> field ->> 'new' INTO told FROM oa_register_event
            WHERE document_id = NEW.id AND kind = 'correction' AND jsonb_exists(details::jsonb, field) ORDER BY id DESC LIMIT 1;
        IF NOT FOUND OR told IS DISTINCT FROM now_is THEN
            RAISE EXCEPTION 'Document % is registered: % changes only by a correction', OLD.number, field;
        END IF;
    END LOOP;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION oa_registry_check_annulment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'annulled' OR NOT EXISTS (
        SELECT 1 FROM oa_register_event WHERE entry_id = NEW.register_entry_id AND kind = 'annulment')
    THEN
        RAISE EXCEPTION 'Document %: a number is annulled by an event of the register, once and for ever', OLD.number;
    END IF;
    RETURN NEW;
END $$
"""


class OaDocument(models.Model):
    """What nobody changes after registration, and what only the flow writes."""

    _inherit = "oa.document"

    _system_fields = frozenset({
        "state", "number", "registered_at", "uri", "register_entry_id", "access_code", "access_principals", "version", "guid",
        "intake_mail_id", "intake_note", "page_counts", "receipt_for_id", "rejected_at", "discrepancy_ids",
        "checked_out_by_id", "checked_out_at",
    })  # fmt: skip

    def init(self):
        super().init()
        cr, is_registered = self.env.cr, "OLD.register_entry_id IS NOT NULL"
        cr.execute(_GUARD)
        frozen, correctable = (
            " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns) for columns in (_FROZEN_COLUMNS, CORRECTABLE)
        )
        guards = (
            ("update", "UPDATE", "oa_registry_refuse_document", f"{is_registered} AND ({frozen})", ()),
            ("delete", "DELETE", "oa_registry_refuse_document", is_registered, ()),
            (
                "number",
                "UPDATE",
                "oa_registry_check_number",
                "OLD.register_entry_id IS NULL AND (NEW.register_entry_id IS NOT NULL OR NEW.number IS NOT NULL)",
                (),
            ),
            ("correction", "UPDATE", "oa_registry_check_correction", f"{is_registered} AND ({correctable})", CORRECTABLE),
            (
                "annulment",
                "UPDATE",
                "oa_registry_check_annulment",
                "NEW.state IS DISTINCT FROM OLD.state AND 'annulled' IN (NEW.state, OLD.state)",
                (),
            ),
        )
        for suffix, event, function, condition, arguments in guards:
            create_trigger(cr, self._table, suffix, event, function, condition=condition, arguments=arguments)

    def write(self, vals):
        if not self._is_system() and (_CONTENT | {"register_id"}) & set(vals):
            self._check_content_editable()
        if not self._is_system() and "active" in vals:
            self._check_blockers("archive")
        return super().write(vals)

    def _get_archive_blockers(self):
        """Say why the document cannot leave the lists, or come back to them; an empty list means it can."""
        self.ensure_one()
        if self.state != "draft":
            return [self.env._("Only a draft is archived. “%(document)s” stays where it is found.", document=self.display_name)]
        return self._get_edit_blockers()

    def _check_content_editable(self):
        """Refuse a change of the content of registered documents."""
        for document in self:
            if blockers := document._get_edit_blockers():
                raise UserError("\n".join(blockers))

    def _get_edit_blockers(self):
        """Hook: say why the content cannot be changed now; an empty list means it can."""
        self.ensure_one()
        if self.register_entry_id or self.env["oa.register.entry"]._is_queued(self):
            return [self.env._("Document %(number)s is registered: its number, date, content and files never change.", number=self.name)]
        return []
