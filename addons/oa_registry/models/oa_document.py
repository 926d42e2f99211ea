from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .oa_register_entry import DIRECTIONS

CHANNELS = [
    ("desk", "At the desk"),
    ("post", "By post"),
    ("courier", "By courier"),
    ("email", "By e-mail"),
    ("seos", "СЕОС"),
    ("ssev", "ССЕВ"),
    ("web", "Web portal"),
    ("fax", "By fax"),
]


class OaDocument(models.Model):
    """A document of the administration: what it is, from whom, about what.

    Part files of the same name tell the rest: registration, files, case, access, guard, receipt.
    """

    _name = "oa.document"
    _description = "Document"
    _inherit = ["oa.guarded.thread", "mail.activity.mixin", "oa.system.fields"]
    _order = "registered_at desc nulls first, id desc"
    _rec_names_search = ["number", "subject", "sender_number"]
    _check_company_auto = True

    name = fields.Char("Document", compute="_compute_name")
    subject = fields.Char(required=True, index="trigram")
    kind_id = fields.Many2one("oa.document.kind", required=True, index=True, ondelete="restrict")
    direction = fields.Selection(DIRECTIONS, required=True, compute="_compute_direction", store=True, readonly=False, precompute=True)
    state = fields.Selection(
        [("draft", "Draft"), ("registered", "Registered"), ("closed", "Closed"), ("annulled", "Annulled")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
    )
    active = fields.Boolean(default=True, copy=False)
    company_id = fields.Many2one("res.company", "Administration", required=True, readonly=True, default=lambda self: self.env.company)
    office_id = fields.Many2one("oa.registry.office", "Registry office", check_company=True, default=lambda self: self._default_office())
    unit_id = fields.Many2one("hr.department", check_company=True, index=True)
    author_id = fields.Many2one("res.users", required=True, readonly=True, default=lambda self: self.env.uid, index=True, copy=False)
    correspondent_ids = fields.One2many("oa.document.correspondent", "document_id", "Correspondents", copy=True)
    correspondent_name = fields.Char("Correspondent", compute="_compute_correspondent_name", search="_search_correspondent_name")
    sender_number = fields.Char("Sender's number", copy=False)
    sender_date = fields.Date("Sender's date", copy=False)
    carrier = fields.Selection([("electronic", "Electronic"), ("paper", "Paper"), ("mixed", "Mixed")], required=True, default="electronic")
    sheet_count = fields.Integer("Sheets", aggregator=None)
    urgency = fields.Selection([("normal", "Normal"), ("fast", "Fast"), ("very_fast", "Very fast")], required=True, default="normal")
    speed = fields.Selection(
        [("ordinary", "Ordinary"), ("fast", "Fast service"), ("express", "Express")], "Service speed", default="ordinary"
    )
    competence = fields.Selection(
        [("ours", "Ours"), ("to_forward", "To be forwarded"), ("forwarded", "Forwarded")], required=True, default="ours"
    )
    due_on = fields.Date("Due on", index="btree_not_null")
    note = fields.Text()
    version = fields.Integer(default=1, readonly=True, copy=False, aggregator=None)

    # The administration stands last: people of several ones walk the same index, and it is of no use but for walking.
    _newest_index = models.Index("(registered_at DESC NULLS FIRST, id DESC, company_id)")
    _restricted_index = models.Index("(registered_at DESC NULLS FIRST, id DESC, company_id) WHERE access_level = 'restricted'")
    _draft_index = models.Index("(company_id, direction, id DESC) WHERE state = 'draft'")

    @api.depends("number")
    def _compute_name(self):
        for document in self:
            document.name = document.number or self.env._("Draft")

    @api.depends("number", "subject", "access_principals")
    @api.depends_context("uid", "lang")
    def _compute_display_name(self):
        nameless = self._get_nameless()
        for document in self:
            # The mask is the check; reading each with the person's rights would refuse all that came together.
            document_sudo = document.sudo()
            document.display_name = (
                self.env._("(no access)")
                if document in nameless
                else document_sudo.number or self.env._("Draft: %(subject)s", subject=document_sudo.subject or "")
            )

    def fetch(self, field_names=None):
        """The name alone is for everybody, because it hides itself: a list with one hidden reply can be exported."""
        if field_names is not None and set(field_names) == {"display_name"}:
            return
        super().fetch(field_names)

    def _get_nameless(self):
        """Documents whose number and subject the reader may not learn from links, lists of others or messages."""
        user = self.env.user
        if user.id == SUPERUSER_ID:
            return self.browse()
        # The uid decides, also under sudo: names are made with the superuser's rights for a person.
        hidden = self.sudo().filtered(lambda document: not document.is_visible)
        if user.has_group("oa_registry.oa_registry_group_auditor"):
            # The journal is read by numbers; the subject of a draft is content.
            hidden = hidden.filtered(lambda document: not document.number)
        return hidden.with_env(self.env)

    @api.depends("kind_id")
    def _compute_direction(self):
        for document in self:
            document.direction = document.kind_id.direction or document.direction or self.env.context.get("default_direction", "incoming")

    @api.depends("correspondent_ids.partner_id.name")
    def _compute_correspondent_name(self):
        for document in self:
            # Who may read the document may read whom it is from.
            document.correspondent_name = ", ".join(partner.name or "" for partner in document.sudo().correspondent_ids.partner_id)

    def _search_correspondent_name(self, operator, value):
        if operator.startswith(("not", "!")):
            return NotImplemented
        # Who may read the document may read whom it is from; their rules would ask for the document a second time.
        return Domain("correspondent_ids", "any!", Domain("partner_id", "any!", Domain("name", operator, value)))

    def _default_office(self):
        company = self.env.company
        return company.oa_default_office_id or self.env["oa.registry.office"].search([("company_id", "=", company.id)], limit=1)

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        self.env["oa.journal.entry"]._log(documents, "create")
        return documents

    def _creation_message(self):
        return self.env._("The document is created.")

    def web_read(self, specification):
        values = super().web_read(specification)
        # One document on the screen is a view; a list is not, and neither is what the author of a draft does with it.
        if len(self) == 1 and self.id and "subject" in specification and (self.state != "draft" or self.author_id != self.env.user):
            self.env["oa.journal.entry"]._log_once(self, "view")
        return values

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Documents are not deleted. Archive a draft that is not needed; a registered number is annulled."))

    def _get_recipients(self):
        """Partners to whom the document goes."""
        return self.correspondent_ids.filtered(lambda correspondent: correspondent.role == "recipient").partner_id

    def _check_blockers(self, verb):
        """Refuse the act with every reason against it; the answer is the one that hides the button."""
        for document in self:
            if blockers := getattr(document, f"_get_{verb}_blockers")():
                raise UserError("\n".join(blockers))
