import csv
import os

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..core.errors import SigningError
from ..core.policy import read_facts
from ..core.remote import ProviderSettings, RemoteCredential, check_address

_DEMO = "Облачен КЕП (демонстрация)"


class OaSigningProvider(models.Model):
    """A service that keeps keys of people; its secret is named here and known to the remote service only."""

    _name = "oa.signing.provider"
    _description = "Remote signing service"
    _order = "name, id"

    name = fields.Char(required=True)
    protocol = fields.Selection([("csc", "Cloud Signature Consortium")], default="csc", required=True)
    url = fields.Char("Address", required=True, help="https; plain http only to this machine.")
    client_id = fields.Char("Client name")
    secret_name = fields.Char(
        "Name of the secret", help="The secret itself is a file or a variable of the remote service; it is never stored here."
    )
    account = fields.Char(help="Sent when the keys are listed, if the provider wants it.")
    timeout = fields.Integer("Seconds to wait", default=30, required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", "Administration", ondelete="restrict", help="Empty: for all administrations.")
    key_ids = fields.One2many("oa.signing.key", "provider_id", "Keys")

    _name_unique = models.Constraint("UNIQUE (name)", "There is a service of this name already.")
    _timeout_sane = models.Constraint("CHECK (timeout BETWEEN 1 AND 120)", "Wait between 1 and 120 seconds.")

    @api.constrains("url", "secret_name")
    def _check_address(self):
        for provider in self:
            try:
                check_address(provider.url or "")
            except SigningError as error:
                raise ValidationError(
                    self.env._("The address has to begin with https:// and hold no password; http:// is for this machine only.")
                ) from error
            if provider.secret_name and not provider.secret_name.replace("_", "").isalnum():
                raise ValidationError(
                    self.env._("This is the name of a secret, in letters, digits and underscores. Do not enter the secret itself.")
                )

    def action_check(self):
        """Does the provider answer, and how many keys does it offer?"""
        self.ensure_one()
        self._check_administrator()
        count = len(self._list_credentials())
        return self._say(self.env._("%(provider)s answers. Keys offered: %(count)s.", provider=self.name, count=count))

    def action_find_keys(self):
        """Take the keys that the provider offers; those of known people are linked, others wait for an owner."""
        self.ensure_one()
        self._check_administrator()
        for credential in self._list_credentials():
            # Whoever starts this was asked for the right to do so.
            self._take_credential(credential)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Keys of %(provider)s", provider=self.name),
            "res_model": "oa.signing.key",
            "views": [(False, "list"), (False, "form")],
            "domain": [("provider_id", "=", self.id)],
        }

    @api.model
    def _import_demo_provider(self, folder):
        """The remote service of the demo with its keys; needs the folder of the demo PKI, not the running service."""
        url, listed = os.environ.get("OA_REMOTE_URL"), folder / "remote.csv"
        if not url or not listed.is_file():
            return
        # Called when demo data is made, and after its PKI was made anew.
        provider = self.sudo().search([("name", "=", _DEMO)]) or self.sudo().create({"name": _DEMO, "url": url})
        provider.url = url
        chain = tuple(self.env["oa.certificate"]._to_der((folder / "chain.pem").read_text()))
        with listed.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                (der,) = self.env["oa.certificate"]._to_der((folder / "people" / f"{row['login']}.pem").read_text())
                provider._take_credential(RemoteCredential(f"demo/{row['login']}", der, chain, needs_pin=True))

    def _take_credential(self, credential):
        # As in `action_find_keys`.
        keys_sudo = self.env["oa.signing.key"].sudo()
        known = keys_sudo.search([("provider_id", "=", self.id), ("key_label", "=", credential.credential_id)])
        vals = self._prepare_key_vals(credential)
        if known:
            known.write({name: vals[name] for name in ("certificate_id", "needs_pin", "needs_code")})
        else:
            keys_sudo.create(vals)

    def _prepare_key_vals(self, credential):
        certificate = self.env["oa.certificate"]._import(credential.certificate, credential.chain)
        identifier = read_facts(credential.certificate).identifier
        same = (
            certificate.search([("identifier", "=", identifier), ("user_id", "!=", False)]).user_id if identifier else certificate.user_id
        )
        # What was taken from a person is not given back by its number.
        by_number = same if len(same) == 1 and not certificate.is_by_hand else same.browse()
        owner = certificate.user_id or by_number
        if owner:
            certificate.user_id = owner
        return {
            "provider_id": self.id,
            "token_label": self.name,
            "key_label": credential.credential_id,
            "certificate_id": certificate.id,
            "user_id": owner.id,
            "needs_pin": credential.needs_pin,
            "needs_code": credential.needs_code,
            "state": "active" if owner else "found",
        }

    def _check_credential(self, key):
        """Refuse a key that the provider does not offer any more, or offers with another certificate."""
        # Whose the key is was asked before; the provider and the list of its other keys stay here.
        provider_sudo, key_sudo = self.sudo(), key.sudo()
        offered = {item.credential_id: item for item in provider_sudo._list_credentials()}
        if key_sudo.key_label not in offered:
            name = provider_sudo.name
            raise UserError(
                self.env._("%(provider)s does not offer this key any more. Ask the provider, then find keys anew.", provider=name)
            )
        if offered[key_sudo.key_label].certificate != key_sudo.certificate_id._get_identity().certificate:
            raise UserError(
                self.env._("The provider has another certificate for this key. The administrator of signatures finds keys anew.")
            )

    def _list_credentials(self):
        try:
            return self._get_port().list_credentials()
        except SigningError as error:
            raise UserError(self.env["oa.signing.messages"]._explain(error)) from error

    def _get_port(self):
        self.ensure_one()
        # People sign with their keys at the provider without reading how it is reached.
        return self.env["oa.signing.ports"]._get_remote(self.sudo()._get_settings())

    def _get_settings(self):
        return ProviderSettings(
            self.protocol, self.url, self.client_id or "", self.secret_name or "", self.account or "", float(self.timeout)
        )

    def _check_administrator(self):
        if not self.env.user.has_group("oa_signing.oa_signing_group_administrator"):
            raise AccessError(self.env._("Only an administrator of signatures asks providers for keys."))

    def _say(self, message):
        return {"type": "ir.actions.client", "tag": "display_notification", "params": {"type": "success", "message": message}}
