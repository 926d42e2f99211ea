from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import is_html_empty

STATES = [
    ("draft", "Draft"),
    ("making", "Documents are being made"),
    ("made", "On their way"),
    ("sending", "Is being sent"),
    ("done", "Sent"),
]
_WRITTEN = {"name", "kind_id", "procedure_id", "template_id", "body_html", "category_ids", "item_ids", "author_id", "company_id"}


class OaMailing(models.Model):
    """One text to many addressees: each gets a document of its own, with its own number, route and outcome."""

    _name = "oa.mailing"
    _inherit = ["oa.journal.mixin", "oa.system.fields"]
    _description = "Mailing"
    _order = "id desc"
    _check_company_auto = True
    _system_fields = frozenset({"state", "author_id", "sender_id"})

    name = fields.Char("Subject", required=True)
    state = fields.Selection(STATES, required=True, default="draft", readonly=True, copy=False, index=True)
    company_id = fields.Many2one("res.company", "Administration", required=True, readonly=True, default=lambda self: self.env.company)
    author_id = fields.Many2one("res.users", "Written by", required=True, readonly=True, default=lambda self: self.env.uid, index=True)
    sender_id = fields.Many2one("res.users", "Sent by", readonly=True, copy=False)
    kind_id = fields.Many2one("oa.document.kind", required=True, domain=[("direction", "=", "outgoing")], ondelete="restrict")
    procedure_id = fields.Many2one("oa.procedure", check_company=True, ondelete="restrict")
    template_id = fields.Many2one(
        "oa.document.template", check_company=True, domain="['|', ('kind_ids', '=', False), ('kind_ids', 'in', [kind_id])]",
        ondelete="restrict",
    )  # fmt: skip
    body_html = fields.Html("Text", sanitize_style=True)
    category_ids = fields.Many2many("res.partner.category", string="Categories", help="All contacts of these categories are added.")
    item_ids = fields.One2many("oa.mailing.item", "mailing_id", "Addressees", copy=True)
    item_count = fields.Integer("Addressees count", compute="_compute_counts")
    made_count = fields.Integer("Documents made", compute="_compute_counts")
    numbered_count = fields.Integer("Numbered", compute="_compute_counts")
    signed_count = fields.Integer("Signed", compute="_compute_counts")
    sent_count = fields.Integer("Delivered to the channel", compute="_compute_counts")
    problem_count = fields.Integer("With a problem", compute="_compute_counts")
    progress = fields.Integer(compute="_compute_counts")
    can_start = fields.Boolean(compute="_compute_can")
    can_send = fields.Boolean(compute="_compute_can")
    is_mine = fields.Boolean(compute="_compute_can")

    @api.depends("item_ids.document_id", "item_ids.problem", "item_ids.document_state")
    def _compute_counts(self):
        for mailing in self:
            # How far the mailing is, is told to whoever sees it.
            items = mailing.sudo().item_ids
            mailing.item_count = len(items)
            mailing.made_count = len(items.document_id)
            mailing.numbered_count = len(items.filtered("number"))
            mailing.signed_count = len(items.filtered(lambda item: item.document_state in ("signed", "dispatched", "closed")))
            mailing.sent_count = len(items.filtered(lambda item: item.document_state in ("dispatched", "closed")))
            mailing.problem_count = len(items.filtered("problem"))
            done = {"draft": 0, "making": mailing.made_count}.get(mailing.state, mailing.sent_count)
            mailing.progress = 100 * done // (len(items) or 1)

    @api.depends("state", "author_id", "item_ids.document_state")
    @api.depends_context("uid")
    def _compute_can(self):
        for mailing in self:
            mailing.is_mine = mailing.author_id == self.env.user or not mailing.id
            mailing.can_start = mailing.state == "draft" and mailing.is_mine and bool(mailing.id)
            mailing.can_send = mailing.state == "made" and not mailing._get_send_blockers()

    @api.onchange("kind_id")
    def _onchange_kind(self):
        if self.kind_id:
            self.procedure_id = self.env["oa.procedure"]._find_for(self.kind_id, self.company_id)[:1]
            self.template_id = self.procedure_id.template_id or self.env["oa.document.template"]._find_default(
                self.kind_id, self.company_id
            )

    # ------------------------------------------------------------ guards
    def write(self, vals):
        if vals.keys() & _WRITTEN and not self._is_system() and any(mailing.state != "draft" for mailing in self):
            raise UserError(self.env._("A mailing that has begun is not changed. Write a new one."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if any(mailing.state != "draft" for mailing in self):
            raise UserError(self.env._("A mailing that has begun stays with its documents."))

    # ------------------------------------------------------------ addressees and preview
    def action_add_categories(self):
        """Add the contacts of the chosen categories who are not there yet."""
        for mailing in self:
            if not mailing.category_ids:
                raise UserError(self.env._("Choose a category first."))
            found = self.env["res.partner"].search([("category_id", "child_of", mailing.category_ids.ids)], order="name")
            mailing.item_ids = [Command.create({"partner_id": partner.id}) for partner in found - mailing.item_ids.partner_id]

    def action_preview(self):
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/oa_docflow/mailing/{self.id}/preview", "target": "new"}

    @api.private
    def _get_preview_pdf(self):
        """The document of the first addressee; nothing of it stays."""
        self.ensure_one()
        self._check_author()
        if not self.item_ids:
            raise UserError(self.env._("Add at least one addressee."))
        data = b""
        try:
            with self.env.cr.savepoint():
                data = self.item_ids[:1]._make_documents()._get_preview_pdf()
                raise _UndoError
        except _UndoError:
            self.env.invalidate_all(flush=False)
        return data

    def _check_author(self):
        if any(mailing.author_id != self.env.user for mailing in self):
            raise AccessError(self.env._("A mailing is prepared by its author."))

    def _get_start_blockers(self):
        """Say what the mailing lacks; an empty list means its documents can be made."""
        self.ensure_one()
        if self.state != "draft":
            return [self.env._("The mailing has already begun.")]
        blockers = []
        if not self.item_ids:
            blockers.append(self.env._("Add at least one addressee."))
        if not self.procedure_id.step_ids:
            blockers.append(self.env._("Choose a procedure: it says who coordinates and who signs."))
        if not self.template_id and is_html_empty(self.body_html):
            blockers.append(self.env._("Write the text or choose a template."))
        return blockers

    def _get_send_blockers(self):
        """Say why nothing can be sent now; an empty list means that it can."""
        self.ensure_one()
        if not self.env.user.has_group("oa_registry.oa_registry_group_clerk"):
            return [self.env._("Documents are dispatched by the registry clerk.")]
        if self.state == "draft" or not self.sudo().item_ids._filter_ready():  # as the counts
            return [self.env._("No document of the mailing is signed and waits to be sent.")]
        return []


class _UndoError(Exception):
    """Takes back what was made for a look."""
