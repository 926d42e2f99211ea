from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import table_exists

from .locks import is_moving, refuse_changes


class OaProcedurePart(models.AbstractModel):
    """A part of a procedure, which freezes with its version."""

    _name = "oa.procedure.part"
    _description = "Part of a version of a procedure"

    is_frozen = fields.Boolean(readonly=True, copy=False)

    def init(self):
        super().init()
        if self._abstract:
            return
        refuse_changes(self.env.cr, self._table, when="OLD.is_frozen")
        if not table_exists(self.env.cr, "oa_procedure"):
            # A first installation has nothing to freeze, and may make the table of the parts first.
            return
        self.env.cr.execute(
            SQL(
                "UPDATE %s part SET is_frozen = TRUE FROM oa_procedure procedure "
                "WHERE procedure.id = part.procedure_id AND procedure.state <> 'draft' AND part.is_frozen IS NOT TRUE",
                SQL.identifier(self._table),
            )
        )

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._check_draft()
        return parts

    def write(self, vals):
        self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_of_drafts(self):
        self._check_draft()

    def _check_draft(self):
        if not is_moving(self.env):
            self.procedure_id._check_draft()
