import hashlib

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_datetime

from ..core.errors import SigningError

OUTCOMES = [("valid", "Valid"), ("indeterminate", "Indeterminate"), ("invalid", "Invalid")]


class OaSignatureCheck(models.Model):
    """One check of one file: the verdict in words, with its reasons; never changed, a new check is a new row."""

    _name = "oa.signature.check"
    _inherit = "oa.signing.append.only"
    _description = "Check of signatures"
    _order = "checked_at desc, id desc"
    _rec_name = "file_name"

    file_name = fields.Char("File", required=True, readonly=True)
    digest = fields.Char("SHA-256 of the file", required=True, readonly=True)
    outcome = fields.Selection(OUTCOMES, required=True, readonly=True)
    report = fields.Json(readonly=True)
    original_digest = fields.Char("SHA-256 of the signed file", readonly=True)
    policy = fields.Char("Policy of the check", readonly=True)
    list_digest = fields.Char("Digest of the trusted lists", readonly=True)
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

    _file_index = models.Index("(digest, id DESC)")
    _record_index = models.Index("(res_model, res_id)")

    @api.model
    def _validate(self, file_name, data, record=None, signature=None, original=None):
        """Check all signatures of a file and keep the verdict; `original` is the file that a signature lies beside."""
        if signature:
            original = signature._get_original()
        verdict, original = self._judge(data, original, record)
        return self._keep(file_name, data, verdict, {"record": record, "signature": signature, "original": original})

    @api.private
    @api.model
    def _validate_signed(self, file_name, data, record):
        """The same for a file that need not be signed: nothing is kept of one without signatures."""
        verdict, original = self._judge(data, None, record)
        if verdict.codes == ("no_signature",) and not verdict.signatures:
            return self.browse()
        return self._keep(file_name, data, verdict, {"record": record, "original": original})

    @api.model
    def _judge(self, data, original, record):
        """The verdict and the file that a signature beside it was made for, found among those of the record."""
        ports = self.env["oa.signing.ports"]
        documents, policy = ports._get_documents(), ports._get_validation_policy()
        try:
            verdict = documents.validate(data, original, policy)
            if original is None and verdict.wanted and record and hasattr(record, "_find_signed_file"):
                original = record._find_signed_file(verdict.wanted)
                verdict = verdict if original is None else documents.validate(data, original, policy)
        except SigningError as error:
            raise UserError(self.env["oa.signing.messages"]._explain(error)) from error
        return verdict, original

    @api.private
    @api.model
    def _keep(self, file_name, data, verdict, about):
        record, signature, original = about.get("record"), about.get("signature"), about.get("original")
        names = list(dict.fromkeys(item.signer_name for item in verdict.signatures if item.signer_name))
        vals = {
            **self._get_cache_key(data),
            "file_name": file_name,
            "outcome": str(verdict.outcome),
            "report": verdict.to_wire(),
            "signer_names": ", ".join(names),
            "signature_id": signature.id if signature else False,
            "original_digest": hashlib.sha256(original).hexdigest() if original is not None else False,
        }
        if record:
            vals.update(res_model=record._name, res_id=record.id)
        if signature:
            vals["company_id"] = signature.company_id.id
        check = self._append([vals])
        if signature:
            signature.invalidate_recordset(["verdict", "check_ids"])
        return check

    @api.model
    def _get_cache_key(self, data):
        """What a verdict hangs on: the bytes, the policy and the versions of the trusted lists."""
        policy = self.env["oa.signing.ports"]._get_validation_policy()
        lists = " ".join(self.env["oa.trust.list"]._get_active_digests())
        return {
            "digest": hashlib.sha256(data).hexdigest(),
            "policy": f"{policy.name} {'hard' if policy.is_revocation_hard else 'soft'}",
            "list_digest": hashlib.sha256(lists.encode()).hexdigest(),
        }

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
            lines = [*(explain(code) for code in item["codes"]), *(f"{label}: {value}" for label, value in self._list_details(item))]
            head = Markup("<h4>%s</h4>") % (item["signer_name"] or item["field_name"])
            parts.append(head + self._render_list(lines))
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

    def _format(self, moment):
        value = fields.Datetime.to_datetime(moment[:19].replace("T", " "))
        return format_datetime(self.env, value, tz=self.env.user.tz or "Europe/Sofia", dt_format="dd.MM.yyyy, HH:mm:ss")
