import base64
import binascii

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.plan import Plan


class OaProcedureImport(models.TransientModel):
    """A procedure of another administration: whose seal it has, how it differs, what is missing here; then a draft of it."""

    _name = "oa.procedure.import"
    _description = "Import of a procedure"

    file = fields.Binary(required=True, attachment=False)
    file_name = fields.Char()
    company_id = fields.Many2one("res.company", "Administration", required=True, default=lambda self: self.env.company)
    outcome = fields.Char(compute="_compute_preview")
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    is_accepted = fields.Boolean("I know this sender and answer for the import")

    @api.depends("file", "company_id")
    def _compute_preview(self):
        for wizard in self:
            wizard.outcome, wizard.preview = wizard._look_at_file() if wizard.file else (False, False)

    def _look_at_file(self):
        """The verdict on the seal, and what a person reads before deciding."""
        try:
            plan, author, check = self._open_file()
        except UserError as error:
            return "refused", Markup('<div class="alert alert-danger" role="alert">%s</div>') % error.args[0]
        procedures = self.env["oa.procedure"]
        here = procedures.search([("lineage", "=", plan.lineage), ("company_id", "=", self.company_id.id), ("state", "=", "published")])
        missing = procedures._fit_plan(plan, self.company_id)[1]
        parts = [
            Markup('<div class="alert alert-%s" role="status">%s</div>')
            % ("success" if check.outcome == "valid" else "warning", self._say_seal(check, author)),
            Markup("<h3>%s</h3>") % plan.name,
            Markup("<h4>%s</h4>%s")
            % (
                self.env._("How it differs from what is used here") if here else self.env._("New here; all of it:"),
                procedures._draw_differences(here._to_plan() if here else Plan(""), plan),
            ),
        ]
        if missing:
            items = Markup().join(Markup("<li>%s</li>") % line for line in missing)
            parts.append(Markup("<h4>%s</h4><ul>%s</ul>") % (self.env._("Missing here; choose it in the draft:"), items))
        return check.outcome, Markup().join(parts)

    def _open_file(self):
        """Plan, author and the check of the seal.

        :raises UserError: when the file is no procedure, bears no seal or was altered
        """
        try:
            data = base64.b64decode(self.file, validate=True)
        except binascii.Error as error:
            raise UserError(self.env._("The file is not readable.")) from error
        plan, author = self.env["oa.procedure"]._read_file(data)
        check = self.env["oa.procedure"]._judge_file(self.file_name or "procedure.xml", data)
        if not check.signer_names:
            raise UserError(self.env._("The file bears no seal, so nobody answers for it. Ask its sender for a new export."))
        if check.outcome == "invalid":
            raise UserError(self.env._("The file was altered after it was sealed, or its seal is not valid. It is not imported."))
        return plan, author, check

    def _say_seal(self, check, author):
        facts = {"signer": check.signer_names, "author": author or "–"}
        if check.outcome == "valid":
            return self.env._("The seal of %(signer)s is valid; nothing was altered. Written by: %(author)s.", **facts)
        return self.env._(
            "The file was not altered, but whose seal it is could not be proved: %(signer)s. Written by: %(author)s. %(reasons)s",
            reasons=check.reasons or "",
            **facts,
        )

    def action_confirm(self):
        """Make the draft; it is published like any other."""
        self.ensure_one()
        self.env["oa.procedure"].check_access("create")
        plan, _author, check = self._open_file()
        if check.outcome != "valid" and not self.is_accepted:
            raise UserError(self.env._("Whose seal it is could not be proved: say that you know the sender, or do not import it."))
        return self.env["oa.procedure"]._get_form_of(self.env["oa.procedure"]._import_plan(plan, self.company_id))
