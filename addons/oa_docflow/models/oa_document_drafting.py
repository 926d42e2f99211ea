from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty


class OaDocument(models.Model):
    """Drafting: text from a template, a page with letterhead, number, date and a place for the signature."""

    _inherit = "oa.document"

    body_html = fields.Html(string="Text", sanitize_style=True, copy=False)
    template_id = fields.Many2one("oa.document.template", check_company=True)
    task_id = fields.Many2one(
        "oa.task", string="Drafted under task", index="btree_not_null", readonly=True, copy=False, ondelete="restrict"
    )

    @api.onchange("procedure_id")
    def _onchange_procedure_template(self):
        if self.procedure_id.template_id and self.direction != "incoming":
            self.template_id = self.procedure_id.template_id

    def _has_content(self):
        return not is_html_empty(self.body_html) or bool(self._get_main_files())

    def action_fill_from_template(self):
        """Begin the text anew from the template."""
        self._check_blockers("edit_content")
        for document in self:
            template = document.template_id or document.procedure_id.template_id or document._find_default_template()
            if not template:
                raise UserError(self.env._("Choose a template first."))
            document.template_id = template
            document._apply_template()

    def _find_default_template(self):
        return self.env["oa.document.template"]._find_default(self.kind_id, self.company_id)

    @api.private
    def _draft_reply(self, procedure=None, template=None, task=None):
        """A draft in the same case that answers this document, written by the current person."""
        self.ensure_one()
        procedure = procedure or self.procedure_id
        kind = procedure.kind_id
        if not kind:
            raise UserError(self.env._("The procedure “%(name)s” names no own document to answer with.", name=procedure.name or ""))
        reply = self.create(self._prepare_reply_vals(procedure, kind) | {"task_id": task.id if task else False})
        reply.template_id = template or procedure.template_id or reply._find_default_template()
        if reply.template_id:
            reply._apply_template()
        self._start_work()
        reply._log_act("draft")
        return reply

    def _prepare_reply_vals(self, procedure, kind):
        """Hook: what a reply takes over from the document that it answers."""
        return {
            "direction": kind.direction,
            "kind_id": kind.id,
            "procedure_id": procedure.id,
            "company_id": self.company_id.id,
            "subject": self._get_reply_subject(),
            "author_id": self.env.uid,
        } | self._prepare_reply_registration_vals()

    def _get_reply_subject(self):
        if self.direction != "incoming":
            return self.subject
        return self.env._("Reply to %(number)s: %(subject)s", number=self.number or "", subject=self.subject)

    def _render_page(self, *, is_draft):
        """The whole page as HTML for the PDF renderer."""
        self.ensure_one()
        # Letterhead, signer and recipient are printed on the page, whoever asks for it.
        document_sudo = self.sudo()
        return str(
            self.env["ir.qweb"]
            .with_context(lang="bg_BG")
            ._render(
                "oa_docflow.document_page",
                {
                    "document": document_sudo,
                    "company": document_sudo.company_id,
                    "layout": document_sudo._get_layout(),
                    "title": document_sudo._get_title(),
                    "is_signed_by_hand": document_sudo._is_signed_on_paper(),
                    "number": document_sudo.number or "",
                    "registered_on": self._format_registered_on(),
                    "recipients": document_sudo.correspondent_ids.partner_id,
                    "signers": document_sudo._find_signers() or [self.env["res.users"]],
                    "author": document_sudo.author_id,
                    "author_title": document_sudo.author_id.employee_id.job_title or "",
                    "coordinators": document_sudo._get_agreed_steps(),
                    "is_draft": is_draft,
                },
            )
        )

    def _get_layout(self):
        """Without a template: what is resolved is addressed to whoever resolves it, an order or a contract to nobody."""
        if self.template_id or self.direction == "outgoing":
            return self.template_id.layout or "letter"
        return "memo" if self.procedure_id.resolver_function else "certificate"

    def _get_title(self):
        if self.template_id or self.direction == "outgoing":
            return self.template_id.title or ""
        return (self.kind_id.name or "").upper()

    def _format_registered_on(self):
        if not self.registered_at:
            return ""
        return f"{fields.Datetime.context_timestamp(self.with_context(tz='Europe/Sofia'), self.registered_at):%d.%m.%Y}"

    def _find_signer(self):
        """Who signs last, and by that issues the document."""
        return self._find_signers()[-1:]

    def _find_signers(self):
        """Who signs, in the order of the route; before it begins, whoever plays the part today."""
        steps = self.route_id.step_ids.filtered(lambda step: step.act == "sign" and step.state not in ("skipped", "spared"))
        if steps:
            return _choose_signing(steps).user_id
        planned = _choose_signing(self.procedure_id.step_ids.filtered(lambda step: step.act == "sign"))
        people = (step._find_users(self) if step.mode == "all" else step._find_users(self)[:1] for step in planned)
        # The signer's position is printed on the page.
        return self.env["res.users"].union(*people).sudo()

    @api.private
    def _get_preview_pdf(self):
        """The document as a PDF as it stands now: signed, signing copy, or draft."""
        self.ensure_one()
        if data := self._get_final_pdf():
            return data
        return self._render_final_pdf(is_draft=self.state not in ("for_signature", "signed"))

    @api.private
    def _get_approval_sheet_pdf(self):
        """Лист за съгласуване: who did what, when, on which version, and what the signatures are worth."""
        self.ensure_one()
        # The sheet prints names and moments of all steps.
        document_sudo = self.sudo()
        html = (
            self.env["ir.qweb"]
            .with_context(lang="bg_BG")
            ._render(
                "oa_docflow.approval_sheet",
                {
                    "document": document_sudo,
                    "company": document_sudo.company_id,
                    "acts": [act._prepare_sheet_line() for act in document_sudo.with_context(lang="bg_BG").act_ids.sorted("position")],
                    "unrecorded": document_sudo._list_unrecorded_steps(),
                    "expected": document_sudo.route_id.step_ids.filtered(lambda step: step.state in ("planned", "waiting")),
                    "printed_on": f"{date.today():%d.%m.%Y}",
                    "format_moment": self._format_moment,
                },
            )
        )
        return self._render_pdf(str(html), self.env._("Approval sheet"))

    def _format_moment(self, moment):
        return f"{fields.Datetime.context_timestamp(self.with_context(tz='Europe/Sofia'), moment):%d.%m.%Y %H:%M}" if moment else ""

    def action_preview(self):
        return {"type": "ir.actions.act_url", "url": f"/oa_docflow/document/{self.id}/preview", "target": "new"}

    def action_approval_sheet(self):
        return {"type": "ir.actions.act_url", "url": f"/oa_docflow/document/{self.id}/approval_sheet", "target": "new"}


def _choose_signing(steps):
    """In their order; where any one of several may sign, the first of them stands for all."""
    ordered = steps.sorted(lambda step: (step.sequence, step.id))
    chosen = {(step.sequence, step.id if step.mode == "all" else 0): step for step in ordered[::-1]}
    return ordered.filtered(lambda step: step in chosen.values())
