import base64
import binascii

from odoo import api, models
from odoo.exceptions import UserError

from ..core.errors import NotExtendedError, SigningError
from ..core.specs import Level, Signed

_PDF, _CMS = b"%PDF-", b"\x30"


class OaSignatureRequest(models.Model):
    """Files signed outside: given out as they are, taken back when only a valid signature of this person was added."""

    _inherit = "oa.signature.request"

    @api.model
    def _list_ways(self, keys):
        ways = super()._list_ways(keys)
        return [*ways, "upload"] if self.env["oa.signing.ports"]._is_way_open("upload") else ways

    def action_upload(self, file_name, content):
        """Take one signed file; whose document it is, is told by its bytes. A refusal stores nothing."""
        self.ensure_one()
        self._check_own()
        self._check_way_open("upload")
        try:
            data = base64.b64decode(str(content), validate=True)
        except (binascii.Error, ValueError) as error:
            raise UserError(self.env._("The file did not arrive whole. Choose it again.")) from error
        try:
            self._take_back(data)
        except SigningError as error:
            raise UserError(self.env["oa.signing.messages"]._explain(error)) from error
        self._remember_way("upload")
        return self.get_dialog_data()

    def _take_back(self, data):
        # Lines and states are written by this model only, for the person of the request.
        request_sudo = self.sudo()
        line, base, returned = request_sudo.line_ids._find_given_out(data)
        blockers = line._get_record()._get_sign_blockers()
        if blockers:
            raise UserError("\n".join(blockers))
        documents = self.env["oa.signing.ports"]._get_documents()
        certificate = self.env["oa.certificate"]._import(returned.identity.certificate, returned.identity.chain)
        self._check_holder(certificate)
        documents.check_certificate(returned.identity)
        request_sudo.write({"way": "upload", "key_id": False, "certificate_id": certificate.id})
        line._keep_returned(returned, data, base)
        request_sudo._close_when_signed()


class OaSignatureRequestLine(models.Model):
    _inherit = "oa.signature.request.line"

    def _give_out(self):
        """Name and bytes of the file for signing outside, to the person of the request only."""
        request = self.sudo().request_id  # whose it is decides, not the right to read lines
        request.ensure_one()
        request._check_own()
        request._check_way_open("upload")
        return self.sudo()._get_unchanged()  # read with the rights that the request borrows

    def _get_unchanged(self):
        """Name and bytes of the document, when they still are the ones that were shown."""
        file_name, data = self._get_record()._get_signing_payload()
        if self.env["oa.signature"]._compute_digest(data) != self.digest:
            raise UserError(self.env["oa.signing.messages"]._explain_code("state.payload_changed"))
        return file_name, data

    def _find_given_out(self, data):
        """The waiting line whose file these bytes sign, the bytes that were given out, and what came back."""
        is_beside = data.startswith(_CMS)
        if not is_beside and not data.startswith(_PDF):
            raise NotExtendedError(what="kind")
        documents = self.env["oa.signing.ports"]._get_documents()
        for line in self.filtered(lambda line: line.state not in ("signed", "waiting")):
            self.env["oa.signature"]._lock_key(line.res_model, line.res_id)
            _file_name, base = line._get_unchanged()
            if not is_beside and not data.startswith(base):
                continue
            try:
                return line, base, documents.examine(base, data)
            except NotExtendedError as error:
                # A signature beside its file does not say whose it is; the next document may be the one.
                if error.data.get("what") != "other":
                    raise
        raise NotExtendedError(what="other" if is_beside else "beginning")

    def _keep_returned(self, returned, data, base):
        self.ensure_one()
        pending = "timestamp" if returned.level == Level.B else ""
        self.write({"document_digest": returned.document_digest, "format": str(returned.format)})
        self._keep(Signed(data, returned.field_name, returned.level, {}, returned.timestamp_at, pending), base)
