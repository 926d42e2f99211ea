from markupsafe import Markup
from odoo import api, fields, models
from odoo.tools import format_date

from .locks import moving


class OaNotice(models.Model):
    """Notices that go by e-mail: each at once, or all of a day in one letter."""

    _inherit = "oa.notice"

    def _mail_at_once(self):
        """One letter for each notice."""
        self._send_letters([(notice.user_id, notice._write_line(), notice) for notice in self])

    def _write_line(self):
        """The sentence with the subject, if its person may read the document."""
        self.ensure_one()
        companies = self.user_id.company_ids.ids
        subject = self.with_user(self.user_id).with_context(allowed_company_ids=companies).subject
        return f"{self.text} · {subject}" if subject else self.text

    @api.model
    def _cron_digest(self):
        """Write one letter a day to whoever has chosen it: what is new, and how much waits."""
        today = self.env["oa.calendar.day"]._get_today()
        if not self.env["oa.calendar.day"]._get_calendar().is_working(today):
            return
        users = self.env["res.users"].search([
            ("docflow_channel", "=", "digest"), ("share", "=", False), "|",
            ("docflow_digest_on", "=", False), ("docflow_digest_on", "<", today),
        ])  # fmt: skip
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(users))
        for user in users:
            self._write_digest(user, today)
            if not progress(1):
                break

    def _write_digest(self, user, today):
        """The letter and the mark that it was written are one transaction: a run that is killed repeats neither."""
        news = self.search([("user_id", "=", user.id), ("channel", "=", "digest"), ("mailed_at", "=", False)], order="id")
        counts = self.env["oa.document"].with_user(user).with_context(lang=user.lang).get_desk_counts()
        user.docflow_digest_on = today
        if news or any(count["count"] for count in counts if count["act"] != "notice"):
            day = format_date(self.env, today, lang_code=user.lang, date_format="dd.MM.yyyy")
            subject = self.with_context(lang=user.lang).env._("Your day in the document system, %(day)s", day=day)
            self._send_letters([(user, subject, news)], counts=counts)

    def _send_letters(self, letters, counts=()):
        vals_list = [
            {
                "subject": subject,
                "body_html": self._render_letter(user, notices, counts),
                "recipient_ids": [(6, 0, user.partner_id.ids)],
                "email_from": notices.company_id[:1].email_formatted or user.company_id.email_formatted or self.env.user.email_formatted,
                "auto_delete": True,
            }
            for user, subject, notices in letters
            if user.email
        ]
        # Letters are sent by the flow, whoever has acted.
        self.env["mail.mail"].sudo().create(vals_list)
        sent = self.union(*(notices for user, _subject, notices in letters if user.email))
        moving(sent).write({"mailed_at": fields.Datetime.now()})

    def _render_letter(self, user, notices, counts):
        base, env = self.get_base_url(), self.with_context(lang=user.lang).env
        items = Markup().join(
            Markup("<li><a href='{}/odoo/{}/{}'>{}</a></li>").format(base, notice.res_model, notice.res_id, notice._write_line())
            for notice in notices
        )
        waiting = Markup().join(
            Markup("<li>{}: <b>{}</b>{}</li>").format(
                count["label"], count["count"], env._(" (late: %(late)s)", late=count["late"]) if count["late"] else ""
            )
            for count in counts
            if count["count"] and count["act"] != "notice"
        )
        parts = [Markup("<p>{}</p>").format(user.name)]
        if items:
            parts.append(Markup("<ul>{}</ul>").format(items))
        if waiting:
            parts.append(Markup("<p>{}</p><ul>{}</ul>").format(env._("Waits for you now:"), waiting))
        choice = env._("How you are told is your own choice: your name, Preferences.")
        return Markup().join([*parts, Markup("<p><small>{}</small></p>").format(choice)])
