from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import format_datetime

from ..core.errors import SigningError
from ..core.slip import Slip, draw_slip

_PORTION = 200
_ALARM = 14
"""Days before the end of proofs from which it is said aloud that they could not be renewed."""


class OaPreservation(models.Model):
    """One run of the job that keeps proofs alive: what it looked at, renewed, and could not renew."""

    _name = "oa.preservation"
    _description = "Report of preservation"
    _inherit = ["mail.thread"]
    _order = "id desc"

    name = fields.Char(compute="_compute_name")
    started_at = fields.Datetime("Started", default=fields.Datetime.now, required=True, readonly=True)
    finished_at = fields.Datetime("Finished", readonly=True)
    state = fields.Selection([("running", "Under way"), ("done", "Done")], default="running", required=True, readonly=True)
    days = fields.Integer("Days ahead", readonly=True, aggregator=None)
    bits = fields.Integer("Strength wanted, bits", readonly=True, aggregator=None)
    measured_count = fields.Integer("Files measured", readonly=True)
    total_count = fields.Integer("To be renewed", readonly=True)
    done_count = fields.Integer("Renewed", compute="_compute_counts")
    failed_count = fields.Integer("Not renewed yet", compute="_compute_counts")
    progress = fields.Float(compute="_compute_counts")
    line_ids = fields.One2many("oa.preservation.line", "run_id", "Files", readonly=True)

    @api.depends("started_at")
    @api.depends_context("lang", "tz")
    def _compute_name(self):
        for run in self:
            run.name = self.env._("Preservation of %(moment)s", moment=run._format(run.started_at))

    @api.depends("line_ids.is_renewed", "total_count")
    def _compute_counts(self):
        groups = self.env["oa.preservation.line"]._read_group([("run_id", "in", self.ids)], ["run_id", "is_renewed"], ["__count"])
        counts = {(run.id, is_renewed): count for run, is_renewed, count in groups}
        for run in self:
            run.done_count, run.failed_count = counts.get((run.id, True), 0), counts.get((run.id, False), 0)
            ready = run.done_count + run.failed_count
            run.progress = 100.0 * ready / run.total_count if run.total_count else 100.0 * (run.state == "done")

    @api.model
    def action_start(self):
        """Look now instead of in the night."""
        self._check_administrator()
        if not self.env["oa.signature.life"]._get_settings()["is_on"]:
            raise UserError(self.env._("Preservation is turned off in Settings, Electronic signatures."))
        # Only the cron works; whoever may do so asks it to.
        self.env.ref("oa_signing.oa_preservation_cron").sudo()._trigger()
        message = self.env._("Preservation was started; its report appears here.")
        params = {"type": "success", "message": message, "next": {"type": "ir.actions.client", "tag": "soft_reload"}}
        return {"type": "ir.actions.client", "tag": "display_notification", "params": params}

    def action_print(self):
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/oa_signing/preservation/{self.id}", "target": "download"}

    # The job ---------------------------------------------------------------------------------------------------------

    @api.model
    def _cron_preserve(self):
        """Measure what is new, renew what is due; each file for itself, what is done is kept whatever happens to the rest."""
        lives = self.env["oa.signature.life"]
        settings = lives._get_settings()
        if not settings["is_on"]:
            return
        measured = self._measure_new(lives)
        due = lives._list_due(_PORTION)
        run = self.search([("state", "=", "running")], limit=1)
        if not due and not run:
            return
        run = run or self.create({"days": settings["days"], "bits": settings["bits"]})
        run.write({"measured_count": run.measured_count + measured, "total_count": len(run.line_ids) + len(due)})
        has_time = run._renew_all(due)
        if has_time and not lives._list_due(1):
            run._finish()
        else:
            # Only the cron works; it is asked to come back for the rest.
            self.env.ref("oa_signing.oa_preservation_cron").sudo()._trigger()

    def _measure_new(self, lives):
        crons, count = self.env["ir.cron"], 0
        while signatures := lives._list_unmeasured(_PORTION):
            for signature in signatures:
                try:
                    lives._measure(signature)
                except SigningError:
                    # The service does not answer; the report of the due ones will say so.
                    return count
                count += 1
            if not crons._commit_progress(len(signatures)):
                break
        return count

    def _renew_all(self, due):
        crons = self.env["ir.cron"]
        crons._commit_progress(remaining=len(due))
        for life in due:
            before = life.until
            message = life._renew()
            self.env["oa.preservation.line"].create(
                {
                    "run_id": self.id,
                    "signature_id": life.signature_id.id,
                    "is_renewed": not message,
                    "until_before": before,
                    "until_after": life.until,
                    "algorithm": life.algorithm,
                    "message": message or life.message,
                }
            )
            if not crons._commit_progress(1):
                return False
        return True

    def _finish(self):
        self.write({"state": "done", "finished_at": fields.Datetime.now()})
        late = self.line_ids.filtered(lambda line: not line.is_renewed and line._is_alarming(_ALARM))
        if not late:
            return
        administrators = self.env.ref("oa_signing.oa_signing_group_administrator").all_user_ids.filtered(
            lambda user: user.active and user != self.env.ref("base.user_root")
        )
        for user in administrators:
            env = self.with_context(lang=user.lang).env
            body = env._(
                "Files whose proofs end within %(days)s days and could not be renewed: %(count)s. Open the report and mend what it names.",
                days=_ALARM,
                count=len(late),
            )
            self.message_notify(partner_ids=user.partner_id.ids, subject=env._("Proofs of signatures end soon"), body=body)

    # The page --------------------------------------------------------------------------------------------------------

    def _make_pdf(self):
        """The report as a page, in the language of who asks."""
        self.ensure_one()
        self.check_access("read")
        summary = (
            (self.env._("Started"), self._format(self.started_at)),
            (self.env._("Finished"), self._format(self.finished_at) or self.env._("under way")),
            (self.env._("Days ahead"), str(self.days)),
            (self.env._("Strength wanted, bits"), str(self.bits)),
            (self.env._("Files measured"), str(self.measured_count)),
            (self.env._("Renewed"), str(self.done_count)),
            (self.env._("Not renewed yet"), str(self.failed_count)),
        )
        renewed = self.line_ids.filtered("is_renewed")
        sections = [
            (self.env._("Summary"), summary),
            (self.env._("Renewed"), tuple(line._describe() for line in renewed)),
            (self.env._("Not renewed yet"), tuple(line._describe() for line in self.line_ids - renewed)),
        ]
        footer = self.env._("Archive timestamps were added over the files; the signatures themselves and the content are unchanged.")
        company = ", ".join(self.env.companies.mapped("name"))
        return draw_slip(Slip(self.env._("Report of preservation"), company, tuple(sections), footer))

    def _format(self, moment):
        return format_datetime(self.env, moment, tz=self.env.user.tz or "Europe/Sofia", dt_format="dd.MM.yyyy HH:mm") if moment else ""

    @api.model
    def _check_administrator(self):
        if not self.env.user.has_group("oa_signing.oa_signing_group_administrator"):
            raise AccessError(self.env._("Only an administrator of signatures starts preservation."))


class OaPreservationLine(models.Model):
    """One file of a run."""

    _name = "oa.preservation.line"
    _description = "File of a preservation report"
    _order = "is_renewed, id"
    _rec_name = "signature_id"

    run_id = fields.Many2one("oa.preservation", ondelete="cascade", required=True, readonly=True, index=True)
    signature_id = fields.Many2one("oa.signature", ondelete="restrict", required=True, readonly=True)
    company_id = fields.Many2one(related="signature_id.company_id")
    record_name = fields.Char(related="signature_id.record_name")
    is_renewed = fields.Boolean("Renewed", readonly=True)
    until_before = fields.Datetime("Held until", readonly=True)
    until_after = fields.Datetime("Holds until", readonly=True)
    algorithm = fields.Char("Weakest algorithm", readonly=True)
    message = fields.Text("What to know", readonly=True)

    def _is_alarming(self, days):
        return bool(self.until_after) and (self.until_after - fields.Datetime.now()).days < days

    def _describe(self):
        run = self.run_id
        words = f"{run._format(self.until_before)} → {run._format(self.until_after)}; {self.algorithm or '–'}"
        return self.record_name, f"{words}. {self.message}" if self.message else words
