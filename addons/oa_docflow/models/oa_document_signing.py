"""The bridge to oa_signing: the only file here that speaks its mixin."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class OaDocument(models.Model):
    """A document is signed when its route says so, by the person whose turn it is, after it has got its number."""

    _name = "oa.document"
    _inherit = ["oa.document", "oa.signable.mixin"]

    can_refuse = fields.Boolean(compute="_compute_can_refuse")

    @api.depends("state", "waiting_for_id", "number")
    @api.depends_context("uid")
    def _compute_can_sign(self):
        return super()._compute_can_sign()

    @api.depends("state", "waiting_for_id")
    @api.depends_context("uid")
    def _compute_can_refuse(self):
        for document in self:
            document.can_refuse = not document._get_refuse_blockers()

    def _get_refuse_blockers(self):
        """Say why the person cannot refuse the signature now; an empty list means it can be refused."""
        return self._get_sign_blockers()

    def action_refuse(self):
        return self._open_wizard("refuse", self.env._("Refuse to sign"), "oa.document.return", is_refusal=True)

    @api.private
    def _refuse(self, reason):
        """The number stays in the book; the head registrar annuls it."""
        self._check_blockers("refuse")
        if not (reason or "").strip():
            raise UserError(self.env._("Write why you refuse to sign."))
        step = self._get_waiting_step()
        step._record("returned", reason)
        self.route_id._close("refused")
        self._move_to("refuse")
        self._log_act("refuse", reason, step._get_holder_of)

    def _get_sign_blockers(self):
        """Say why the person cannot sign now; an empty list means signing is possible."""
        self.ensure_one()
        if self.state != "for_signature":
            return [self._sentence_of_turn()]
        if not self.number:
            return [self.env._("“%(document)s” has no number yet; try again in a moment.", document=self.display_name)]
        return self._get_waiting_step()._get_act_blockers("sign")

    def _get_signing_payload(self):
        copy = self._ensure_signing_copy()
        return copy.name, copy.attachment_id.raw

    def _get_signing_text(self):
        day = self._format_registered_on()
        # The official number already holds its date.
        return [f"Рег. № {self.number}" if day in self.number else f"Рег. № {self.number} / {day} г."]

    def _get_signing_format(self):
        # The signing copy is a PDF with the number on it; the signature belongs into it.
        return "pades"

    def _can_choose_format(self):
        return False

    def _get_claimed_roles(self):
        """Whoever signs in the place of another says so in the signature itself."""
        step = self._get_waiting_step()
        mandate = self.env["oa.substitution"]._find_own(step._get_holder_of(self), self)
        return [mandate._get_capacity()] if mandate else super()._get_claimed_roles()

    def _get_signing_capacity(self, signature):
        """The step of the route that this signature took, and in what capacity; the mandate stands in the signature itself."""
        # Who may read the signature may read in which step it was made.
        steps = self.sudo().route_ids.step_ids.filtered(
            lambda step: step.act == "sign" and step.state == "done" and step.acted_by_id == signature.user_id
        )
        # The signature comes first, its step right after it.
        step = steps.filtered(lambda step: step.acted_at >= signature.signed_at).sorted("acted_at")[:1]
        return ", ".join(filter(None, [step.name, step.capacity if step.capacity not in (signature.claimed_roles or "") else ""]))

    def _store_signed_payload(self, name, data, signature):
        """Keep the signed file; the first one moves the document on, later ones only strengthen the signature."""
        self.ensure_one()
        # The signer may not write files of a registered document; the outcome of the signature is written for the signer.
        self.sudo()._add_file(self._get_copy_name(), data, "signed")
        if self.state == "for_signature":
            self._finish_signing(signature)

    @api.private
    def _finish_signing(self, signature):
        step = self._get_waiting_step()
        # A mandate may have ended since the dialog was opened.
        step._raise_blockers(step._get_act_blockers("sign"))
        step._record("done", "")
        self._move_to("sign")
        self._log_act("sign", signature.certificate_id.subject or "", step._get_holder_of)
        self._go_on(self.route_id)
        if self._is_for_resolution():
            # The signer need not be able to look up who comes next.
            resolver = self.env["res.users"].browse(self.sudo()._get_turn().user_id)
            self._grant_with_case(resolver, self.env._("Resolution"))


class OaSignatureCheck(models.Model):
    """Every check of the signatures of a document is in its journal."""

    _inherit = "oa.signature.check"

    @api.model_create_multi
    def create(self, vals_list):
        checks = super().create(vals_list)
        outcomes = dict(self._fields["outcome"]._description_selection(self.env.company._in_official_language().env))
        for check in checks.filtered(lambda check: check.res_model == "oa.document" and check.res_id):
            document = self.env["oa.document"].browse(check.res_id)
            document._log_act("check_signature", f"{check.file_name}: {outcomes[check.outcome]}")
        return checks


class OaSigningKey(models.Model):
    """Which keys sign for whom is a setting."""

    _name = "oa.signing.key"
    _inherit = ["oa.signing.key", "oa.journal.mixin"]
