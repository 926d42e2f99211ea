from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core.exemption import ON_PAPER, PAPER_CHANNELS, Part
from .oa_exemption import FLAG_OF

OUTCOMES = [("electronic", "Electronic"), ("exempt", "Under an exemption"), ("breach", "Breach")]
NO_IMAGE = "image"
"""A document on paper that was never scanned; no exemption covers that."""


class OaElectronicShare(models.Model):
    """For each registered document: was it electronic in every step, under an exemption, or against the rule."""

    _name = "oa.electronic.share"
    _description = "Share of electronic documents"
    _auto = False
    _order = "registered_on desc, id desc"
    _rec_name = "document_id"

    document_id = fields.Many2one("oa.document", readonly=True)
    company_id = fields.Many2one("res.company", "Administration", readonly=True)
    unit_id = fields.Many2one("hr.department", "Organisational unit", readonly=True)
    kind_id = fields.Many2one("oa.document.kind", "Document kind", readonly=True)
    direction = fields.Selection([("incoming", "Incoming"), ("outgoing", "Outgoing"), ("internal", "Internal")], readonly=True)
    registered_on = fields.Date("Registered on", readonly=True)
    outcome = fields.Selection(OUTCOMES, readonly=True)
    paper_parts = fields.Char(readonly=True)
    paper_text = fields.Char("On paper", compute="_compute_paper_text")
    electronic_percent = fields.Float("Electronic, %", readonly=True, aggregator="avg", digits=(5, 1))
    breach_count = fields.Integer("Breaches", readonly=True)
    exempt_count = fields.Integer("Under an exemption", readonly=True)

    @api.depends("paper_parts")
    def _compute_paper_text(self):
        labels = dict(self.env["oa.exemption"]._get_part_labels()) | {NO_IMAGE: self.env._("No scan")}
        for row in self:
            row.paper_text = ", ".join(labels[part] for part in (row.paper_parts or "").split(",") if part)

    @property
    def _table_query(self):
        return SQL(
            """
            WITH paper AS (%(steps)s), author AS (
                SELECT DISTINCT ON (e.user_id, e.company_id) e.user_id, e.company_id, v.department_id
                FROM hr_employee e JOIN hr_version v ON v.id = e.current_version_id
                WHERE e.user_id IS NOT NULL ORDER BY e.user_id, e.company_id, e.id
            ), judged AS (
                SELECT document_id, string_agg(part, ',' ORDER BY part) AS parts, bool_and(is_covered) AS is_covered
                FROM (SELECT paper.document_id, paper.part, %(covered)s AS is_covered
                      FROM paper JOIN oa_document d ON d.id = paper.document_id) AS step
                GROUP BY document_id
            )
            SELECT d.id, d.id AS document_id, d.company_id, COALESCE(d.unit_id, author.department_id) AS unit_id,
                d.kind_id, d.direction, judged.parts AS paper_parts,
                (d.registered_at AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Sofia')::date AS registered_on,
                CASE WHEN judged.document_id IS NULL THEN 'electronic' WHEN judged.is_covered THEN 'exempt' ELSE 'breach' END AS outcome,
                CASE WHEN judged.document_id IS NULL THEN 100.0 ELSE 0.0 END AS electronic_percent,
                CASE WHEN judged.is_covered = FALSE THEN 1 ELSE 0 END AS breach_count,
                CASE WHEN judged.is_covered THEN 1 ELSE 0 END AS exempt_count
            FROM oa_document d LEFT JOIN judged ON judged.document_id = d.id
            LEFT JOIN author ON author.user_id = d.author_id AND author.company_id = d.company_id
            WHERE d.registered_at IS NOT NULL AND d.state <> 'annulled'
            """,
            steps=SQL(" UNION ALL ").join(self._get_paper_steps()),
            covered=self._get_covered(),
        )

    def _get_paper_steps(self):
        """One query for each part, with the day on which it went on paper; the same rules as in `core/exemption.py`."""
        own = SQL("d.direction <> 'incoming' AND d.reserved_entry_id IS NULL AND d.registered_at IS NOT NULL")
        own_on_paper = SQL("%s AND d.carrier IN %s", own, tuple(sorted(ON_PAPER)))
        coordinated = SQL("""
            NOT EXISTS (SELECT 1 FROM oa_route r WHERE r.document_id = d.id) AND EXISTS (
                SELECT 1 FROM oa_procedure p JOIN oa_procedure_step s ON s.procedure_id = p.id
                WHERE p.kind_id = d.kind_id AND p.company_id = d.company_id AND p.active AND p.state = 'published' AND s.act = 'coordinate')
        """)
        without_image = SQL("""
            d.direction = 'incoming' AND d.carrier IN %s AND d.registered_at IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM oa_document_file f WHERE f.document_id = d.id AND f.role IN ('main', 'scan'))
        """, tuple(sorted(ON_PAPER)))  # fmt: skip
        conditions = {
            Part.DRAFTING: own_on_paper,
            Part.COORDINATION: SQL("%s AND %s", own_on_paper, coordinated),
            Part.SIGNING: SQL("%s AND d.signing_method = 'hand'", own),
            Part.STORAGE: SQL(
                "%s AND (d.carrier IN %s OR d.signing_method = 'hand') AND d.paper_disposition = 'kept'", own, tuple(sorted(ON_PAPER))
            ),
            NO_IMAGE: without_image,
        }
        steps = [
            SQL("SELECT d.id AS document_id, %s AS part, d.registered_at AS at FROM oa_document d WHERE %s", str(part), condition)
            for part, condition in conditions.items()
        ]
        return [*steps, self._get_service_on_paper()]

    def _get_service_on_paper(self):
        return SQL(
            """
            SELECT s.document_id, %s AS part, max(s.sent_at) AS at
            FROM oa_dispatch s JOIN res_partner q ON q.id = s.partner_id
            JOIN res_partner c ON c.id = COALESCE(q.commercial_partner_id, q.id)
            WHERE c.oa_is_administration AND s.channel IN %s AND s.state IN ('sent', 'delivered')
            GROUP BY s.document_id
            """,
            str(Part.SERVICE),
            tuple(sorted(PAPER_CHANNELS)),
        )

    def _get_covered(self):
        flags = SQL(" OR ").join(SQL("(paper.part = %s AND e.%s)", str(part), SQL.identifier(flag)) for part, flag in FLAG_OF.items())
        return SQL(
            """
            EXISTS (SELECT 1 FROM oa_exemption e JOIN oa_document_kind_oa_exemption_rel k ON k.oa_exemption_id = e.id
                WHERE e.company_id = d.company_id AND k.oa_document_kind_id = d.kind_id AND e.state IN ('active', 'expired', 'ended')
                AND e.date_from <= (paper.at AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Sofia')::date
                AND (e.date_to IS NULL OR e.date_to >= (paper.at AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Sofia')::date)
                AND (%s))
            """,
            flags,
        )

    def action_open_document(self):
        self.ensure_one()
        return self.document_id._get_form_action()

    # ------------------------------------------------------------ the printed page
    @api.model
    def _get_report_pdf(self, company, first, last):
        """The share of a period per unit and kind, with every breach."""
        self.check_access("read")
        if last < first:
            raise UserError(self.env._("The last day is before the first one."))
        domain = [("company_id", "=", company.id), ("registered_on", ">=", first), ("registered_on", "<=", last)]
        html = self.env["ir.qweb"].with_context(lang="bg_BG")._render(
            "oa_docflow.electronic_share",
            {
                "company": company,
                "first": first,
                "last": last,
                "total": self._summarise(domain, [])[0],
                "units": self._summarise(domain, ["unit_id"]),
                "kinds": self._summarise(domain, ["kind_id"]),
                "breaches": self.with_context(lang="bg_BG").search([*domain, ("outcome", "=", "breach")], order="registered_on, id"),
                "today": fields.Date.context_today(self),
            },
        )  # fmt: skip
        return self.env["oa.document"]._render_pdf(str(html), "Дял на електронните документи")

    def _summarise(self, domain, groupby):
        """Name, all, electronic, exempt, breaches and share of each group."""
        rows = self._read_group(domain, groupby, ["__count", "exempt_count:sum", "breach_count:sum"])
        summary = []
        for row in rows:
            count, exempt, breaches = row[-3], row[-2] or 0, row[-1] or 0
            electronic = count - exempt - breaches
            percent = f"{100 * electronic / count:.1f}".replace(".", ",") if count else "–"
            name = row[0].display_name if groupby else ""
            summary.append({
                "name": name, "count": count, "electronic": electronic, "exempt": exempt, "breaches": breaches, "percent": percent,
            })  # fmt: skip
        return summary
