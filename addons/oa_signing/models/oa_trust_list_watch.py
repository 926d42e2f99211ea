import logging

from odoo import api, models

_logger = logging.getLogger(__name__)
_GROUP = "oa_signing.oa_signing_group_administrator"


class OaTrustList(models.Model):
    """Fetches lists that have an address and tells the administrators before one is out of date."""

    _inherit = "oa.trust.list"

    @api.model
    def _cron_watch(self):
        crons = self.env["ir.cron"]
        # Inactive ones decide nothing, so nobody has to hear of them.
        lists = self.search([("id", "!=", 0)])
        crons._commit_progress(remaining=len(lists))
        for trust_list in lists:
            if trust_list.url:
                trust_list._fetch()
            trust_list._warn_in_time()
            if not crons._commit_progress(1):
                return

    def _warn_in_time(self):
        """One e-mail when a list turns yellow and one when it turns red."""
        self.ensure_one()
        self.invalidate_recordset(["state"])
        if self.state not in ("soon", "old") or self.warned_state == self.state:
            return
        for user in self._list_warned():
            self.with_context(lang=user.lang)._mail_warning(user)
        self.warned_state = self.state

    def _list_warned(self):
        root = self.env.ref("base.user_root")
        people = self.env.ref(_GROUP).all_user_ids.filtered(lambda user: user.active and user != root)
        without = people.filtered(lambda user: not user.email)
        if without:
            _logger.warning("administrators without an e-mail are not warned of trusted lists: %s", without.mapped("login"))
        return people - without

    def _mail_warning(self, user):
        body = self.env._(
            "%(list)s: number %(number)s, the next one is due on %(day)s. %(what)s",
            list=self.name,
            number=self.sequence_number,
            day=self.next_update_at.strftime("%d.%m.%Y"),
            what=" ".join(filter(None, [self.state_message, self.problem])),
        )
        subject = self.env._("Trusted list: %(list)s", list=self.name)
        # Whoever is warned has no right to send mail in the name of the system; the warning is the system's own.
        mail_sudo = self.env["mail.mail"].sudo().create({"subject": subject, "body_html": body, "email_to": user.email_formatted})
        mail_sudo.send(raise_exception=False)
