"""Tasks that were given before open their document to the line of heads as well."""

from odoo import SUPERUSER_ID, api
from odoo.addons.oa_docflow.core.lifecycle import OPEN_TASK_STATES


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {"lang": "bg_BG"})
    env["oa.task"].search([("state", "in", list(OPEN_TASK_STATES))])._open_document()
