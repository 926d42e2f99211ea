"""Logging in, rights and the settings that Odoo itself keeps, in the journal."""

from odoo import SUPERUSER_ID, models
from odoo.exceptions import AccessDenied

_NAMED = 3
"""Letters of an unknown login that are kept: people type passwords into the wrong field."""


class ResUsers(models.Model):
    _name = "res.users"
    _inherit = ["res.users", "oa.journal.mixin"]
    _journal_action = "rights"
    _journal_fields = frozenset({"login", "name", "active", "group_ids", "company_id", "company_ids", "password", "new_password"})

    def _login(self, credential, user_agent_env):
        try:
            answer = super()._login(credential, user_agent_env)
        except AccessDenied:
            self._log_failed_login(credential.get("login") or "")
            raise
        user = self.with_user(answer["uid"]).env.user
        user.env["oa.journal.entry"]._log(user, "login")
        return answer

    def _log_failed_login(self, login):
        # The request is rolled back when nobody logs in; its trace must stay.
        with self.pool.cursor() as cr:
            cr.cache.update(self.env.cr.cache)
            env = self.env(cr=cr, user=SUPERUSER_ID)
            user = env["res.users"].with_context(active_test=False).search([("login", "=", login)], limit=1)
            subject = env["oa.journal.entry"]._prepare_subject_vals(user) if user else {"res_model": "res.users", "res_id": SUPERUSER_ID}
            public = env.ref("base.public_user")
            name = {"object_name": login[:64]} if user else {"object_name": f"{login[:_NAMED]}…"}
            env["oa.journal.entry"]._write_rows([{**subject, **name, "action": "login_failed", "user_id": public.id}])


class ResGroups(models.Model):
    _name = "res.groups"
    _inherit = ["res.groups", "oa.journal.mixin"]
    _journal_action = "rights"
    _journal_fields = frozenset({"name", "user_ids", "implied_ids", "model_access", "rule_groups"})


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "oa.journal.mixin"]

    def _choose_journaled(self, names):
        own = [name for name in names if name.startswith("oa_") or name in {"name", "parent_id", "active", "email", "vat"}]
        return super()._choose_journaled(own)


class IrConfigParameter(models.Model):
    _name = "ir.config_parameter"
    _inherit = ["ir.config_parameter", "oa.journal.mixin"]

    def _is_journaled(self):
        return (self.key or "").startswith("oa_")

    def _read_journal_value(self, name):
        return "•••" if name == "value" and self._is_secret(self.key or "") else super()._read_journal_value(name)


class HrDepartment(models.Model):
    _name = "hr.department"
    _inherit = ["hr.department", "oa.journal.mixin"]
    _journal_fields = frozenset({"name", "registry_code", "manager_id", "parent_id", "company_id", "active"})
