from odoo import api, fields, models

from .signed_acts import person_signs

_NO_ACTS = frozenset({"draft", "check_signature"})
"""What the journal knows and nobody decides by it."""
_WORK_ACTS = frozenset({
    "resolve", "delegate", "accept", "report", "confirm", "task_return", "withdraw", "ask", "instruct", "redirect", "extend_ask", "extend",
    "extend_refuse", "forward", "opine", "take_back", "substitution", "substitution_end",
})  # fmt: skip
"""Acts outside of routes, which are signed as the procedure or the administration asks."""


class OaDocument(models.Model):
    """The acts on a document: each a record that stands alone, all of them a chain."""

    _inherit = "oa.document"

    act_ids = fields.One2many("oa.step.record", "document_id", string="Acts", domain=[("position", ">", 0)], readonly=True, copy=False)
    unsigned_act_ids = fields.Many2many("oa.step.record", string="Waits for your signature", compute="_compute_unsigned_act_ids")
    act_count = fields.Integer("Number of acts", compute="_compute_act_count")

    @api.depends("act_ids")
    def _compute_act_count(self):
        counts = dict(self.env["oa.step.record"]._read_group(
            [("document_id", "in", self.ids), ("position", ">", 0)], ["document_id"], ["__count"],
        ))  # fmt: skip
        for document in self:
            document.act_count = counts.get(document, 0)

    def _record_act(self, action, text, mandate, **facts):
        """Put the act at the end of the chain of each document."""
        if action not in _NO_ACTS:
            self.env["oa.step.record"]._write_acts(self, action, text, mandate, **facts)

    def _get_work_level(self):
        """How resolutions and the moves of tasks are signed on this document."""
        self.ensure_one()
        return self.procedure_id.work_level or self.company_id.docflow_work_level

    def _get_act_level(self, act):
        """How an act outside of routes is signed on this document."""
        self.ensure_one()
        if act == "scan_certify":
            return self.company_id.docflow_certify_level
        return self._get_work_level() if act in _WORK_ACTS else "logged"

    def _list_asked_levels(self, verb):
        """Which signatures this verb may ask for."""
        if verb == "action_certify":
            return set(self.company_id.mapped("docflow_certify_level"))
        levels = {document._get_work_level() for document in self}
        return levels.union(self.route_ids.step_ids.filtered(lambda step: step.state == "waiting").mapped("signature_level"))

    @person_signs
    def action_certify(self):
        return super().action_certify()

    def _sign_certification(self, certifications):
        """The declaration about each image is an act of the clerk, signed as the administration asks."""
        words = "; ".join(f"{row.file_id.name} (SHA-256 {row.sha256}): {row.statement}" for row in certifications)
        self.env["oa.step.record"]._write_acts(self, "scan_certify", words)
        return super()._sign_certification(certifications)

    def _compute_unsigned_act_ids(self):
        # The own acts that wait for the own signature; the rule shows them to nobody else.
        found = self.env["oa.step.record"].search([
            ("state", "=", "prepared"), ("user_id", "=", self.env.uid), ("document_id", "in", self.ids),
        ])  # fmt: skip
        by_document = found.grouped("document_id")
        for document in self:
            document.unsigned_act_ids = by_document.get(document, found.browse())

    def action_export_acts(self):
        """The acts as files that can be verified without the system."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/oa_docflow/document/{self.id}/acts", "target": "download"}

    @api.private
    def _log_acts(self, action, get_details):
        """Write an act whose words differ from document to document: in one go for all that have the same."""
        for details, documents in self.grouped(get_details).items():
            documents._log_act(action, details)

    def _list_unrecorded_steps(self):
        """Steps that were taken before acts were recorded."""
        self.ensure_one()
        steps = self.route_ids.sorted("round").step_ids.filtered("acted_at")
        return steps - self.act_ids.step_id


class OaSubstitution(models.Model):
    """That somebody acts for somebody, and that it ended, is an act on the order by which it is done."""

    _inherit = "oa.substitution"

    def _log(self, action, reason=""):
        super()._log(action, reason)
        for mandate in self.filtered("order_id"):
            words = "; ".join(filter(None, (mandate.name, mandate._get_days(), reason)))
            self.env["oa.step.record"]._write_acts(mandate.order_id, action, words)


class OaTask(models.Model):
    """What the person has begun on the document of a task is shown at the task, too."""

    _inherit = "oa.task"

    unsigned_act_ids = fields.Many2many(related="document_id.unsigned_act_ids")
