from odoo import api, models
from odoo.exceptions import UserError

from ..core.errors import SigningError
from ..core.stamp_place import Placement


class OaSigningMessages(models.AbstractModel):
    """Codes of the core turned into sentences that say what happened and what to do; the only place of them."""

    _name = "oa.signing.messages"
    _description = "Sentences about signing"

    @api.model
    def _explain(self, error):
        """The sentence for an error of the core."""
        if error.code == "token.wrong_pin":
            return self._explain_wrong_pin(error.attempts_left)
        if error.code == "token.closed" and (seal := self._find_seal(error.data.get("token"))):
            return seal._explain_closed()
        if error.code == "state.returned_invalid":
            return self._explain_returned(error.data.get("codes") or [])
        if error.code == "state.not_extended":
            return self._explain_not_extended(error.data.get("what"))
        if error.code == "payload.active_content":
            return self._explain_active_content(error.data.get("what"))
        return self._explain_code(error.code)

    def _find_seal(self, token_label):
        # Which seal it is was known to whoever asked for its signature.
        return self.env["oa.signing.key"].sudo().search([("token_label", "=", token_label), ("is_seal", "=", True)], limit=1)

    def _explain_wrong_pin(self, attempts_left):
        if not attempts_left:
            return self.env._(
                "Wrong PIN. That was the last attempt: the key is locked. Nothing was signed. "
                "Ask the administrator of signatures to unlock it."
            )
        return self.env._("Wrong PIN. Nothing was signed. Attempts left before the key is locked: %(count)s.", count=attempts_left)

    def _explain_returned(self, codes):
        return self.env._(
            "The signature on the file is not valid, so nothing was stored: %(reasons)s. Sign the file again with a valid certificate.",
            reasons="; ".join(self._explain_code(code) for code in codes),
        )

    def _explain_not_extended(self, what):
        if what == "several":
            return self.env._("The file came back with several new signatures; one is expected, yours. Nothing was stored.")
        if what == "unsigned":
            return self.env._("The file came back without a new signature. Nothing was stored. Sign it with your program, then upload it.")
        if what == "content":
            return self.env._(
                "Besides the signature something else was added to the file. Nothing was stored. "
                "Download the file again and only sign it, without filling in, commenting or saving it anew."
            )
        if what == "kind":
            return self.env._("The file is neither a signed PDF nor a signature beside a file (.p7s). Nothing was stored.")
        if what == "attached":
            return self.env._(
                "The .p7s carries a file of its own. Nothing was stored. Sign anew and choose a detached signature, beside the file."
            )
        if what == "other":
            return self.env._(
                "The .p7s was made over other bytes than the file that was given out. Nothing was stored. "
                "Download the file again, sign it as it is and upload the signature."
            )
        return self._explain_code("state.not_extended")

    def _explain_active_content(self, what):
        names = {
            "javascript": self.env._("JavaScript"),
            "launch": self.env._("an action that starts a program"),
            "import_data": self.env._("an action that imports data"),
            "xfa": self.env._("a dynamic form (XFA)"),
            "submit": self.env._("a form that sends or clears what is filled in"),
            "embedded": self.env._("an embedded file"),
            "external": self.env._("a link to content outside the file"),
            "media": self.env._("sound, video or a 3D model"),
            "hidden": self.env._("an action that hides or shows parts of the page"),
        }
        return self.env._(
            "The PDF contains %(what)s, so what it shows may change by itself. It was not signed. "
            "Print it to a new PDF without active content and sign that.",
            what=names.get(what, self.env._("active content")),
        )

    @api.model
    def _explain_code(self, code):
        """The sentence for a code of an error, a verdict or a note."""
        sentences = {
            **self._get_token_sentences(),
            **self._get_certificate_sentences(),
            **self._get_file_sentences(),
            **self._get_service_sentences(),
            **self._get_verdict_sentences(),
        }
        return sentences.get(code) or self.env._(
            "Signing did not succeed (%(code)s). Try again; if it happens again, tell the administrator this code.",
            code=code,
        )

    def _get_token_sentences(self):
        return {
            "token.locked": self.env._(
                "The key is locked after too many wrong PINs. Ask the administrator of signatures to unlock it; "
                "a card that is locked itself is unlocked with its PUK at the provider."
            ),
            "token.missing": self.env._("The token with your key is not there. Insert it and try again."),
            "token.key_missing": self.env._(
                "The key is not on the token any more. Ask the administrator of signatures to find the keys anew."
            ),
            "token.closed": self.env._(
                "The seal is not opened for automatic sealing. The administrator of signatures opens it with its PIN "
                "on the page of the key."
            ),
            "token": self.env._(
                "The token did not sign. Take it out, insert it again and repeat; if it fails again, tell the administrator of signatures."
            ),
        }

    def _get_certificate_sentences(self):
        return {
            "good": self.env._("The certificate is valid, trusted and not revoked."),
            "revocation_unknown": self.env._(
                "The certificate is trusted, but the provider did not answer whether it is revoked. "
                "The answer is asked again after signing."
            ),
            "policy.expired": self.env._("The certificate has expired. Renew it at the provider, then sign."),
            "policy.not_yet_valid": self.env._("The certificate is not valid yet. Check the date of the server or wait for its first day."),
            "policy.revoked": self.env._("The certificate is revoked and cannot sign any more. Ask the provider for a new one."),
            "policy.untrusted": self.env._(
                "The issuer of the certificate is not among the trusted ones. "
                "The administrator adds trusted certificates in Settings, Electronic signatures."
            ),
            "policy.key_usage": self.env._(
                "The certificate is not meant for signing documents. Choose a certificate for electronic signature."
            ),
            "policy.weak_key": self.env._(
                "The key is too weak to sign today (RSA under 2048 bits or a short curve). Ask the provider for a new certificate."
            ),
            "policy.weak_certificate": self.env._(
                "The certificate is signed with an algorithm that is not safe any more (SHA-1). Ask the provider for a new one."
            ),
        }

    def _get_file_sentences(self):
        changed = self.env._(
            "The file is not the one that was shown: it changed in the meantime. It was not signed. "
            "Open signing again and look at the new version."
        )
        return {
            "payload.not_pdf": self.env._("The file is not a PDF, whatever its name says. Sign a PDF."),
            "payload.empty": self.env._("The file is empty. Attach the right file and sign again."),
            "payload.encrypted": self.env._("The PDF is protected with a password. Save it without a password and sign that file."),
            "payload.malformed": self.env._("The PDF is damaged and cannot be read. Make it anew and sign that file."),
            "payload.certified": self.env._(
                "An earlier signature certified this PDF and forbids any change, further signatures too. "
                "Ask its signer for a file that may still be signed."
            ),
            "payload.malformed_xml": self.env._("The XML is damaged and cannot be read. Make it anew and sign that file."),
            "payload.unsafe_xml": self.env._(
                "The XML has a DTD or entities, so what it says may come from elsewhere. It was not signed. "
                "Save it without them, or sign it in a container (ASiC-E)."
            ),
            "payload.xml_signed": self.env._(
                "The XML holds a signature already; a second one inside would break it. Sign beside the file or in a container."
            ),
            "payload.malformed_cms": self.env._("The signature file is damaged and cannot be read."),
            "payload.malformed_container": self.env._(
                "The container is damaged or has files with doubled or dangerous names, so it is not opened. Ask for another one."
            ),
            "payload.not_signed": self.env._("The file has no such signature that could be completed."),
            "payload.too_large": self.env._("The file is too large to be signed. Make it smaller and sign again."),
            "payload.too_hard": self.env._(
                "Reading the file took too much time or memory, so it was stopped. Print it to a new PDF and sign that."
            ),
            "state.payload_changed": changed,
            "state.forged": changed,
            "state.expired": self.env._("Too much time has passed since the files were shown. Open signing again."),
            "state.signature_mismatch": self.env._(
                "The token's answer does not fit the certificate. Nothing was signed. "
                "Ask the administrator of signatures to find the keys anew."
            ),
            "state.not_extended": self.env._(
                "The file is not the one that was given out for signing, with a signature added: its beginning differs. "
                "Nothing was stored. Download the file again, sign it without opening it for editing and upload the result."
            ),
        }

    def _get_service_sentences(self):
        return {
            "service.unavailable": self.env._(
                "The signing service does not answer. Nothing was signed and nothing was lost: try again in a minute. "
                "If it stays so, tell the administrator to start the signing services."
            ),
            "service.proof": self.env._(
                "The key that proves this server to the signing program cannot be used. Nothing was signed. "
                "The administrator checks its files in Settings, Electronic signatures."
            ),
            "remote": self.env._(
                "The remote signing service does not answer or answers wrongly. Nothing was signed; try again in a minute."
            ),
            "remote.refused": self.env._(
                "The remote signing service did not sign: the signing was refused, or the PIN or the code was wrong. Nothing was signed."
            ),
            "remote.expired": self.env._("The signing was not confirmed in time. Nothing was signed; sign again and confirm at once."),
            "remote.timeout": self.env._("The remote signing service did not answer in time. Nothing was signed; try again in a minute."),
            "remote.access": self.env._(
                "The remote signing service does not let this system in. Nothing was signed. "
                "The administrator of signatures checks the client name and the secret."
            ),
            "remote.setting": self.env._(
                "The settings of the remote signing service cannot be used: its address is not safe or its secret is missing. "
                "The administrator of signatures mends them."
            ),
            "timestamp": self.env._(
                "The timestamp service does not answer. The signature is made; the proof of time will be added "
                "by itself when the service answers."
            ),
            "timestamp_missing": self.env._(
                "The signature was made without a proof of time. The proof is being added by itself; nothing is to be done."
            ),
            "revocation_data": self.env._(
                "The provider did not give revocation data. It will be added by itself when the provider answers."
            ),
        }

    def _get_verdict_sentences(self):
        untrusted = self.env._("the issuer of the certificate is not among the trusted ones")
        changed = self.env._("the document was changed after signing")
        return {
            "original_missing": self.env._("the signature lies beside its file: give the signed file, too"),
            "original_differs": self.env._("the signature was made for another file than the one given"),
            "file_missing": self.env._("a file that was signed is not there"),
            "container_unsigned_file": self.env._("the container has a file that a signature does not cover"),
            "certificate_mismatch": self.env._("the signature names another certificate than the one it carries"),
            "engines_disagree": self.env._("the programs that read the signature do not agree about it"),
            "xml_shape": self.env._("the XML signature is built in a way that cannot be judged here"),
            "xml_partial": self.env._("the XML signature covers a part of the document only"),
            "xml_several": self.env._("the XML has several signatures; which of them covers what cannot be said"),
            "xml_wrapping": self.env._("parts of the XML signature were moved or doubled"),
            "weak_algorithm": self.env._("the signature uses an algorithm that is not safe any more (such as SHA-1)"),
            "weak_key": self.env._("the key of the signer is too weak today"),
            "weak_certificate": self.env._("the certificate of the signer is signed with an algorithm that is not safe any more"),
            "no_signature": self.env._("the file has no electronic signature"),
            "unreadable": self.env._("the signature cannot be read; the file may be damaged or changed"),
            "coverage": self.env._("the signature does not cover the whole document"),
            "appended": self.env._("something was added to the file after signing"),
            "modified": changed,
            "form_changed": self.env._("fields of the form were changed after signing"),
            "timestamp_coverage": self.env._("something was added to the file after its timestamp"),
            "timestamp_broken": self.env._("the timestamp of the document is broken"),
            "timestamp_untrusted": self.env._("the authority of the timestamp is not among the trusted ones"),
            "ades.hash_failure": changed,
            "ades.sig_crypto_failure": self.env._("the signature does not fit the certificate"),
            "ades.format_failure": self.env._("the signature has a wrong format"),
            "ades.revoked": self.env._("the certificate was revoked before signing"),
            "ades.revoked_no_poe": self.env._("the certificate is revoked and nothing proves that the signature is older"),
            "ades.revoked_ca_no_poe": self.env._("a certificate of the issuer is revoked"),
            "ades.expired": self.env._("the certificate had expired before signing"),
            "ades.not_yet_valid": self.env._("the certificate was not valid yet at signing"),
            "ades.out_of_bounds_no_poe": self.env._("the certificate is out of term now and nothing proves that the signature is older"),
            "ades.out_of_bounds_not_revoked": self.env._("the certificate is out of term now"),
            "ades.no_certificate_chain_found": untrusted,
            "ades.certificate_chain_general_failure": untrusted,
            "ades.chain_constraints_failure": self.env._("the certificate is not meant for electronic signatures"),
            "ades.sig_constraints_failure": self.env._("the signature lacks a required attribute"),
            "ades.crypto_constraints_failure": self.env._("the signature uses an algorithm that is not safe"),
            "ades.crypto_constraints_failure_no_poe": self.env._(
                "the signature uses an algorithm that is not safe, and nothing proves that it is older"
            ),
            "ades.try_later": self.env._("the provider did not answer whether the certificate is revoked; check again later"),
            "ades.no_poe": self.env._("nothing proves when the signature was made"),
        }

    @api.model
    def _check_placement(self, placement):
        try:
            Placement.parse(placement)
        except SigningError as error:
            raise UserError(
                self.env._("Write the place of the stamp as page:corner or page:x,y, for example last:bottom_right or 2:120,400.")
            ) from error
