from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..core.errors import SigningError


class OaSigningKey(models.Model):
    """The seal of an administration: opened once with its PIN, then it seals without one until it is closed."""

    _inherit = "oa.signing.key"

    def _compute_is_open(self):
        seals = self.filtered("is_seal")
        (self - seals).is_open = False
        token = self.env["oa.signing.ports"]._get_token()
        for key in seals:
            try:
                key.is_open = token.is_open(key.token_label)
            except SigningError:
                # A page is shown also while the service is down; the check says what is wrong.
                key.is_open = False

    @api.model
    def _get_seal(self, company):
        """The seal in use of an administration that the current person, or the program, may use."""
        # Which seals there are, is no secret; whether this person may use one is asked of the key.
        seals = self.sudo().search([("is_seal", "=", True), ("state", "=", "active"), ("company_id", "=", company.id)])
        usable = seals.filtered(lambda key: not key._get_use_blockers())
        if not usable:
            raise UserError(
                self.env._(
                    "%(administration)s has no seal that you may use. "
                    "The administrator of signatures names who seals on the page of the key.",
                    administration=company.name,
                )
            )
        return usable[:1]

    def action_open_seal(self):
        """The dialog that asks for the PIN of the seal; it is stored nowhere, so it is no form."""
        self.ensure_one()
        self._check_may_open()
        return {
            "type": "ir.actions.client",
            "tag": "oa_signing.open_seal",
            "name": self.env._("Open the seal"),
            "target": "new",
            "params": {"key_id": self.id, "name": self.name, "token_label": self.token_label},
        }

    def open_with_pin(self, pin):
        """Let the token service seal without a PIN; it keeps the PIN in its memory until it ends or the seal is closed."""
        self.ensure_one()
        self._check_may_open()
        if not pin:
            raise UserError(self.env._("Enter the PIN of the key."))
        self._ask_token(lambda token: token.open(self.token_label, str(pin)))

    def action_close_seal(self):
        self._check_may_open()
        for key in self:
            key._ask_token(lambda token, label=key.token_label: token.close(label))

    def _check_may_open(self):
        if not all(key.is_seal for key in self):
            raise UserError(self.env._("Only seals are opened; a person signs with the PIN each time."))
        if not self.env.user.has_group("oa_signing.oa_signing_group_administrator"):
            raise AccessError(self.env._("Only an administrator of signatures opens and closes seals."))

    def _ask_token(self, question):
        try:
            return question(self.env["oa.signing.ports"]._get_token())
        except SigningError as error:
            raise UserError(self.env["oa.signing.messages"]._explain(error)) from error
