import csv
import logging
import os
from pathlib import Path

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..core.errors import SigningError
from ..core.policy import read_facts
from ..core.specs import SignerIdentity, TokenKey

_logger = logging.getLogger(__name__)


class OaSigningKey(models.Model):
    _inherit = "oa.signing.key"

    @api.model
    def action_discover_keys(self):
        """Look at all tokens and link their certificates to people and administrations."""
        if not self.env.user.has_group("oa_signing.oa_signing_group_administrator"):
            raise AccessError(self.env._("Only an administrator of signatures links keys to people."))
        try:
            offered = self.env["oa.signing.ports"]._get_token().get_keys()
        except SigningError as error:
            raise UserError(self.env["oa.signing.messages"]._explain(error)) from error
        linked, proposed = self._import_keys(offered, trusts_labels=False)
        return self._tell_found(offered, linked, proposed)

    @api.model
    def _tell_found(self, offered, linked, proposed):
        message = self.env._(
            "Keys on tokens: %(offered)s. Linked to people and administrations: %(linked)s.", offered=len(offered), linked=len(linked)
        )
        if proposed:
            message += " " + self.env._(
                "Wait for a second administrator, because only the name of the token fits: %(count)s.", count=len(proposed)
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _import_demo_keys(self, pki_dir=None):
        """Link the keys of the demo PKI to users by login; needs its folder, not the running service."""
        folder = Path(pki_dir or os.environ.get("OA_PKI_DIR") or "")
        if not (folder / "holders.csv").is_file():
            return self.browse()
        certificates = self.env["oa.certificate"]
        chain = tuple(certificates._to_der((folder / "chain.pem").read_text()))
        offered = []
        with (folder / "holders.csv").open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                (der,) = certificates._to_der((folder / "people" / f"{row['login']}.pem").read_text())
                offered.append(TokenKey(row["token_label"], row["key_label"], der, chain))
        linked, _proposed = self._import_keys(offered)
        # Its keys are linked to people by the certificates that they have on tokens.
        self.env["oa.signing.provider"]._import_demo_provider(folder)
        return linked

    @api.model
    def _import_keys(self, offered, trusts_labels=True):
        """Records of the offered keys whose owner is known, and proposals for those of whom only the name of the token tells.

        A person is known by the number in the certificate or by an earlier link, an administration by its name. The name of a token is
        whatever somebody wrote on it: only the demo and the tests take it for an owner.
        """
        # Whoever starts this was asked for the right to do so; users and companies are only looked up.
        keys_sudo = self.sudo()
        known = {(key.token_label, key.key_label): key for key in keys_sudo.with_context(active_test=False).search([])}
        users = {user.login: user for user in keys_sudo.env["res.users"].search([])}
        companies = {company.name: company for company in keys_sudo.env["res.company"].search([])}
        linked, proposed = self.browse(), self.env["oa.certificate.link"]
        for token_key in offered:
            facts = read_facts(token_key.certificate)
            user, is_certain = self._find_owner(token_key, facts, users)
            company = companies.get(facts.organisation)
            if not (company if facts.is_seal else user):
                continue
            if not facts.is_seal and not is_certain and not trusts_labels:
                proposed |= self._propose_owner(token_key, user)
                continue
            vals = self._prepare_key_vals(token_key, facts, user, company)
            key = known.get((token_key.token_label, token_key.key_label))
            if key:
                key.write({"certificate_id": vals["certificate_id"]})
            else:
                key = keys_sudo.create(vals)
            linked |= key
        # Back with the caller's own rights.
        return linked.sudo(self.env.su), proposed

    def _propose_owner(self, token_key, user):
        """Let a second administrator say whether the certificate is of the person whose name the token bears."""
        certificate = self.env["oa.certificate"]._import(token_key.certificate, token_key.chain)
        link_model = self.env["oa.certificate.link"]
        if link_model.search_count([("certificate_id", "=", certificate.id), ("state", "in", ("proposed", "refused"))], limit=1):
            return link_model
        reason = self.env._("The token is named “%(token)s”.", token=token_key.token_label)
        return link_model.create({"certificate_id": certificate.id, "user_id": user.id, "reason": reason})

    def _take_renewed(self, offered):
        """Keys whose token has a new certificate of the same holder, from a trusted issuer: nobody has to press a button.

        `offered` are the keys on tokens by their labels. A certificate of somebody else waits for an administrator.
        """
        renewed = self.browse()
        # Whoever looks, the program too, only follows what was linked before.
        for key in self.sudo().filtered(lambda key: key.state == "active" and not key.provider_id):
            token_key = offered.get((key.token_label, key.key_label))
            if token_key and key._is_renewal(token_key):
                key.certificate_id = key._prepare_key_vals(token_key, read_facts(token_key.certificate), key.user_id, key.company_id)[
                    "certificate_id"
                ]
                renewed |= key
        # Back with the caller's own rights.
        return renewed.sudo(self.env.su)

    def _is_renewal(self, token_key):
        old, facts = self.certificate_id, read_facts(token_key.certificate)
        if facts.fingerprint == old.fingerprint or not facts.identifier or facts.identifier != old.identifier:
            return False
        if facts.is_seal != old.is_seal:
            return False
        try:
            self.env["oa.signing.ports"]._get_documents().check_certificate(SignerIdentity(token_key.certificate, token_key.chain))
        except SigningError:
            return False
        return True

    @api.model
    def _cron_take_renewed(self):
        """Follow tokens whose certificates were renewed."""
        try:
            offered = self.env["oa.signing.ports"]._get_token().get_keys()
        except SigningError as error:
            _logger.info("tokens are looked at later: %s", error.code)
            return
        renewed = self.search([("state", "=", "active")])._take_renewed({(key.token_label, key.key_label): key for key in offered})
        if renewed:
            _logger.info("renewed certificates were taken for keys %s", renewed.ids)

    @api.model
    def _find_owner(self, token_key, facts, users):
        """Whose the key is, and whether that is certain: by the number or an earlier link; a foreign number is never taken."""
        certificate = self.env["oa.certificate"].sudo().search([("fingerprint", "=", facts.fingerprint)])  # owners only
        if certificate.is_by_hand and not certificate.user_id:
            # Taken from its person: two people say whose it is, not a number and not a label.
            return None, True
        owner = certificate.user_id or self.env["oa.certificate"].new({"identifier": facts.identifier})._find_owner()
        by_label = users.get(token_key.token_label)
        if owner or not by_label:
            return owner, True
        number = by_label.signing_person_number
        return (None, True) if number and facts.identifier != f"PNOBG-{number}" else (by_label, False)

    def _prepare_key_vals(self, token_key, facts, user, company):
        certificate = self.env["oa.certificate"]._import(token_key.certificate, token_key.chain)
        owner = {"company_id": company.id} if facts.is_seal else {"user_id": user.id}
        certificate.write(owner)
        if facts.is_seal:
            owner["seal_group_id"] = self.env.ref("oa_signing.oa_signing_group_administrator").id
        return {
            "token_label": token_key.token_label,
            "key_label": token_key.key_label,
            "certificate_id": certificate.id,
            "is_seal": facts.is_seal,
            **owner,
        }
