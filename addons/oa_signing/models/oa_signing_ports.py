import logging
import os
from urllib.parse import urlsplit

from odoo import api, models

from ..adapters.remote_client import RemoteClient
from ..adapters.server_proof import FileProof
from ..adapters.token_client import TokenClient
from ..adapters.trust import read_trust
from ..adapters.trust_fetch import ListFetcher
from ..adapters.validation_client import DocumentClient, ServiceSettings
from ..core.errors import SigningError, TimestampError
from ..core.specs import ValidationPolicy

_logger = logging.getLogger(__name__)

_DEFAULTS = {
    "token_socket": "OA_TOKEN_SOCKET",
    "validation_socket": "OA_VALIDATION_SOCKET",
    "remote_socket": "OA_REMOTE_SOCKET",
    "timestamp_url": "OA_TSA_URL",
    "trust_folder": "OA_PKI_DIR",
    "revocation_hosts": "OA_REVOCATION_HOSTS",
    "proof_key_file": "OA_PROOF_KEY",
    "proof_certificate_file": "OA_PROOF_CERTIFICATE",
}


class OaSigningPorts(models.AbstractModel):
    """The one place that decides which adapter serves which port."""

    _name = "oa.signing.ports"
    _description = "Services used for signing"

    @api.model
    def _get_token(self):
        """Keys behind PKCS#11."""
        return TokenClient(self._get_setting("token_socket"))

    @api.model
    def _get_documents(self):
        """Everything that opens a file."""
        load_list = self.env["oa.trust.list"]._load_version
        return DocumentClient(self._get_setting("validation_socket"), self._get_service_settings(), load_list)

    @api.model
    def _get_list_fetcher(self):
        """Whoever brings trusted lists from the network."""
        # Administrators of signatures fetch lists and may not read parameters.
        hosts = self.env["ir.config_parameter"].sudo().get_param("oa_signing.trust_hosts", "ec.europa.eu crc.bg")
        return ListFetcher(tuple(hosts.replace(",", " ").split()))

    @api.model
    def _get_validation_policy(self):
        """What every check insists on."""
        # As for the services: everybody who checks needs it.
        wish = self.env["ir.config_parameter"].sudo().get_param("oa_signing.revocation_policy", "hard")
        return ValidationPolicy(is_revocation_hard=wish != "soft")

    @api.model
    def _get_trust(self):
        """Who is trusted, for those who check without us."""
        return read_trust(self._get_setting("trust_folder"))

    @api.model
    def _get_remote(self, settings):
        """Keys at a provider."""
        return RemoteClient(self._get_setting("remote_socket"), settings)

    @api.model
    def _get_proof(self):
        """The server's proof for local clients, or None when no key is set."""
        key_file, certificate_file = self._get_setting("proof_key_file"), self._get_setting("proof_certificate_file")
        return FileProof(key_file, certificate_file) if key_file and certificate_file else None

    @api.model
    def _is_way_open(self, way):
        """Whether the administrator lets people sign in this way; ways are open until they are closed."""
        # As for the services: everybody who signs needs it.
        return self.env["ir.config_parameter"].sudo().get_param(f"oa_signing.way_{way}", "True") == "True"

    @api.model
    def _get_service_settings(self):
        hosts = self._get_setting("revocation_hosts").replace(",", " ").split()
        return ServiceSettings(
            trust_folder=self._get_setting("trust_folder"),
            timestamp_url=self._get_setting("timestamp_url"),
            revocation_hosts=tuple(hosts),
            trust_lists=self.env["oa.trust.list"]._get_active_digests(),
        )

    @api.model
    def _get_setting(self, name):
        """The administrator's value, else the one of the environment that started the server."""
        # Where the services are is no secret of a person; everybody who signs needs it.
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        value = parameters_sudo.get_param(f"oa_signing.{name}") or os.environ.get(_DEFAULTS[name], "")
        if not value and name == "revocation_hosts":
            # Whoever gives the timestamps of a trusted folder usually answers for its certificates, too.
            value = urlsplit(self._get_setting("timestamp_url")).hostname or ""
        return value

    @api.model
    def _get_secret(self):
        """Key of the seal on a prepared signature."""
        # Only this server seals and unseals.
        return self.env["ir.config_parameter"].sudo().get_param("database.secret").encode()

    # ------------------------------------------------------------ proofs of time for whoever needs them
    @api.private
    @api.model
    def _make_timestamp(self, digest):
        """Return the checked RFC 3161 token of a SHA-256; None when there is none to be had now."""
        try:
            return self._get_documents().make_timestamp(digest)
        except (SigningError, OSError):
            _logger.warning("no timestamp", exc_info=True)
            return None

    @api.private
    @api.model
    def _find_timestamp_flaw(self, token, digest):
        """Say what is wrong with a token; nothing when it is good or the service does not answer."""
        try:
            self._get_documents().check_timestamp(token, digest)
        except TimestampError as error:
            return str(error)
        except (SigningError, OSError):
            _logger.warning("a timestamp could not be checked", exc_info=True)
        return ""
