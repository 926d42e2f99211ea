"""Every administration gets the usual exemptions as drafts; they cover nothing until the ministry's opinion is entered."""

from odoo import SUPERUSER_ID, api


def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for company in env["oa.procedure"].search([]).company_id:
        env["oa.exemption"].with_company(company)._load_standard(company)
