from odoo import api, fields, models
from odoo.exceptions import UserError

from ..adapters import text_reader, virus_scanner


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    oa_registry_upload_limit = fields.Integer("Largest file, MB", config_parameter="oa_registry.upload_limit", default=50)
    oa_receipts_enabled = fields.Boolean(related="company_id.oa_receipts_enabled", readonly=False)
    oa_receipts_registered = fields.Boolean(related="company_id.oa_receipts_registered", readonly=False)
    oa_label_format = fields.Selection(related="company_id.oa_label_format", readonly=False, required=True)
    oa_stamp_corner = fields.Selection(related="company_id.oa_stamp_corner", readonly=False, required=True)
    oa_closing_email = fields.Char(related="company_id.oa_closing_email", readonly=False)
    oa_journal_keep_months = fields.Integer(related="company_id.oa_journal_keep_months", readonly=False)
    oa_default_office_id = fields.Many2one(
        related="company_id.oa_default_office_id", readonly=False, domain="[('company_id', '=', company_id)]"
    )

    oa_clamd_address = fields.Char("ClamAV", config_parameter="oa_registry.clamd_address")
    oa_virus_warning = fields.Char("About ClamAV", compute="_compute_oa_virus_warning")
    oa_text_warning = fields.Char("What reading texts lacks", compute="_compute_oa_text_warning")

    @api.depends("oa_clamd_address")
    def _compute_oa_virus_warning(self):
        for settings in self:
            address = settings.oa_clamd_address or self.env["oa.document"]._get_scanner_address()
            if not address:
                settings.oa_virus_warning = self.env._("Files are not checked for viruses.")
            elif not virus_scanner.ping(address):
                settings.oa_virus_warning = self.env._("ClamAV does not answer there; until it does, no file is stored.")
            else:
                settings.oa_virus_warning = False

    @api.depends("company_id")
    def _compute_oa_text_warning(self):
        missing = text_reader.list_missing_programs()
        self.oa_text_warning = bool(missing) and self.env._(
            "This machine lacks %(packages)s. Install these packages, and what waits is read by itself.", packages=", ".join(missing)
        )

    oa_office_count = fields.Integer(compute="_compute_oa_counts")
    oa_register_count = fields.Integer(compute="_compute_oa_counts")
    oa_kind_count = fields.Integer(compute="_compute_oa_counts")
    oa_class_count = fields.Integer(compute="_compute_oa_counts")
    oa_rule_count = fields.Integer(compute="_compute_oa_counts")
    oa_person_count = fields.Integer(compute="_compute_oa_counts")

    @api.depends("company_id")
    def _compute_oa_counts(self):
        own = [("company_id", "=", self.env.company.id)]
        self.oa_office_count = self.env["oa.registry.office"].search_count(own)
        self.oa_register_count = self.env["oa.register"].search_count(own)
        self.oa_kind_count = self.env["oa.document.kind"].search_count([])
        self.oa_class_count = self.env["oa.case.class"].search_count([*own, ("parent_id", "!=", False)])
        self.oa_rule_count = self.env["oa.intake.rule"].search_count(own)
        people = [("company_ids", "in", self.env.company.id), ("share", "=", False), ("oa_roles", "!=", False)]
        self.oa_person_count = self.env["res.users"].search_count(people)

    def action_open_people(self):
        """Who holds which role in the document flow."""
        action = self.env["ir.actions.act_window"]._for_xml_id("base.action_res_users")
        domain = [("company_ids", "in", self.env.company.id), ("share", "=", False), ("oa_roles", "!=", False)]
        return {**action, "domain": domain, "context": {}}

    def action_export_configuration(self):
        return {"type": "ir.actions.act_url", "url": f"/oa/configuration/{self.env.company.id}", "target": "download"}

    def _compute_display_name(self):
        # Administrators of the document flow may not read window actions; the name of the page is no secret.
        super(ResConfigSettings, self.sudo())._compute_display_name()

    def action_load_registry_template(self):
        """Give the administration registers, classes and an office by the pattern."""
        if not self.env.is_admin():
            raise UserError(self.env._("Only administrators change the settings."))
        self.company_id._load_registry_template()
        return {"type": "ir.actions.client", "tag": "reload"}
