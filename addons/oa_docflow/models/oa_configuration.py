from odoo import api, models

from .oa_procedure_version import FREE


class OaConfiguration(models.AbstractModel):
    """How documents travel goes into the same file: templates, procedures with their steps and terms, days off, choices of the flow."""

    _inherit = "oa.configuration"

    @api.model
    def _get_sections(self):
        sections = super()._get_sections()
        place = next(number for number, section in enumerate(sections) if section.name == "settings")
        return [
            *sections[:place],
            self._make_section("templates", "oa.document.template", ("name",)),
            self._make_section("procedures", "oa.procedure", ("code", "name"), ("step_ids", "term_ids")),
            self._make_section("days", "oa.calendar.day", ("day",)),
            *sections[place:],
        ]

    @api.model
    def _get_references(self):
        return {**super()._get_references(), "hr.job": ("name",), "ir.model.fields": ("name",)}

    @api.model
    def _get_setting_prefixes(self):
        return (*super()._get_setting_prefixes(), "docflow_")

    def _find_records(self, section, company):
        if section.model == "oa.procedure":
            # What is in use; drafts and what was replaced belong to the administration where they were written.
            return super()._find_records(section, company).filtered(lambda procedure: procedure.state == "published")
        if section.model != "oa.document.template":
            return super()._find_records(section, company)
        # A procedure may print by a template that belongs to all administrations.
        templates = self.env["oa.document.template"].with_company(company).with_context(active_test=False)
        return templates.search([("company_id", "in", (company.id, False))], order="company_id, id")

    def _change(self, section, company, change):
        if section.model != "oa.procedure" or change.values.keys() <= FREE:
            super()._change(section, company, change)
            return
        procedure = self._find_by_key(section, company, change.key)
        vals = {name: self._read_value(section, company, name, value) for name, value in change.values.items()}
        if procedure:
            # A published version never changes: what the file says becomes the next one.
            procedure._bring_next_version(vals)
        else:
            procedure.create({**vals, "company_id": company.id})._publish()
        self.env.flush_all()

    def _find_named(self, model, company, key):
        if model != "ir.model.fields":
            return super()._find_named(model, company, key)
        return self.env["ir.model.fields"]._get("oa.document", key)

    def _get_label(self, section):
        return {
            "templates": self.env._("Document template"), "procedures": self.env._("Procedure"), "days": self.env._("Day off or moved"),
        }.get(section.name) or super()._get_label(section)  # fmt: skip
