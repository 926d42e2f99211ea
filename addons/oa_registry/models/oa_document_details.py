import uuid

from odoo import api, fields, models

_DEFAULTS = {"carrier": "default_carrier", "urgency": "default_urgency", "signing_method": "default_signing_method"}
"""What a kind fills in, as long as nobody has typed anything else."""


class OaDocument(models.Model):
    """What a document carries beside its line in the book; the kind says which of it is asked for."""

    _inherit = "oa.document"

    guid = fields.Char("GUID", readonly=True, copy=False, default=lambda self: str(uuid.uuid4()), index="btree_not_null")
    copy_count = fields.Integer("Copies", aggregator=None)
    original_count = fields.Integer("Originals", aggregator=None)
    enclosure_ids = fields.One2many("oa.document.enclosure", "document_id", "Enclosures", copy=True)
    enclosure_count = fields.Integer("Enclosures count", compute="_compute_enclosure_count")
    result_delivery = fields.Selection(
        [
            ("web", "By e-mail or portal"),
            ("desk", "At the desk"),
            ("municipality", "At a desk of the municipality"),
            ("courier", "By courier to the address"),
            ("other", "To another address"),
            ("post_box", "To a post box"),
        ],
        "Delivery of the result",
    )
    answer_expected_on = fields.Date("Answer expected on")
    signing_method = fields.Selection(
        [("qes", "Qualified signature"), ("seal", "Qualified seal"), ("hand", "By hand"), ("internal", "Internal signature")],
        "Signed by means of",
    )
    topic = fields.Char()
    validity = fields.Selection(
        [("active", "In force"), ("amended", "Amended"), ("repealed", "Repealed"), ("archived", "Archived")], compute="_compute_validity"
    )
    shows_service = fields.Boolean(related="kind_id.shows_service")
    shows_answer = fields.Boolean(related="kind_id.shows_answer")
    shows_enclosures = fields.Boolean(related="kind_id.shows_enclosures")
    shows_signing = fields.Boolean(related="kind_id.shows_signing")

    @api.depends("enclosure_ids")
    def _compute_enclosure_count(self):
        for document in self:
            document.enclosure_count = len(document.enclosure_ids)

    @api.depends("backlink_ids.kind", "backlink_ids.document_id.state", "case_id.state")
    def _compute_validity(self):
        found = [("repeals", "repealed"), ("amends", "amended")]
        # Whether a document is still in force is no secret of the one that repeals it.
        for document, document_sudo in zip(self, self.sudo(), strict=True):
            kinds = {link.kind for link in document_sudo.backlink_ids if link.document_id.state in {"registered", "closed"}}
            by_link = next((validity for kind, validity in found if kind in kinds), "active")
            document.validity = "archived" if document_sudo.case_id.state == "archived" else by_link

    def _get_enclose_blockers(self):
        """Say why the list of enclosures cannot be changed now; an empty list means it can."""
        self.ensure_one()
        if self.state == "draft":
            return self._get_edit_blockers()
        if self.state == "registered" and self.env.user.has_group("oa_registry.oa_registry_group_clerk"):
            return []
        return [self.env._("Document %(number)s is registered: the registry clerk completes its enclosures.", number=self.name)]

    @api.onchange("kind_id")
    def _onchange_kind_id(self):
        """Fill in what documents of the kind usually have; another choice of the person stays."""
        previous = self._origin.kind_id
        for name, default in _DEFAULTS.items():
            usual = self.default_get([name]).get(name)
            if self.kind_id[default] and self[name] in {usual, False, previous[default]}:
                self[name] = self.kind_id[default]
        if self.kind_id.default_subject and not self.subject:
            self.subject = self.kind_id.default_subject
        if self.kind_id.answer_days and not self.answer_expected_on:
            self.answer_expected_on = fields.Date.add(fields.Date.context_today(self), days=self.kind_id.answer_days)


class OaDocumentKind(models.Model):
    """What is asked for documents of the kind, and what they usually have."""

    _inherit = "oa.document.kind"

    shows_service = fields.Boolean("Asks for the service", help="Speed of the service and how its result is delivered.")
    shows_answer = fields.Boolean("Asks for the expected answer", help="Until when an answer to the document is expected.")
    shows_enclosures = fields.Boolean("Asks for enclosures", default=True, help="A list of what is enclosed on paper or another carrier.")
    shows_signing = fields.Boolean("Asks how it is signed")
    default_carrier = fields.Selection([("electronic", "Electronic"), ("paper", "Paper"), ("mixed", "Mixed")], "Usual carrier")
    default_urgency = fields.Selection([("normal", "Normal"), ("fast", "Fast"), ("very_fast", "Very fast")], "Usual urgency")
    default_signing_method = fields.Selection(
        [("qes", "Qualified signature"), ("seal", "Qualified seal"), ("hand", "By hand"), ("internal", "Internal signature")],
        "Usually signed by means of",
    )
    default_subject = fields.Char("Beginning of the subject")
    answer_days = fields.Integer("Answer expected after days")


class OaDocumentEnclosure(models.Model):
    """One thing that is enclosed with a document: what it is, on what, how much of it."""

    _name = "oa.document.enclosure"
    _description = "Enclosure"
    _order = "document_id, sequence, id"

    document_id = fields.Many2one("oa.document", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    name = fields.Char("Enclosure", required=True)
    number = fields.Char("No. and date")
    carrier = fields.Selection(
        [("paper", "Paper"), ("electronic", "Electronic"), ("disc", "Disc or drive"), ("thing", "Another thing")],
        required=True,
        default="paper",
    )
    sheet_count = fields.Integer("Sheets", aggregator=None)
    copy_count = fields.Integer("Copies", default=1, aggregator=None)

    @api.model_create_multi
    def create(self, vals_list):
        enclosures = super().create(vals_list)
        enclosures._check_editable()
        return enclosures

    def write(self, vals):
        self._check_editable()
        result = super().write(vals)
        if "document_id" in vals:
            self._check_editable()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_of_editable(self):
        self._check_editable()

    def _check_editable(self):
        self.document_id.check_access("write")
        self.document_id._check_blockers("enclose")
