from odoo import api, models
from odoo.exceptions import AccessError

_SYSTEM = object()
"""Held by this module only: a context that an RPC client sends can never carry it."""


class OaSystemFields(models.AbstractModel):
    """Fields that only the flow itself writes, whoever asks through RPC."""

    _name = "oa.system.fields"
    _description = "Fields written by the flow"

    _system_fields: frozenset[str] = frozenset()

    def _is_system(self):
        return self.env.context.get("oa_registry_system") is _SYSTEM

    def _as_system(self):
        return self.with_context(oa_registry_system=_SYSTEM)

    def _write_system(self, vals):
        """Write fields that people may not write; callers have asked the blockers before."""
        return self._as_system().write(vals)

    def _check_system_fields(self, vals):
        if not self._is_system() and (names := self._system_fields & set(vals)):
            labels = ", ".join(sorted(self._fields[name]._description_string(self.env) or name for name in names))
            raise AccessError(self.env._("These fields are written by the system only: %(fields)s.", fields=labels))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_system_fields({name: value for name, value in vals.items() if value})
        return super().create(vals_list)

    def write(self, vals):
        self._check_system_fields(vals)
        return super().write(vals)
