from odoo import fields, models
from odoo.exceptions import UserError

from ..adapters.foreign import Task, perform
from ..adapters.pdf_renderer import render_pdf
from ..core.errors import RegistryError
from ..core.label import SIZES, LabelFormat, fit_number, place_labels
from .messages import get_sentence
from .qr import draw_qr

CORNERS = [("top_right", "Top right"), ("top_left", "Top left"), ("bottom_right", "Bottom right"), ("bottom_left", "Bottom left")]
_STYLE = """
@page {{ size: {page}; margin: 0; @bottom-right {{ content: none }} }}
body {{ margin: 0; font: 7.5pt/1.2 "DejaVu Sans", "Liberation Sans", sans-serif; }}
.page {{ position: relative; break-after: page; height: {height}mm; }}
.page:last-child {{ break-after: auto; }}
.label {{ position: absolute; width: {label_width}mm; height: {label_height}mm; overflow: hidden; }}
.label img {{ position: absolute; left: 2mm; top: 3mm; width: 22mm; height: 22mm; }}
.label .text {{ position: absolute; left: 25mm; right: 1.5mm; top: 3mm; }}
.label .number {{ font-weight: bold; overflow-wrap: anywhere; }}
.label .stamp {{ border: 0.5pt solid #111; }}
"""


class OaDocument(models.Model):
    """The number on paper: labels with a QR code, and a copy of the PDF with a stamp."""

    _inherit = "oa.document"

    def _get_label_blockers(self):
        """Say why no label can be printed; an empty list means it can."""
        self.ensure_one()
        if not self.env.user.has_group("oa_registry.oa_registry_group_clerk"):
            return [self.env._("Labels are printed by the registry clerk.")]
        if not self.register_entry_id:
            return [self.env._("A label needs a number: register the document first.")]
        return []

    def action_print_label(self):
        """One label on the roll or sheet that the administration uses."""
        self._check_blockers("label")
        label_format = self.company_id[:1].oa_label_format
        ids = ",".join(map(str, self.ids))
        return {"type": "ir.actions.act_url", "url": f"/oa/labels?documents={ids}&format={label_format}", "target": "new"}

    def action_choose_label(self):
        """Ask for format and place on the sheet."""
        self._check_blockers("label")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Labels"),
            "res_model": "oa.document.label",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_document_ids": self.ids},
        }

    def _print_labels(self, label_format, first=1, copies=1):
        """Return name and bytes of a PDF with the labels of these documents."""
        self.check_access("read")
        self._check_blockers("label")
        label_format = LabelFormat(label_format)
        first = min(max(first, 1), SIZES[label_format].per_page)
        facts = [document._prepare_label() for document in self for _copy in range(min(max(copies, 1), 20))]
        data = self._render_labels(facts, label_format, first)
        self.env["oa.journal.entry"]._log(self, "print", self.env._("label"))
        return f"{self[0].number if len(self) == 1 else len(self)}.pdf".replace("/", "-"), data

    def _prepare_label(self):
        """Hook: what stands on the label."""
        moment = self._get_official_moment(self.registered_at)
        return {
            "qr": draw_qr(self.uri),
            "company": self.company_id.name,
            "number": self.number,
            "moment": f"{moment:%d.%m.%Y} г., {moment:%H:%M} ч.",
            "sheets": f"{self.sheet_count} л." if self.sheet_count and self.carrier != "electronic" else "",
        }

    def _render_labels(self, facts, label_format, first=1, *, is_stamp=False):
        facts = [{**item, "number_size": fit_number(item["number"], label_format)} for item in facts]
        size, waiting = SIZES[label_format], iter(facts)
        pages = [
            [{"place": place, **next(waiting)} for place in places] for places in place_labels(len(facts), label_format, first)
        ]  # fmt: skip
        html = self.env["ir.qweb"]._render("oa_registry.oa_document_labels", {"pages": pages, "is_stamp": is_stamp})
        is_roll = label_format is LabelFormat.ROLL
        style = _STYLE.format(
            page=f"{size.width}mm {size.height}mm" if is_roll else "A4", height=size.height if is_roll else 296,
            label_width=size.width, label_height=size.height,
        )  # fmt: skip
        return render_pdf(str(html), "", style)

    # ------------------------------------------------------------ the stamp on a copy
    def _get_stamp_blockers(self):
        """Say why no copy with a stamp can be made; an empty list means it can."""
        if blockers := self._get_label_blockers():
            return blockers
        file = self._get_stampable_file()
        return [] if file else [self.env._("%(document)s has no PDF to stamp.", document=self.name)]

    def _get_stampable_file(self):
        files = self.file_ids.filtered(lambda file: file.state == "current" and file.mimetype == "application/pdf")
        return min(
            files.filtered(lambda file: file.role in {"main", "scan", "signed", "signing_copy"}),
            key=lambda file: (("signed", "signing_copy", "main", "scan").index(file.role), file.id),
            default=files.browse(),
        )

    def action_stamp(self):
        """Make a copy of the PDF with the number on its first page; the file itself stays as it was registered."""
        self.ensure_one()
        self.check_access("write")
        self._check_blockers("stamp")
        source = self._get_stampable_file()
        overlay = self._render_labels([self._prepare_label()], LabelFormat.ROLL, is_stamp=True)
        task = Task("stamp", {"corner": self.company_id.oa_stamp_corner})
        try:
            # Whoever may write the document may have a copy made of its file.
            with perform(task, source.sudo().attachment_id.raw, overlay=overlay) as (_answer, folder):
                self._add_file(source.name, (folder / "output").read_bytes(), "stamped")
        except RegistryError as error:
            raise UserError(get_sentence(self.env, error)) from error


class ResCompany(models.Model):
    """How the administration prints numbers."""

    _inherit = "res.company"

    oa_label_format = fields.Selection(
        [("roll", "Roll, 62 × 29 mm"), ("sheet", "A4 sheet, 3 × 8 labels of 70 × 37 mm")], "Labels", default="roll", required=True
    )
    oa_stamp_corner = fields.Selection(CORNERS, "Stamp on the copy", default="top_right", required=True)
