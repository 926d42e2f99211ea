from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

_PERSON = "PNOBG-"


class OaCertificate(models.Model):
    """Whose a certificate is: told by the personal number in it, or by two people by hand."""

    _inherit = "oa.certificate"

    link_ids = fields.One2many("oa.certificate.link", "certificate_id", "Links to people")

    def write(self, vals):
        # What a certificate says comes from its issuer, and whose it is from its number or from two people; only this addon's
        # own methods borrow the right to write that down. Notes and activities are everybody's who may write.
        if not self.env.su and any(not name.startswith(("message_", "activity_", "website_message_")) for name in vals):
            raise AccessError(
                self.env._("A certificate is not changed by hand. Whose it is, is proposed on its page and approved by another person.")
            )
        return super().write(vals)

    def _belongs_to(self, user):
        self.ensure_one()
        if super()._belongs_to(user):
            return True
        # Ownership is decided here, not by the right to read numbers of others.
        certificate_sudo = self.sudo()
        if certificate_sudo.user_id or certificate_sudo.is_seal or certificate_sudo._find_owner() != user:
            return False
        certificate_sudo.user_id = user
        return True

    def _find_owner(self):
        """The only user whose personal number stands in the certificate."""
        self.ensure_one()
        number = (self.identifier or "").removeprefix(_PERSON)
        if not number or number == self.identifier:
            return self.env["res.users"]
        # Numbers of people are compared here and shown to nobody.
        owner = self.env["res.users"].sudo().search([("signing_person_number", "=", number)], limit=2)
        return owner.sudo(self.env.su) if len(owner) == 1 else self.env["res.users"]

    def _link_by_number(self):
        """Link what is not linked yet to the people whose numbers stand in it."""
        for certificate in self.filtered(lambda item: not item.user_id and not item.is_seal):
            certificate.user_id = certificate._find_owner()

    def action_propose_owner(self):
        """A certificate without a number that we know is linked by hand: one proposes, another approves."""
        self.ensure_one()
        self.env["oa.certificate.link"]._check_administrator()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Link to a person"),
            "res_model": "oa.certificate.link",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_certificate_id": self.id},
        }


class OaCertificateLink(models.Model):
    """Somebody says whose a certificate is, somebody else confirms it."""

    _name = "oa.certificate.link"
    _description = "Link of a certificate to a person"
    _order = "id desc"
    _rec_name = "certificate_id"

    certificate_id = fields.Many2one("oa.certificate", ondelete="restrict", required=True, index=True)
    user_id = fields.Many2one("res.users", "Person", ondelete="restrict", required=True)
    reason = fields.Text("How it is known", required=True)
    proposer_id = fields.Many2one(
        "res.users", "Proposed by", ondelete="restrict", readonly=True, required=True, default=lambda self: self.env.user
    )
    decider_id = fields.Many2one("res.users", "Decided by", ondelete="restrict", readonly=True)
    decided_at = fields.Datetime("Decided", readonly=True)
    state = fields.Selection(
        [("proposed", "Waits for a second person"), ("approved", "Approved"), ("refused", "Refused")],
        default="proposed",
        required=True,
        readonly=True,
    )
    can_decide = fields.Boolean("I may decide", compute="_compute_can_decide")

    _four_eyes = models.Constraint("CHECK (decider_id IS DISTINCT FROM proposer_id)", "Another person has to decide.")

    @api.depends_context("uid")
    @api.depends("state", "proposer_id")
    def _compute_can_decide(self):
        for link in self:
            link.can_decide = not link._get_decide_blockers()

    @api.model_create_multi
    def create(self, vals_list):
        # Who proposes is who asks, whatever is sent.
        fixed = {"proposer_id": self.env.uid, "decider_id": False, "decided_at": False, "state": "proposed"}
        links = super().create([{**vals, **fixed} for vals in vals_list])
        for link in links:
            if link.certificate_id.user_id or link.certificate_id.is_seal:
                raise UserError(self.env._("The certificate has an owner already."))
        return links

    @api.private
    def _insert(self, vals_list):
        """Rows as they are given; proposals go through `create`."""
        return super().create(vals_list)  # pylint: disable=super-method-mismatch

    def write(self, vals):
        # A decision is made by deciding; only this model borrows the right to write it down.
        if not self.env.su:
            raise AccessError(self.env._("A proposal is not changed: refuse it and make another one."))
        return super().write(vals)

    def action_approve(self):
        for link in self:
            link._decide("approved")
            # The decision links the certificate and the keys that waited for it; nobody may do so directly.
            certificate_sudo = link.sudo().certificate_id
            certificate_sudo.user_id = link.user_id
            certificate_sudo.key_ids.filtered(lambda key: key.state == "found").write({"user_id": link.user_id.id, "state": "active"})

    def action_refuse(self):
        for link in self:
            link._decide("refused")

    def _decide(self, state):
        self.ensure_one()
        self._check_administrator()
        if blockers := self._get_decide_blockers():
            raise UserError("\n".join(blockers))
        # As said at write().
        self.sudo().write({"state": state, "decider_id": self.env.uid, "decided_at": fields.Datetime.now()})

    def _get_decide_blockers(self):
        """Say why the current person cannot decide; an empty list means they can."""
        self.ensure_one()
        if self.state != "proposed":
            return [self.env._("This was decided already.")]
        if self.env.user == self.proposer_id:
            return [self.env._("You proposed this yourself; another administrator of signatures decides.")]
        if self.env.user == self.user_id:
            return [self.env._("This is about yourself; another administrator of signatures decides.")]
        if self.certificate_id.user_id:
            return [self.env._("The certificate has an owner already.")]
        return []

    @api.model
    def _check_administrator(self):
        if not self.env.user.has_group("oa_signing.oa_signing_group_administrator"):
            raise AccessError(self.env._("Only an administrator of signatures links certificates to people."))
