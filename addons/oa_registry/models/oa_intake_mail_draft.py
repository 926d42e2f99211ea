import hashlib
import re
from pathlib import PurePath

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.mail import email_normalize

from ..core.file_check import FileFacts
from .oa_document_access import AccessRule

_URI = re.compile(r"(?<!\d)\d{1,6}-\d{1,9}-\d{2}\.\d{2}\.\d{4}(?!\d)")
_DOCUMENTS_FIRST = (".pdf", ".p7m", ".docx", ".odt", ".doc", ".xml", ".asice", ".asics")


class OaIntakeMail(models.Model):
    """How a letter becomes a draft, and what the clerk does with those that wait."""

    _inherit = "oa.intake.mail"

    can_draft = fields.Boolean(compute="_compute_can_draft")
    can_set_aside = fields.Boolean(compute="_compute_can_draft")

    @api.depends("state", "document_id")
    @api.depends_context("uid")
    def _compute_can_draft(self):
        for mail in self:
            mail.can_draft = not mail._get_draft_blockers()
            mail.can_set_aside = not mail._get_set_aside_blockers()

    def _get_draft_blockers(self):
        """Say why no draft can be made of the letter; an empty list means it can."""
        self.ensure_one()
        if not self.env.user.has_group("oa_registry.oa_registry_group_clerk"):
            return [self.env._("Letters are taken in by the registry clerk.")]
        if self.document_id or self.state in {"drafted", "received", "refused"}:
            return [self.env._("The letter is already being worked on.")]
        return []

    def _get_set_aside_blockers(self):
        """Say why the letter cannot be set aside; an empty list means it can."""
        self.ensure_one()
        if self.state != "waiting":
            return [self.env._("Only letters that wait are set aside.")]
        return self._get_draft_blockers()

    def action_draft(self):
        """Make a draft of a letter that waits; the clerk is its author."""
        self.ensure_one()
        self.check_access("write")
        if blockers := self._get_draft_blockers():
            raise UserError("\n".join(blockers))
        good, refused = [], []
        if self.verdict != "unreadable":
            # The original is an attachment of the letter; whoever takes the letter in opens it.
            with self.sudo()._open() as (_facts, files):
                good, refused = self._sort_files(files)
        document = self._make_draft(good, refused)
        return document._open_form()

    def action_set_aside(self):
        """The letter needs no document; it stays where it can be found."""
        self.check_access("write")
        for mail in self:
            if blockers := mail._get_set_aside_blockers():
                raise UserError("\n".join(blockers))
            mail._write_system({"state": "set_aside"})
        self.env["oa.journal.entry"]._log(self, "mail_set_aside", lambda mail: mail.sender or "")

    def action_open_original(self):
        """Download the letter as it came."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/oa/intake/mail/{self.id}", "target": "download"}

    def action_open_document(self):
        self.ensure_one()
        return self.document_id._open_form()

    def _get_original(self):
        """The stream of the letter; a row in the journal says who took it."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("oa_registry.oa_registry_group_clerk"):
            raise AccessError(self.env._("Letters are taken in by the registry clerk."))
        self.env["oa.journal.entry"]._log(self, "download", self.sender or "")
        # The right to the letter has been asked.
        return self.env["ir.binary"]._get_stream_from(self.sudo().original_id, "raw", filename=f"{self.subject or self.id}.eml")

    # ------------------------------------------------------------ the draft
    def _make_draft(self, good, refused):
        """Make the draft with its files; the original always comes along."""
        rule = self.env["oa.intake.rule"]._find(self)
        vals = {**self._prepare_document_vals(rule), "intake_mail_id": self.id, "intake_note": "\n".join(refused) or False}
        document = self.env["oa.document"]._as_system().create(vals).with_env(self.env)
        names = [name for name, _data in good]
        main = min(names, key=_rank, default=None)
        for name, data in sorted(good, key=lambda item: item[0] != main):
            document._add_file(name, data, document._choose_upload_role())
        document._add_original(self)
        self._write_system({
            "state": "drafted", "document_id": document.id, "verdict": "refused_files" if refused else "letter",
            "reason": "\n".join(refused) or False,
        })  # fmt: skip
        self.env["oa.journal.entry"]._log(document, "mail_draft", self.sender or "")
        return document

    def _prepare_document_vals(self, rule):
        kind = rule.kind_id or self.env.ref("oa_registry.oa_document_kind_letter_in")
        related = self._find_related()
        return {
            "subject": (self.subject or "").strip() or self.env._("Letter without a subject"),
            "kind_id": kind.id,
            "company_id": self.company_id.id,
            "office_id": (rule.office_id or self.office_id).id,
            "unit_id": rule.unit_id.id,
            "case_id": (rule.case_id or related.case_id).id,
            "received_channel": "email",
            "received_at": self.received_at,
            "carrier": "electronic",
            "correspondent_ids": [
                Command.create({"partner_id": self._find_sender().id, "role": "applicant" if kind.is_case_opening else "sender"})
            ],
        }

    def _find_related(self):
        """A registered document of ours that the subject names; its case must take documents."""
        if not (numbers := _URI.findall(self.subject or "")):
            return self.env["oa.document"]
        return self.env["oa.document"].search(
            [("uri", "in", numbers), ("company_id", "=", self.company_id.id), ("case_id.state", "in", ("open", "continued"))], limit=1
        )

    def _find_sender(self):
        """The contact with this address; among several the one of the same name. A new one when nobody has it."""
        address = email_normalize(self.sender) or self.sender
        # Letters come from whoever; a clerk keeps contacts, the system makes them for the clerk.
        partners_sudo = self.env["res.partner"].sudo()
        own = [("company_id", "in", (False, self.company_id.id))]
        found = partners_sudo.search([("email_normalized", "=", address), *own], order="id") if address else partners_sudo
        name = (self.sender_name or address or self.env._("Unknown sender")).strip()
        found = found.filtered(lambda partner: partner.name == name)[:1] or found[:1]
        return found or partners_sudo.create({"name": name, "email": address or False})


