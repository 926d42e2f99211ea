from odoo import fields, models

from .oa_register_entry import DIRECTIONS

ACCESS_LEVELS = [("free", "Free"), ("restricted", "Restricted")]


class OaDocumentKind(models.Model):
    """What a document is; it chooses the register, the class, the access and whether a case is opened."""

    _name = "oa.document.kind"
    _inherit = ["oa.journal.mixin"]
    _description = "Document kind"
    _order = "direction, sequence, name"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    direction = fields.Selection(DIRECTIONS, required=True)
    register_id = fields.Many2one(
        "oa.register", company_dependent=True, help="Register of this administration in which documents of the kind are entered."
    )
    class_id = fields.Many2one("oa.case.class", "Class of the case", company_dependent=True)
    is_case_opening = fields.Boolean("Opens a case")
    access_level = fields.Selection(ACCESS_LEVELS, "Access", required=True, default="free")
    type_uri = fields.Char("URI of the document type")
    default_register_code = fields.Char(help="Code of the register that a new administration gets for this kind.")
    default_class_code = fields.Char(help="Code of the class that a new administration gets for this kind.")

    _code_unique = models.Constraint("UNIQUE (direction, code)", "This code of a document kind is already used.")
