from odoo import models


class OaSigningMessages(models.AbstractModel):
    """Sentences about trusted lists."""

    _inherit = "oa.signing.messages"

    def _explain(self, error):
        if error.code == "trust_list":
            return self._explain_list(error)
        return super()._explain(error)

    def _explain_list(self, error):
        if error.detail == "operator":
            return self.env._(
                "The list is signed by “%(name)s”, who is not named as its operator. It was not taken. Import the list of lists (EU) "
                "first, or put the certificate of the operator on the list when you have compared its fingerprint: %(fingerprint)s.",
                name=error.data.get("name"),
                fingerprint=error.data.get("fingerprint"),
            )
        if error.detail == "host":
            return self.env._(
                "The host %(host)s is not among those that lists may be fetched from. Add it in Settings, Trust, or correct the address.",
                host=error.data.get("host"),
            )
        if error.detail == "territory":
            return self.env._("This is the list of another territory (%(found)s). It was not taken.", found=error.data.get("found"))
        return self._get_list_sentences().get(error.detail) or self.env._("The trusted list cannot be read. It was not taken.")

    def _get_list_sentences(self):
        broken = self.env._("The signature on the list does not hold: the file was changed on its way. It was not taken; get it anew.")
        return {
            "no_list": self.env._("The file is no trusted list (ETSI TS 119 612). Choose the XML file of the list."),
            "unsigned": self.env._("The list is not signed, so nobody vouches for it. It was not taken."),
            "signature": broken,
            "operator_term": self.env._("The certificate of the operator was not valid when the list was issued. It was not taken."),
            "operator_file": self.env._("The certificates of the operator cannot be read. Paste them in PEM form."),
            "older": self.env._("The list is older than the version that counts now. It was not taken."),
            "https": self.env._("Lists are fetched from addresses that begin with https:// only."),
            "private": self.env._("The address leads into an internal network, so nothing was fetched from it."),
            "size": self.env._("The answer is too large for a trusted list. It was not taken."),
            "answer": self.env._("The server of the list did not give it out. Check the address, or import the list from a file."),
            "unreachable": self.env._(
                "The server of the list does not answer. It is asked again tomorrow; or import the list from a file."
            ),
        }
