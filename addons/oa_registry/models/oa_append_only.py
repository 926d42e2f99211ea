from odoo import api, models
from odoo.exceptions import AccessError

from .triggers import refuse_change


class OaAppendOnly(models.AbstractModel):
    """Rows that are only ever added; PostgreSQL refuses the rest for everybody."""

    _name = "oa.append.only"
    _description = "Append-only rows"

    def init(self):
        super().init()
        if not self._abstract:
            refuse_change(self.env.cr, self._table)

    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(self.env._("%(model)s: entries are added and never changed.", model=self._description))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("%(model)s: entries are never deleted.", model=self._description))
