from odoo import api, fields, models
from odoo.exceptions import UserError


class OaSignableMixin(models.AbstractModel):
    """Makes the records of a model signable: one verb, a few hooks.

    Implement `_get_signing_payload` and `_store_signed_payload`; the other hooks have sensible answers.
    """

    _name = "oa.signable.mixin"
    _description = "Record that can be signed"

    signature_ids = fields.One2many("oa.signature", string="Signatures", compute="_compute_signatures")
    signature_count = fields.Integer("Number of signatures", compute="_compute_signatures")
    can_sign = fields.Boolean("I may sign", compute="_compute_can_sign")

    def _compute_signatures(self):
        # Whoever reads the record may see who signed it.
        signatures_sudo = self.env["oa.signature"].sudo()
        found = signatures_sudo.search([("res_model", "=", self._name), ("res_id", "in", self.ids)])
        by_record = found.grouped("res_id")
        for record in self:
            signatures = by_record.get(record.id, signatures_sudo)
            # From here the reader's own rights decide again.
            record.signature_ids = signatures.sudo(self.env.su)
            record.signature_count = len(signatures)

    @api.depends_context("uid")
    def _compute_can_sign(self):
        for record in self:
            record.can_sign = not record._get_all_sign_blockers()

    # Hooks -----------------------------------------------------------------------------------------------------------

    def _get_signing_payload(self):
        """Hook: file name and bytes of the file to sign."""
        raise NotImplementedError

    def _get_signing_text(self):
        """Hook: lines of the visible stamp, such as number and date."""
        return []

    def _get_stamp_placement(self):
        """Hook: where this record wants its stamp (`page:corner`, `page:x,y` or `none`); empty means the setting decides."""
        return ""

    def _get_signing_capacity(self, signature):
        """Hook: in which step and capacity this signature was made, in words."""
        return ""

    def _get_check_code(self):
        """Hook: code of the public page that checks the record; it is put into the QR code of the stamp."""
        return ""

    def _get_sign_blockers(self):
        """Hook: say why the record cannot be signed now by this person; an empty list means it can."""
        return []

    def _get_seal_blockers(self):
        """Hook: say why the record cannot be sealed now; whoever calls `_seal` knows when."""
        return []

    def _store_signed_payload(self, name, data, signature):
        """Hook: keep the signed file, or the signature beside it (`signature._is_detached()`), under its name.

        Called after signing and after each augmentation (`signature.level` tells).
        """
        raise NotImplementedError

    def _get_signing_format(self):
        """Hook: code of the format (`SignatureFormat`) for the record's file; nothing lets the file and the settings decide."""
        return False

    def _can_choose_format(self):
        """Hook: may the current person choose another format and say in what capacity they sign?"""
        return self.has_access("write")

    def _get_claimed_roles(self):
        """Hook: in what capacity and by what mandate the current person signs; it travels as a signed attribute."""
        return []

    def _get_signer_count(self):
        """Hook: how many people sign the PDF; the first signature makes the fields of all. Nought: as many as come."""
        return 0

    def _is_certified_by_first(self):
        """Hook: the first signature certifies the PDF, which then may only be signed further."""
        return False

    # Verbs -----------------------------------------------------------------------------------------------------------

    def action_sign(self):
        """Open the dialog that shows what is signed and asks for the PIN; several records are signed at once."""
        request = self._make_signing_request()
        return request.action_open()

    def action_view_signatures(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("oa_signing.oa_signature_action")
        return {**action, "domain": [("res_model", "=", self._name), ("res_id", "in", self.ids)], "context": {}}

    def _sign_with_pin(self, pin, key=None):
        """Sign at once, without the dialog (tests, demo data); returns the signatures.

        It is the same way as through the dialog: the current person, an own key, prepared and sealed files.
        """
        request = self._make_signing_request()
        key = key or request._get_default_key()
        if not key:
            raise UserError("\n".join(self.env["oa.signing.key"]._get_own_blockers()))
        request.action_prepare(key.id)
        request.action_sign_with_pin(pin)
        failed = request.line_ids.filtered(lambda line: line.state != "signed")
        if failed:
            raise UserError("\n".join(f"{line.record_name}: {line.message}" for line in failed))
        return request.line_ids.signature_id

    def _seal(self, key=None):
        """Seal at once with the opened seal of the administration, without PIN and dialog; returns the signatures.

        The current person has to be named by the seal; the program itself (the superuser) when the seal seals by itself.
        """
        request = self.env["oa.signature.request"]._make_for(self, is_sealing=True)
        request._seal_with(key or self.env["oa.signing.key"]._get_seal(request.company_id))
        failed = request.line_ids.filtered(lambda line: line.state != "signed")
        if failed:
            raise UserError("\n".join(f"{line.record_name}: {line.message}" for line in failed))
        return request.line_ids.signature_id

    def _seal_later(self, key=None):
        """Seal in the background, as soon as the seal is open; what is wrong now, not with the seal, is said at once."""
        for record in self:
            if blockers := record._get_seal_blockers():
                raise UserError("\n".join(blockers))
            company = record.company_id if "company_id" in record._fields else self.env.company
            seal = key or self.env["oa.signing.key"]._get_seal(company or self.env.company)
            self.env["oa.signing.sealing"]._enqueue(record, seal)

    def _make_signing_request(self):
        if not self:
            raise UserError(self.env._("Choose what to sign."))
        messages = []
        for record in self:
            for message in record._get_all_sign_blockers():
                messages.append(f"{record.display_name}: {message}" if len(self) > 1 else message)
        if messages:
            raise UserError("\n".join(dict.fromkeys(messages)))
        return self.env["oa.signature.request"]._make_for(self)

    def _get_all_sign_blockers(self):
        """The model's own reasons and those of the person and the key."""
        self.ensure_one()
        if not self.env.user.has_group("oa_signing.oa_signing_group_signer"):
            return [self.env._("You have no right to sign. The administrator of signatures gives it.")]
        if not self.env["oa.signature.request"]._list_ways(self.env["oa.signing.key"]._get_usable_keys()):
            return self.env["oa.signing.key"]._get_own_blockers()
        return self._get_sign_blockers()
