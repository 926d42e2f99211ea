import logging
from datetime import timedelta

from markupsafe import Markup
from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..core.identifiers import DocumentUri
from ..core.receipt_message import Person, ReceiptFacts, write_acknowledgement

_logger = logging.getLogger(__name__)

_OLDEST = timedelta(days=30)
_BATCH = 50

RECEIPT_ROLES = ("applicant", "sender")
"""Who waits for a receipt."""


class OaDocument(models.Model):
    """What whoever handed a document in gets back: an acknowledgement with number, moment and access code.

    The number of the acknowledgement is that of the document, or, by a setting, one of its own in the book of outgoing documents.
    """

    _inherit = "oa.document"

    receipt_for_id = fields.Many2one("oa.document", "Receipt for", readonly=True, copy=False, index="btree_not_null", ondelete="restrict")
    receipt_ids = fields.One2many("oa.document", "receipt_for_id", "Registered receipts", readonly=True)

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
                ("receipt_ids", "=", False),
                ("correspondent_ids", "any", [("role", "in", RECEIPT_ROLES), ("partner_id.email", "!=", False)]),
            ]
        )

    @api.model
    def _cron_make_receipts(self):
        domain = self._get_receipt_domain() | self._get_numbered_domain()
        waiting = self.search(domain, order="registered_at", limit=_BATCH)
        left = self.search_count(domain)
        for document in waiting:
            document._try_receipt()
            left -= 1
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                return

    def _try_receipt(self):
        try:
            with self.env.cr.savepoint():
                if self.receipt_for_id:
                    self._write_numbered()
                elif self.company_id.oa_receipts_registered:
                    self._register_receipt()
                else:
                    self._make_receipt()
        except UserError:
            # One document that takes no receipt must not keep the receipts of all others.
            _logger.warning("no receipt for %s", self.number, exc_info=True)

    def _make_receipt(self):
        """Store the receipt as files and send it to whoever handed the document in."""
        self.ensure_one()
        files = self._store_receipt(self)
        self._send_receipt(files, self._get_applicants().filtered("email"))

    def _store_receipt(self, keeper):
        """Write the acknowledgement of this document as PDF and XML beside the keeper."""
        html = self.env["ir.qweb"]._render("oa_registry.oa_document_receipt", self._prepare_receipt_vals(self._get_applicants()))
        return keeper._add_receipt_files(f"Потвърждение {self.number}", html, self._write_acknowledgement())

    def _add_receipt_files(self, title, html, xml):
        name = title.replace("/", "-")
        pdf = self._add_file(f"{name}.pdf", self._render_pdf(html, title), "receipt")
        return pdf | self._add_file(f"{name}.xml", xml.encode(), "receipt")

    def _send_receipt(self, files, people):
        dispatches = (
            self.env["oa.dispatch"]
            ._as_system()
            .create([
                {"document_id": self.id, "partner_id": partner.id, "channel": "email", "file_id": files[:1].id, "is_receipt": True}
                for partner in people
            ])
        )  # fmt: skip
        dispatches._send()

    def _get_applicants(self):
        return self.correspondent_ids.filtered(lambda item: item.role in RECEIPT_ROLES).partner_id

    # ------------------------------------------------------------ receipts with a number of their own
    @api.model
    def _get_numbered_domain(self):
        """Registered receipts that are not written yet: their number is known only after the commit that took it."""
        return Domain([
            ("receipt_for_id", "!=", False),
            ("register_entry_id", "!=", False),
            ("state", "!=", "annulled"),
            ("file_ids", "not any", [("role", "=", "receipt")]),
        ])  # fmt: skip

    def _register_receipt(self, kind=None, note=""):
        """Make the outgoing document that answers this one and queue it for its number."""
        kind = kind or self.env.ref("oa_registry.oa_document_kind_receipt_notice")
        vals = self._prepare_numbered_vals(kind, note)
        # The receipt follows from the act; whoever acts need not hold the right to write outgoing documents.
        receipt_sudo = self.env["oa.document"].sudo()._as_system().with_company(self.company_id).create(vals)
        self.env["oa.document.link"].sudo().create({"document_id": receipt_sudo.id, "kind": "relates", "target_id": self.id})  # as above
        receipt_sudo._register_in(receipt_sudo.register_id)
        self.env.ref("oa_registry.oa_document_receipt_cron").sudo()._trigger()  # as above
        return receipt_sudo.with_env(self.env)

    def _prepare_numbered_vals(self, kind, note):
        people = self._get_applicants()
        return {
            "subject": f"{kind.name}: {self.subject}",
            "kind_id": kind.id,
            "direction": "outgoing",
            "company_id": self.company_id.id,
            "office_id": self.office_id.id,
            "unit_id": self.unit_id.id,
            "case_id": self.case_id.id,
            "access_level": self.access_level,
            "receipt_for_id": self.id,
            "note": note,
            "is_initiating": False,
            "correspondent_ids": [Command.create({"partner_id": partner.id, "role": "recipient"}) for partner in people],
        }

    def _write_numbered(self):
        """Write the receipt that has its number now, and send it."""
        self.ensure_one()
        self._send_receipt(self._write_receipt_files(), self._get_recipients().filtered("email"))
        by_post = self._get_recipients().filtered(lambda partner: not partner.email)
        self.env["oa.dispatch"].create([{"document_id": self.id, "partner_id": partner.id, "channel": "post"} for partner in by_post])

    def _write_receipt_files(self):
        """Hook: the files of a receipt with a number of its own."""
        return self.receipt_for_id._store_receipt(self)

    # ------------------------------------------------------------ what it says
    def _write_acknowledgement(self):
        # The code is for the applicant; the cron writes it for them.
        document_sudo = self.sudo()
        return write_acknowledgement(
            self._get_receipt_facts(),
            document_sudo._get_plain_uri(),
            self._get_official_moment(document_sudo.received_at or document_sudo.registered_at),
            document_sudo.registered_by_id.name or "",
            document_sudo.access_code or "",
        )

    def _get_receipt_facts(self):
        # As above.
        document_sudo = self.sudo()
        company = document_sudo.company_id
        return ReceiptFacts(
            Person(company.name, company.company_registry or ""),
            document_sudo.received_channel or "",
            tuple(self._describe_applicant(partner) for partner in document_sudo._get_applicants()),
            document_sudo.kind_id.type_uri or "",
            document_sudo.kind_id.name,
        )

    def _describe_applicant(self, partner_sudo):
        identifier = (partner_sudo.company_registry or "") if partner_sudo.is_company else ""
        return Person(partner_sudo.name or "", identifier, partner_sudo.email or "", partner_sudo.is_company)

    def _get_plain_uri(self):
        return DocumentUri.parse(self.uri) if self.register_id.index else self.uri

    def _get_official_moment(self, moment):
        return fields.Datetime.context_timestamp(self.with_context(tz="Europe/Sofia"), moment)

    def _prepare_receipt_vals(self, people):
        # The code is for the applicant; the cron writes it for them.
        return {
            "document": self.sudo(),
            "people": people,
            "registered_at": self._get_official_moment(self.registered_at),
            "received_at": self._get_official_moment(self.received_at or self.registered_at),
        }

    def _get_receipt_mail(self):
        """Hook: subject and body of the message with the receipt."""
        document, company = self.receipt_for_id or self, self.company_id.name
        body = Markup("<p>{}</p><p>{}</p><p>{}</p>").format(
            "Уважаеми госпожи и господа,",
            f"Вашият документ е регистриран с УРИ {document.uri}. Потвърждението за получаване е приложено.",
            f"С уважение, {company}",
        )
        return f"{company}: потвърждение за получаване {document.uri}", body
