"""Administrations that use procedures get those that are shipped since."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {"lang": "bg_BG"})
    procedures = env["oa.procedure"]
    for company in procedures.with_context(active_test=False).search([]).company_id:
        procedures._load_standard(company)
