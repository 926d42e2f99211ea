from odoo import SUPERUSER_ID, api, fields, models


class OaDocument(models.Model):
    """The seal of the administration as a step of a route: whoever holds the step presses, the seal makes its signature."""

    _inherit = "oa.document"

    can_seal = fields.Boolean("I may seal", compute="_compute_can_seal")

    @api.depends("state", "waiting_for_id", "waiting_more_count", "number")
    @api.depends_context("uid")
    def _compute_can_seal(self):
        for document in self:
            document.can_seal = not document._get_seal_blockers()

    def _get_seal_blockers(self):
        """Say why the person cannot seal now; an empty list means it can be sealed."""
        # The program seals for whoever pressed; that person was asked before.
        return [] if self.env.uid == SUPERUSER_ID else self._get_signer_blockers("seal")

    def action_seal(self):
        """Seal the documents: with the seal that names the person, else with the one that seals by itself."""
        self._check_blockers("seal")
        for document in self:
            signature = document._find_sealer()._seal()
            # Which certificate a seal has is public.
            document._conclude_signing(signature.sudo().certificate_id.subject)
