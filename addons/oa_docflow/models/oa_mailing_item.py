from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class OaMailingItem(models.Model):
    """One addressee of a mailing and what became of their document."""

    _name = "oa.mailing.item"
    _inherit = "oa.system.fields"
    _description = "Addressee of a mailing"
    _order = "mailing_id, sequence, id"
    _rec_name = "partner_id"
    _system_fields = frozenset({"document_id", "problem", "sending_at"})

    mailing_id = fields.Many2one("oa.mailing", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="mailing_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    partner_id = fields.Many2one("res.partner", "Addressee", required=True, ondelete="restrict")
    document_id = fields.Many2one("oa.document", readonly=True, copy=False, ondelete="restrict", index="btree_not_null")
    number = fields.Char(related="document_id.number", related_sudo=True)
    document_state = fields.Selection(related="document_id.state", related_sudo=True, string="State")
    sending_at = fields.Datetime(readonly=True, copy=False)
    problem = fields.Char(readonly=True, copy=False)
    outcome = fields.Char(compute="_compute_outcome")

    _partner_unique = models.Constraint("UNIQUE (mailing_id, partner_id)", "This addressee is already in the mailing.")
    _document_unique = models.Constraint("UNIQUE (document_id)", "This document already belongs to an addressee.")

    @api.depends("document_id.dispatch_ids.state", "problem")
    def _compute_outcome(self):
        dispatches = self.env["oa.dispatch"]
        states, channels = (dict(dispatches._fields[name]._description_selection(self.env)) for name in ("state", "channel"))
        for item in self:
            # How far the mailing is, is told to whoever sees it.
            last = item.sudo().document_id.dispatch_ids.filtered(lambda dispatch: not dispatch.is_receipt).sorted("id")[-1:]
            said = f"{states[last.state]}, {channels[last.channel].lower()}" if last else ""
            item.outcome = " – ".join(filter(None, (said, last.outcome or "", item.problem or "")))

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items._check_draft()
        return items

    def write(self, vals):
        if not self._is_system():
            self._check_draft()
        result = super().write(vals)
        if not self._is_system():
            self._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_of_drafts(self):
        self._check_draft()

    def _check_draft(self):
        if any(item.mailing_id.state != "draft" for item in self):
            raise UserError(self.env._("A mailing that has begun is not changed. Write a new one."))

    def _filter_ready(self):
        """Those whose document is signed and has not left; one that was interrupted while it left is looked at by a person."""
        return self.filtered(lambda item: item.document_id.state == "signed" and not item.sending_at)

    def action_open_document(self):
        self.ensure_one()
        if not self.document_id:
            raise UserError(self.env._("The document of this addressee is not made yet."))
        return self.document_id._get_form_action()

    def _make_documents(self):
        """A draft for each addressee of one mailing, in the same order; whoever wrote the mailing is their author."""
        self.mailing_id.ensure_one()
        documents = self.env["oa.document"].create([item._prepare_document_vals() for item in self])
        if self.mailing_id.template_id:
            documents._apply_template()
            # The subject of the mailing stands, whatever the template would write.
            documents.write({"subject": self.mailing_id.name})
        return documents

    def _prepare_document_vals(self):
        mailing = self.mailing_id
        is_text = mailing.template_id.format != "html"
        return {
            "direction": "outgoing",
            "kind_id": mailing.kind_id.id,
            "procedure_id": mailing.procedure_id.id,
            "template_id": mailing.template_id.id,
            "company_id": mailing.company_id.id,
            "subject": mailing.name,
            "body_html": mailing.body_html if is_text else False,
            "correspondent_ids": [Command.create({"partner_id": self.partner_id.id, "role": "recipient"})],
        }
