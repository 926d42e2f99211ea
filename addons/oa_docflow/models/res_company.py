from odoo import fields, models
from odoo.exceptions import UserError

from ..core import levels
from ..core.reminders import Policy
from .oa_function import FUNCTIONS
from .oa_procedure_step import WORK_LEVELS


class ResCompany(models.Model):
    """Choices of one administration about its flow."""

    _inherit = "res.company"

    docflow_resolver_function = fields.Selection(
        FUNCTIONS,
        string="Who writes resolutions",
        required=True,
        default="governor",
        help="The function that gets incoming documents for resolution when the procedure names nobody else.",
    )
    docflow_refusal = fields.Selection(
        [
            ("keep", "The number stays until the head registrar decides"),
            ("annul", "The number is annulled at once"),
            ("return", "The document returns to its author and keeps its number"),
        ],
        string="When a signature is refused",
        required=True,
        default="keep",
    )
    docflow_work_level = fields.Selection(
        WORK_LEVELS,
        string="How resolutions and tasks are signed",
        required=True,
        default="logged",
        help="Counts for resolutions, the moves of tasks and substitutions where the procedure says nothing else.",
    )
    docflow_certify_level = fields.Selection(
        WORK_LEVELS,
        string="How images of paper are certified",
        required=True,
        default="logged",
        help="The clerk declares that the image corresponds fully and exactly to the paper.",
    )
    docflow_internal_issuers = fields.Text(
        "Own certificate authorities",
        help="Issuers of certificates for internal use, one in a line, as the certificates name them. All others that are not qualified"
        " count as advanced.",
    )
    docflow_seal_message = fields.Text("Why acts are not sealed", readonly=True)

    docflow_remind_before = fields.Integer("Reminder before the term", default=2, help="Working days before the last day; 0: none.")
    docflow_remind_on_day = fields.Boolean("Reminder on the last day", default=True)
    docflow_remind_late = fields.Integer("Reminder after the term", default=1, help="Working days after the last day; 0: none.")
    docflow_escalate_after = fields.Integer("Tell the head of the unit", default=1, help="Working days after the last day; 0: never.")
    docflow_escalate_again_after = fields.Integer(
        "Tell the Secretary General", default=3, help="Working days after the last day; 0: never."
    )
    docflow_warn_silence_before = fields.Integer(
        "Warning before a tacit refusal", default=3, help="Working days before silence becomes a refusal; 0: none."
    )

    _reminders_sane = models.Constraint(
        "CHECK (LEAST(docflow_remind_before, docflow_remind_late, docflow_escalate_after, docflow_escalate_again_after,"
        " docflow_warn_silence_before) >= 0 AND GREATEST(docflow_remind_before, docflow_warn_silence_before) <= 60)",
        "The days of reminders are from 0 to 60.",
    )

    def _check_level(self, asked, certificate):
        """Refuse a signature with this certificate where a stronger one is asked."""
        # What a certificate says is public, and so is the setting.
        certificate_sudo, company_sudo = certificate.sudo(), self.sudo()
        made = levels.level_of(
            certificate_sudo.issuer or "", is_qualified=certificate_sudo.is_qualified, is_seal=certificate_sudo.is_seal,
            internal_issuers=company_sudo.docflow_internal_issuers or "",
        )  # fmt: skip
        if levels.reaches(made, asked):
            return
        names = dict(self.env["oa.route.step"]._fields["signature_level"]._description_selection(self.env))
        raise UserError(
            self.env._(
                "Asked is: %(asked)s. The certificate “%(certificate)s” makes only: %(made)s. Sign with another key.",
                asked=names[asked].lower(),
                certificate=certificate_sudo.name,
                made=names[made].lower(),
            )
        )

    def _get_reminder_policy(self):
        self.ensure_one()
        return Policy(
            self.docflow_remind_before,
            self.docflow_remind_on_day,
            self.docflow_remind_late,
            self.docflow_escalate_after,
            self.docflow_escalate_again_after,
        )

    def action_load_standard_procedures(self):
        """Put the shipped procedures at the disposal of this administration."""
        self.env["oa.procedure"].check_access("create")
        for company in self:
            self.env["oa.procedure"]._load_standard(company)
            self.env["oa.exemption"]._load_standard(company)
