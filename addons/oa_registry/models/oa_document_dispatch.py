from markupsafe import Markup
from odoo import api, fields, models

AT_ONCE = {"email", "seos", "ssev"}
"""Ways that need no hand: what goes by them leaves, or is packed, with the button."""
OPEN_STATES = {"draft", "failed", "prepared"}


class OaDocument(models.Model):
    """What goes out: dispatches to recipients."""

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
        if not self._goes_out() or not self.register_entry_id or self.state == "annulled":
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
        """Send to every recipient who has not got it; those without e-mail wait in the list for post, courier or exchange system."""
        self.check_access("write")
        self._check_blockers("dispatch")
        dispatches = self._prepare_dispatches()
        dispatches.filtered(lambda dispatch: dispatch.channel in AT_ONCE and dispatch.state != "prepared")._send()
        if waiting := dispatches.filtered(lambda dispatch: dispatch.state in OPEN_STATES):
            return waiting._explain_waiting()
        return None

    def action_open_dispatches(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("oa_registry.oa_dispatch_action")
        return {**action, "domain": [("document_id", "=", self.id)], "context": {"default_document_id": self.id}}

    def _prepare_dispatches(self):
        """Make the missing dispatches of the recipients; return all that are not sent."""
        open_dispatches = self.dispatch_ids.filtered(lambda dispatch: dispatch.state in OPEN_STATES and not dispatch.is_receipt)
        done = {(dispatch.document_id, dispatch.partner_id) for dispatch in self.dispatch_ids}
        return open_dispatches | self.env["oa.dispatch"].create(
            [
                {"document_id": document.id, "partner_id": partner.id, "channel": document._choose_channel(partner)}
                for document in self
                for partner in document._get_recipients()
                if (document, partner) not in done
            ]
        )

    def _choose_channel(self, partner):
        """Hook: how this recipient gets documents."""
        return "email" if partner.email else "post"

    def _goes_out(self):
        """An order goes out, too, when it has a recipient outside."""
        return self.direction == "outgoing" or (self.direction == "internal" and bool(self._get_recipients()))

    def _get_dispatch_mail(self):
        """Hook: subject and body of the message that carries the document."""
        company = self.company_id.name
        body = Markup("<p>{}</p><p>{}</p><p>{}</p>").format(
            "Уважаеми госпожи и господа,",
            f"Приложено Ви изпращаме документ с рег. № {self.number} относно: {self.subject}.",
            f"С уважение, {company}",
        )
        return f"{company}: рег. № {self.number}", body
