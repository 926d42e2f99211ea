from base64 import b64decode

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.exemption import Part
from .oa_procedure_step import BY_HAND


class OaDocument(models.Model):
    """A signature that the law leaves on paper: allowed by an exemption in force, shown by an image, an act like every other."""

    _inherit = "oa.document"

    can_sign_on_paper = fields.Boolean(compute="_compute_can_sign_on_paper")

    @api.depends("state", "waiting_for_id", "number", "signing_method")
    @api.depends_context("uid")
    def _compute_can_sign_on_paper(self):
        for document in self:
            document.can_sign_on_paper = not document._get_sign_on_paper_blockers()

    def _is_signed_on_paper(self):
        """The author has said so, or the procedure has a step that is signed by hand."""
        # What a procedure asks for is no secret.
        document_sudo = self.sudo()
        steps = document_sudo.route_id.step_ids or document_sudo.procedure_id.step_ids
        return self.signing_method == "hand" or BY_HAND in steps.mapped("signature_level")

    def _get_paper_facts(self):
        facts = super()._get_paper_facts()
        return facts.sign_by_hand() if self._is_signed_on_paper() else facts

    def _get_sign_blockers(self):
        blockers = super()._get_sign_blockers()
        if not blockers and self._waits_for_hand():
            return [
                self.env._(
                    "“%(document)s” is signed on paper. Print it, sign it by hand and press “Signed on paper”.", document=self.display_name
                )
            ]
        return blockers

    def _waits_for_hand(self):
        # As above.
        return self.signing_method == "hand" or self._get_waiting_step().sudo().signature_level == BY_HAND

    def _get_sign_on_paper_blockers(self):
        """Say why the person cannot note a signature on paper now; an empty list means it can be noted."""
        self.ensure_one()
        if blockers := self._get_signer_blockers():
            return blockers
        if not self._waits_for_hand():
            return [self.env._("“%(document)s” is signed electronically.", document=self.display_name)]
        if not self._find_exemption(Part.SIGNING, fields.Datetime.now()):
            return [self.env["oa.exemption"]._explain_missing(self.kind_id, [Part.SIGNING])]
        return []

    def action_sign_on_paper(self):
        """Ask for the image of what was signed."""
        return self._open_wizard("sign_on_paper", self.env._("Signed on paper"), "oa.document.sign.paper")

    @api.private
    def _sign_on_paper(self, name, content):
        """The person has signed the paper; without its image nobody could say so later."""
        self.ensure_one()
        self._check_blockers("sign_on_paper")
        if content:
            # The signer may not write files of a registered document; the image belongs to the act.
            self.sudo()._add_file(name or "scan.pdf", b64decode(content), "scan")
        if not self._get_current_files("scan"):
            raise UserError(self.env._("Add the image of the signed paper: a scan or a photo."))
        exemption = self._find_exemption(Part.SIGNING, fields.Datetime.now())
        if not self.exemption_id:
            self._cite(exemption)
        if self.signing_method != "hand":
            self._write_kept({"signing_method": "hand"})
        # By which exemption it is done is no secret.
        self._conclude_signing(self.env._("On paper, by the exemption “%(exemption)s”", exemption=exemption.sudo().name))

    def _get_final_pdf(self):
        """What was signed by hand is seen as it was signed."""
        images = self._get_current_files("scan").filtered(lambda file: file.mimetype == "application/pdf")
        if self.signing_method == "hand" and self.state not in ("draft", "for_signature") and images:
            return images[-1:].attachment_id.raw
        return super()._get_final_pdf()
