from odoo import api, fields, models

from ..adapters.foreign import Limits, Task, perform
from ..core.errors import RegistryError
from ..core.label import is_odd_count

_IMAGES = {"main", "scan"}
_PAPER = {"paper_disposition", "paper_location", "paper_returned_to", "paper_returned_on"}


class OaDocument(models.Model):
    """Paper at the desk: pages against sheets, the certified image, where the original is."""

    _inherit = "oa.document"

    page_counts = fields.Json(readonly=True, copy=False, exportable=False)
    page_count = fields.Integer("Pages of the image", compute="_compute_page_count")
    page_warning = fields.Char(compute="_compute_page_count")
    certification_ids = fields.One2many("oa.document.certification", "document_id", "Certifications", readonly=True, copy=False)
    certification_note = fields.Char("Image", compute="_compute_certification_note")
    can_certify = fields.Boolean(compute="_compute_can_certify")
    can_label = fields.Boolean(compute="_compute_can_label")
    can_stamp = fields.Boolean(compute="_compute_can_label")
    paper_returned_to = fields.Char("Returned to", copy=False)
    paper_returned_on = fields.Date("Returned on", copy=False)

    @api.depends("page_counts", "file_ids", "sheet_count", "carrier", "enclosure_ids.sheet_count", "enclosure_ids.carrier")
    def _compute_page_count(self):
        for document in self:
            counts = document.page_counts or {}
            current = document.file_ids.filtered(lambda file: file.state == "current" and file.role in _IMAGES)
            document.page_count = sum(counts.get(str(file.id), 0) for file in current)
            # The sheets of the document and those of its enclosures are scanned together.
            enclosed = document.enclosure_ids.filtered(lambda item: item.carrier == "paper")
            sheets = document.sheet_count and document.sheet_count + sum(enclosed.mapped("sheet_count"))
            is_odd = document.carrier != "electronic" and is_odd_count(document.page_count, sheets)
            document.page_warning = is_odd and self.env._(
                "The image has %(pages)s pages and the paper %(sheets)s sheets. Compare them.",
                pages=document.page_count,
                sheets=sheets,
            )

    @api.depends("certification_ids", "file_ids")
    @api.depends_context("lang")
    def _compute_certification_note(self):
        for document in self:
            last = document.certification_ids[-1:]
            if not last:
                document.certification_note = False
                continue
            moment = document._get_official_moment(last.certified_at)
            document.certification_note = self.env._(
                "Certified by %(person)s at %(moment)s: %(file)s",
                person=last.certified_by_id.name,
                moment=f"{moment:%d.%m.%Y %H:%M}",
                file=", ".join(document.certification_ids.file_id.mapped("name")),
            )

    @api.depends("state", "carrier", "file_ids", "certification_ids")
    @api.depends_context("uid")
    def _compute_can_certify(self):
        for document in self:
            document.can_certify = not document._get_certify_blockers()

    @api.depends("state", "file_ids")
    @api.depends_context("uid")
    def _compute_can_label(self):
        for document in self:
            document.can_label = bool(document.id) and not document._get_label_blockers()
            document.can_stamp = bool(document.id) and not document._get_stamp_blockers()

    def _get_uncertified(self):
        """Images that nobody has certified yet."""
        images = self.file_ids.filtered(lambda file: file.state == "current" and file.role in _IMAGES)
        return images - self.certification_ids.file_id

    def _get_certify_blockers(self):
        """Say why the image cannot be certified; an empty list means it can."""
        self.ensure_one()
        if not self.env.user.has_group("oa_registry.oa_registry_group_clerk"):
            return [self.env._("The image is certified by the registry clerk who compared it with the paper.")]
        if self.carrier == "electronic" or self.direction != "incoming":
            return [self.env._("Only an image of a document on paper is certified.")]
        if not self.register_entry_id or self.state == "annulled":
            return [self.env._("The image is certified after the document is registered.")]
        if not self._get_uncertified():
            return [self.env._("There is no image that waits for certification. Scan the document first.")]
        return []

    def action_certify(self):
        """Declare the full and exact correspondence of the image with the paper (art. 30 of the Electronic Governance Act)."""
        self.ensure_one()
        self.check_access("write")
        self._check_blockers("certify")
        # Nobody may write certifications by hand; the checks above are the only door.
        certifications = self.env["oa.document.certification"].sudo().create([
            {
                "document_id": self.id,
                "company_id": self.company_id.id,
                "file_id": file.id,
                "sha256": file.sha256,
                "page_count": (self.page_counts or {}).get(str(file.id), 0),
                "sheet_count": self.sheet_count,
                "certified_by_id": self.env.uid,
            }
            for file in self._get_uncertified()
        ])  # fmt: skip
        for certification in certifications.with_env(self.env):
            details = self.page_warning or certification.statement
            self.env["oa.journal.entry"]._log(self, "scan_certify", f"{certification.file_id.name}: {details}")
        return self._sign_certification(certifications.with_env(self.env))

    def _sign_certification(self, certifications):
        """Hook: sign the certified images; return an action that asks for the key, or nothing when the logged act is enough."""
        return

    def action_desk_next(self):
        """An empty form for the next person in the queue."""
        return {**self.env["ir.actions.act_window"]._for_xml_id("oa_registry.oa_document_action_desk"), "target": "main"}

    def action_open_whole(self):
        """Everything else about the document: class, access, links, dispatches."""
        self.ensure_one()
        return self._open_form()

    def _add_file(self, name, data, role="attachment"):
        file = super()._add_file(name, data, role)
        if role in _IMAGES and self.carrier != "electronic" and file.mimetype == "application/pdf":
            self._write_system({"page_counts": {**(self.page_counts or {}), str(file.id): _count_pages(data)}})
        return file

    def write(self, vals):
        result = super().write(vals)
        if changed := _PAPER & set(vals):
            self.filtered("register_entry_id")._log_paper(changed)
        return result

    def _log_paper(self, names):
        """Where the paper is belongs to the trail of a registered document."""
        for document in self:
            record = document.with_context(lang=document.company_id._get_official_language())
            labels = dict(record._fields["paper_disposition"]._description_selection(record.env))
            words = (labels.get(document.paper_disposition), document.paper_location, document.paper_returned_to)
            self.env["oa.journal.entry"]._log(document, "paper", ", ".join(filter(None, words)))


class OaDocumentCertification(models.Model):
    """The declaration of a clerk that an image is full and exact; never changed."""

    _name = "oa.document.certification"
    _inherit = "oa.append.only"
    _description = "Certification of an image"
    _order = "id"

    document_id = fields.Many2one("oa.document", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", "Administration", required=True, readonly=True, ondelete="restrict")
    file_id = fields.Many2one("oa.document.file", required=True, readonly=True, ondelete="restrict")
    sha256 = fields.Char("SHA-256", required=True, readonly=True)
    page_count = fields.Integer("Pages of the image", readonly=True, aggregator=None)
    sheet_count = fields.Integer("Sheets", readonly=True, aggregator=None)
    statement = fields.Char(
        required=True, readonly=True, default="Удостоверявам пълното и точно съответствие на снетия електронен образ със снетия документ."
    )
    certified_by_id = fields.Many2one("res.users", "Certified by", required=True, readonly=True, ondelete="restrict")
    certified_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)

    _file_unique = models.Constraint("UNIQUE (file_id)", "This image is already certified.")


def _count_pages(data):
    try:
        with perform(Task("count", limits=Limits(seconds=20)), data) as (answer, _folder):
            return answer["pages"]
    except RegistryError:
        # The count only warns; a scan that cannot be counted is still a scan.
        return 0
