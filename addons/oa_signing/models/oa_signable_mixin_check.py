from odoo import models
from odoo.tools.misc import format_datetime

from ..core.specs import SignatureFormat

_ORDER = ("valid", "unchecked", "indeterminate", "invalid")


class OaSignableMixin(models.AbstractModel):
    """What everybody may learn of a signed record by the code on its stamp: nothing, unless the record says so."""

    _inherit = "oa.signable.mixin"

    # Hooks -----------------------------------------------------------------------------------------------------------

    def _is_publicly_checked(self):
        """Hook: may whoever has the code see the page of this record now?"""
        return False

    def _get_public_facts(self):
        """Hook: pairs of label and value that identify the record, such as number, date and issuer; nothing of its content."""
        return []

    # -----------------------------------------------------------------------------------------------------------------

    def _get_check_code(self):
        if self.env["oa.signature.request"]._has_check_page() and self._is_publicly_checked():
            return self.env["oa.signature.code"]._ensure(self)
        return super()._get_check_code()

    def _prepare_check_page(self):
        """Facts, verdict and digests for a visitor; nothing when there is nothing for everybody to see."""
        self.ensure_one()
        # The visitor has no rights; only what follows is shown.
        signatures_sudo = self.env["oa.signature"].sudo().search([("res_model", "=", self._name), ("res_id", "=", self.id)], order="id")
        if not signatures_sudo or not self.env["oa.signature.request"]._has_check_page() or not self._is_publicly_checked():
            return None
        return {
            "facts": self._get_public_facts(),
            "verdict": max(signatures_sudo.mapped("verdict"), key=_ORDER.index),
            "signatures": [self._describe_for_visitor(signature) for signature in signatures_sudo],
            "digests": self._list_public_digests(signatures_sudo),
        }

    def _describe_for_visitor(self, signature_sudo):
        moment = signature_sudo.timestamp_at or signature_sudo.signed_at
        check_sudo = signature_sudo._get_last_check()
        checked = check_sudo.checked_at
        kind = self.env._("Electronic seal") if signature_sudo.is_seal else self.env._("Electronic signature")
        return {
            "kind": check_sudo._name_grade_of(signature_sudo) or kind,
            "verdict": signature_sudo.verdict,
            "level": signature_sudo.level,
            "is_proved": bool(signature_sudo.timestamp_at),
            "moment": self._format_for_visitor(moment),
            "checked_at": self._format_for_visitor(checked) if checked else "",
        }

    def _list_public_digests(self, signatures_sudo):
        """SHA-256 of each file that was given out, and what it is: the newest one, an earlier stage, or what a signature lies beside."""
        digests = {}
        for signature in signatures_sudo:
            current = signature._get_current().signed_digest
            digests |= dict.fromkeys([signature.signed_digest, *signature.augmentation_ids.mapped("signed_digest")], "earlier")
            if SignatureFormat(signature.format).is_detached:
                digests |= {signature.payload_digest: "original", current: "current"}
        digests[signatures_sudo[-1]._get_current().signed_digest] = "current"
        return digests

    def _format_for_visitor(self, moment):
        return format_datetime(self.env, moment, tz="Europe/Sofia", dt_format="dd.MM.yyyy HH:mm")
