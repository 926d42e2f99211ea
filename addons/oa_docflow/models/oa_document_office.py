from odoo import api, fields, models
from odoo.exceptions import UserError

from ..adapters import office, office_pdf
from ..core.comparison import compare
from ..core.errors import OfficeError
from ..core.template_fields import DAY, EMPTY, LATE_FIELDS, NUMBER, NUMBER_WITH_DAY, keeps_marks, make_mark
from .office_messages import refuse_office

OFFICE_TYPES = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.oasis.opendocument.text": "odt",
}


class OaDocument(models.Model):
    """A document whose text is a file in DOCX or ODT: filled from a template, edited outside, turned into PDF/A when it is signed."""

    _inherit = "oa.document"

    template_version_id = fields.Many2one(
        "oa.document.template.version", "Made from", readonly=True, copy=False, ondelete="restrict", index="btree_not_null"
    )
    has_office_file = fields.Boolean(compute="_compute_has_office_file")
    can_revise = fields.Boolean(compute="_compute_has_office_file")
    has_versions = fields.Boolean(compute="_compute_has_office_file")

    @api.depends("file_ids", "state", "checked_out_by_id")
    @api.depends_context("uid")
    def _compute_has_office_file(self):
        for document in self:
            mains = document.file_ids.filtered(lambda file: file.role == "main")
            document.has_office_file = bool(document._get_office_file())
            document.has_versions = len(mains) > 1
            document.can_revise = document.direction != "incoming" and bool(mains) and not document._get_revise_blockers()

    @api.onchange("kind_id")
    def _onchange_kind_template(self):
        if self.kind_id and self.direction != "incoming" and not self.template_id:
            self.template_id = self.env["oa.document.template"]._find_default(self.kind_id, self.company_id)

    def _get_office_file(self):
        """The text of the document, when it is a DOCX or ODT."""
        return self._get_main_files().filtered(lambda file: file.mimetype in OFFICE_TYPES)[:1]

    # ------------------------------------------------------------ from the template
    def _apply_template(self):
        """Begin the draft anew from its template: text here, or a file of its own."""
        for document in self:
            template = document.template_id
            document.write(template._fill(document))
            if template.format == "office":
                document._make_office_file(template)

    def _make_office_file(self, template):
        name, data = template._read_version()
        try:
            filled = office.fill(data, self._get_template_values())
        except OfficeError as error:
            raise refuse_office(self.env, error) from error
        extension = name.rpartition(".")[2].lower()
        self._add_file(f"{(self.kind_id.name or 'Проект').replace('/', '-')}.{extension}", filled, "main")
        self._write_kept({"template_version_id": template.version_id.id})

    def _get_late_values(self, *, is_draft):
        """What is known when the document has its number."""
        number, day = self.number or "", self._format_registered_on()
        if is_draft or not number:
            return dict.fromkeys(map(make_mark, LATE_FIELDS), EMPTY)
        with_day = number if day in number else f"{number} / {day} г."
        return {make_mark(NUMBER): number, make_mark(DAY): day, make_mark(NUMBER_WITH_DAY): with_day}

    # ------------------------------------------------------------ to PDF/A
    def _render_final_pdf(self, *, is_draft):
        """The page as it is signed: from the file in DOCX or ODT, or from the text."""
        file = self._get_office_file()
        if not file:
            return self._render_pdf(self._render_page(is_draft=is_draft), self.subject or "")
        try:
            # Whoever reads the document reads its files.
            data = office.replace_marks(file.sudo()._get_verified_bytes(), self._get_late_values(is_draft=is_draft))
            return office_pdf.convert(data, OFFICE_TYPES[file.mimetype])
        except OfficeError as error:
            raise refuse_office(self.env, error) from error

    def _start_route(self):
        self._check_marks()
        return super()._start_route()

    def _check_marks(self):
        """Number and date are put in the place of marks; nobody coordinates a text from which they were deleted."""
        file = self._get_office_file()
        if file and not keeps_marks("\n".join(self._read_lines(file))):
            raise UserError(
                self.env._(
                    "The text in “%(file)s” has no place for its number and date any more. Write %(both)s where they stand (or %(number)s "
                    "and %(day)s), and upload the file again with “Put an edited version”.",
                    file=file.sudo().name, both=make_mark(NUMBER_WITH_DAY), number=make_mark(NUMBER), day=make_mark(DAY),  # its own file
                )
            )  # fmt: skip

    # ------------------------------------------------------------ a new version from outside
    def _get_revise_blockers(self):
        """Say why the person cannot put a new version of the text; an empty list means they can."""
        self.ensure_one()
        return self._get_add_file_blockers("main") + self._get_edit_content_blockers()

    def action_revise(self):
        return self._open_wizard("revise", self.env._("New version of the text"), "oa.document.revise")

    @api.private
    def _revise(self, name, content):
        """Put the edited file as the next version and let others edit again."""
        self.ensure_one()
        self._check_blockers("revise")
        data = self._check_upload(name, content)
        if name.lower().endswith(tuple(OFFICE_TYPES.values())):
            try:
                office.read_paragraphs(data)
            except OfficeError as error:
                raise refuse_office(self.env, error) from error
        file = self._add_file(name, data, "main")
        if self.checked_out_by_id == self.env.user:
            self.action_release()
        return file

    # ------------------------------------------------------------ two versions
    def action_compare(self):
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/oa_docflow/document/{self.id}/compare", "target": "new"}

    @api.private
    def _compare_versions(self, before, after):
        """The rows of two versions of the text; by default of the last two."""
        self.ensure_one()
        versions = self.file_ids.filtered(lambda file: file.role == "main").sorted("version")
        if len(versions) < 2:
            raise UserError(self.env._("The text has one version only, so there is nothing to compare."))
        old = versions.filtered(lambda file: file.version == before) or versions[-2]
        new = versions.filtered(lambda file: file.version == after) or versions[-1]
        return {
            "document": self, "versions": versions, "old": old, "new": new, "rows": compare(self._read_lines(old), self._read_lines(new)),
        }  # fmt: skip

    def _read_lines(self, file):
        # Whoever reads the document reads its files, those before, too.
        file_sudo = file.sudo()
        if file.mimetype not in OFFICE_TYPES:
            return self._read_text_lines(file)
        try:
            return office.read_paragraphs(file_sudo._get_verified_bytes())
        except OfficeError as error:
            raise refuse_office(self.env, error) from error
