import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from psycopg2 import OperationalError

_logger = logging.getLogger(__name__)

PORTION = 20
"""Documents that are made between two commits; a killed worker loses one portion and begins it anew."""
_REFUSALS = (UserError, AccessError, ValidationError)


class OaMailing(models.Model):
    """The work of a mailing: in portions, each of them whole or not at all."""

    _inherit = "oa.mailing"

    def action_start(self):
        """One confirmation: a document for each addressee is made and sent for coordination."""
        self._check_author()
        for mailing in self:
            if blockers := mailing._get_start_blockers():
                raise UserError("\n".join(blockers))
        self._write_system({"state": "making"})
        self._wake()

    def action_send(self):
        """Send what is signed; each addressee keeps their own outcome."""
        self.check_access("read")
        for mailing in self:
            if blockers := mailing._get_send_blockers():
                raise UserError("\n".join(blockers))
        # Clerks send the mailings of others and write nothing else in them.
        self.sudo()._write_system({"state": "sending", "sender_id": self.env.uid})
        self._wake()

    def action_refresh(self):
        """Look again at how far it is."""
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _wake(self):
        # The scheduler works for whoever has confirmed.
        self.env.ref("oa_docflow.ir_cron_mailing").sudo()._trigger()

    @api.model
    def _cron_work(self):
        """Go on with what is confirmed; each portion is committed, so that a killed worker goes on from there."""
        progress = self.env["ir.cron"]._commit_progress
        waiting = self.search([("state", "in", ("making", "sending"))], order="id")
        progress(remaining=len(waiting))
        for mailing in waiting:
            while mailing._work():
                if not progress():
                    return
            progress(1)

    def _work(self):
        """Do the next portion; say whether there was one."""
        if not self.try_lock_for_update():
            return False
        self.invalidate_recordset()
        if self.state == "making":
            return self._make_portion()
        return self.state == "sending" and self._send_next()

    # ------------------------------------------------------------ documents
    def _make_portion(self):
        waiting = self.item_ids.filtered(lambda item: not item.document_id and not item.problem)[:PORTION]
        if not waiting:
            self._write_system({"state": "made"})
            return False
        if not waiting._try_make(self.author_id):
            # One addressee with whom something is wrong must not keep the others.
            for item in waiting:
                item._try_make(self.author_id, is_alone=True)
        return True

    # ------------------------------------------------------------ sending
    def _send_next(self):
        """Send one: what was noted before as leaving and is not noted as sent was interrupted, and is not sent a second time."""
        interrupted = self.item_ids.filtered(lambda item: item.sending_at and not item.problem and item.document_id.state == "signed")
        interrupted._write_system(
            {"problem": self.env._("Sending was interrupted. See whether the message has left, then send it from the document.")}
        )
        item = self.item_ids._filter_ready()[:1]
        if not item:
            still = self.item_ids.filtered(
                lambda item: item.document_id and item.document_id.state not in ("dispatched", "closed", "annulled")
            )
            self._write_system({"state": "made" if still else "done"})
            return False
        item._write_system({"sending_at": fields.Datetime.now()})
        self.env["ir.cron"]._commit_progress()
        item._try_send(self.sender_id)
        return True


class OaMailingItem(models.Model):
    """The part of one addressee."""

    _inherit = "oa.mailing.item"

    def _try_make(self, author, is_alone=False):
        try:
            with self.env.cr.savepoint():
                items = self._as_person(author)
                documents = items._make_documents()
                for item, document in zip(self, documents, strict=True):
                    item._write_system({"document_id": document.id})
                documents.action_submit()
        except _REFUSALS as error:
            self.env.invalidate_all(flush=False)
            if is_alone:
                self._write_system({"problem": " ".join(str(error.args[0]).split())})
            return False
        return True

    def _try_send(self, sender):
        try:
            with self.env.cr.savepoint():
                self._as_person(sender).document_id.action_dispatch()
        except OperationalError:
            raise
        except _REFUSALS as error:
            self.env.invalidate_all(flush=False)
            self._write_system({"problem": " ".join(str(error.args[0]).split()), "sending_at": False})
            return
        if self.document_id.state == "signed":
            # Post, courier and exchange systems wait for the clerk, and a failed e-mail for another try.
            waiting = self.document_id.dispatch_ids.filtered(lambda dispatch: dispatch.state in ("draft", "failed", "prepared"))
            self._write_system({"problem": "\n".join(filter(None, waiting.mapped("outcome"))) or self._explain_by_hand()})

    def _explain_by_hand(self):
        return self.env._("It waits in “Dispatches” to be sent by hand.")

    def _as_person(self, person):
        company = self.company_id
        return self.with_user(person).with_company(company).with_context(lang=person.lang, allowed_company_ids=company.ids)
