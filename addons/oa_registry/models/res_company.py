import csv

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import file_open

from ..core.retention import Retention


class ResCompany(models.Model):
    _inherit = "res.company"

    oa_receipts_enabled = fields.Boolean("Receipts to applicants", default=True)
    oa_receipts_registered = fields.Boolean(
        "Acknowledgements get a number of their own",
        help="Each is an outgoing document of the official register, linked to what it acknowledges.",
    )
    oa_closing_email = fields.Char(
        "Send the daily list to", help="An address outside the administration keeps what the registers said each day."
    )
    oa_journal_keep_months = fields.Integer(
        "Months for which the journal keeps who looked",
        help="Logins, openings and downloads only; zero keeps them for ever. The security ordinance asks for at least twelve months.",
    )
    oa_default_office_id = fields.Many2one("oa.registry.office", "Default registry office")

    _journal_kept_a_year = models.Constraint(
        "CHECK (coalesce(oa_journal_keep_months, 0) = 0 OR oa_journal_keep_months >= 12)",
        "The journal is kept for at least 12 months; zero keeps it for ever.",
    )

    def _get_official_language(self):
        """The language in which records are kept here: that of the system user, set when the language was installed."""
        # The language of the system is no secret.
        return self.env.ref("base.user_root").sudo().lang or self.env.lang or "en_US"

    def _in_official_language(self):
        """For sentences that are stored: whoever acts, they are in the language of the administration."""
        return self.with_context(lang=self._get_official_language())

    def _load_registry_template(self, index="", one_series=True):
        """Give a new administration its office, registers, classes and kinds' defaults; what it has stays."""
        for company in self:
            company._load_office()
            company._load_registers(index, one_series)
            company._load_classes()
            company._load_kind_defaults()

    def _load_office(self):
        office = self.env["oa.registry.office"].search([("company_id", "=", self.id)], limit=1)
        self.oa_default_office_id = office or self.env["oa.registry.office"].create(
            {"name": "Централна регистратура", "code": "Ц", "company_id": self.id, "email": self.email, "phone": self.phone}
        )

    def _load_registers(self, index, one_series):
        known = set(self.env["oa.register"].with_context(active_test=False).search([("company_id", "=", self.id)]).mapped("code"))
        series = "one" if one_series else "two"
        registers = self.env["oa.register"].create(
            [
                {
                    "code": row["code"],
                    "name": row["name"],
                    "direction": row["direction"],
                    # Without a national index the official number is the plain one.
                    "number_template": row["number_template"] if index or "{index}" not in row["number_template"] else "{seq}-{dd.MM.yyyy}",
                    "index": index if "{index}" in row["number_template"] else False,
                    "reset": row["reset"],
                    "sequence": number * 10,
                    "company_id": self.id,
                    "office_id": self.oa_default_office_id.id,
                }
                for number, row in enumerate(_read("register_template.csv"), 1)
                if row["series"] in {"", series} and row["code"] not in known
            ]
        )
        self._name_records(registers, "register")

    def _load_classes(self):
        case_class_model = self.env["oa.case.class"]
        if case_class_model.search_count([("company_id", "=", self.id)], limit=1):
            return
        sections = {}
        for row in _read("class_template.csv"):
            vals = {"code": row["code"], "name": row["name"], "company_id": self.id}
            if row["retention"]:
                retention = Retention.parse(row["retention"])
                vals.update(
                    case_class_model._prepare_term_vals(retention), parent_id=sections[row["code"][:2]].id, retention_note=row["note"]
                )
            record = case_class_model.create(vals)
            if not row["retention"]:
                sections[row["code"]] = record

    def _load_kind_defaults(self):
        registers = {register.code: register for register in self.env["oa.register"].search([("company_id", "=", self.id)])}
        classes = {item.code: item for item in self.env["oa.case.class"].search([("company_id", "=", self.id)], order="year, code")}
        for kind in self.env["oa.document.kind"].with_company(self).search(Domain.TRUE):
            official = registers.get("ОДР") or registers.get({"incoming": "ВХ", "outgoing": "ИЗХ"}.get(kind.direction, "ВН"))
            kind.register_id = (
                kind.register_id
                or registers.get(kind.default_register_code)
                or (official if kind.direction != "internal" else registers.get("ВН"))
            )
            kind.class_id = kind.class_id or classes.get(kind.default_class_code)

    def _name_records(self, records, prefix):
        """Give XML ids to what the template makes, so that demo data and imports can point to it."""
        data = self.env["ir.model.data"]
        own = data.search([("model", "=", "res.company"), ("res_id", "=", self.id), ("module", "=", "oa_registry")], limit=1).name
        owner = (own or f"company_{self.id}").removeprefix("company_")
        data._update_xmlids([
            {"xml_id": f"oa_registry.{prefix}_{owner}_{_LATIN.get(record.code, record.id)}", "record": record, "noupdate": True}
            for record in records
        ])  # fmt: skip


_LATIN = {
    "ОДР": "official", "ВХ": "incoming", "ИЗХ": "outgoing", "ВН": "internal", "ДС": "ds", "РД": "rd", "ЧР": "hr", "КМ": "travel",
    "ДГ": "contract", "ДОИ": "doi", "ЖС": "complaint", "ОбС": "council", "АДС": "ads", "АП": "apostille", "ПР": "protocol", "УТ": "ut",
}  # fmt: skip


def _read(name):
    with file_open(f"oa_registry/data/{name}") as stream:
        return list(csv.DictReader(stream))
