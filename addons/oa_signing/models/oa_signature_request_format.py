from dataclasses import replace

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..core.content import name_result
from ..core.specs import Level, SignatureFormat
from .oa_signature import FORMATS

_LONGEST_ROLE = 200


class OaSignatureRequest(models.Model):
    """What format each document is signed in, and in what capacity the person signs."""

    _inherit = "oa.signature.request"

    def action_set_format(self, line_id, format):  # the name of the field
        """Choose another format for one document; it has to be prepared again after that."""
        line_sudo = self._get_open_line(line_id)
        record = line_sudo._get_record()
        if not record._can_choose_format():
            raise AccessError(self.env._("The format of this document is set; you cannot choose another one."))
        if format not in line_sudo.format_codes.split(","):
            raise UserError(self.env._("This file cannot be signed in that format. Choose another one."))
        line_sudo._change({"format": format})
        return self.get_dialog_data()

    def action_set_role(self, line_id, role):
        """Say in what capacity the person signs a document that does not say so itself."""
        line_sudo = self._get_open_line(line_id)
        record = line_sudo._get_record()
        if record._get_claimed_roles() or not record._can_choose_format():
            raise AccessError(self.env._("In what capacity this document is signed is set; you cannot change it."))
        line_sudo._change({"claimed_roles": " ".join(str(role or "").split())[:_LONGEST_ROLE] or False})
        return self.get_dialog_data()

    def _get_open_line(self, line_id):
        self.ensure_one()
        self._check_own()
        # The person's own request; its lines are written by this model only.
        line_sudo = self.sudo().line_ids.filtered(lambda line: line.id == line_id and line.state not in ("signed", "waiting"))
        if not line_sudo:
            raise UserError(self.env._("This document is signed already or is not part of this signing."))
        return line_sudo


class OaSignatureRequestLine(models.Model):
    _inherit = "oa.signature.request.line"

    format = fields.Selection(FORMATS, default=str(SignatureFormat.PADES), required=True, readonly=True)
    format_codes = fields.Char("Formats to choose from", readonly=True)
    claimed_roles = fields.Text("In the capacity of", readonly=True)
    is_role_free = fields.Boolean("The person may say the capacity", readonly=True)

    def _change(self, vals):
        """What was prepared before is worth nothing after a change."""
        self.write({**vals, "state": "pending", "sealed_state": False, "message": False, "document_digest": False})

    def _get_dialog_data(self):
        names = dict(self._fields["format"]._description_selection(self.env))
        codes = (self.format_codes or self.format).split(",")
        return {
            **super()._get_dialog_data(),
            "format": self.format,
            "formats": [{"code": code, "name": names[code]} for code in ([self.format] if self.state == "signed" else codes)],
            "roles": (self.claimed_roles or "").splitlines(),
            "can_set_role": self.is_role_free,
        }

    def _complete_spec(self, spec):
        """The format, the level aimed at and what the record says about its signers."""
        self.ensure_one()
        record, roles = self._get_record(), (self.claimed_roles or "").splitlines()
        return replace(
            spec,
            format=SignatureFormat(self.format),
            file_name=self.file_name,
            level=self._get_target_level(),
            claimed_roles=tuple(roles),
            stamp_lines=(*roles, *spec.stamp_lines),
            signer_count=record._get_signer_count(),
            is_certification=record._is_certified_by_first(),
        )

    def _get_target_level(self):
        """The administrator's level, as far as the format goes."""
        # Which level is aimed at is no secret of a person; everybody who signs needs it.
        wanted = Level(self.env["ir.config_parameter"].sudo().get_param("oa_signing.level") or Level.LT)
        return min(wanted, SignatureFormat(self.format).highest_level, key=lambda level: level.rank)

    def _get_result_name(self):
        """Name of the signed file, or of the signature beside it; further ones are numbered."""
        signatures = self.env["oa.signature"].sudo()  # only counted
        domain = [("res_model", "=", self.res_model), ("res_id", "=", self.res_id), ("format", "=", self.format)]
        number = signatures.search_count(domain) + 1
        return name_result(self.file_name, SignatureFormat(self.format), number)