class OaDocument(models.Model):
    """Where a document came from, when it came by itself."""

    _inherit = "oa.document"

    intake_mail_id = fields.Many2one(
        "oa.intake.mail", "Came by e-mail", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    intake_note = fields.Text("Not stored from the letter", readonly=True, copy=False)

    def _get_standing_rules(self):
        """A draft that came by itself has no author at the desk: the clerks of its office see it until it is registered."""
        rules = super()._get_standing_rules()
        if self.intake_mail_id and not self.register_entry_id and self.office_id:
            rules.append(AccessRule(f"o:{self.office_id.id}", "office"))
        return rules

    def _add_original(self, mail):
        """Keep the letter as it came; it may be larger than what people upload."""
        # The original is an attachment of the letter; the draft is made of it for whoever takes it in.
        data = mail.sudo().original_id.raw or b""
        facts = FileFacts(
            self.env._("Letter %(number)s.eml", number=mail.id), len(data), hashlib.sha256(data).hexdigest(), "message/rfc822"
        )
        return self._store_file(facts, data, "message")

    def action_open_letter(self):
        self.ensure_one()
        mail = self.intake_mail_id
        return {"type": "ir.actions.act_window", "res_model": mail._name, "res_id": mail.id, "views": [(False, "form")]}

    def _open_form(self):
        return {"type": "ir.actions.act_window", "res_model": "oa.document", "res_id": self.id, "views": [(False, "form")]}


def _rank(name):
    """A PDF is rather the document itself than a table or a picture beside it."""
    suffix = PurePath(name).suffix.lower()
    return _DOCUMENTS_FIRST.index(suffix) if suffix in _DOCUMENTS_FIRST else len(_DOCUMENTS_FIRST)
