from odoo import api, models
from odoo.exceptions import AccessError

from .locks import is_moving


class OaKeptMixin(models.AbstractModel):
    """A record that the moves of the flow write, nobody by hand and also not by RPC; it is never deleted.

    Name it first among the inherited models: it refuses before they begin to work.
    """

    _name = "oa.kept.mixin"
    _description = "Written by the moves of the flow"

    @api.model_create_multi
    def create(self, vals_list):
        self._check_moving()
        return super().create(vals_list)

    def write(self, vals):
        kept = self._get_kept_fields()
        if kept is None or vals.keys() & kept:
            self._check_moving()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _check_unlink(self):
        raise AccessError(self._say_not_deleted())

    def _check_moving(self):
        if not is_moving(self.env):
            raise AccessError(self._say_how_written())

    def _get_kept_fields(self):
        """Fields that only moves change; None means all of them."""

    def _say_how_written(self):
        """Hook: tell who writes by hand which buttons do it."""
        raise NotImplementedError

    def _say_not_deleted(self):
        """Hook: tell who deletes why it stays."""
        raise NotImplementedError
