from odoo import api, fields, models
from odoo.exceptions import UserError

from .oa_document import CHANNELS


class OaDispatch(models.Model):
    """One sending of a document to one recipient by one channel."""

    _name = "oa.dispatch"
    _description = "Dispatch"
    _order = "id desc"
    _inherit = ["oa.system.fields"]
    _system_fields = frozenset({"state", "sent_at", "sent_by_id", "mail_id", "is_receipt", "book_id"})

    document_id = fields.Many2one("oa.document", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="document_id.company_id", store=True, index=True)
    partner_id = fields.Many2one("res.partner", "Recipient", required=True, ondelete="restrict")
    channel = fields.Selection(CHANNELS, required=True, default="email")
    email = fields.Char("E-mail", compute="_compute_email")
    state = fields.Selection(
        [("draft", "To be sent"), ("sent", "Sent"), ("delivered", "Delivered"), ("failed", "Failed")],
        required=True,
        default="draft",
        readonly=True,
        index=True,
    )
    is_receipt = fields.Boolean("Receipt", readonly=True)
    sent_at = fields.Datetime(readonly=True)
    sent_by_id = fields.Many2one("res.users", "Sent by", readonly=True)
    tracking_number = fields.Char("Shipment number")
    outcome = fields.Char()
    file_id = fields.Many2one("oa.document.file", ondelete="restrict", domain="[('document_id', '=', document_id)]")
    receipt_file_id = fields.Many2one(
        "oa.document.file", "Delivery receipt", ondelete="restrict", domain="[('document_id', '=', document_id)]"
    )
    mail_id = fields.Many2one("mail.mail", "Message", readonly=True, ondelete="set null")

    @api.depends("partner_id.email")
    @api.depends_context("uid")
    def _compute_email(self):
        for dispatch in self:
            dispatch.email = dispatch.partner_id and dispatch.partner_id._mask("email")

    @api.depends("partner_id", "channel")
    def _compute_display_name(self):
        for dispatch in self:
            dispatch.display_name = f"{dispatch.document_id.display_name} → {dispatch.partner_id.display_name}"

    def _get_send_blockers(self):
        """Say why it cannot be sent now; an empty list means it can."""
        self.ensure_one()
        blockers = []
        if self.state in {"sent", "delivered"}:
            blockers.append(
                self.env._("%(document)s is already sent to %(partner)s.", document=self.document_id.name, partner=self.partner_id.name)
            )
        if not self.document_id.register_entry_id or self.document_id.state == "annulled":
            blockers.append(self.env._("Only a registered document is dispatched."))
        if self.channel == "email" and not self.partner_id.email:
            blockers.append(
                self.env._("%(partner)s has no e-mail address. Add one or choose another channel.", partner=self.partner_id.name)
            )
        if self.channel in {"email", "seos", "ssev"} and not self._get_file():
            blockers.append(self.env._("%(document)s has no file to send. Add the file first.", document=self.document_id.name))
        return blockers

    def action_send(self):
        """Send now; a failed e-mail keeps its reason and can be sent again."""
        self.check_access("write")
        for dispatch in self:
            if blockers := dispatch._get_send_blockers():
                raise UserError("\n".join(blockers))
        if again := self.filtered(lambda dispatch: dispatch.state == "failed"):
            self.env["oa.journal.entry"]._log(again, "dispatch_retry", lambda dispatch: dispatch.partner_id.name)
        self._send()

    def _send(self):
        by_mail = self.filtered(lambda dispatch: dispatch.channel == "email")
        by_mail._send_mail()
        (self - by_mail)._mark_sent()

    def _get_file(self):
        return self.file_id or self.document_id.main_file_id

    def _get_files(self):
        """The files that go together: a receipt is a PDF for people and an XML for programs."""
        file = self._get_file()
        twins = self.document_id.file_ids.filtered(lambda other: other.role == "receipt" and other.state == "current")
        return file | twins if self.is_receipt else file

    def _prepare_mail_headers(self):
        """RFC 3834: nobody's machine answers a receipt, and one that comes back is recognised."""
        office = self.document_id.office_id
        loop = {"X-Loop": address} if (address := office.alias_email or office.email) else {}
        return loop | ({"Auto-Submitted": "auto-generated"} if self.is_receipt else {})

    def _mark_sent(self):
        if not self:
            return
        self._write_system({"state": "sent", "sent_at": fields.Datetime.now(), "sent_by_id": self.env.uid, "outcome": False})
        channels = dict(self._fields["channel"]._description_selection(self.company_id[:1]._in_official_language().env))
        for is_receipt, dispatches in self.grouped("is_receipt").items():
            self.env["oa.journal.entry"]._log(
                dispatches,
                "receipt" if is_receipt else "dispatch",
                lambda dispatch: f"{dispatch.partner_id.name}: {channels[dispatch.channel]}",
            )

    def _send_mail(self):
        for dispatch in self:
            # Clerks may not write outgoing mail themselves.
            mail_sudo = self.env["mail.mail"].sudo().create(dispatch._prepare_mail_vals())
            mail_sudo.send(raise_exception=False)
            dispatch._write_system({"mail_id": mail_sudo.id, "file_id": dispatch._get_file().id})
            if mail_sudo.state == "exception":
                dispatch._mark_failed(
                    self.env._("The mail server did not take the message: %(reason)s", reason=mail_sudo.failure_reason or "?")
                )
            else:
                dispatch._mark_sent()

    def _mark_failed(self, reason):
        self._write_system({"state": "failed", "outcome": " ".join(reason.split())})
        self.env["oa.journal.entry"]._log(self, "dispatch_failed", f"{self.partner_id.name}: {reason}")

    def _prepare_mail_vals(self):
        """Hook: the message that carries the file."""
        document = self.document_id
        office = document.office_id
        # Whoever may dispatch the document sends its file.
        attachments = self._get_files().sudo().attachment_id
        subject, body = document._get_receipt_mail() if self.is_receipt else document._get_dispatch_mail()
        return {
            "subject": subject,
            "body_html": body,
            "email_from": office.email or document.company_id.email_formatted or self.env.user.email_formatted,
            "email_to": self.partner_id.email_formatted,
            "attachment_ids": [fields.Command.set(attachments.ids)],
            "headers": repr(self._prepare_mail_headers()),
            "auto_delete": False,
            "model": False,
        }

    def action_deliver(self):
        """Note that the recipient has it."""
        self.check_access("write")
        for dispatch in self:
            if dispatch.state != "sent":
                raise UserError(self.env._("Only what is sent can be delivered."))
        self._write_system({"state": "delivered"})
        self.env["oa.journal.entry"]._log(self, "deliver", lambda dispatch: dispatch.partner_id.name)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unsent(self):
        if self.filtered(lambda dispatch: dispatch.state != "draft"):
            raise UserError(self.env._("A dispatch that has been tried stays in the list."))

    def _explain_waiting(self):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("Not sent to everybody"),
                "message": "\n".join(dispatch._explain_one_waiting() for dispatch in self),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _explain_one_waiting(self):
        """Hook: why this one has not left yet, and what helps."""
        if self.state == "failed":
            return self.env._("%(partner)s: %(reason)s", partner=self.partner_id.name, reason=self.outcome)
        return self.env._("%(partner)s has no e-mail: send it by post or courier and mark it sent.", partner=self.partner_id.name)
