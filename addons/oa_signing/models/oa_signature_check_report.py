from datetime import UTC

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError

from ..core.slip import Slip, draw_slip
from ..core.specs import DocumentVerdict
from ..core.validation_report import ReportFrame, make_report


class OaSignatureCheck(models.Model):
    """The report of a check for others: a PDF to read and an XML in the shape of ETSI TS 119 102-2; made from the kept row."""

    _inherit = "oa.signature.check"

    checker_name = fields.Char("Checker", compute="_compute_checker_name")

    @api.depends("user_id")
    @api.depends_context("lang")
    def _compute_checker_name(self):
        for check in self:
            # Who made the check is no secret to whoever reads it.
            name = check.user_id.sudo().name
            check.checker_name = self.env._("the program, by itself") if check.user_id.id == SUPERUSER_ID else name

    def _name_policy(self):
        """The policy in words; the XML report keeps its identifier."""
        name, _space, revocation = (self.policy or "").partition(" ")
        words = {
            "hard": self.env._("without an answer about revocation nothing is called valid"),
            "soft": self.env._("a missing answer about revocation is noted"),
        }
        return ", ".join(filter(None, [name, words.get(revocation, revocation)]))

    def action_report_pdf(self):
        return self._offer("pdf")

    def action_report_xml(self):
        return self._offer("xml")

    def _offer(self, kind):
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/oa_signing/checks/{self.id}/report.{kind}", "target": "download"}

    def _check_readable(self):
        self.ensure_one()
        if not self.has_access("read"):
            raise AccessError(self.env._("You have no right to read the checked file."))

    def _make_xml_report(self):
        self._check_readable()
        verdict = DocumentVerdict.from_wire(self.report)
        explain = self.env["oa.signing.messages"]._explain_code
        codes = {*verdict.codes, *(code for item in verdict.signatures for code in item.codes)}
        frame = ReportFrame(
            digest=self.digest,
            checked_at=self.checked_at.replace(tzinfo=UTC),
            policy=f"urn:oa:signing:policy:{(self.policy or 'oa-0').replace(' ', ':')}",
            explanations={code: explain(code) for code in codes},
        )
        return make_report(verdict, frame)

    def _make_pdf_report(self):
        self._check_readable()
        explain = self.env["oa.signing.messages"]._explain_code
        outcomes = dict(self._fields["outcome"]._description_selection(self.env))
        about = (
            (self.env._("File"), self.file_name),
            (self.env._("SHA-256 of the file"), self.digest),
            (self.env._("SHA-256 of the signed file"), self.original_digest or ""),
            (self.env._("Checked"), self._format(self.checked_at.isoformat())),
            (self.env._("Checked by"), self.checker_name),
            (self.env._("Policy of the check"), self._name_policy()),
            (self.env._("Reasons"), "; ".join(explain(code) for code in self.report["codes"])),
        )
        sections = [(self.env._("What was checked"), about)]
        for item in self.report["signatures"]:
            rows = [(self.env._("Verdict"), outcomes[item["outcome"]])]
            rows += [(self.env._("Reason"), explain(code)) for code in item["codes"]]
            sections.append((item["signer_name"] or item["field_name"], tuple(rows + self._list_details(item))))
        slip = Slip(
            title=self.env._("Report of a signature check: %(outcome)s", outcome=outcomes[self.outcome]),
            subtitle=self._get_headline(),
            sections=tuple(sections),
            footer=self.env._("Made by the electronic document system from the kept outcome of the check."),
        )
        return draw_slip(slip)
