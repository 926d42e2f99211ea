import hashlib

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_datetime

from ..core.errors import SigningError


class OaSignatureCheck(models.Model):
    """One check of one file: the verdict in words, with its reasons; never changed, a new check is a new row."""

    _name = "oa.signature.check"
    _inherit = "oa.signing.append.only"
    _description = "Check of signatures"
    _order = "checked_at desc, id desc"
    _rec_name = "file_name"

    file_name = fields.Char("File", required=True, readonly=True)
    digest = fields.Char("SHA-256 of the file", required=True, readonly=True)
    outcome = fields.Selection(
        [("valid", "Valid"), ("indeterminate", "Indeterminate"), ("invalid", "Invalid")], required=True, readonly=True
    )
    report = fields.Json(readonly=True)
    reasons = fields.Text(compute="_compute_words")
    verdict = fields.Html(compute="_compute_words")
    signer_names = fields.Char("Signers", readonly=True)
    signature_id = fields.Many2one("oa.signature", ondelete="restrict", index=True, readonly=True)
    res_model = fields.Char("Model", readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    checked_at = fields.Datetime("Checked", required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users", "Checked by", ondelete="restrict", required=True, readonly=True, default=lambda self: self.env.user
    )
    company_id = fields.Many2one(
        "res.company",
        "Administration",
        ondelete="restrict",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )

    @api.model
    def _validate(self, file_name, data, record=None, signature=None, original=None):
        """Check all signatures of a file and keep the verdict; `original` is the file that a signature lies beside."""
        if signature:
            original = signature._get_original()
        try:
            verdict = self.env["oa.signing.ports"]._get_documents().validate(data, original)
        except SigningError as error:
            raise UserError(self.env["oa.signing.messages"]._explain(error)) from error
        names = list(dict.fromkeys(item.signer_name for item in verdict.signatures if item.signer_name))
        vals = {
            "file_name": file_name,
            "digest": hashlib.sha256(data).hexdigest(),
            "outcome": str(verdict.outcome),
            "report": verdict.to_wire(),
            "signer_names": ", ".join(names),
            "signature_id": signature.id if signature else False,
        }
        if record:
            vals.update(res_model=record._name, res_id=record.id)
        if signature:
            vals["company_id"] = signature.company_id.id
        check = self._append([vals])
        if signature:
            signature.invalidate_recordset(["verdict", "check_ids"])
        return check

    def _get_access_subject(self):
        if self.signature_id:
            return self.signature_id
        return self.env[self.res_model].browse(self.res_id).exists() if self.res_model in self.env else self.browse()

    def action_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Outcome of the check"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @api.depends("report", "outcome")
    @api.depends_context("lang", "tz")
    def _compute_words(self):
        for check in self:
            report = check.report or {"codes": [], "signatures": []}
            check.reasons = "\n".join(check._get_reasons(report))
            check.verdict = check._render(report)

    def _get_reasons(self, report):
        explain = self.env["oa.signing.messages"]._explain_code
        codes = [*report["codes"], *(code for item in report["signatures"] for code in item["codes"])]
        return [explain(code) for code in dict.fromkeys(codes)]

    def _render(self, report):
        explain = self.env["oa.signing.messages"]._explain_code
        css_class = {"valid": "success", "indeterminate": "warning", "invalid": "danger"}[self.outcome or "invalid"]
        parts = [Markup('<div class="alert alert-%s mb-3" role="status">%s</div>') % (css_class, self._get_headline())]
        if report["codes"]:
            parts.append(self._render_list([explain(code) for code in report["codes"]]))
        for item in report["signatures"]:
            lines = [self._describe_signature(item), *(explain(code) for code in item["codes"])]
            head = Markup("<h4>%s</h4>") % (item["signer_name"] or item["field_name"])
            parts.append(head + self._render_list([line for line in lines if line]))
        return Markup("").join(parts)

    def _render_list(self, lines):
        return Markup("<ul>%s</ul>") % Markup("").join(Markup("<li>%s</li>") % line for line in lines)

    def _get_headline(self):
        if not self.signer_names and self.report and "no_signature" in self.report["codes"]:
            return self.env._("There is nothing to check: the file has no electronic signature.")
        return {
            "valid": self.env._("The signatures are valid and the document was not changed after signing."),
            "indeterminate": self.env._("It cannot be said whether the signatures are valid. The reasons are below."),
            "invalid": self.env._("Do not rely on this file: a signature is not valid. The reasons are below."),
        }[self.outcome or "invalid"]

    def _describe_signature(self, item):
        names = dict(self.env["oa.signature"]._fields["format"]._description_selection(self.env))
        parts = [self.env._("%(level)s, issued by %(issuer)s", level=item["level"] or "-", issuer=item["issuer_name"] or "-")]
        # Checks of earlier versions say nothing of these.
        if item.get("format"):
            parts.insert(0, names[item["format"]])
        if item.get("algorithm"):
            parts.append(item["algorithm"])
        if item.get("claimed_roles"):
            parts.append(self.env._("in the capacity of: %(roles)s", roles="; ".join(item["claimed_roles"])))
        if item["timestamp_at"]:
            parts.append(self.env._("proved time %(moment)s", moment=self._format(item["timestamp_at"])))
        elif item["claimed_at"]:
            parts.append(self.env._("time by the signer's clock %(moment)s", moment=self._format(item["claimed_at"])))
        return "; ".join(parts)

    def _format(self, moment):
        value = fields.Datetime.to_datetime(moment[:19].replace("T", " "))
        return format_datetime(self.env, value, tz=self.env.user.tz or "Europe/Sofia", dt_format="dd.MM.yyyy, HH:mm:ss")
