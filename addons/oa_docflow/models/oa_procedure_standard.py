from pathlib import Path

from odoo import api, fields, models
from odoo.tools import file_path

from ..core import plan as plans

FOLDER = "oa_docflow/data/procedures"
USUAL = ("1972", "reply", "memo", "order", "forwarding", "irregularity")
"""Shipped procedures that are taken by themselves where a kind has several."""


class OaProcedure(models.Model):
    """The procedures that every regional administration begins with: files of the same format in which procedures travel."""

    _inherit = "oa.procedure"

    is_usual = fields.Boolean("Usual for its kind", help="Where several procedures fit a kind of documents, this one is proposed.")

    @api.model
    @api.private
    def _load_standard(self, company):
        """Create and publish the shipped procedures that this administration does not have yet."""
        known = self.with_context(active_test=False).search([("company_id", "=", company.id)])
        names, lineages = set(known.mapped("name")), set(known.mapped("lineage"))
        vals_list = []
        for number, (slug, plan) in enumerate(_read_standard(), 1):
            if plan.name not in names and plan.lineage not in lineages:
                vals, _missing = self._fit_plan(plan, company)
                vals_list.append({**vals, "sequence": number * 10, "is_usual": slug in USUAL})
        procedures = self.create(vals_list)
        procedures._publish()
        return procedures


def _read_standard():
    """Name and plan of each shipped procedure, in the order of their files."""
    paths = sorted(Path(file_path(FOLDER)).glob("*.oaproc"))
    return [(path.stem.partition("-")[2], plans.from_xml(path.read_bytes())[0]) for path in paths]
