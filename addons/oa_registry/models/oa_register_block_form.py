from odoo import models
from odoo.exceptions import AccessError

from ..adapters.pdf_renderer import render_pdf
from .qr import draw_qr


class OaRegisterBlock(models.Model):
    """The form on paper: one row and one QR code for each number."""

    _inherit = "oa.register.block"

    def _print_form(self):
        """Return name and bytes of the form."""
        self.ensure_one()
        if not self.env.user.has_group("oa_registry.oa_registry_group_clerk"):
            raise AccessError(self.env._("Forms of paper blocks are printed by registry clerks."))
        self.check_access("read")
        entries = self.entry_ids.sorted("sequence")
        rows = [{"name": entry.name, "qr": draw_qr(entry.uri)} for entry in entries]
        html = self.env["ir.qweb"]._render("oa_registry.oa_register_block_form", {"block": self, "rows": rows})
        self.env["oa.journal.entry"]._log(self.register_id, "print", self.name)
        name = f"{self.register_id.code} {self.day:%d.%m.%Y} {entries[:1].sequence}-{entries[-1:].sequence}"
        return f"{name}.pdf", render_pdf(str(html), name)
