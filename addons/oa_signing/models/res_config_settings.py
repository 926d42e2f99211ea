from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.errors import SigningError

_WAYS = ("local", "remote", "upload")


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    oa_signing_token_socket = fields.Char("Socket of the token service", config_parameter="oa_signing.token_socket")
    oa_signing_validation_socket = fields.Char("Socket of the document service", config_parameter="oa_signing.validation_socket")
    oa_signing_remote_socket = fields.Char("Socket of the remote service", config_parameter="oa_signing.remote_socket")
    oa_signing_proof_key_file = fields.Char("File of the proof key", config_parameter="oa_signing.proof_key_file")
    oa_signing_proof_certificate_file = fields.Char("File of the proof certificate", config_parameter="oa_signing.proof_certificate_file")
    oa_signing_way_local = fields.Boolean("Own card through a signing program")
    oa_signing_way_remote = fields.Boolean("Key at a remote service")
    oa_signing_way_upload = fields.Boolean("File signed elsewhere")
    oa_signing_timestamp_url = fields.Char("Timestamp service", config_parameter="oa_signing.timestamp_url")
    oa_signing_trust_folder = fields.Char("Folder of trusted certificates", config_parameter="oa_signing.trust_folder")
    oa_signing_revocation_hosts = fields.Char("Hosts asked about revocation", config_parameter="oa_signing.revocation_hosts")
    oa_signing_token_socket_used = fields.Char("Token service in use", compute="_compute_oa_signing_used")
    oa_signing_validation_socket_used = fields.Char("Document service in use", compute="_compute_oa_signing_used")
    oa_signing_timestamp_url_used = fields.Char("Timestamp service in use", compute="_compute_oa_signing_used")
    oa_signing_trust_folder_used = fields.Char("Trust folder in use", compute="_compute_oa_signing_used")
    oa_signing_closed_seals = fields.Text("Seals to be opened again", compute="_compute_oa_signing_closed_seals")
    oa_signing_revocation_hosts_used = fields.Char("Revocation hosts in use", compute="_compute_oa_signing_used")

    @api.depends("company_id")
    def _compute_oa_signing_used(self):
        ports = self.env["oa.signing.ports"]
        for name in ("token_socket", "validation_socket", "timestamp_url", "trust_folder", "revocation_hosts"):
            self[f"oa_signing_{name}_used"] = ports._get_setting(name)

    @api.depends("company_id")
    def _compute_oa_signing_closed_seals(self):
        seals = self.env["oa.signing.key"].search([("is_seal", "=", True), ("state", "=", "active")])
        self.oa_signing_closed_seals = "\n".join(seal.closed_notice for seal in seals if seal.closed_notice) or False

    @api.model
    def get_values(self):
        ports = self.env["oa.signing.ports"]
        return {**super().get_values(), **{f"oa_signing_way_{way}": ports._is_way_open(way) for way in _WAYS}}

    def set_values(self):
        super().set_values()
        # Whoever may save settings was asked by Odoo; "False" is kept as such, an empty value would mean open.
        parameters = self.env["ir.config_parameter"].sudo()
        for way in _WAYS:
            parameters.set_param(f"oa_signing.way_{way}", str(self[f"oa_signing_way_{way}"]))

    def action_oa_signing_check_proof(self):
        proof = self._ask_oa_signing(lambda ports: ports._get_proof())
        if not proof:
            raise UserError(self.env._("No key is set: signing programs are given the documents without a proof of this server."))
        return self._say_oa_signing(self.env._("Signing programs are shown the certificate: %(name)s.", name=proof.get_name()))

    def action_oa_signing_list_tokens(self):
        """All slots with their certificates, as the token service sees them now."""
        keys = self._ask_oa_signing(lambda ports: ports._get_token().get_keys())
        if not keys:
            raise UserError(self.env._("No token with a certificate is in the readers of the server."))
        return self.env["oa.signing.token"]._show(keys)

    def action_oa_signing_check_token(self):
        count = self._ask_oa_signing(lambda ports: ports._get_token().ping())
        return self._say_oa_signing(self.env._("The token service answers. Keys on tokens: %(count)s.", count=count))

    def action_oa_signing_check_validation(self):
        count = self._ask_oa_signing(lambda ports: ports._get_documents().ping())
        return self._say_oa_signing(self.env._("The document service answers. Workers: %(count)s.", count=count))

    def action_oa_signing_check_timestamp(self):
        name = self._ask_oa_signing(lambda ports: ports._get_documents().check_timestamps())
        return self._say_oa_signing(self.env._("A timestamp was given by: %(name)s.", name=name))

    def action_oa_signing_check_trust(self):
        roots, issuers = self._ask_oa_signing(lambda ports: ports._get_documents().check_trust())
        return self._say_oa_signing(self.env._("Trusted roots: %(roots)s, issuers under them: %(issuers)s.", roots=roots, issuers=issuers))

    def action_oa_signing_discover_keys(self):
        return self.env["oa.signing.key"].action_discover_keys()

    def action_oa_signing_open_seals(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("oa_signing.oa_signing_key_action")
        domain = [("is_seal", "=", True)]
        return {**action, "name": self.env._("Seals"), "domain": domain}

    def _ask_oa_signing(self, question):
        # What was typed is saved first, so that the check speaks of it.
        self.execute()
        try:
            return question(self.env["oa.signing.ports"])
        except SigningError as error:
            raise UserError(self._explain_oa_signing(error)) from error

    def _explain_oa_signing(self, error):
        if error.code == "timestamp":
            return self.env._("The timestamp service does not answer. Check the address and whether it runs.")
        if error.code == "policy.untrusted":
            return self.env._("The folder of trusted certificates is not there or holds no root certificate.")
        return self.env["oa.signing.messages"]._explain(error)

    def _say_oa_signing(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": message},
        }
