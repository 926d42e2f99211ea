from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..core.errors import SigningError
from ..core.specs import KeyReference


class OaSigningKey(models.Model):
    """A pointer to a key on a token and to its owner; the key itself never leaves the token."""

    _name = "oa.signing.key"
    _description = "Signing key"
    _order = "is_seal, name, id"

    name = fields.Char(compute="_compute_name", store=True)
    user_id = fields.Many2one("res.users", "Owner", ondelete="restrict", index=True)
    is_seal = fields.Boolean("Seal of an organisation")
    company_id = fields.Many2one("res.company", "Administration", ondelete="restrict")
    seal_group_id = fields.Many2one("res.groups", "Sealed by the group", help="Members of this group may use the seal.")
    seal_user_ids = fields.Many2many("res.users", string="Sealed by", help="These people may use the seal.")
    is_automatic = fields.Boolean("Seals by itself", help="The program may seal with it without a person, for example receipts.")
    is_open = fields.Boolean("Open", compute="_compute_opening", help="Opened with its PIN until the token service ends.")
    opening = fields.Selection(
        [("open", "Open"), ("closed", "Closed"), ("lost", "To be opened again"), ("unknown", "The token service does not answer")],
        "Sealing without a PIN",
        compute="_compute_opening",
    )
    closed_notice = fields.Text("Why nothing is sealed", compute="_compute_opening")
    opened_by_id = fields.Many2one("res.users", "Opened by", ondelete="set null", readonly=True)
    opened_at = fields.Datetime("Opened", readonly=True)
    token_label = fields.Char("Token", required=True)
    key_label = fields.Char("Key on the token", required=True)
    certificate_id = fields.Many2one("oa.certificate", ondelete="restrict", required=True)
    certificate_state = fields.Selection(related="certificate_id.state", string="State of the certificate")
    valid_to = fields.Datetime(related="certificate_id.valid_to")
    provider_id = fields.Many2one("oa.signing.provider", "Remote service", ondelete="restrict", readonly=True)
    needs_pin = fields.Boolean("Asks for a PIN", readonly=True)
    needs_code = fields.Boolean("Asks for a one-time code", readonly=True)
    state = fields.Selection([("found", "Without an owner"), ("active", "In use"), ("retired", "Retired")], default="active", required=True)
    can_use = fields.Boolean("I may use it", compute="_compute_can_use")

    _label_unique = models.Constraint("UNIQUE (token_label, key_label)", "This key of the token is known already.")

    @api.depends("certificate_id.name", "token_label")
    def _compute_name(self):
        for key in self:
            key.name = key.certificate_id.name or key.token_label

    @api.depends_context("uid")
    @api.depends("user_id", "is_seal", "seal_group_id", "seal_user_ids", "state", "certificate_id.state")
    def _compute_can_use(self):
        for key in self:
            key.can_use = not key._get_use_blockers()

    @api.constrains("user_id", "is_seal", "company_id", "seal_group_id", "seal_user_ids", "state", "certificate_id")
    def _check_owner(self):
        # What a provider offers waits for its owner.
        for key in self.filtered(lambda key: key.state != "found"):
            if key.is_seal and (key.user_id or not key.company_id or not (key.seal_group_id or key.seal_user_ids)):
                raise ValidationError(
                    self.env._("A seal belongs to an administration, not to a person; name the people or the group that may use it.")
                )
            if not key.is_seal and not key.user_id:
                raise ValidationError(self.env._("A key belongs to a person; choose the owner."))
            if not key.is_seal and key.certificate_id.user_id != key.user_id:
                raise ValidationError(
                    self.env._(
                        "The certificate of this key is not linked to %(person)s. It is linked by the personal number in it, "
                        "or on its page: one administrator of signatures proposes, another approves.",
                        person=key.user_id.name,
                    )
                )

    def _get_use_blockers(self):
        """Say why the current person cannot sign with this key; an empty list means they can."""
        self.ensure_one()
        if not self._belongs_to(self.env.user):
            return [self.env._("A person signs with their own key only.")]
        messages = []
        if self.state != "active":
            messages.append(self.env._("The key „%(key)s“ was retired. Choose another key.", key=self.name))
        if self.certificate_id.state != "valid":
            messages.append(
                self.env._(
                    "The certificate of %(holder)s cannot sign: %(state)s. Ask the provider for a new certificate.",
                    holder=self.certificate_id.name,
                    state=dict(self.certificate_id._fields["state"]._description_selection(self.env))[self.certificate_id.state],
                )
            )
        return messages

    @api.model
    def _get_own_blockers(self):
        """Say why the current person has no key to sign with; an empty list means there is one."""
        keys = self.search([("user_id", "=", self.env.uid), ("state", "=", "active")])
        if keys:
            return keys[0]._get_use_blockers()
        return [self.env._("No key is linked to you. Ask the administrator of signatures to link your token to your name.")]

    def _belongs_to(self, user):
        if self.is_seal and user._is_superuser():
            return self.is_automatic
        if self.is_seal:
            is_named = user in self.seal_user_ids or self.seal_group_id in user.all_group_ids
            return is_named and self.company_id in user.company_ids
        return self.user_id == user

    def _get_reference(self):
        return KeyReference(self.token_label, self.key_label)

    @api.model
    def _get_usable_keys(self, kind="token"):
        """Keys on the server, or at a provider, that the current person may use, the own one first."""
        keys = self.search([("state", "=", "active"), ("provider_id", "!=" if kind == "remote" else "=", False)])
        return keys.filtered("can_use").sorted(lambda key: (key.is_seal, key.id))

    def action_check(self):
        """Is the key on its token, and may its certificate sign?"""
        self.ensure_one()
        if self.provider_id:
            self.provider_id._check_credential(self)
            return self.certificate_id.action_check()
        try:
            token = self.env["oa.signing.ports"]._get_token()
            found = {(key.token_label, key.key_label): key for key in token.get_keys()}
            left = token.get_attempts_left(self.token_label)
        except SigningError as error:
            raise UserError(self.env["oa.signing.messages"]._explain(error)) from error
        offered = found.get((self.token_label, self.key_label))
        if not offered:
            raise UserError(
                self.env._(
                    "The token „%(token)s“ with the key „%(key)s“ is not there. Insert the token and check again.",
                    token=self.token_label,
                    key=self.key_label,
                )
            )
        if offered.certificate != self.certificate_id._get_identity().certificate:
            raise UserError(self.env._("The token holds another certificate. Press “Find keys on tokens” to take the new one."))
        action = self.certificate_id.action_check()
        if not left:
            action["params"]["type"] = "warning"
            action["params"]["message"] += "\n" + self.env._("The key is locked after wrong PINs.")
        return action

    def action_unlock(self):
        """Allow new attempts after wrong PINs; the token's own lock is not touched."""
        if not self.env.user.has_group("oa_signing.oa_signing_group_administrator"):
            raise AccessError(self.env._("Only an administrator of signatures unlocks keys."))
        try:
            for key in self:
                self.env["oa.signing.ports"]._get_token().unlock(key.token_label)
        except SigningError as error:
            raise UserError(self.env["oa.signing.messages"]._explain(error)) from error
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": self.env._("The key is unlocked: three new attempts.")},
        }

    def action_retire(self):
        self.write({"state": "retired"})

    def action_restore(self):
        self.write({"state": "active"})

    def _get_dialog_data(self):
        self.ensure_one()
        # The person may use the key; what its certificate says is public.
        certificate = self.sudo().certificate_id
        return {
            "id": self.id,
            "name": self.name,
            "is_seal": self.is_seal,
            "issuer": certificate.issuer,
            "organisation": certificate.organisation or "",
            "valid_to": fields.Date.to_string(certificate.valid_to),
            "is_qualified": certificate.is_qualified,
            "provider": self.sudo().provider_id.name or "",  # as public as the key itself
            "needs_pin": self.needs_pin,
            "needs_code": self.needs_code,
        }
