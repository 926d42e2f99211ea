from odoo import fields, models
from odoo.exceptions import AccessError

from .locks import refuse_changes

RESOLUTION_TYPES = [
    ("execute", "For execution"),
    ("inform", "For information"),
    ("opinion", "For opinion"),
    ("coordinate", "For coordination"),
    ("sign", "For signature"),
    ("answer", "For an answer"),
    ("check", "For a check"),
    ("report", "For report"),
    ("talk", "Please talk to me"),
    ("control", "For control"),
    ("competence", "By competence"),
    ("file", "To the case"),
    ("archive", "To the archive"),
    ("publish", "For publication"),
    ("attend", "For attendance"),
    ("precontrol", "For financial pre-control"),
]


class OaResolution(models.Model):
    """What a head wrote on a document. A fact: it is never changed, a new one is written."""

    _name = "oa.resolution"
    _inherit = ["oa.kept.mixin"]
    _description = "Resolution"
    _order = "given_at, id"
    _rec_name = "text"

    document_id = fields.Many2one("oa.document", required=True, index=True, ondelete="restrict", readonly=True)
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    parent_task_id = fields.Many2one("oa.task", string="Under task", index="btree_not_null", ondelete="restrict", readonly=True)
    type = fields.Selection(RESOLUTION_TYPES, required=True, readonly=True)
    text = fields.Text(required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Given by", required=True, ondelete="restrict", readonly=True)
    substitution_id = fields.Many2one("oa.substitution", string="By mandate", ondelete="restrict", readonly=True)
    given_at = fields.Datetime(required=True, default=fields.Datetime.now, readonly=True)
    due_on = fields.Date(string="Term", readonly=True)
    task_ids = fields.One2many("oa.task", "resolution_id")

    def init(self):
        refuse_changes(self.env.cr, self._table)

    def _say_how_written(self):
        return self.env._("A resolution is written on its document: open the document and press “Resolve”.")

    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(self.env._("A resolution that was given is not changed; write a new one."))

    def _say_not_deleted(self):
        return self.env._("A resolution that was given is not deleted.")
