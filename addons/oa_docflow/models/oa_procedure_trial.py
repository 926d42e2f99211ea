import random

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core import dry_run
from ..core.dry_run import Odds, Tally, TrialStep
from ..core.exemption import Part
from ..core.routing import Act, Mode
from .locks import is_moving, moving
from .oa_procedure_step import BY_HAND

PART = 100
"""Runs in one request; the page asks for the next ones and shows how far it is."""
HOURS_OF_DAY = 8
WORKING_SHARE = {"working_days": 1.0, "calendar_days": 5 / 7, "months": 21.0}


class OaProcedureTrial(models.Model):
    """A dry run of one version: what many random runs have shown, and what was decided about the dead ends."""

    _name = "oa.procedure.trial"
    _description = "Dry run of a procedure"
    _order = "id desc"
    _rec_name = "procedure_id"

    procedure_id = fields.Many2one("oa.procedure", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="procedure_id.company_id", store=True, index=True)
    plan_digest = fields.Char(required=True, readonly=True)
    seed = fields.Integer(required=True, readonly=True)
    run_count = fields.Integer("Random runs", default=1000, readonly=True)
    done_count = fields.Integer("Runs so far", readonly=True)
    tally = fields.Json(readonly=True)
    has_dead_end = fields.Boolean(readonly=True)
    findings = fields.Html(compute="_compute_findings", sanitize=False)
    reason = fields.Text("Why it is published nevertheless")
    is_done = fields.Boolean(compute="_compute_is_done")

    @api.depends("done_count", "run_count")
    def _compute_is_done(self):
        for trial in self:
            trial.is_done = trial.done_count >= trial.run_count

    @api.model_create_multi
    def create(self, vals_list):
        if not is_moving(self.env):
            raise AccessError(self.env._("A dry run begins with its button on the draft of the procedure."))
        return super().create(vals_list)

    def write(self, vals):
        if vals.keys() - {"reason"} and not is_moving(self.env):
            raise AccessError(self.env._("What a dry run has shown is not written by hand."))
        return super().write(vals)

    def action_continue(self):
        """Do the next part of the runs; returns how many are done."""
        self.ensure_one()
        self.check_access("write")
        steps = self.procedure_id._get_trial_steps()
        if self.plan_digest != self.procedure_id._compute_plan_digest():
            raise UserError(self.env._("The procedure has been changed meanwhile; try it out again."))
        tally = Tally.from_data(self.tally or {})
        first = self.seed + self.done_count
        seeds = range(first, first + min(PART, self.run_count - self.done_count))
        tally.add(dry_run.simulate(steps, seeds, Odds(), self._get_absences()))
        found = dry_run.judge(steps, tally, Odds(), self.procedure_id._get_legal_days())
        moving(self).write({"tally": tally.to_data(), "done_count": tally.runs, "has_dead_end": any(one.is_dead_end for one in found)})
        return {"done": self.done_count, "all": self.run_count}

    def action_publish(self):
        """Publish what was tried out."""
        self.ensure_one()
        self.procedure_id.action_publish()
        return self.procedure_id._get_form_of(self.procedure_id)

    def _get_dead_end_blockers(self):
        """Say why what was tried out cannot be published yet."""
        if any(trial.has_dead_end and not (trial.reason or "").strip() for trial in self):
            return [self.env._("The dry run has found a dead end. Mend it, or write why the version is published nevertheless.")]
        return []

    # ------------------------------------------------------------ in words
    @api.depends("tally", "done_count")
    @api.depends_context("lang")
    def _compute_findings(self):
        for trial in self:
            trial.findings = trial._draw_findings() if trial.done_count else False

    def _draw_findings(self):
        tally, procedure = Tally.from_data(self.tally or {}), self.procedure_id
        found = dry_run.judge(procedure._get_trial_steps(), tally, Odds(), procedure._get_legal_days(), self._get_absences())
        items = Markup().join(
            Markup('<li class="%s">%s</li>') % ("text-danger fw-bold" if one.is_dead_end else "", self._say_finding(one)) for one in found
        )
        summary = self.env._(
            "%(finished)s of %(runs)s runs came to their end; half of them within %(half)s working days, nine of ten within %(most)s.",
            finished=tally.ends["finished"],
            runs=tally.runs,
            half=round(dry_run.percentile(tally.days, 0.5), 1),
            most=round(dry_run.percentile(tally.days, 0.9), 1),
        )
        verdict = Markup("<ul>%s</ul>") % items if found else Markup("<p>%s</p>") % self.env._("Nothing stands in the way.")
        return Markup("<p>%s</p>%s") % (summary, verdict)

    def _say_finding(self, one):
        """What was found, and what helps."""
        facts = {
            "subject": one.subject,
            "share": f"{one.share:.0%}",
            "amount": f"{round(one.amount, 1):g}",
            "limit": f"{round(one.limit, 1):g}",
        }
        sentences = {
            "nobody": lambda: self.env._(
                "Dead end: nobody plays the part of “%(subject)s”; %(share)s of the runs stand still there.", **facts
            ),
            "quorum": lambda: self.env._(
                "Dead end: “%(subject)s” asks for %(limit)s people, but there are only %(amount)s; %(share)s of the runs stand still.",
                **facts,
            ),
            "unsigned": lambda: self.env._(
                "Dead end: nobody signs or seals; %(share)s of the documents wait for a signature for ever.", **facts
            ),
            "endless": lambda: self.env._("Dead end: %(share)s of the documents are returned again and again.", **facts),
            "term": lambda: self.env._(
                "The terms of the steps add up to %(amount)s working days, but the law allows about %(limit)s.", **facts
            ),
            "late": lambda: self.env._(
                "With absences and returns %(share)s of the documents are later than the law allows (about %(limit)s working days).",
                **facts,
            ),
            "paper": lambda: self.env._(
                "“%(subject)s” is signed on paper, and no exemption in force covers it: such documents are refused until the opinion of "
                "the ministry is entered (Reports › Exemptions).",
                **facts,
            ),
            "away": lambda: self.env._(
                "%(subject)s is planned to be away for %(amount)s working days, and nobody acts meanwhile: confirm a substitution.", **facts
            ),
            "overload": lambda: self.env._("%(subject)s would have %(amount)s acts a day; more than %(limit)s are too many.", **facts),
            "alone": lambda: self.env._(
                "%(subject)s stands at %(amount)s of %(limit)s steps: the absence of one person stops everything.", **facts
            ),
        }
        return sentences[one.sort]()


