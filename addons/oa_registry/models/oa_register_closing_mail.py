import logging
from datetime import timedelta

from markupsafe import Markup
from odoo import api, fields, models

_logger = logging.getLogger(__name__)
_SENT_FOR = timedelta(days=30)


class OaRegisterClosingMail(models.Model):
    """A daily list that left the house: whoever got it can contradict a book that was bent later."""

    _name = "oa.register.closing.mail"
    _inherit = "oa.append.only"
    _description = "Sending of a daily list"
    _order = "id"
    _rec_name = "email"

    closing_id = fields.Many2one("oa.register.closing", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", "Administration", required=True, readonly=True, ondelete="restrict")
    email = fields.Char("Sent to", required=True, readonly=True)
    at = fields.Datetime("Sent at", required=True, readonly=True, default=fields.Datetime.now)


class OaRegisterClosing(models.Model):
    """Making lists day by day, and sending them outside."""

    _inherit = "oa.register.closing"

    mail_ids = fields.One2many("oa.register.closing.mail", "closing_id", "Sent outside", readonly=True)
    sent_note = fields.Char("Sent to", compute="_compute_sent_note")

    @api.depends("mail_ids")
    def _compute_sent_note(self):
        for closing in self:
            closing.sent_note = ", ".join(f"{mail.email} ({mail.at:%d.%m.%Y})" for mail in closing.mail_ids)

    @api.model
    def _cron_close(self):
        """Close every day that is over, ask for missing timestamps, send what was not sent."""
        progress = self.env["ir.cron"]._commit_progress
        registers = self.env["oa.register"].with_context(active_test=False).search([("company_id", "!=", False)])
        for closing in self._close_days(registers):
            self.env["oa.journal.entry"]._log(closing, "closing", closing.display_name)
            if not progress(1):
                return
        if self._has_timestamps():
            for closing in self.search(self._get_unstamped_domain(), order="id"):
                # A service that is down is asked once in an hour, not once for each list.
                if not closing._stamp() or not progress(1):
                    break
        for company in self.env["res.company"].search([("oa_closing_email", "!=", False)]):
            self._send_lists(company)
            progress()

    @api.model
    def _send_lists(self, company):
        """Send the lists that did not go out yet in one message; a server that is down is tried again in an hour."""
        domain = [("company_id", "=", company.id), ("mail_ids", "=", False), ("made_at", ">", fields.Datetime.now() - _SENT_FOR)]
        closings = self.search(domain, order="day, id", limit=100)
        if not closings:
            return
        # Nobody may write outgoing mail by hand; the setting of the administration asks for it.
        mail_sudo = self.env["mail.mail"].sudo().create(closings._prepare_mail_vals(company))
        mail_sudo.send(raise_exception=False)
        if mail_sudo.state == "exception":
            _logger.warning("daily lists of %s did not go out: %s", company.name, mail_sudo.failure_reason)
            mail_sudo.unlink()
            return
        # That the list went out is written by whoever sends it.
        self.env["oa.register.closing.mail"].sudo().create(
            [{"closing_id": closing.id, "company_id": company.id, "email": company.oa_closing_email} for closing in closings]
        )
        closings.invalidate_recordset(["mail_ids"])

    def _prepare_mail_vals(self, company):
        rows = Markup().join(
            Markup("<li>{} – {:%d.%m.%Y}, № {}, SHA-256 {}</li>").format(item.register_id.name, item.day, item.number, item.digest)
            for item in self
        )
        body = Markup("<p>{}</p><ul>{}</ul><p>{}</p>").format(
            f"Приложени са дневните приключвателни листове на {company.name}.", rows,
            "Запазете ги: с тях по-късно се доказва, че в регистрите нищо не е променено, добавено или отстранено. "
            "Проверката се прави с verify_book.py от доказателствения износ на регистъра.",
        )  # fmt: skip
        files = [(0, 0, {"name": name, "raw": data}) for closing in self for name, data in closing._list_files()]
        return {
            "subject": f"{company.name}: дневни приключвателни листове",
            "body_html": body,
            "email_to": company.oa_closing_email,
            "email_from": company.email_formatted or self.env.user.email_formatted,
            "attachment_ids": files,
            "auto_delete": False,
        }

    def _list_files(self):
        """Names and bytes of the list, its PDF and its token."""
        self.ensure_one()
        name = self._get_file_name()
        yield f"{name}.xml", self.xml.encode()
        # The PDF has no reader of its own; whoever reads the list reads it.
        yield f"{name}.pdf", self.sudo().attachment_id.raw
        if token := self._get_token():
            yield f"{name}.tsr", token

    def _get_file_name(self):
        return f"{self.register_id.code}-{self.day.isoformat()}-{self.number}"

    def action_download_pdf(self):
        return self._download("pdf")

    def action_download_xml(self):
        return self._download("xml")

    def action_download_token(self):
        return self._download("tsr")

    def _download(self, kind):
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/oa/closing/{self.id}/{kind}", "target": "download"}
