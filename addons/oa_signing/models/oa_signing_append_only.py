from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

_CREATE_TOKEN = object()
_REFUSAL = SQL(
    """
    CREATE OR REPLACE FUNCTION oa_signing_refuse_change() RETURNS trigger AS $$
    BEGIN
        RAISE EXCEPTION 'rows of %% are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$ LANGUAGE plpgsql
    """
)
_DROP = "DROP TRIGGER IF EXISTS %(trigger)s ON %(table)s"
_TRIGGER = "CREATE TRIGGER %(trigger)s BEFORE %(event)s ON %(table)s FOR EACH %(level)s EXECUTE FUNCTION oa_signing_refuse_change()"


class OaSigningAppendOnly(models.AbstractModel):
    """Rows that are written once by this addon and never changed: guarded here and by a trigger in PostgreSQL."""

    _name = "oa.signing.append.only"
    _description = "Append-only record of signing"

    def init(self):
        if self._abstract:
            return
        # Whoever reaches the database around Odoo meets the same refusal.
        self.env.cr.execute(_REFUSAL)
        for name, event in (("row", "UPDATE OR DELETE"), ("table", "TRUNCATE")):
            values = {
                "trigger": SQL.identifier(f"{self._table}_append_only_{name}"),
                "table": SQL.identifier(self._table),
                "event": SQL(event),
                "level": SQL("ROW" if name == "row" else "STATEMENT"),
            }
            self.env.cr.execute(SQL(_DROP, trigger=values["trigger"], table=values["table"]))
            self.env.cr.execute(SQL(_TRIGGER, **values))

    def _check_access(self, operation):
        """Besides the rules: whoever may read what the row is about may read the row."""
        result = super()._check_access(operation)
        if not result or operation != "read" or not self.env["ir.model.access"].check(self._name, operation, raise_exception=False):
            return result
        forbidden, error = result
        forbidden -= forbidden._filter_subject_readable()
        return (forbidden, error) if forbidden else None

    def _filter_subject_readable(self):
        readable = self.browse()
        # Only the reference is read, to find the record whose rights decide.
        for row in self.sudo():
            subject = row._get_access_subject().with_user(self.env.user)
            if subject and subject.has_access("read"):
                readable |= self.browse(row.id)
        return readable

    def _get_access_subject(self):
        """Hook: the record that the row is about, or nothing."""
        return self.browse()

    @api.private
    def _append(self, vals_list):
        """The only way to make such rows."""
        # Nobody has the right to create any; this method borrows it and gives rows back with the caller's own rights.
        rows_sudo = self.sudo().with_context(oa_signing_create_token=_CREATE_TOKEN).create(vals_list)
        return rows_sudo.sudo(self.env.su)

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("oa_signing_create_token") is not _CREATE_TOKEN:
            raise AccessError(self.env._("Signatures and checks are recorded by signing and checking only."))
        return super().create(vals_list).with_context(oa_signing_create_token=None)

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("What was recorded about a signature is never changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was recorded about a signature is never deleted."))
