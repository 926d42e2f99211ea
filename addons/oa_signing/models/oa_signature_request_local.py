import base64
import binascii

from odoo import api, models
from odoo.exceptions import UserError

from ..core.errors import SigningError
from ..core.policy import read_facts

_MAX_CERTIFICATES = 8
_MAX_CERTIFICATE = 16 << 10
_MAX_SIGNATURE = 2 << 10


class OaSignatureRequest(models.Model):
    """Signing with a local client in the browser: the person's own card or token.

    The browser brings a certificate and takes octets to its client; neither key nor PIN comes here.
    """

    _inherit = "oa.signature.request"

    @api.model
    def _list_ways(self, keys):
        ways = super()._list_ways(keys)
        return [*ways, "local"] if self.env["oa.signing.ports"]._is_way_open("local") else ways

    def action_prepare_local(self, chain):
        """Prepare every document for a certificate that the local client offers; gives what the client has to sign."""
        self.ensure_one()
        self._check_own()
        self._check_way_open("local")
        certificate = self._take_certificate(chain)
        self._prepare_with(certificate, "local")
        return {"dialog": self.get_dialog_data(), "job": self._make_local_job(certificate)}

    def action_finish_local(self, signatures):
        """Put the client's raw signatures, by id of the line, into the files; each is checked first."""
        self.ensure_one()
        self._check_own()
        self._check_way("local")
        by_line = {int(line_id): self._decode(text, _MAX_SIGNATURE) for line_id, text in signatures.items()}
        self._sign_lines(list(by_line), lambda lines, _items: [by_line[line.id] for line in lines])
        return self.get_dialog_data()

    def _take_certificate(self, chain):
        """The record of the client's certificate, when it may sign and is the current person's."""
        ders = self._decode_chain(chain)
        certificate = self.env["oa.certificate"]._import(ders[0], tuple(ders[1:]))
        self._check_holder(certificate)
        return certificate

    @api.model
    def _decode_chain(self, chain):
        """Certificates in DER, the one that signs first, or a sentence."""
        if not chain or not isinstance(chain, list):
            raise UserError(self.env._("The signing program gave no certificate. Insert the card and choose a certificate."))
        ders = [self._decode(item, _MAX_CERTIFICATE) for item in chain[:_MAX_CERTIFICATES]]
        try:
            read_facts(ders[0])
        except (ValueError, TypeError, KeyError) as error:
            raise UserError(self.env._("The signing program gave something that is not a certificate.")) from error
        return ders

    def _check_holder(self, certificate):
        if not certificate._belongs_to(self.env.user):
            raise UserError(
                self.env._(
                    "The certificate is of %(holder)s and is not linked to you. Nothing was signed. Choose your own certificate; "
                    "a new one of yours is linked to your name by the administrator of signatures.",
                    # Who it is, stands in the file or on the card that the person just brought.
                    holder=certificate.sudo().name,
                )
            )

    def _make_local_job(self, certificate):
        """What the client signs: digests with the server's proof, or the octets themselves when the server has none."""
        proof = self._get_proof()
        # The person's own request; what it prepared is signed by the person.
        lines = self.sudo().line_ids.filtered(lambda line: line.state == "prepared")
        items = [line._get_prepared_item() for line in lines]
        contents = [item.digest if proof else item.octets for item in items]
        return {
            "lines": [{"id": line.id, "content": self._encode(content)} for line, content in zip(lines, contents, strict=True)],
            "content_type": "digest" if proof else "data",
            # One certificate means one digest for all.
            "hash_algorithm": items[0].digest_algorithm.upper() if items else "",
            "certificate": self._encode(certificate.sudo()._get_identity().certificate),  # public
            "proofs": [self._encode(proof.prove(content)) for content in contents] if proof else [],
            "proof_certificate": self._encode(proof.get_certificate()) if proof else "",
            "confirm_text": [f"{line.record_name}: SHA-256 {line.digest}" for line in lines],
        }

    def _get_proof(self):
        try:
            return self.env["oa.signing.ports"]._get_proof()
        except SigningError as error:
            raise UserError(self.env["oa.signing.messages"]._explain(error)) from error

    @api.model
    def _encode(self, data):
        return base64.b64encode(data).decode()

    @api.model
    def _decode(self, text, limit):
        try:
            data = base64.b64decode(str(text), validate=True)
        except (binascii.Error, ValueError) as error:
            raise UserError(self.env._("The signing program gave an answer that cannot be read. Nothing was signed.")) from error
        if not 0 < len(data) <= limit:
            raise UserError(self.env._("The signing program gave an answer that cannot be read. Nothing was signed."))
        return data
