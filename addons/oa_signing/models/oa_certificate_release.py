from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class OaCertificate(models.Model):
    """A certificate is taken from its person: a card was lost, somebody left, the link was a mistake."""

    _inherit = "oa.certificate"

    is_by_hand = fields.Boolean("Linked by hand only", readonly=True, help="Once taken from a person it is not linked by its number again.")
    can_release = fields.Boolean("I may take it from the person", compute="_compute_can_release")

    @api.depends_context("uid")
    @api.depends("user_id", "is_seal")
    def _compute_can_release(self):
        for certificate in self:
            certificate.can_release = not certificate._get_release_blockers()

    def action_release(self):
        """Ask for the reason."""
        self.ensure_one()
        self._check_release()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Take from the person"),
            "res_model": "oa.certificate.release",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_certificate_id": self.id},
        }

    @api.private
    def _release(self, reason):
        """One administrator is enough: it only takes away. Giving it to anybody takes two again."""
        self.ensure_one()
        self._check_release()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Write why the certificate is taken from the person."))
        # The right to do so was asked above; certificates, keys and requests of others are written for the administrator.
        certificate_sudo = self.sudo()
        person = certificate_sudo.user_id
        self.env["oa.certificate.link"]._record_release(certificate_sudo, reason)
        # The keys first: an active key has to be of the person of its certificate.
        certificate_sudo.key_ids.filtered(lambda key: key.user_id == person).write({"user_id": False, "state": "found"})
        certificate_sudo.write({"user_id": False, "is_by_hand": True})
        self.env["oa.signature.request"]._give_up_for(certificate_sudo)
        certificate_sudo._tell_released(person, reason)

    def _check_release(self):
        if not self.env.user.has_group("oa_signing.oa_signing_group_administrator"):
            raise AccessError(self.env._("Only an administrator of signatures takes certificates from people."))
        self.check_access("read")
        if blockers := self._get_release_blockers():
            raise UserError("\n".join(blockers))

    def _get_release_blockers(self):
        """Say why the certificate cannot be taken from its person; an empty list means it can."""
        self.ensure_one()
        if not self.env.user.has_group("oa_signing.oa_signing_group_administrator"):
            return [self.env._("Only an administrator of signatures takes certificates from people.")]
        if not self.user_id:
            return [self.env._("The certificate is not linked to anybody.")]
        return []

    def _find_owner(self):
        return self.env["res.users"] if self.is_by_hand else super()._find_owner()

    def _is_of(self, user):
        # Whose it is, is asked here for the person, who may not read those of others.
        certificate_sudo = self.sudo()
        if certificate_sudo.is_by_hand and not certificate_sudo.user_id:
            return False
        return super()._is_of(user)

    def _tell_released(self, person, reason):
        """The person and the other administrators hear of it at once."""
        for user in self._list_warned() | person:
            if user == self.env.user or not user.active:
                continue
            env = self.with_context(lang=user.lang).env
            body = env._(
                "%(administrator)s took the certificate of %(holder)s (serial number %(serial)s) from %(person)s. Nothing can be signed "
                "with it until two administrators of signatures link it again. Reason: %(reason)s",
                administrator=self.env.user.name,
                holder=self.name,
                serial=self.serial or "–",
                person=person.name,
                reason=reason,
            )
            self.message_notify(partner_ids=user.partner_id.ids, subject=env._("A certificate was taken from its person"), body=body)


class OaCertificateLink(models.Model):
    """Taking a certificate away stands in the same history as giving it."""

    _inherit = "oa.certificate.link"

    state = fields.Selection(selection_add=[("released", "Taken away")], ondelete={"released": "cascade"})

    @api.model
    def _record_release(self, certificate_sudo, reason):
        row = {"certificate_id": certificate_sudo.id, "user_id": certificate_sudo.user_id.id, "reason": reason}
        # The person who takes it away is the one who asks; only this method makes such rows.
        row_sudo = self.sudo()._insert([{**row, "proposer_id": self.env.uid, "decided_at": fields.Datetime.now(), "state": "released"}])
        return row_sudo.sudo(self.env.su)


class OaSignatureRequest(models.Model):
    """What was prepared for a certificate is given up when it is taken from its person."""

    _inherit = "oa.signature.request"

    @api.model
    def _give_up_for(self, certificate_sudo):
        # Requests are their person's; here they end whoever asks.
        requests_sudo = self.sudo().search([("certificate_id", "=", certificate_sudo.id), ("state", "=", "pending")])
        open_lines = requests_sudo.line_ids.filtered(lambda line: line.state in ("pending", "prepared", "waiting"))
        for line in open_lines:
            words = line.with_context(lang=line.request_id.user_id.lang).env._(
                "The administrator of signatures took this certificate from you. Nothing was signed; choose another one."
            )
            line._refuse(words)