class OaProcedure(models.Model):
    """A version is tried out before it is published."""

    _inherit = "oa.procedure"

    trial_ids = fields.One2many("oa.procedure.trial", "procedure_id", string="Dry runs")

    def action_try_out(self):
        """Open a dry run of the draft as it is now."""
        self.ensure_one()
        self.check_access("write")
        # The dry run is kept by the flow, the administrator begins it.
        trial = moving(self.env["oa.procedure.trial"]).create(
            {"procedure_id": self.id, "plan_digest": self._compute_plan_digest(), "seed": random.randrange(10**6)}  # noqa: S311
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dry run: %(procedure)s", procedure=self.display_name),
            "res_model": "oa.procedure.trial",
            "res_id": trial.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_publish(self):
        """From now on documents begin by this version; before that it is tried out."""
        self.check_access("write")
        untried = self.filtered(lambda procedure: procedure.state == "draft" and not procedure._get_last_trial())
        if untried:
            return untried[:1].action_try_out()
        return super().action_publish()

    def _get_last_trial(self):
        """The finished dry run of the version exactly as it stands now."""
        digest = self._compute_plan_digest()
        return self.trial_ids.filtered(lambda trial: trial.is_done and trial.plan_digest == digest).sorted("id")[-1:]

    def _get_publish_blockers(self):
        return super()._get_publish_blockers() + self._get_last_trial()._get_dead_end_blockers()

    def _get_trial_steps(self):
        """The steps with the people who play the parts today."""
        self.ensure_one()
        # As if whoever heads no unit wrote the document: the usual author.
        author = self._find_usual_author()
        document = self.env["oa.document"].new({"company_id": self.company_id.id, "author_id": author.id, "kind_id": self.kind_id.id})
        return tuple(step._to_trial(document, author) for step in self.step_ids)

    def _find_usual_author(self):
        # Who works in which unit is known to everybody.
        employees_sudo = self.env["hr.employee"].sudo().search([("company_id", "=", self.company_id.id), ("user_id", "!=", False)])
        heads = employees_sudo.department_id.manager_id
        usual = (employees_sudo - heads).filtered("department_id")[:1] or employees_sudo[:1]
        return self.env["res.users"].browse(usual.user_id.id)

    def _get_legal_days(self):
        """The term of the law in working days, about; nought when there is none."""
        terms = [term for term in self.term_ids if term.speed == "ordinary"] or self.term_ids[:1]
        return max((term.amount * WORKING_SHARE[term.unit] for term in terms), default=0.0)


class OaProcedureStep(models.Model):
    """A step as the dry run sees it."""

    _inherit = "oa.procedure.step"

    def _to_trial(self, document, author):
        self.ensure_one()
        users = author if self.function in ("chosen", "author") else self._find_users(document)
        # Names of colleagues are no secret.
        names = users.sudo().mapped("name") or ([self.env._("Author")] if self.function in ("chosen", "author") else [])
        return TrialStep(
            key=self.id or self._origin.id,
            name=self.name,
            place=self.sequence,
            act=Act(self.act),
            people=tuple(names),
            days=self.term_amount / HOURS_OF_DAY if self.term_unit == "working_hours" else float(self.term_amount),
            mode=Mode(self.mode),
            quorum=self.quorum,
            is_conditional=bool(self.condition),
            is_on_paper=self.signature_level == BY_HAND and not document._find_exemption(Part.SIGNING, fields.Datetime.now()),
        )
