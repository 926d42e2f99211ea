from markupsafe import Markup
from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..core.receipt_message import write_refusal


class OaDocument(models.Model):
    """What cannot be registered: the sender is told with a code that its receipt is not acknowledged."""

    _inherit = "oa.document"

    rejected_at = fields.Datetime("Not acknowledged at", readonly=True, copy=False)
    discrepancy_ids = fields.Many2many("oa.discrepancy", string="Reasons of the non-acknowledgement", readonly=True, copy=False)
    can_reject = fields.Boolean(compute="_compute_can_reject")

    @api.depends("state", "active", "rejected_at", "direction", "correspondent_ids")
    @api.depends_context("uid")
    def _compute_can_reject(self):
        for document in self:
            document.can_reject = not document._get_reject_blockers()

    def _get_reject_blockers(self):
        """Say why the receipt cannot be refused; an empty list means it can."""
        self.ensure_one()
        if self.rejected_at:
            return [self.env._("The sender has already been told.")]
        if self.direction != "incoming" or self.state != "draft" or not self.active or self.register_entry_id:
            return [self.env._("Only the receipt of an incoming document that is not registered can be refused.")]
        if not self.env.user.has_group("oa_registry.oa_registry_group_clerk"):
            return [self.env._("Documents are registered by the registry clerk. Send it to the registry.")]
        if not self.id or not self.correspondent_ids:
            return [self.env._("Add at least one correspondent.")]
        return []

    def _get_register_blockers(self, with_content=True):
        blockers = super()._get_register_blockers(with_content)
        if self.rejected_at:
            blockers.append(self.env._("The sender was told that the receipt is not acknowledged; the document comes again."))
        return blockers

    def _get_edit_blockers(self):
        blockers = super()._get_edit_blockers()
        if self.rejected_at and not blockers:
            blockers.append(self.env._("The receipt was not acknowledged: the draft and its files stay as they came."))
        return blockers

    def action_reject(self):
        """Ask for the coded reasons."""
        self.ensure_one()
        self._check_blockers("reject")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Receipt not acknowledged"),
            "res_model": "oa.document.reject",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_document_id": self.id},
        }

    def _reject(self, discrepancies, note=""):
        """Answer with a registered message; the draft is archived and stays where it can be found."""
        self.ensure_one()
        self.check_access("write")
        self._check_blockers("reject")
        if not discrepancies:
            raise UserError(self.env._("Choose at least one reason."))
        receipt = self._register_receipt(self.env.ref("oa_registry.oa_document_kind_not_acknowledged"), note)
        self._write_system({"rejected_at": fields.Datetime.now(), "discrepancy_ids": [Command.set(discrepancies.ids)], "active": False})
        if self.intake_mail_id:
            # The letter follows its draft.
            self.intake_mail_id.sudo()._write_system({"state": "refused"})
        self.env["oa.journal.entry"]._log(self, "reject_receipt", ", ".join(discrepancies.mapped("code")))
        return receipt

    def _write_receipt_files(self):
        document = self.receipt_for_id
        if not document.rejected_at:
            return super()._write_receipt_files()
        # The message quotes a draft that perhaps only its office sees; it is written for the sender.
        document_sudo = document.sudo()
        xml = write_refusal(
            document._get_receipt_facts(),
            self._get_plain_uri(),
            tuple(document_sudo.discrepancy_ids.mapped("code")),
            self._get_official_moment(self.registered_at),
        )
        html = self.env["ir.qweb"]._render("oa_registry.oa_document_not_acknowledged", self._prepare_refusal_vals(document_sudo))
        return self._add_receipt_files(f"Непотвърждаване {self.number}", html, xml)

    def _prepare_refusal_vals(self, document):
        return {
            "document": document,
            "receipt": self,
            "people": document._get_applicants(),
            "reasons": document.discrepancy_ids,
            "note": self.note,
            "created_at": self._get_official_moment(self.registered_at),
            "received_at": self._get_official_moment(document.received_at or document.create_date),
        }

    def _get_receipt_mail(self):
        if not self.receipt_for_id.rejected_at:
            return super()._get_receipt_mail()
        company = self.company_id.name
        body = Markup("<p>{}</p><p>{}</p><p>{}</p>").format(
            "Уважаеми госпожи и господа,",
            "Получаването на Вашия документ не се потвърждава. Причините са в приложеното съобщение; отстранете ги и подайте отново.",
            f"С уважение, {company}",
        )
        return f"{company}: получаването не се потвърждава ({self.number})", body
