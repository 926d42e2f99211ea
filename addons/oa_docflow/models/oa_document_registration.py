"""The bridge to oa_registry: the only file here that calls its hooks."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .locks import is_moving, moving

CONTENT_ROLES = ("main", "attachment")


class OaDocument(models.Model):
    """Numbers, files, cases, grants, dispatches and the journal of a travelling document."""

    _inherit = "oa.document"

    def _write_kept(self, vals):
        """Write what only the flow writes; each part of the play may write only its own share of a document."""
        # The flow writes; whoever acts has been asked before and may not write these fields.
        moving(self.sudo())._write_system(vals)

    def _get_case_close_blockers(self):
        """A case is closed when nothing in it waits for anybody any more."""
        return super()._get_case_close_blockers() + self._get_open_work()

    # ------------------------------------------------------------ numbers
    def _take_numbers(self):
        """Queue agreed documents for their number; it is taken at the end of the transaction."""
        for register, documents in self.grouped(lambda document: document._choose_register()).items():
            # The last person of the route agrees, the registry's book is written by the flow.
            documents.sudo()._register_in(register)

    def _choose_register(self):
        # Which book a document goes to follows from its procedure, whoever agreed last.
        document_sudo = self.sudo()
        register = document_sudo.procedure_id.register_id or document_sudo.register_id
        if not register:
            raise UserError(
                self.env._(
                    "“%(document)s” has no register: the administrator chooses it in the procedure or in the document kind.",
                    document=self.display_name,
                )
            )
        return register

    def _get_register_blockers(self, with_content=True):
        """A document with a route gets its number from the last agreement, not from the desk."""
        blockers = super()._get_register_blockers(with_content)
        # Whether there is a route is decided by the procedure, not by the right to read it.
        if self.direction != "incoming" and self.sudo().procedure_id.step_ids:
            blockers.append(self.env._("The number is taken after the last agreement: the author sends the draft for coordination."))
        return blockers

    def _register_in(self, register):
        """What follows for the flow is prepared before the lock on the book, and commits with the number."""
        fresh = self.filtered(lambda document: not document.register_entry_id)
        result = super()._register_in(register)
        incoming = fresh.filtered(lambda document: document.direction == "incoming")
        incoming._start_terms()
        incoming._refresh_turns()
        incoming._grant_holders()
        return result

    def _is_registered(self):
        return self.state == "registered" or (self.state == "draft" and self.env["oa.register.entry"]._is_queued(self))

    def _take_entry(self, entry):
        state = self.state
        super()._take_entry(entry)
        if state == "for_signature":
            self._write_kept({"state": state})

    def _on_registered(self):
        result = super()._on_registered()
        if self.filtered(lambda document: document.state == "for_signature"):
            self._schedule_signing_copies()
        return result

    def _prepare_case_vals(self):
        vals = super()._prepare_case_vals()
        # The class follows from the procedure.
        return vals | {"class_id": self.sudo().procedure_id.class_id.id or vals.get("class_id")}

    def _start_terms(self):
        for document in self.filtered(lambda document: document.procedure_id and not document.term_ids):
            term = document.procedure_id._get_term(document.speed)
            if term:
                start = document._get_official_day(document.received_at)
                counted = self.env["oa.term"]._start(document, term.amount, term.unit, start, term.legal_ground)
                document._write_kept({"due_on": counted.due_on})

    def _get_official_day(self, moment):
        return fields.Datetime.context_timestamp(self.with_context(tz="Europe/Sofia"), moment or fields.Datetime.now()).date()

    def _grant_holders(self):
        reason = self.env._("Resolution")
        # The holder gets access by the act of the flow.
        for holder, documents in self.sudo().grouped(lambda document: document._get_holder()).items():
            documents.with_env(self.env)._grant_with_case(holder, reason)

    def _may_annul(self):
        """A refused signature may annul the number, when the administration has set it so."""
        return is_moving(self.env) or super()._may_annul()

    def _get_annul_blockers(self):
        blockers = super()._get_annul_blockers()
        if self.register_entry_id and self.state != "annulled" and not self._can_move("annul"):
            state = dict(self._fields["state"]._description_selection(self.env))[self.state]
            blockers.append(self.env._("A document in state “%(state)s” is not annulled: it is revoked by another one.", state=state))
        return blockers

    def _annul(self, reason, replacing=None):
        """What is annulled waits for nobody any more."""
        result = super()._annul(reason, replacing)
        self._refresh_turns()
        return result

    # ------------------------------------------------------------ files
    def _read_text_lines(self, file):
        """The text of a file as the registry has read it."""
        # Whoever reads the document reads its files.
        found = self.env["oa.document.text"].sudo().search([("file_id", "=", file.id)])
        return [line.strip() for line in (found.content or "").splitlines() if line.strip()]

    def _get_current_files(self, *roles):
        return self.file_ids.filtered(lambda file: file.state == "current" and file.role in roles)

    def _get_main_files(self):
        return self._get_current_files("main")

    def _get_content_digests(self):
        return self._get_current_files(*CONTENT_ROLES).mapped("sha256")

    def _get_final_pdf(self):
        # A document that came back from its signers is signed anew; what was signed before is of the old text.
        signed = self.state == "for_signature" and not self._get_signed_file()
        files = (not signed and self._get_current_files("signed")) or self._get_current_files("signing_copy")
        return files[:1].attachment_id.raw if files else None

    def _get_edit_blockers(self):
        """In coordination only the author changes the content, and then everybody is asked again."""
        blockers = super()._get_edit_blockers()
        if not blockers and self.state in ("in_coordination", "returned") and self.author_id != self.env.user and not self.env.su:
            blockers.append(
                self.env._("The content is changed by its author %(person)s.", person=self.env["oa.function"]._get_name(self.author_id))
            )
        return blockers

    def _add_file(self, name, data, role="attachment"):
        file = super()._add_file(name, data, role)
        if role in CONTENT_ROLES:
            self._on_content_changed()
        return file

    def _ensure_signing_copy(self):
        """The copy with number and date that is signed; made once, however often it is asked for."""
        self.ensure_one()
        if not self._has_fresh_copy():
            # The second of two who open it in the same second waits; then Odoo begins its request anew, which finds the copy.
            self.env.cr.execute("UPDATE oa_document SET write_date = write_date WHERE id = %s", [self.id], log_exceptions=False)
            data = self._render_final_pdf(is_draft=False)
            # The copy is made by the flow, not by whoever happens to look first.
            self.sudo()._add_file(self._get_copy_name(), data, "signing_copy")
            self._write_kept({"copied_round": self.route_id.round})
        return self._get_current_files("signing_copy")[:1]

    def _has_fresh_copy(self):
        """After a refused signature the document comes back with another text: the old copy is of the old one."""
        has_copy = bool(self._get_current_files("signing_copy"))
        return has_copy and (not self.copied_round or self.copied_round == self.route_id.round)

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
        for document in waiting.filtered(lambda document: not document._has_fresh_copy()):
            # Whoever holds the document is making the copy at this moment.
            if document.try_lock_for_update():
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

    def _get_dispatch_blockers(self):
        """What travels by a route is sent after its signature."""
        if self.route_ids and self.state not in ("signed", "dispatched"):
            return [self._sentence_of_turn()]
        return super()._get_dispatch_blockers()

    def _finish_sent(self):
        """Documents that have reached all their recipients are dispatched."""
        for document in self.filtered(lambda document: document._can_move("dispatch")):
            sent = document.dispatch_ids.filtered(lambda dispatch: dispatch.state in ("sent", "delivered") and not dispatch.is_receipt)
            if not document._get_recipients() - sent.partner_id:
                document._finish_dispatch()

    # ------------------------------------------------------------ access and journal
    def _grant_with_case(self, users, reason, origin=None, heads_of=None):
        """Whoever has something to do with a document sees it and its case; restricted documents of the case need their own reason."""
        if not users:
            return
        # Access follows from the act of the flow; the person who acts may not grant anything by hand.
        documents_sudo = self.sudo()
        free = documents_sudo.search([("case_id", "in", documents_sudo.case_id.ids), ("access_level", "=", "free")])
        (documents_sudo | free)._grant(users, reason, source=origin)
        if heads_of:
            # Where a colleague works is no secret.
            employees_sudo = self.env["hr.employee"].sudo()
            doers = employees_sudo.search([("user_id", "in", heads_of.ids), ("company_id", "in", documents_sudo.company_id.ids)])
            (documents_sudo | free)._grant_heads(doers.department_id, reason, source=origin)

    def _on_case_changed(self):
        """Whoever works on one document of a case sees its free documents, also those that come later; not those that have left."""
        super()._on_case_changed()
        # As above: access follows from the work, whoever puts the document into the case.
        documents_sudo = self.sudo()
        grants = documents_sudo.grant_ids | documents_sudo._find_grants_of_work()
        grants.filtered(lambda grant: grant.is_current and grant._is_stray()).with_env(self.env)._withdraw(
            self.env._("The document has left the case.")
        )
        for case, documents in documents_sudo.grouped("case_id").items():
            others = case.document_ids - documents
            others.with_env(self.env)._share_work_with(documents)
            documents.with_env(self.env)._share_work_with(others)

    def _find_grants_of_work(self):
        """The access that follows from work on these documents, also to others."""
        grant_model = self.env["oa.document.grant"]
        return grant_model.union(*(
            grant_model.search([("res_model", "=", work._name), ("res_id", "in", work.ids)])
            for work in (self.task_ids, self.route_ids)
            if work
        ))  # fmt: skip

    def _share_work_with(self, others):
        """Let whoever works on these documents see the others as far as they are free."""
        # As above.
        given = self.sudo().grant_ids.filtered(lambda grant: grant.is_current and grant._get_work().document_id in self)
        free = others.filtered(lambda document: document.access_level == "free").with_env(self.env)
        for (work, reason, is_for_heads), grants in given.grouped(
            lambda grant: (grant._get_work(), grant.reason, grant._is_for_heads())
        ).items():
            if is_for_heads:
                free._grant_heads(grants.unit_id, reason, source=work)
            else:
                free._grant(grants.user_id, reason, source=work)

    def _log_act(self, action, details="", get_holder=None, **facts):
        """Write the act of the person into the journal and into the chain of acts; `get_holder(document)` tells in whose place.

        Facts: `steps` of the route that were taken, the `opinion` that was given, and what else was decided: `decided(document)`, by name.
        """
        substitutions, journal = self.env["oa.substitution"], self.env["oa.journal.entry"]
        for mandate, documents in self.grouped(
            lambda document: substitutions._find_own(get_holder(document), document) if get_holder else substitutions
        ).items():
            acting = {"acting_for": mandate.sudo().holder_id, "capacity": mandate._get_capacity()} if mandate else {}  # for the journal
            journal._log(documents, action, details=details or "", **acting)
            documents._record_act(action, details, mandate, **facts)


class OaDispatch(models.Model):
    """The last dispatch that reaches its recipient moves the document on."""

    _inherit = "oa.dispatch"

    def _mark_sent(self):
        result = super()._mark_sent()
        self.filtered(lambda dispatch: not dispatch.is_receipt).document_id._finish_sent()
        return result


class OaDocumentGrant(models.Model):
    """What follows from a task or a route reaches the whole case."""

    _inherit = "oa.document.grant"

    def _get_work(self):
        """The task or route from which the access follows; an empty one when it follows from something else."""
        is_work = self.res_model in ("oa.task", "oa.route")
        return self.env[self.res_model].browse(self.res_id) if is_work else self.env["oa.task"]

    def _is_stray(self):
        """Say whether the access came through a case that does not hold both documents any more."""
        worked_on, case = self._get_work().document_id, self.document_id.case_id
        return bool(worked_on) and worked_on != self.document_id and (not case or worked_on.case_id != case)
