from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

_GUARDED = ("oa.document", "oa.case", "oa.task", "oa.task.extension", "oa.task.opinion", "oa.acquaintance")


class MailActivity(models.Model):
    _inherit = "mail.activity"

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        """An activity that was given to somebody stays theirs only while they see the document."""
        if not self.env.su and not bypass_access:
            domain = Domain(domain) & Domain.AND(self._get_guard(name) for name in _GUARDED if name in self.env)
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def _get_guard(self, model_name):
        model = self.env[model_name]
        elsewhere = Domain("res_model", "!=", model_name)
        if not model.has_access("read"):
            return elsewhere

        def is_seen(_model, alias, _query):
            seen = model._search([])
            seen.add_where(SQL("%s = %s", SQL.identifier(seen.table, "id"), SQL.identifier(alias, "res_id")))
            # Row by row: OFFSET keeps PostgreSQL from collecting all that the person sees for a handful of activities.
            return SQL("EXISTS (%s OFFSET 0)", seen.select(SQL("1")))

        return elsewhere | Domain.custom(to_sql=is_seen)

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if self.env.su or operation != "read":
            return result
        # Odoo lets everybody read the own activities; here the document decides.
        hidden = self.browse()
        for name, activities in self.sudo().filtered(lambda activity: activity.res_model in _GUARDED).grouped("res_model").items():
            visible = set(self.env[name].browse(activities.mapped("res_id"))._filtered_access("read").ids)
            hidden |= activities.filtered(lambda activity, visible=visible: activity.res_id not in visible).with_env(self.env)
        if not hidden:
            return result
        return (result[0] | hidden, result[1]) if result else (hidden, lambda: hidden._make_access_error(operation))
