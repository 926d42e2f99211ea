import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.numbering import NumberParts, NumberTemplate
from .oa_document import CHANNELS

_CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class OaDocument(models.Model):
    """The number: where it comes from and what follows from it."""

    _inherit = "oa.document"

    register_id = fields.Many2one(
        "oa.register",
        compute="_compute_register_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        index=True,
        ondelete="restrict",
    )
    register_entry_id = fields.Many2one("oa.register.entry", readonly=True, copy=False, ondelete="restrict")
    number = fields.Char(readonly=True, copy=False, index="trigram")
    registered_at = fields.Datetime(readonly=True, copy=False)
    registered_by_id = fields.Many2one(related="register_entry_id.registered_by_id", related_sudo=True, string="Registered by")
    uri = fields.Char("УРИ", readonly=True, copy=False, index="btree_not_null")
    received_at = fields.Datetime(default=lambda self: self._default_received_at(), copy=False)
    received_channel = fields.Selection(CHANNELS, "Received", default="desk")
    access_code = fields.Char(readonly=True, copy=False, groups="oa_registry.oa_registry_group_clerk")
    can_register = fields.Boolean(compute="_compute_can_register")
    can_edit = fields.Boolean(compute="_compute_can_edit")

    _entry_unique = models.UniqueIndex(
        "(register_entry_id) WHERE register_entry_id IS NOT NULL", "This number belongs to another document."
    )

    def _default_received_at(self):
        return fields.Datetime.now() if self.env.context.get("default_direction", "incoming") == "incoming" else False

    @api.depends("kind_id", "direction", "company_id")
    def _compute_register_id(self):
        fallback = self.env["oa.register"].search([("company_id", "in", self.company_id.ids)])
        for document in self:
            if document.register_entry_id:
                continue
            company = document.company_id or self.env.company
            chosen = document.kind_id.with_company(company).register_id
            document.register_id = (
                chosen
                or fallback.filtered(
                    lambda register, document=document, company=company: (
                        register.company_id == company and register._accepts(document.direction)
                    )
                )[:1]
            )

    @api.depends("state", "register_id", "subject", "correspondent_ids", "direction", "unit_id", "case_id")
    @api.depends_context("uid")
    def _compute_can_register(self):
        for document in self:
            document.can_register = document.state == "draft" and not document._get_register_blockers(with_content=False)

    @api.depends("register_entry_id")
    @api.depends_context("uid")
    def _compute_can_edit(self):
        for document in self:
            document.can_edit = not document._get_edit_blockers()

    def _get_register_blockers(self, with_content=True):
        """Say why the document cannot be registered now; without content: only what the person cannot mend in the form."""
        self.ensure_one()
        blockers = []
        if self.register_entry_id:
            blockers.append(self.env._("The document is already registered as %(number)s.", number=self.number))
        if not self.env.user.has_group("oa_registry.oa_registry_group_clerk"):
            blockers.append(self.env._("Documents are registered by the registry clerk. Send it to the registry."))
        return blockers + (self._get_content_blockers() if with_content else [])

    def _get_content_blockers(self, is_missed=False):
        """Say what the document lacks for a number."""
        # A number that was reserved on paper is no secret from who enters its document.
        register, blockers = self.sudo().reserved_entry_id.register_id.with_env(self.env) or self.register_id, []
        if not self.active:
            blockers.append(self.env._("The draft is archived. Restore it first."))
        if not register:
            return [*blockers, self.env._("Choose a register.")]
        if not register._accepts(self.direction) or not register.active:
            blockers.append(
                self.env._("The register “%(register)s” does not take this document. Choose another register.", register=register.name)
            )
        if self.direction != "internal" and not self.correspondent_ids:
            blockers.append(self.env._("Add at least one correspondent."))
        if self.reserved_entry_id:
            return blockers + self._get_reserved_blockers()
        if register.algorithm == "manual" and not is_missed:
            blockers.append(self.env._("The register “%(register)s” takes missed numbers only.", register=register.name))
        template = NumberTemplate(register.number_template)
        for token in template.get_missing(self._get_number_parts(register, 1, fields.Date.today())):
            blockers.append(self.env._("The number needs a value for {%(token)s}. Fill it in the document.", token=token))
        return blockers

    def action_register(self):
        """Register the documents in their registers."""
        self.check_access("write")
        self._check_blockers("register")
        for register, documents in self.grouped("register_id").items():
            documents._register_in(register)

    @api.model
    def register_new(self, vals_list):
        """Create documents and register them in one call; all of them share one visit to their registers.

        :param list[dict] vals_list: values as for `create`
        :return: ids of the registered documents, in the same order; their numbers are there when the call has answered
        :raises UserError: when one of them cannot be registered; then none is created
        """
        documents = self.create(vals_list)
        documents.action_register()
        return documents.ids

    def _register_in(self, register):
        """Queue for a number of the register; a registered document keeps the entry it has."""
        fresh = self.filtered(lambda document: not document.register_entry_id)
        for document in fresh:
            if document.company_id != register.company_id or not register._accepts(document.direction):
                raise UserError(
                    self.env._("The register “%(register)s” does not take this document. Choose another register.", register=register.name)
                )
        from_paper = fresh.filtered("reserved_entry_id")
        from_paper._check_blockers("reserved")
        for document in from_paper:
            # A number that was reserved on paper is no secret from who enters its document.
            document._queue_in(document.sudo().reserved_entry_id.register_id.with_env(self.env))
        (fresh - from_paper)._queue_in(register)

    def _queue_in(self, register):
        if moved := self.filtered(lambda document: document.register_id != register):
            moved._write_system({"register_id": register.id})
        self.env["oa.register.entry"]._queue(self, register)

    def _get_number_parts(self, register, sequence, day):
        """Hook: the values of the number template for this document."""
        # Codes that stand in the number are no secret from who registers.
        document_sudo = self.sudo()
        unit = document_sudo.unit_id.registry_code or ""
        # A case that this document itself opens is named by the number, not the other way round.
        is_named = document_sudo.case_id.name != document_sudo._get_provisional_case_name()
        case = document_sudo.case_id.name or "" if is_named else ""
        prefix = register._get_series_prefix(document_sudo.direction)
        return NumberParts(sequence, day, register.index or "", document_sudo.kind_id.code or "", unit, case, prefix)

    def _prepare_entry_vals(self):
        """Hook: override to store more about the subject in the line of the book."""
        return {
            "document_id": self.id,
            "direction": self.direction,
            "kind": self.kind_id.name,
            "subject": self.subject,
            "correspondent": self.correspondent_name,
            "files": [{"name": file.name, "role": file.role, "sha256": file.sha256} for file in self.file_ids if file.state == "current"],
        }

    def _take_entry(self, entry):
        self._write_system(
            {
                "register_id": entry.register_id.id,
                "register_entry_id": entry.id,
                "number": entry.name,
                "registered_at": entry.registered_at,
                "uri": entry.uri,
                "state": "registered",
                "access_code": "".join(secrets.choice(_CODE_LETTERS) for _ in range(8)),
            }
        )

    def _prepare_for_number(self):
        """Hook: what goes with a number and needs none. Runs before the register's lock: here is the place for what is long."""
        self._open_cases()
        self._queue_receipts()

    def _on_registered(self):
        """Hook: what follows from a number. Runs under the register's lock: keep it short, queue what is long."""
        self._name_cases()
        self.env["oa.journal.entry"]._log(self, "register", lambda document: document.number)
