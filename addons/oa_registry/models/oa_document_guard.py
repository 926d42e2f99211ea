from odoo import models
from odoo.exceptions import UserError

from .triggers import create_trigger

_CONTENT = frozenset({
    "subject", "kind_id", "direction", "company_id", "author_id", "correspondent_ids",
    "sender_number", "sender_date", "received_at", "received_channel",
})  # fmt: skip
_FROZEN_COLUMNS = ("register_id", "register_entry_id", "number", "registered_at", "uri", "direction", "company_id", "subject", "kind_id")


class OaDocument(models.Model):
    """What nobody changes after registration, and what only the flow writes."""

    _inherit = "oa.document"

    _system_fields = frozenset({
        "state", "number", "registered_at", "uri", "register_entry_id", "access_code", "access_principals", "version",
    })  # fmt: skip

    def init(self):
        super().init()
        changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in _FROZEN_COLUMNS)
        self.env.cr.execute("""
            CREATE OR REPLACE FUNCTION oa_registry_refuse_document() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'Document % is registered: number, date, kind and subject never change (% refused)', OLD.number, TG_OP;
            END $$
        """)
        create_trigger(
            self.env.cr, self._table, "update", "UPDATE", "oa_registry_refuse_document",
            condition=f"OLD.register_entry_id IS NOT NULL AND ({changed})",
        )  # fmt: skip
        create_trigger(
            self.env.cr, self._table, "delete", "DELETE", "oa_registry_refuse_document", condition="OLD.register_entry_id IS NOT NULL"
        )

    def write(self, vals):
        if not self._is_system() and (_CONTENT | {"register_id"}) & set(vals):
            self._check_content_editable()
        return super().write(vals)

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
