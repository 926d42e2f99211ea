import base64

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class OaScanPart(models.Model):
    """One letter of a scanned pile: filed with its document, or waiting for a person who knows where it belongs."""

    _name = "oa.scan.part"
    _description = "Scanned letter"
    _inherit = "oa.system.fields"
    _order = "batch_id desc, first_page"
    _check_company_auto = True
    _system_fields = frozenset({
        "batch_id", "company_id", "first_page", "last_page", "code", "state", "reason", "document_id", "file_id",
        "attachment_id", "preview",
    })  # fmt: skip

    batch_id = fields.Many2one("oa.scan.batch", "Pile", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", "Administration", required=True, readonly=True, index=True)
    first_page = fields.Integer(readonly=True, aggregator=None)
    last_page = fields.Integer(readonly=True, aggregator=None)
    pages = fields.Char(compute="_compute_pages")
    code = fields.Char("Label", readonly=True)
    state = fields.Selection(
        [("waiting", "Without a document"), ("filed", "Filed"), ("set_aside", "Set aside")],
        required=True, readonly=True, default="waiting", index=True,
    )  # fmt: skip
    reason = fields.Char(readonly=True)
    chosen_id = fields.Many2one(
        "oa.document", "Belongs to", check_company=True, domain="[('register_entry_id', '!=', False), ('state', '=', 'registered')]"
    )
    document_id = fields.Many2one("oa.document", "Filed with", readonly=True, index="btree_not_null", ondelete="restrict")
    file_id = fields.Many2one("oa.document.file", "Scan", readonly=True, ondelete="restrict")
    attachment_id = fields.Many2one("ir.attachment", "Pages as a file", readonly=True, ondelete="restrict")
    preview = fields.Binary("Preview of the first page", readonly=True, attachment=True)
    can_file = fields.Boolean(compute="_compute_can_file")

    @api.depends("first_page", "last_page")
    def _compute_pages(self):
        for part in self:
            ends = dict.fromkeys((part.first_page, part.last_page))
            part.pages = self.env._("p. %(pages)s", pages="–".join(map(str, ends)))

    @api.depends("batch_id.name", "first_page", "last_page")
    def _compute_display_name(self):
        for part in self:
            part.display_name = f"{part.batch_id.name}, {part.pages}"

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_can_file(self):
        for part in self:
            part.can_file = not part._get_file_blockers()

    @api.private
    @api.model
    def _make(self, batch, part, path):
        """Keep the pages of one letter; the reading of the pile is the only door."""
        # Clerks create no parts by hand.
        scan_sudo = self.sudo()._as_system().create({
            "batch_id": batch.id, "company_id": batch.company_id.id, "first_page": part.first, "last_page": part.last,
            "code": part.code or False,
            "reason": self._explain(part), "preview": base64.b64encode(path.with_suffix(".jpg").read_bytes()),
        })  # fmt: skip
        scan_sudo.attachment_id = self.env["ir.attachment"].sudo().create({  # as above
            "name": f"{part.first}-{part.last}.pdf", "raw": path.read_bytes(), "mimetype": "application/pdf", "res_model": self._name,
            "res_id": scan_sudo.id,
        })  # fmt: skip
        return scan_sudo.with_env(self.env)

    def _explain(self, part):
        if part.is_ambiguous:
            return self.env._("Two different labels on one page.")
        return self.env._("There is no document with this number.") if part.code else self.env._("No label was found.")

    def _find_home(self, document):
        """File with the document of the label; what it does not take waits with the reason."""
        if not document:
            return
        try:
            with self.env.cr.savepoint():
                self._file_with(document)
        except (UserError, AccessError) as error:
            self._write_system_sudo({"reason": str(error.args[0])})

    def _file_with(self, document):
        """Add the pages to the document as a scan."""
        self.ensure_one()
        name = self.env._("Scan %(batch)s, %(pages)s.pdf", batch=self.batch_id.id, pages=self.pages.replace(".", ""))
        # The pages belong to a pile that its person may read; the right to the document is asked there.
        file = document._add_file(name, self.sudo().attachment_id.raw, "scan" if document.register_entry_id else "main")
        self._write_system_sudo({"state": "filed", "document_id": document.id, "file_id": file.id, "reason": False})
        self.env["oa.journal.entry"]._log(document, "scan_filed", f"{self.batch_id.name}, {self.pages}")

    def _get_file_blockers(self):
        """Say why the part cannot be filed by hand; an empty list means it can."""
        self.ensure_one()
        if not self.env.user.has_group("oa_registry.oa_registry_group_clerk"):
            return [self.env._("Scans are taken in by the registry clerk.")]
        return [self.env._("The scan has already been dealt with.")] if self.state == "filed" else []

    def _check_file(self):
        self.check_access("write")
        for part in self:
            if blockers := part._get_file_blockers():
                raise UserError("\n".join(blockers))

    def action_file(self):
        """File with the document that the clerk has chosen."""
        self._check_file()
        for part in self:
            if not part.chosen_id:
                raise UserError(self.env._("Choose the document to which the scan belongs."))
            part._file_with(part.chosen_id)

    def action_draft(self):
        """A letter that is not registered yet becomes a draft."""
        self.ensure_one()
        self._check_file()
        document = self.env["oa.document"].create({
            "subject": self.env._("Scanned letter"),
            "kind_id": self.env.ref("oa_registry.oa_document_kind_letter_in").id,
            "company_id": self.company_id.id,
            "office_id": self.batch_id.office_id.id,
            "carrier": "paper",
            "received_channel": "desk",
        })  # fmt: skip
        self._file_with(document)
        return document._open_form()

    def action_set_aside(self):
        """Blank or unneeded pages; they stay in the pile."""
        self._check_file()
        self._write_system_sudo({"state": "set_aside"})
        self.env["oa.journal.entry"]._log(self, "scan_set_aside", lambda part: part.display_name)

    def action_open_pages(self):
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/oa/scan/part/{self.id}", "target": "new"}

    def _write_system_sudo(self, vals):
        # Clerks write the chosen document; the rest follows from the acts above.
        self.sudo()._write_system(vals)
        self.invalidate_recordset()

    def _get_stream(self):
        self.check_access("read")
        self.env["oa.journal.entry"]._log(self, "open_file", self.display_name)
        # The right to the part has been asked.
        return self.env["ir.binary"]._get_stream_from(self.sudo().attachment_id, "raw", filename=f"{self.display_name}.pdf")

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Scanned piles are not deleted."))
