from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

PARTS = [
    ("drafting", "Preparation"),
    ("coordination", "Coordination"),
    ("signing", "Signature"),
    ("storage", "Storage"),
    ("service", "Service"),
]
REASONS = [
    ("law", "The law asks for paper"),
    ("seal", "Original with a seal or a sticker"),
    ("convention", "International convention"),
    ("graphics", "Large graphic parts"),
    ("technical", "Technical or temporary reason"),
]
STATES = [
    ("draft", "Draft"),
    ("requested", "Opinion requested"),
    ("active", "In force"),
    ("expired", "Expired"),
    ("refused", "Not agreed"),
    ("ended", "Ended"),
]
FLAG_OF = {part: f"is_{part}_exempt" for part, _label in PARTS}
_SCOPE = {
    "name", "procedure_id", "kind_ids", "reason", "legal_ground", "electronic_steps", "request_document_id", "request_number", "request_on",
    "company_id", *FLAG_OF.values(),
}  # fmt: skip
_OPINION = {
    "opinion_document_id", "opinion_number", "opinion_on", "opinion_result", "opinion_conditions", "opinion_file", "opinion_file_name",
    "date_from", "date_to",
}  # fmt: skip
"""The ministry agrees to a scope; what it has agreed to is not widened afterwards."""


class OaExemption(models.Model):
    """What an administration may still do on paper, because the ministry has agreed in writing; everything else is electronic."""

    _name = "oa.exemption"
    _inherit = ["oa.journal.mixin", "oa.guarded.thread", "mail.activity.mixin", "oa.system.fields"]
    _description = "Exemption from electronic turnover"
    _order = "company_id, sequence, id"
    _check_company_auto = True
    _system_fields = frozenset({"state", "warned_until"})

    name = fields.Char("Service or activity", required=True)
    sequence = fields.Integer(default=10)
    state = fields.Selection(STATES, required=True, default="draft", readonly=True, copy=False, index=True)
    company_id = fields.Many2one("res.company", "Administration", required=True, default=lambda self: self.env.company, index=True)
    procedure_id = fields.Many2one("oa.procedure", check_company=True, ondelete="set null")
    kind_ids = fields.Many2many("oa.document.kind", string="Document kinds")
    is_drafting_exempt = fields.Boolean("Preparation")
    is_coordination_exempt = fields.Boolean("Coordination")
    is_signing_exempt = fields.Boolean("Signature")
    is_storage_exempt = fields.Boolean("Storage")
    is_service_exempt = fields.Boolean("Service")
    parts_text = fields.Char("On paper", compute="_compute_parts_text")
    reason = fields.Selection(REASONS, required=True, default="law")
    legal_ground = fields.Text()
    electronic_steps = fields.Text("Stays electronic", help="What is done electronically all the same.")
    date_from = fields.Date("In force from", copy=False)
    date_to = fields.Date("In force to", copy=False, help="Empty: until it is ended.")
    review_on = fields.Date("Review on", copy=False)
    responsible_id = fields.Many2one(
        "res.users", default=lambda self: self.env.user, domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
        ondelete="restrict",
    )  # fmt: skip
    order_number = fields.Char("Order of the governor", copy=False)
    order_on = fields.Date("Date of the order", copy=False)
    note = fields.Text()
    warned_until = fields.Date(readonly=True, copy=False)

    _days_in_order = models.Constraint("CHECK (date_to >= date_from)", "The last day is before the first one.")

    @api.depends(*FLAG_OF.values())
    def _compute_parts_text(self):
        for exemption in self:
            labels = [self._fields[flag]._description_string(self.env) for flag in FLAG_OF.values() if exemption[flag]]
            exemption.parts_text = ", ".join(labels).capitalize()

    @api.model
    def _get_today(self):
        return fields.Date.context_today(self.with_context(tz="Europe/Sofia"))

    # ------------------------------------------------------------ guards
    def write(self, vals):
        for exemption in self.browse() if self._is_system() else self:
            exemption._check_agreed(vals.keys())
        return super().write(vals)

    def _check_agreed(self, names):
        if self.state != "draft" and names & _SCOPE:
            raise UserError(
                self.env._("The ministry was asked about “%(name)s” as it stands. Return it to draft to change its scope.", name=self.name)
            )
        if self.state not in {"draft", "requested"} and names & _OPINION:
            raise UserError(
                self.env._(
                    "The opinion on “%(name)s” is entered. For a longer term or another scope write a new exemption.", name=self.name
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if any(exemption.state != "draft" for exemption in self):
            raise UserError(self.env._("Only a draft is deleted. End an exemption that is not needed."))

    # ------------------------------------------------------------ what covers what
    @api.model
    def _get_covering_domain(self, company, day):
        """Exemptions in force on this day; the last day and a late cron are the same for everybody."""
        return (
            Domain("company_id", "=", company.id)
            & Domain("state", "in", ("active", "expired", "ended"))
            & Domain("date_from", "<=", day)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", day))
        )

    @api.model
    def _find_covering(self, company, kind, part, day):
        """The exemption by which this part of documents of this kind may go on paper on this day, or an empty recordset."""
        # The rule holds for everybody, also for those who may not read the register.
        exemptions_sudo = self.sudo()
        domain = self._get_covering_domain(company, day) & Domain("kind_ids", "in", kind.ids) & Domain(FLAG_OF[part], "=", True)
        return exemptions_sudo.search(domain, limit=1).with_env(self.env)

    @api.model
    def _explain_missing(self, kind, parts):
        """One sentence: what is refused and what to do."""
        labels = dict(self._get_part_labels())
        return self.env._(
            "“%(kind)s” on paper (%(parts)s) needs an exemption in force with a positive opinion of the Ministry of e-Government. "
            "Do it electronically, or ask the Secretary General for an exemption (Reports › Exemptions).",
            kind=kind.name,
            parts=", ".join(labels[part].lower() for part in parts),
        )

    @api.model
    def _get_part_labels(self):
        return [(part, self._fields[flag]._description_string(self.env)) for part, flag in FLAG_OF.items()]

    # ------------------------------------------------------------ refused by hand
    def _check_manager(self):
        """Whoever may write the register moves it; readers are told so."""
        if not self.has_access("write"):
            raise AccessError(self.env._("Exemptions are kept by the Secretary General and the administrator."))
