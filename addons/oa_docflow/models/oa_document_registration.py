"""The bridge to oa_registry: the only file here that calls its hooks."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .locks import moving

CONTENT_ROLES = ("main", "attachment")


class OaDocument(models.Model):
    """Numbers, files, cases, grants, dispatches and the journal of a travelling document."""

    _inherit = "oa.document"

    dispatch_problem = fields.Text(compute="_compute_dispatch_problem")

    def _write_kept(self, vals):
        """Write what only the flow writes; each part of the play may write only its own share of a document."""
        moving(self.sudo())._write_system(vals)

    def _get_case_close_blockers(self):
        """A case is closed when nothing in it waits for anybody any more."""
        return super()._get_case_close_blockers() + self._get_open_work()

    # ------------------------------------------------------------ numbers
    def _take_numbers(self):
        """Queue agreed documents for their number; it is taken at the end of the transaction."""
        for document in self:
            register = document.procedure_id.register_id or document.kind_id.with_company(document.company_id).register_id
            if not register:
                raise UserError(self.env._(
                    "“%(document)s” has no register: the administrator chooses it in the procedure or in the document kind.",
                    document=document.display_name,
                ))
            # The last person of the route agrees, the registry's book is written by the flow.
            document.sudo()._register_in(register)

    def _on_registered(self):
        result = super()._on_registered()
        incoming = self.filtered(lambda document: document.direction == "incoming")
        for document in incoming:
            document._start_term()
            document._take_class()
            resolver = document.sudo()._get_turn().user_id
            document._grant_with_case(self.env["res.users"].browse(resolver), self.env._("Resolution"))
        self._refresh_turns()
        if self.filtered(lambda document: document.state == "for_signature"):
            self._schedule_signing_copies()
        return result

    def _start_term(self):
        term = self.procedure_id._get_term(self.service_speed) if self.procedure_id else None
        if not term or self.term_ids:
            return
        received = self.received_at or self.registered_at or fields.Datetime.now()
        start = fields.Datetime.context_timestamp(self.with_context(tz="Europe/Sofia"), received).date()
        counted = self.env["oa.term"]._start(self, term.amount, term.unit, start, term.legal_ground)
        self._write_kept({"due_on": counted.due_on})

    def _take_class(self):
        case_sudo = self.sudo().case_id  # the class comes from the procedure
        if case_sudo and not case_sudo.class_id and self.procedure_id.class_id:
            case_sudo.class_id = self.procedure_id.class_id

    # ------------------------------------------------------------ files
    def _get_current_files(self, *roles):
        return self.file_ids.filtered(lambda file: file.state == "current" and file.role in roles)

    def _get_main_files(self):
        return self._get_current_files("main")

    def _get_content_digests(self):
        return self._get_current_files(*CONTENT_ROLES).mapped("sha256")

    def _get_final_pdf(self):
        files = self._get_current_files("signed") or self._get_current_files("signing_copy")
        return files[:1].attachment_id.raw if files else None

    def _add_file(self, name, data, role="main", **kwargs):
        file = super()._add_file(name, data, role, **kwargs)
        if role in CONTENT_ROLES:
            self._on_content_changed()
        return file

    def _ensure_signing_copy(self):
        """The copy with number and date that is signed; made once, however often it is asked for."""
        self.ensure_one()
        if not self._get_current_files("signing_copy"):
            # Two people may open the document in the same second.
            self.sudo().lock_for_update()
            data = self._render_pdf(self._render_page(is_draft=False), self.subject)
            # The copy is made by the flow, not by whoever happens to look first.
            self.sudo()._add_file(self._get_copy_name(), data, "signing_copy")
        return self._get_current_files("signing_copy")[:1]

    def _get_copy_name(self):
        safe = "".join(char if char.isalnum() or char in "-." else "-" for char in self.number or "")
        return f"{safe}.pdf"

    def _schedule_signing_copies(self):
        # Rendering takes a second and must not hold the lock on the book.
        self.env.ref("oa_docflow.ir_cron_make_signing_copies").sudo()._trigger()

    @api.model
    def _cron_make_signing_copies(self):
        """Make the copies that nobody has opened yet."""
        waiting = self.search([("state", "=", "for_signature"), ("number", "!=", False)])
        for document in waiting.filtered(lambda document: not document._get_current_files("signing_copy")):
            document._ensure_signing_copy()
            self.env["ir.cron"]._commit_progress(1)

    # ------------------------------------------------------------ replies, dispatch
    def _prepare_reply_registration_vals(self):
        applicants = self.correspondent_ids.filtered(lambda person: person.role in ("applicant", "sender")).partner_id
        return {
            "case_id": self.case_id.id,
            "reply_to_id": self.id,
            "correspondent_ids": [fields.Command.create({"partner_id": partner.id, "role": "recipient"}) for partner in applicants],
        }

    def _get_answered_documents(self):
        return self.reply_to_id

    def _get_recipients(self):
        return self.correspondent_ids.filtered(lambda person: person.role == "recipient").partner_id

    def _send_to_recipients(self):
        """Send to every recipient who has not got it yet; True when all have."""
        self.ensure_one()
        reached = self.dispatch_ids.filtered(lambda dispatch: dispatch.state in ("sent", "delivered")).partner_id
        for partner in self._get_recipients() - reached:
            dispatch = self.dispatch_ids.filtered(lambda dispatch, partner=partner: dispatch.partner_id == partner)[-1:]
            dispatch = dispatch or self.env["oa.dispatch"].create({
                "document_id": self.id, "partner_id": partner.id, "channel": "email" if partner.email else "post",
            })
            dispatch.action_send()
        return all(dispatch.state in ("sent", "delivered") for dispatch in self.dispatch_ids)

    @api.depends("dispatch_ids.state")
    def _compute_dispatch_problem(self):
        for document in self:
            failed = document.dispatch_ids.filtered(lambda dispatch: dispatch.state == "failed")
            document.dispatch_problem = "\n".join(f"{dispatch.partner_id.name}: {dispatch.outcome or ''}" for dispatch in failed) or False

    # ------------------------------------------------------------ access and journal
    def _grant_with_case(self, users, reason):
        """Whoever has something to do with a document sees it, and the case that it belongs to."""
        if not users:
            return
        # Access follows from the act of the flow; the person who acts may not grant anything by hand.
        for document in self.sudo():
            (document | document.case_id.document_ids)._grant(users.sudo(), reason)

    def _log_act(self, action, details=""):
        self.env["oa.journal.entry"]._log(self, action, details=details or "")
