from odoo import models
from odoo.exceptions import UserError


class OaGuardedThread(models.AbstractModel):
    """Messages under a document reach only those who see it; being mentioned would be a way around access."""

    _name = "oa.guarded.thread"
    _inherit = "mail.thread"
    _description = "Messages for those who see the record"

    def message_post(self, **kwargs):
        if not self.env.su:
            # Odoo lets followers write; whoever has lost access may still follow.
            self.check_access("read")
        self._check_told(kwargs.get("partner_ids"))
        return super().message_post(**kwargs)

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        self._check_told(partner_ids)
        return super().message_subscribe(partner_ids=partner_ids, subtype_ids=subtype_ids)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Followers who have lost access hear nothing any more."""
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        return [recipient for recipient in recipients if self._may_be_told(recipient.get("uid"))]

    def _check_told(self, partner_ids):
        """Refuse to tell people who do not see the record; what the flow itself does is told to those who see it, below."""
        if self.env.su:
            return
        # Who has an account is asked for the answer only.
        partners_sudo = self.env["res.partner"].sudo().browse(partner_ids or [])
        for partner in partners_sudo:
            if not any(self._may_be_told(user.id) for user in partner.user_ids):
                raise UserError(
                    self.env._(
                        "%(person)s does not see this record and cannot be written to under it. Give access first.", person=partner.name
                    )
                )

    def _may_be_told(self, user_id):
        return bool(user_id) and self.with_user(user_id).has_access("read")
