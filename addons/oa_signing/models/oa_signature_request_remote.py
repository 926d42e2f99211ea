import logging
import time

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.batches import Finishing
from ..core.errors import SigningError

_logger = logging.getLogger(__name__)


class OaSignatureRequest(models.Model):
    """Signing with a key that a provider keeps: at once, or accepted and asked about until the person has confirmed."""

    _inherit = "oa.signature.request"

    @api.model
    def _list_ways(self, keys):
        ways = super()._list_ways(keys)
        remote = self.env["oa.signing.ports"]._is_way_open("remote") and self.env["oa.signing.key"]._get_usable_keys("remote")
        return [*ways, "remote"] if remote else ways

    def get_dialog_data(self):
        keys = self.env["oa.signing.key"]._get_usable_keys("remote")
        return {**super().get_dialog_data(), "remote_keys": [key._get_dialog_data() for key in keys]}

    def action_prepare_remote(self, key_id):
        """Prepare every document for a key at a provider."""
        self.ensure_one()
        self._check_own()
        self._check_way_open("remote")
        key = self._check_remote_key(self.env["oa.signing.key"].browse(key_id))
        self._prepare_with(key.certificate_id, "remote", key)
        return self.get_dialog_data()

    def action_send_code(self, key_id):
        """Ask the provider to send the person a one-time code."""
        self.ensure_one()
        self._check_own()
        key = self._check_remote_key(self.env["oa.signing.key"].browse(key_id))
        self._ask_provider(key, lambda port: port.send_code(key.key_label))

    def action_sign_remote(self, pin="", code=""):
        """Hand the prepared documents to the provider; PIN and code are passed on and forgotten."""
        self.ensure_one()
        self._check_own()
        self._check_way("remote")
        key = self._check_remote_key(self.key_id)
        # Lines and states are written by this model only, for the person of the request.
        request_sudo = self.sudo()
        ready = request_sudo.line_ids._claim()._unseal_unchanged()
        if ready:
            items = [line._get_to_be_signed(state) for line, _data, state in ready]
            answer = self._ask_provider(key, lambda port: port.sign(key.key_label, str(pin or ""), str(code or ""), items))
            self._take_answer(ready, answer)
        request_sudo._close_when_signed()
        return self.get_dialog_data()

    def action_poll(self):
        """Ask about the documents that wait at the provider."""
        self.ensure_one()
        self._check_own()
        self._poll()
        return self.get_dialog_data()

    def _poll(self):
        # As above.
        request_sudo = self.sudo()
        port = request_sudo.key_id.provider_id._get_port()
        for handle, lines in request_sudo.line_ids.filtered("remote_handle").grouped("remote_handle").items():
            claimed = lines._claim(before="waiting")
            if not claimed:
                continue
            answer = self._ask_provider(request_sudo.key_id, lambda _port, asked=handle: port.poll(asked))
            self._take_answer(claimed._unseal_unchanged(), answer, handle)
        request_sudo._close_when_signed()

    def _take_answer(self, ready, answer, handle=""):
        documents = self.env["oa.signing.ports"]._get_documents()
        for place, (line, data, state) in enumerate(ready):
            position = line.remote_position if handle else place
            outcome = answer.outcomes[position]
            if outcome.state == "signed":
                line.remote_handle = False
                (signed,) = documents.finish_many([Finishing(state, outcome.signature, data)])
                line._finish(data, state, signed)
            elif outcome.state == "waiting":
                message = self.env._("Confirm the signing in the application of the provider.")
                waiting = {"state": "waiting", "remote_handle": handle or answer.handle, "remote_position": position, "message": message}
                line.write(waiting)
            else:
                line.remote_handle = False
                line._refuse(self.env["oa.signing.messages"]._explain_code(f"remote.{outcome.state}"))

    def _ask_provider(self, key, question):
        try:
            return question(key.provider_id._get_port())
        except SigningError as error:
            raise UserError(self.env["oa.signing.messages"]._explain(error)) from error

    def _check_remote_key(self, key):
        key = self._check_key(key)
        if not key.provider_id:
            raise UserError(self.env._("Choose the key to sign with."))
        return key

    @api.model
    def _cron_poll(self, limit=50):
        """Ask about what waits at providers; each request for itself and with the rights of its person."""
        lines = self.env["oa.signature.request.line"].search([("state", "=", "waiting")], limit=limit)
        crons = self.env["ir.cron"]
        crons._commit_progress(remaining=len(lines.request_id))
        for request in lines.request_id:
            person = request.user_id
            own = request.with_user(person).with_context(lang=person.lang)
            try:
                with self.env.cr.savepoint():
                    own._poll()
            except UserError as error:
                # The provider does not answer now; it is asked again.
                _logger.info("request %s waits on: %s", request.id, error.args[0])
            if not crons._commit_progress(1):
                break


class OaSignatureRequestLine(models.Model):
    _inherit = "oa.signature.request.line"

    remote_handle = fields.Char("Handle at the provider", readonly=True, groups=fields.NO_ACCESS)
    remote_position = fields.Integer("Place in the order", readonly=True, groups=fields.NO_ACCESS)

    def _unseal_unchanged(self):
        """Claimed lines whose document is still the one that was shown, with its bytes and prepared state."""
        now = time.time()
        ready = [(line, *line._unseal(now)) for line in self if line._check_unchanged()]
        return [(line, data, state) for line, data, state in ready if state]
