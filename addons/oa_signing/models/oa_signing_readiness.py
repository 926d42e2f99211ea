from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..core.errors import SigningError

GOOD, WARNING, BAD = "good", "warning", "bad"
_SOON = 30


class OaSigningReadiness(models.TransientModel):  # pylint: disable=no-wizard-in-models  # a list, nobody fills it in
    """Who and what is ready to sign now, and what to do when not; looked at anew each time it is opened."""

    _name = "oa.signing.readiness"
    _description = "Readiness for signing"
    _order = "sequence, name"

    sequence = fields.Integer()
    kind = fields.Selection([("service", "Service"), ("person", "Person"), ("seal", "Seal")], readonly=True)
    name = fields.Char("What", readonly=True)
    state = fields.Selection([(GOOD, "Ready"), (WARNING, "Soon not ready"), (BAD, "Not ready")], readonly=True)
    finding = fields.Text(readonly=True)
    fix = fields.Text("What to do", readonly=True)
    valid_to = fields.Datetime("Certificate until", readonly=True)
    key_id = fields.Many2one("oa.signing.key", readonly=True)
    certificate_id = fields.Many2one("oa.certificate", readonly=True)

    @api.model
    def action_look(self):
        """Look at everything and show the list, the worst first."""
        if not self.env.user.has_group("oa_signing.oa_signing_group_administrator"):
            raise AccessError(self.env._("Only an administrator of signatures looks at the readiness of people."))
        rows = [*self._look_at_services(), *self._look_at_people()]
        order = {BAD: 0, WARNING: 1, GOOD: 2}
        # Rows are made by looking only; nobody else has the right to create them.
        found = self.sudo().create([{**row, "sequence": order[row["state"]]} for row in rows])
        action = self.env["ir.actions.act_window"]._for_xml_id("oa_signing.oa_signing_readiness_action")
        return {**action, "domain": [("id", "in", found.ids)]}

    def _look_at_services(self):
        ports = self.env["oa.signing.ports"]
        return [
            self._try(
                self.env._("Token service"),
                lambda: ports._get_token().ping(),
                self.env._("Start the token service; its address is in Settings."),
            ),
            self._try(
                self.env._("Document service"),
                lambda: ports._get_documents().ping(),
                self.env._("Start the document service; its address is in Settings."),
            ),
            self._try(
                self.env._("Timestamps"),
                lambda: ports._get_documents().check_timestamps(),
                self.env._(
                    "Check the address of the timestamp service in Settings. Until it answers, signatures wait for their proof of time."
                ),
            ),
            self._try(
                self.env._("Trusted certificates"),
                lambda: ports._get_documents().check_trust(),
                self.env._("Put the PEM files of the trusted roots into the folder named in Settings."),
            ),
        ]

    def _try(self, name, question, fix):
        row = {"kind": "service", "name": name, "state": GOOD, "finding": self.env._("It answers.")}
        try:
            question()
        except SigningError as error:
            row |= {"state": BAD, "finding": self.env["oa.signing.messages"]._explain(error), "fix": fix}
        return row

    def _look_at_people(self):
        keys = self.env["oa.signing.key"].search([("state", "=", "active")])
        offered = self._read_tokens()
        rows = [self._look_at_key(key, offered) for key in keys]
        with_key = keys.user_id
        signers = self.env.ref("oa_signing.oa_signing_group_signer").all_user_ids.filtered(
            lambda user: user.active and not user.share and user.company_ids & self.env.companies
        )
        rows += [self._look_at_keyless(user) for user in signers - with_key]
        return rows

    def _read_tokens(self):
        """Certificates on tokens by their labels; None when the service does not answer."""
        try:
            return {(key.token_label, key.key_label): key.certificate for key in self.env["oa.signing.ports"]._get_token().get_keys()}
        except SigningError:
            return None

    def _look_at_key(self, key, offered):
        certificate = key.certificate_id
        row = {
            "kind": "seal" if key.is_seal else "person",
            "name": key.user_id.name or key.name,
            "valid_to": certificate.valid_to,
            "key_id": key.id,
            "certificate_id": certificate.id,
        }
        for check in (self._check_certificate, self._check_token, self._check_revocation, self._check_term):
            if found := check(key, offered):
                return {**row, **found}
        return {**row, "state": GOOD, "finding": self.env._("The certificate is valid and the key is on its token.")}

    def _check_certificate(self, key, _offered):
        if key.certificate_id.state in ("valid", False):
            return None
        return {
            "state": BAD,
            # What is said about a key is said as its owner would hear it.
            "finding": "\n".join(key.with_user(key.user_id or self.env.user).sudo()._get_use_blockers()[-1:]),
            "fix": self.env._("Ask the provider for a new certificate, put it on the token and press “Find keys on tokens”."),
        }

    def _check_token(self, key, offered):
        if offered is None:
            return None
        place = (key.token_label, key.key_label)
        if place not in offered:
            return {
                "state": BAD,
                "finding": self.env._("The token „%(token)s“ is not there.", token=key.token_label),
                "fix": self.env._("Insert the token into the server, then look again."),
            }
        if offered[place] != key.certificate_id._get_identity().certificate:
            return {
                "state": BAD,
                "finding": self.env._("The token holds another certificate."),
                "fix": self.env._("Press “Find keys on tokens” in Keys to take the new one."),
            }
        if not self.env["oa.signing.ports"]._get_token().get_attempts_left(key.token_label):
            return {
                "state": BAD,
                "finding": self.env._("The key is locked after wrong PINs."),
                "fix": self.env._("Make sure who typed them, then press “Unlock” on the key."),
            }
        return None

    def _check_revocation(self, key, _offered):
        try:
            notes = self.env["oa.signing.ports"]._get_documents().check_certificate(key.certificate_id._get_identity())
        except SigningError as error:
            if error.code.startswith("service."):
                return None
            return {
                "state": BAD,
                "finding": self.env["oa.signing.messages"]._explain(error),
                "fix": self.env._("Without a good certificate nothing is signed with this key; use another one."),
            }
        if notes:
            return {
                "state": WARNING,
                "finding": self.env["oa.signing.messages"]._explain_code(notes[0]),
                "fix": self.env._("Check that the server reaches the hosts named under Revocation in Settings."),
            }
        return None

    def _check_term(self, key, _offered):
        left = (key.certificate_id.valid_to - fields.Datetime.now()).days
        if left > _SOON:
            return None
        return {
            "state": WARNING,
            "finding": self.env._("The certificate ends in %(days)s days.", days=left),
            "fix": self.env._("Ask the provider for a new one now."),
        }

    def _look_at_keyless(self, user):
        return {
            "kind": "person",
            "name": user.name,
            "state": WARNING,
            "finding": self.env._("The person may sign and has no key on the server."),
            "fix": self.env._("Nothing to do when the person signs with an own card; else put the key on a token and find it."),
        }
