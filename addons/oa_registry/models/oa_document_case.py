from odoo import api, fields, models
from odoo.exceptions import UserError


class OaDocument(models.Model):
    """The case and the other documents that a document belongs with."""

    _inherit = "oa.document"

    case_id = fields.Many2one("oa.case", check_company=True, index="btree_not_null", ondelete="restrict")
    is_initiating = fields.Boolean("Opens a case", compute="_compute_is_initiating", store=True, readonly=False, precompute=True)
    case_position = fields.Integer("No.", compute="_compute_case_position")
    link_ids = fields.One2many("oa.document.link", "document_id", "Links", copy=False)
    backlink_ids = fields.One2many("oa.document.link", "target_id", "Linked from", copy=False)
    reply_to_id = fields.Many2one(
        "oa.document",
        "Reply to",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        domain="[('state', '!=', 'draft')]",
    )
    reply_ids = fields.One2many("oa.document", "reply_to_id", "Replies", copy=False)
    link_count = fields.Integer("Links count", compute="_compute_link_count")
    case_document_count = fields.Integer("Documents of the case", related="case_id.document_count")

    @api.depends("kind_id", "case_id", "reply_to_id")
    def _compute_is_initiating(self):
        for document in self:
            document.is_initiating = document.kind_id.is_case_opening and not document.case_id and not document.reply_to_id

    @api.depends("case_id", "registered_at")
    def _compute_case_position(self):
        # Documents that the reader does not see are counted, too: a number in the contents is the same for everybody.
        lines = self.case_id._list_contents()
        positions = {line.document_id: line.position for line in lines if line.is_here}
        for document in self:
            document.case_position = positions.get(document.id, 0)

    @api.depends("link_ids", "backlink_ids", "reply_ids", "reply_to_id")
    def _compute_link_count(self):
        for document in self:
            document.link_count = len(document.link_ids) + len(document.backlink_ids) + len(document.reply_ids) + bool(document.reply_to_id)

    @api.onchange("reply_to_id")
    def _onchange_reply_to_id(self):
        if self.reply_to_id.case_id and not self.case_id:
            self.case_id = self.reply_to_id.case_id

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        documents._check_case_open()
        documents._check_belongings({name for vals in vals_list for name in vals})
        documents.filtered("case_id")._on_case_changed()
        return documents

    def write(self, vals):
        titles = self._list_case_titles() if {"subject", "access_level", "kind_id"} & set(vals) else {}
        result = super().write(vals)
        if vals.get("case_id"):
            self._check_case_open()
        self._check_belongings(set(vals))
        for document, title in titles.items():
            document._follow_case_title(title)
        if "case_id" in vals:
            # Nobody works yet on a case that the document itself opens.
            self.filtered(lambda document: document.case_id.name != document._get_provisional_case_name())._on_case_changed()
        return result

    def _on_case_changed(self):
        """Hook: what follows when documents have come into a case or left it."""

    def _list_case_titles(self):
        """{document: the title that its case has from it}, as long as nobody has given the case another one."""
        # Whoever changes the document need not see the case.
        return {
            document: document.case_id.subject
            for document in self.sudo()
            if document.case_id
            and document.case_id.name in {document.uri, document._get_provisional_case_name()}
            and document.case_id.subject == document._get_case_title()
        }

    def _follow_case_title(self, old_title):
        """The title of a case speaks of the document that opened it, also after a correction or a restriction."""
        if (title := self._get_case_title()) != old_title:
            self.case_id.write({"subject": title})

    def _get_case_title(self):
        # A case is seen by whoever sees one of its documents; what a restricted one is about stays in it.
        if self.access_level == "free":
            return self.subject
        return self.with_context(lang=self.company_id._get_official_language()).env._(
            "%(kind)s (restricted access)", kind=self.kind_id.with_context(lang=self.company_id._get_official_language()).name
        )

    def _check_belongings(self, names):
        # Whoever could put a document into a case or make it a reply would learn what they may not see.
        if self.env.su or self._is_system():
            return
        for name in names & {"case_id", "reply_to_id"}:
            self[name].check_access("read")

    def action_open_case(self):
        self.ensure_one()
        return {"type": "ir.actions.act_window", "res_model": "oa.case", "res_id": self.case_id.id, "views": [(False, "form")]}

    def action_open_linked(self):
        self.ensure_one()
        linked = self.link_ids.target_id | self.backlink_ids.document_id | self.reply_ids | self.reply_to_id
        action = self.env["ir.actions.act_window"]._for_xml_id("oa_registry.oa_document_action")
        return {**action, "domain": [("id", "in", linked.ids)], "context": {}}

    def _check_case_open(self):
        if closed := self.case_id.filtered(lambda case: case.state in {"closed", "archived", "merged"}):
            raise UserError(self.env._("Case %(case)s is closed. Continue it before adding a document.", case=closed[0].name))

    def _open_cases(self):
        """Open a case for each initiating document; it is named when the document has its number."""
        initiating = self.filtered(lambda document: document.is_initiating and not document.case_id)
        if not initiating:
            return
        # A case follows from registration; whoever registers need not hold the right to cases. The journal says that it was opened.
        cases_sudo = self.env["oa.case"].sudo()._as_system().with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
        cases = cases_sudo.create([document._prepare_case_vals_of_year() for document in initiating])
        for document, case in zip(initiating, cases, strict=True):
            document._write_system({"case_id": case.id})
        self.env["oa.journal.entry"]._log(cases.with_env(self.env), "case_open")

    def _name_cases(self):
        """The number of a case is the УРИ of the document that opened it."""
        # Whoever registers need not hold the right to cases.
        for document in self.sudo().filtered(lambda document: document.case_id.name == document._get_provisional_case_name()):
            document.case_id._write_system({"name": document.uri})

    def _get_provisional_case_name(self):
        """The name of a case whose document has no number yet; it lives until the commit at most."""
        return f"#{self.id}"

    def _prepare_case_vals_of_year(self):
        """Kinds and procedures name a class once; the case takes the line of that index from the scheme of its own year."""
        vals = self._prepare_case_vals()
        case_class = self.env["oa.case.class"].browse(vals.get("class_id") or [])
        return {**vals, "class_id": case_class._get_of_year(fields.Date.context_today(self).year).id}

    def _prepare_case_vals(self):
        """Hook: the values of the case that the document opens."""
        # Who opens a case by registering need not read the classification scheme.
        case_class = self.kind_id.with_company(self.company_id).sudo().class_id
        return {
            "name": self.uri or self._get_provisional_case_name(),
            "subject": self._get_case_title(),
            "company_id": self.company_id.id,
            "class_id": case_class.id,
        }

    def _get_case_close_blockers(self):
        """Hook: say why this document keeps its case open; an empty list means it does not."""
        self.ensure_one()
        if self.state == "draft":
            return [self.env._("Draft not registered: %(subject)s.", subject=self.subject)]
        sent = self.dispatch_ids.filtered(lambda dispatch: dispatch.state in {"sent", "delivered"})
        if self.direction == "outgoing" and self.state != "annulled" and not sent:
            return [self.env._("Outgoing document %(number)s is not dispatched.", number=self.number)]
        return []
