from datetime import timedelta

from odoo import api, fields, models

DAYS = (30, 14, 3)


class OaCertificate(models.Model):
    """Watches terms: the person and the administrators of signatures hear of it in time, once for each step."""

    _name = "oa.certificate"
    _inherit = ["oa.certificate", "mail.thread", "mail.activity.mixin"]

    warned_days = fields.Integer("Last warning, days before the end", readonly=True)

    @api.model
    def _cron_warn(self):
        """Activities 30, 14 and 3 days before the end of certificates that sign."""
        now = fields.Datetime.now()
        soon = self.search([("valid_to", ">=", now), ("valid_to", "<=", now + timedelta(days=max(DAYS))), ("key_ids.state", "=", "active")])
        soon |= self.search([("valid_to", ">=", now), ("valid_to", "<=", now + timedelta(days=max(DAYS))), ("user_id", "!=", False)])
        for certificate in soon:
            left = (certificate.valid_to - now).days
            step = min(days for days in DAYS if left <= days)
            if not certificate.warned_days or certificate.warned_days > step:
                certificate._warn(left)
                certificate.warned_days = step

    def _warn(self, left):
        self.ensure_one()
        for user in self._list_warned():
            env = self.with_context(lang=user.lang).env
            self.activity_schedule(
                "mail.mail_activity_data_warning",
                date_deadline=fields.Date.context_today(self),
                summary=env._("Certificate of %(holder)s ends in %(days)s days", holder=self.name, days=left),
                note=env._(
                    "Valid until %(day)s. Ask the provider for a new one before that day; after it nothing can be signed with it.",
                    day=fields.Date.to_date(self.valid_to).strftime("%d.%m.%Y"),
                ),
                user_id=user.id,
            )

    def _list_warned(self):
        """The person whose certificate it is, and the administrators who are people."""
        administrators = self.env.ref("oa_signing.oa_signing_group_administrator").all_user_ids
        seal_users = self.key_ids.seal_group_id.all_user_ids if self.is_seal else self.env["res.users"]
        everybody = self.user_id | administrators | seal_users
        root = self.env.ref("base.user_root")
        return everybody.filtered(lambda user: user.active and user != root)
