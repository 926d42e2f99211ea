import logging
from datetime import timedelta

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

_OLDEST = timedelta(days=30)
_BATCH = 50

RECEIPT_ROLES = ("applicant", "sender")
"""Who waits for a receipt."""


class OaDocument(models.Model):
    """What goes out: receipts to applicants and dispatches to recipients."""

    _inherit = "oa.document"

    dispatch_ids = fields.One2many("oa.dispatch", "document_id", "Dispatches", copy=False)
    dispatch_count = fields.Integer("Dispatches count", compute="_compute_dispatch_count")
    can_dispatch = fields.Boolean(compute="_compute_can_dispatch")

    @api.depends("dispatch_ids")
    def _compute_dispatch_count(self):
        counts = dict(self.env["oa.dispatch"]._read_group([("document_id", "in", self.ids)], ["document_id"], ["__count"]))
        for document in self:
            document.dispatch_count = counts.get(document, 0)

    @api.depends("state", "direction", "dispatch_ids.state", "file_ids", "correspondent_ids")
    @api.depends_context("uid")
    def _compute_can_dispatch(self):
        for document in self:
            document.can_dispatch = not document._get_dispatch_blockers()

    def _get_dispatch_blockers(self):
        """Say why the document cannot be dispatched now; an empty list means it can."""
        self.ensure_one()
        if self.direction != "outgoing" or not self.register_entry_id or self.state == "annulled":
            return [self.env._("Only a registered outgoing document is dispatched.")]
        blockers = []
        if not self.env.user.has_group("oa_registry.oa_registry_group_clerk"):
            blockers.append(self.env._("Documents are dispatched by the registry clerk."))
        if not self.main_file_id:
            blockers.append(self.env._("%(document)s has no file to send. Add the file first.", document=self.name))
        recipients = self._get_recipients()
        if not recipients:
            blockers.append(self.env._("Add at least one recipient."))
        sent = self.dispatch_ids.filtered(lambda dispatch: dispatch.state in {"sent", "delivered"}).partner_id
        if recipients and not recipients - sent:
            blockers.append(self.env._("%(document)s is already sent to all recipients.", document=self.name))
        return blockers

    def action_dispatch(self):
        """Send to every recipient who has not got it; those without e-mail wait in the list for post or courier."""
        self.check_access("write")
        self._check_blockers("dispatch")
        dispatches = self._prepare_dispatches()
        dispatches.filtered(lambda dispatch: dispatch.channel == "email")._send()
        if waiting := dispatches.filtered(lambda dispatch: dispatch.state in {"draft", "failed"}):
            return waiting._explain_waiting()
        return None

    def action_open_dispatches(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("oa_registry.oa_dispatch_action")
        return {**action, "domain": [("document_id", "=", self.id)], "context": {"default_document_id": self.id}}

    def _prepare_dispatches(self):
        """Make the missing dispatches of the recipients; return all that are not sent."""
        open_dispatches = self.dispatch_ids.filtered(lambda dispatch: dispatch.state in {"draft", "failed"} and not dispatch.is_receipt)
        done = {(dispatch.document_id, dispatch.partner_id) for dispatch in self.dispatch_ids}
        return open_dispatches | self.env["oa.dispatch"].create(
            [
                {"document_id": document.id, "partner_id": partner.id, "channel": "email" if partner.email else "post"}
                for document in self
                for partner in document._get_recipients()
                if (document, partner) not in done
            ]
        )

    def _get_dispatch_mail(self):
        """Hook: subject and body of the message that carries the document."""
        company = self.company_id.name
        body = Markup("<p>{}</p><p>{}</p><p>{}</p>").format(
            "Уважаеми госпожи и господа,",
            f"Приложено Ви изпращаме документ с рег. № {self.number} относно: {self.subject}.",
            f"С уважение, {company}",
        )
        return f"{company}: рег. № {self.number}", body

    def _queue_receipts(self):
        if self.filtered(lambda document: document._is_receipt_due()):
            # The receipt is made after the number is certain and outside the register's lock.
            self.env.ref("oa_registry.oa_document_receipt_cron").sudo()._trigger()

    def _is_receipt_due(self):
        """Say whether somebody will wait for a receipt: waking the background work for nobody costs as much as the number."""
        if self.direction != "incoming" or not self.company_id.oa_receipts_enabled:
            return False
        # An address that the clerk may not see gets its receipt all the same.
        people_sudo = self.sudo().correspondent_ids.filtered(lambda person: person.role in RECEIPT_ROLES)
        return any(people_sudo.partner_id.mapped("email"))

    @api.model
    def _get_receipt_domain(self):
        """Registered incoming documents whose applicant or sender waits for a receipt: derived, so nothing is lost."""
        return Domain(
            [
                ("direction", "=", "incoming"),
                ("register_entry_id", "!=", False),
                ("state", "!=", "annulled"),
                ("company_id.oa_receipts_enabled", "=", True),
                ("registered_at", ">", fields.Datetime.now() - _OLDEST),
                ("file_ids", "not any", [("role", "=", "receipt")]),
                ("correspondent_ids", "any", [("role", "in", RECEIPT_ROLES), ("partner_id.email", "!=", False)]),
            ]
        )

    @api.model
    def _cron_make_receipts(self):
        waiting = self.search(self._get_receipt_domain(), order="registered_at", limit=_BATCH)
        left = self.search_count(self._get_receipt_domain())
        for document in waiting:
            document._try_receipt()
            left -= 1
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                return

    def _try_receipt(self):
        try:
            with self.env.cr.savepoint():
                self._make_receipt()
        except UserError:
            # One document that takes no receipt must not keep the receipts of all others.
            _logger.warning("no receipt for %s", self.number, exc_info=True)

    def _make_receipt(self):
        """Store the receipt as a file and send it to whoever handed the document in."""
        self.ensure_one()
        people = self.correspondent_ids.filtered(lambda item: item.role in {"applicant", "sender"} and item.partner_id.email).partner_id
        html = self.env["ir.qweb"]._render("oa_registry.oa_document_receipt", self._prepare_receipt_vals(people))
        file = self._add_file(
            f"Потвърждение {self.number.replace('/', '-')}.pdf", self._render_pdf(html, f"Потвърждение {self.uri}"), "receipt"
        )
        dispatches = (
            self.env["oa.dispatch"]
            ._as_system()
            .create(
                [
                    {"document_id": self.id, "partner_id": partner.id, "channel": "email", "file_id": file.id, "is_receipt": True}
                    for partner in people
                ]
            )
        )
        dispatches._send()

    def _prepare_receipt_vals(self, people):
        # The code is for the applicant; the cron writes it for them.
        return {
            "document": self.sudo(),
            "people": people,
            "registered_at": fields.Datetime.context_timestamp(self.with_context(tz="Europe/Sofia"), self.registered_at),
        }

    def _get_receipt_mail(self):
        """Hook: subject and body of the message with the receipt."""
        company = self.company_id.name
        body = Markup("<p>{}</p><p>{}</p><p>{}</p>").format(
            "Уважаеми госпожи и господа,",
            f"Вашият документ е регистриран с УРИ {self.uri}. Потвърждението за получаване е приложено.",
            f"С уважение, {company}",
        )
        return f"{company}: потвърждение за получаване {self.uri}", body
