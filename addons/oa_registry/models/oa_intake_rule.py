from odoo import api, fields, models
from odoo.exceptions import ValidationError


class OaIntakeRule(models.Model):
    """One line of the routing table: which letters go to which office, kind, unit or case."""

    _name = "oa.intake.rule"
    _inherit = ["oa.journal.mixin"]
    _description = "Routing of e-mails"
    _order = "company_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", "Administration", required=True, default=lambda self: self.env.company, index=True)
    sender = fields.Char("Sender contains", help="An address or the end of one, for example @vidin.bg.")
    subject = fields.Char("Subject contains")
    recipient = fields.Char("Address contains", help="The address to which the letter was sent.")
    office_id = fields.Many2one("oa.registry.office", "Registry office", check_company=True)
    kind_id = fields.Many2one("oa.document.kind", domain="[('direction', '=', 'incoming')]")
    unit_id = fields.Many2one("hr.department", check_company=True)
    case_id = fields.Many2one("oa.case", check_company=True)

    @api.depends("sender", "subject", "recipient")
    def _compute_name(self):
        for rule in self:
            rule.name = " · ".join(filter(None, (rule.sender, rule.subject, rule.recipient)))

    @api.constrains("sender", "subject", "recipient")
    def _check_condition(self):
        if self.filtered(lambda rule: not (rule.sender or rule.subject or rule.recipient)):
            raise ValidationError(self.env._("Say by what letters are told: sender, subject or address."))

    @api.model
    def _find(self, mail):
        """The first line that fits the letter."""
        # The table is a setting; it is applied for whoever takes the letter in.
        rules = self.sudo().search([("company_id", "=", mail.company_id.id)]).with_env(self.env)
        return next((rule for rule in rules if rule.sudo()._fits(mail)), self.browse())  # as above

    def _fits(self, mail):
        pairs = ((self.sender, mail.sender), (self.subject, mail.subject), (self.recipient, mail.recipients))
        return all(not wanted or wanted.strip().lower() in (text or "").lower() for wanted, text in pairs)
