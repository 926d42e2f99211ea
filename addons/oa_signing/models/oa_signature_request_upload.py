import base64
import binascii

from odoo import api, models
from odoo.exceptions import UserError

from ..core.content import Content, detect
from ..core.errors import NotExtendedError, SigningError
from ..core.specs import Level, SignatureFormat, Signed

_RETURNED_FOR = {Content.PDF: (SignatureFormat.PADES, SignatureFormat.CADES)}
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

    def get_upload_offers(self):
        """Which documents may be signed outside now: the reason why not by their lines, an empty text when they may."""
        self.ensure_one()
        self._check_own()
        self._check_way_open("upload")
        # The person's own request; each line asks its record with the person's rights.
        lines = self.sudo().line_ids.filtered(lambda line: line.state not in ("signed", "waiting"))
        return {line.id: line._find_upload_problem() for line in lines}

    def _take_back(self, data):
        # Lines and states are written by this model only, for the person of the request.
        request_sudo = self.sudo()
        line, base, returned = request_sudo.line_ids._find_given_out(data)
        if blockers := line._get_record()._get_sign_blockers():
            raise UserError("\n".join(blockers))
        line._check_uploaded_format(returned.format)
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

    def _find_upload_problem(self):
        """Why a file signed outside would not be taken back; an empty text when it would."""
        self.ensure_one()
        try:
            if blockers := self._get_record()._get_sign_blockers():
                return "\n".join(blockers)
            _file_name, data = self._get_unchanged()
            if not self._get_returnable() & set(_RETURNED_FOR.get(detect(data), (SignatureFormat.CADES,))):
                return self._explain_format()
            if detect(data) == Content.PDF:
                self.env["oa.signing.ports"]._get_documents().inspect(data)
        except SigningError as error:
            return self.env["oa.signing.messages"]._explain(error)
        except UserError as error:
            return error.args[0]
        return ""

    def _get_returnable(self):
        """Formats that a program outside gives back and the document may have."""
        return {SignatureFormat(code) for code in (self.format_codes or self.format).split(",")} & {
            SignatureFormat.PADES,
            SignatureFormat.CADES,
        }

    def _check_uploaded_format(self, found):
        if found not in self._get_returnable():
            raise UserError(self._explain_format())

    def _explain_format(self):
        names = dict(self._fields["format"]._description_selection(self.env))
        return self.env._(
            "This document is signed as %(format)s only; a file signed elsewhere does not come back so. Sign it in another way.",
            format=names[self.format],
        )

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
        pending = "timestamp_missing" if returned.level == Level.B else ""
        self.write({"document_digest": returned.document_digest, "format": str(returned.format)})
        self._keep(Signed(data, returned.field_name, returned.level, {}, returned.timestamp_at, pending), base)
