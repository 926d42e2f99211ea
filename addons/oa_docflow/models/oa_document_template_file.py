from odoo import api, fields, models
from odoo.exceptions import UserError

from ..adapters import office, office_pdf
from ..core.errors import OfficeError
from ..core.template_fields import DAY, NUMBER, NUMBER_WITH_DAY, describe_known, get_sample, has_number_and_day, list_unknown
from .office_messages import get_missing_sentence, get_unknown_sentence, refuse_office

_EXTENSIONS = (".docx", ".odt")


class OaDocumentTemplate(models.Model):
    """A template in DOCX or ODT: a file is chosen, looked into, tried with sample data and published as a version."""

    _inherit = "oa.document.template"

    draft_file = fields.Binary("New file", attachment=True, copy=False)
    draft_file_name = fields.Char(copy=False)
    version_ids = fields.One2many("oa.document.template.version", "template_id", "Versions", readonly=True)
    version_id = fields.Many2one("oa.document.template.version", "Version in use", compute="_compute_version_id")
    known_fields = fields.Text("Fields that may be used", compute="_compute_known_fields")
    office_warning = fields.Char(compute="_compute_known_fields")
    can_publish = fields.Boolean(compute="_compute_can_publish")

    @api.depends("version_ids")
    def _compute_version_id(self):
        for template in self:
            template.version_id = template.version_ids.sorted("number")[-1:]

    def _compute_known_fields(self):
        self.known_fields = describe_known()
        self.office_warning = False if office_pdf.is_installed() else get_missing_sentence(self.env, office_pdf.PACKAGE)

    @api.depends("draft_file", "format")
    @api.depends_context("uid")
    def _compute_can_publish(self):
        writable = self._filtered_access("write")
        for template in self:
            template.can_publish = template in writable and template.format == "office" and bool(template.draft_file)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_draft_file(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_draft_file(vals)
        return super().write(vals)

    def _check_draft_file(self, vals):
        """Refuse a file that is no DOCX or ODT, brings macros, or uses fields that nobody fills."""
        if not vals.get("draft_file"):
            return
        name = vals.get("draft_file_name") or "template.docx"
        if not name.lower().endswith(_EXTENSIONS):
            raise UserError(self.env._("Only DOCX and ODT are taken here. Save the document in one of these formats."))
        self._check_fields(self.env["oa.document"]._check_upload(name, vals["draft_file"]))

    def _check_fields(self, data):
        try:
            unknown = list_unknown(office.list_fields(data))
            if not unknown:
                # A condition may be written well and still fail when it is filled.
                office.fill(data, get_sample())
        except OfficeError as error:
            raise refuse_office(self.env, error) from error
        if unknown:
            raise UserError(get_unknown_sentence(self.env, unknown))

    def action_publish(self):
        """The new file becomes the version in use; documents keep the one from which they were made."""
        for template in self:
            if not template.has_access("write") or not template.can_publish:
                raise UserError(self.env._("Choose a new file first."))
            template._check_marks()
            template.version_ids._publish(template)
            template.write({"draft_file": False, "draft_file_name": False})

    def _check_marks(self):
        """What nobody could number is not published."""
        try:
            names = office.list_fields(self._read_draft())
        except OfficeError as error:
            raise refuse_office(self.env, error) from error
        if not has_number_and_day(names):
            raise UserError(
                self.env._(
                    "The file has no place for number and date. Write {{ %(both)s }} in it, or {{ %(number)s }} and {{ %(day)s }}.",
                    both=NUMBER_WITH_DAY, number=NUMBER, day=DAY,
                )
            )  # fmt: skip

    def action_preview(self):
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/oa_docflow/template/{self.id}/preview", "target": "new"}

    @api.private
    def _get_preview_pdf(self):
        """How the new file, or else the version in use, looks with sample data."""
        self.ensure_one()
        self.check_access("read")
        if self.format != "office":
            raise UserError(self.env._("A template with a text is seen in a draft that is filled from it."))
        name, data = (self.draft_file_name, self._read_draft()) if self.draft_file else self._read_version()
        try:
            return office_pdf.convert(office.fill(data, get_sample()), _get_extension(name))
        except OfficeError as error:
            raise refuse_office(self.env, error) from error

    def _read_draft(self):
        return (
            self.with_context(bin_size=False)
            .env["oa.document"]
            ._check_upload(self.draft_file_name or "template.docx", self.with_context(bin_size=False).draft_file)
        )

    def _read_version(self):
        if not self.version_id:
            raise UserError(self.env._("The template “%(name)s” has no published file yet.", name=self.name))
        return self.version_id.file_name, self.version_id._read()


def _get_extension(name):
    return (name or "").rpartition(".")[2].lower() or "docx"
