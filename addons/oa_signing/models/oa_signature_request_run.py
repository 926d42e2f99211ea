import logging
import threading
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying

_logger = logging.getLogger(__name__)

PORTION = 20
"""Documents of one transaction: what is done is kept, whatever happens to the rest."""
_SILENCE = timedelta(seconds=45)


class OaSignatureRequest(models.Model):
    """A long run goes on in the server, in portions; the page only watches, and may go away and come back.

    The PIN lives in the memory of the run and nowhere else: when the server stops, the person enters it again for the rest.
    """

    _inherit = "oa.signature.request"

    run_seen_at = fields.Datetime("Last sign of life of the run", readonly=True)
    run_message = fields.Text("Why the run stopped", readonly=True)

    @api.model
    def _make_for(self, records, **options):
        # What is being signed right now is not started anew; its page is opened again.
        wanted = {(records._name, record.id) for record in records}
        # The person's own request.
        for request in self.sudo().search([("user_id", "=", self.env.uid), ("state", "=", "pending"), ("run_seen_at", "!=", False)]):
            lines = {(line.res_model, line.res_id) for line in request.line_ids}
            if wanted <= lines and request._is_running():
                # Back with the person's own rights.
                return request.sudo(self.env.su)
        return super()._make_for(records, **options)

    def get_dialog_data(self):
        # The person's own request.
        request_sudo = self.sudo()
        is_running = request_sudo._is_running()
        return {**super().get_dialog_data(), "is_running": is_running, "run_message": request_sudo._get_run_message(is_running)}

    def action_run_with_pin(self, pin):
        """Sign everything that is prepared: the first portion now, the rest in the server while the page watches."""
        self.ensure_one()
        self._check_own()
        # The person's own request.
        request_sudo = self.sudo()
        if request_sudo._is_running():
            return self.get_dialog_data()
        request_sudo.run_message = False
        self._sign_portion(pin)
        if request_sudo._get_waiting_lines():
            request_sudo.run_seen_at = fields.Datetime.now()
            self.env.cr.postcommit.add(lambda: self._start_run(pin))
        return self.get_dialog_data()

    def action_leave_out(self, line_id):
        """The person does not want to sign one of the documents; the others stay."""
        self.ensure_one()
        self._check_own()
        # The person's own request.
        line = self.sudo().line_ids.filtered(lambda line: line.id == line_id and line.state in ("pending", "prepared"))
        if line:
            line._refuse(self.env._("You left this document out."))
        return self.get_dialog_data()

    def _sign_portion(self, pin):
        """The next documents; true when there are more."""
        # The person's own request.
        waiting = self.sudo()._get_waiting_lines()
        if waiting:
            self.action_sign_with_pin(pin, waiting[:PORTION].ids)
        return bool(waiting[PORTION:])

    def _get_waiting_lines(self):
        return self.line_ids.filtered(lambda line: line.state == "prepared")

    def _is_running(self):
        self.ensure_one()
        is_alive = bool(self.run_seen_at) and self.run_seen_at > fields.Datetime.now() - _SILENCE
        return is_alive and self.state == "pending" and bool(self._get_waiting_lines())

    def _get_run_message(self, is_running):
        if is_running or not self.run_seen_at or not self._get_waiting_lines():
            return self.run_message or ""
        return self.run_message or self.env._(
            "Signing was interrupted. What is signed stays signed; enter the PIN again for the other %(count)s.",
            count=len(self._get_waiting_lines()),
        )

    def _start_run(self, pin):
        """A thread with cursors of its own; each portion is committed when it is done."""
        name = f"oa_signing.request.{self.id}"
        arguments = (self.env.cr.dbname, self.env.uid, dict(self.env.context), self.id, pin)
        threading.Thread(target=_run, args=arguments, name=name, daemon=True).start()

    def _run_on(self, pin):
        """One portion of the run; true when it goes on."""
        # The person's own request.
        request_sudo = self.sudo()
        if request_sudo.state != "pending":
            return False
        has_more = self._sign_portion(pin)
        request_sudo.run_seen_at = fields.Datetime.now() if has_more else False
        return has_more

    def _stop_run(self, message):
        # The person's own request.
        self.sudo().write({"run_seen_at": False, "run_message": message})


def _run(database, uid, context, request_id, pin):
    is_going_on = True
    while is_going_on:
        try:
            is_going_on = _run_portion(database, uid, context, request_id, lambda request: request._run_on(pin))
        except UserError as error:
            message = error.args[0]
            _run_portion(database, uid, context, request_id, lambda request, text=message: request._stop_run(text))
            return
        except Exception as error:  # the page says that the run was interrupted; the PIN is in no log
            _logger.error("signing request %s stopped: %s", request_id, type(error).__name__)
            return


def _run_portion(database, uid, context, request_id, work):
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, uid, context)
        return retrying(lambda: work(env["oa.signature.request"].browse(request_id)), env)
