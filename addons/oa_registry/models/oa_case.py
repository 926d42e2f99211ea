from markupsafe import Markup
from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


class OaCase(models.Model):
    """A case file (преписка): all documents on one matter, numbered in the order in which they came."""

    _name = "oa.case"
    _description = "Case"
    _inherit = ["oa.guarded.thread", "oa.system.fields"]
    _order = "opened_on desc, id desc"
    _rec_names_search = ["name", "subject"]
    _check_company_auto = True
    _system_fields = frozenset({"name", "state", "opened_on", "closed_on", "closed_by_id", "company_id", "merged_into_id"})

    name = fields.Char("Number", required=True, readonly=True, copy=False)
    subject = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", "Administration", required=True, readonly=True, default=lambda self: self.env.company, index=True
    )
    document_ids = fields.One2many("oa.document", "case_id", "Documents")
    is_visible = fields.Boolean(compute="_compute_is_visible", search="_search_is_visible", exportable=False)
    document_count = fields.Integer("Documents count", compute="_compute_document_count")
    class_id = fields.Many2one(
        "oa.case.class", check_company=True, tracking=True, index=True, ondelete="restrict", domain="[('parent_id', '!=', False)]"
    )
    retention_label = fields.Char(related="class_id.retention_label", related_sudo=True, string="Retention period")
    retention_start = fields.Selection(related="class_id.retention_start", related_sudo=True)
    retention_event_on = fields.Date(
        "Day of the event", tracking=True, help="When the event of the class came from which the years of keeping run."
    )
    state = fields.Selection(
        [
            ("open", "Not closed"),
            ("closed", "Completed"),
            ("continued", "Continued"),
            ("merged", "Merged"),
            ("archived", "In the archive"),
        ],
        required=True,
        default="open",
        readonly=True,
        tracking=True,
        index=True,
    )
    opened_on = fields.Date(required=True, readonly=True, default=fields.Date.context_today)
    closed_on = fields.Date(readonly=True)
    closed_by_id = fields.Many2one("res.users", "Closed by", readonly=True)
    keep_until = fields.Date(
        "Kept until", compute="_compute_keep_until", help="Empty while the case is open or when it is kept permanently."
    )
    note = fields.Text()
    can_close = fields.Boolean(compute="_compute_can_close")
    close_blockers = fields.Html("Missing for closing", compute="_compute_can_close", sanitize=False)

    _newest_index = models.Index("(opened_on DESC, id DESC, company_id)")
    _name_unique = models.Constraint("UNIQUE (company_id, name)", "There is already a case with this number.")

    @api.depends("name", "subject")
    @api.depends_context("uid")
    def _compute_display_name(self):
        for case in self:
            # The uid decides, also under sudo: names are made with the superuser's rights for a person.
            case_sudo = case.sudo()
            if self.env.uid != SUPERUSER_ID and not case_sudo.is_visible:
                case.display_name = self.env._("(no access)")
            else:
                case.display_name = f"{case_sudo.name} · {case_sudo.subject}" if case_sudo.name else case_sudo.subject

    @api.depends("document_ids.access_principals", "merged_into_id")
    @api.depends_context("uid")
    def _compute_is_visible(self):
        # Asked of the database: read record by record, the hidden documents would stay in the cache of the visible ones.
        visible_ids = set(self.sudo()._search([("id", "in", self.ids), ("is_visible", "=", True)])) if self.ids else set()
        for case in self:
            case.is_visible = case.id in visible_ids or not case.id

    def _search_is_visible(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return Domain.custom(to_sql=self._visibility_to_sql)

    def _visibility_to_sql(self, model, alias, query):
        # The uid decides, also under sudo. A merged case is seen through the one that has its documents now.
        documents = self.env["oa.document"].sudo()._search([("is_visible", "=", True), ("case_id", "!=", False)])
        seen_through = SQL(
            "coalesce(%s, %s)",
            SQL.identifier(alias, "merged_into_id", to_flush=model._fields["merged_into_id"]),
            SQL.identifier(alias, "id"),
        )
        return SQL("%s IN %s", seen_through, documents.subselect("case_id"))

    @api.depends("document_ids")
    def _compute_document_count(self):
        counts = dict(self.env["oa.document"]._read_group([("case_id", "in", self.ids)], ["case_id"], ["__count"]))
        for case in self:
            case.document_count = counts.get(case, 0)

    @api.depends("closed_on", "retention_event_on", "class_id.retention", "class_id.retention_years", "class_id.retention_start")
    def _compute_keep_until(self):
        for case in self:
            # The term is no secret from whoever sees the case.
            retention = case.closed_on and case.class_id and case.class_id.sudo()._get_retention()
            case.keep_until = retention and retention.get_end(case.closed_on, case.retention_event_on or None)

    @api.depends("state", "class_id", "document_ids.state")
    @api.depends_context("uid", "lang")
    def _compute_can_close(self):
        for case in self:
            missing = case._list_missing() if case.state in {"open", "continued"} else []
            case.can_close = not missing and case.state in {"open", "continued"}
            lines = Markup().join(case._link_missing(sentence, record) for sentence, record in missing)
            case.close_blockers = Markup("<ul class='mb-0 ps-3'>{}</ul>").format(lines) if missing else False

    def _link_missing(self, sentence, record):
        """One line of the list, with the way to what mends it."""
        if not record or record == self:
            return Markup("<li>{}</li>").format(sentence)
        return Markup("<li>{} <a href='/odoo/{}/{}'>{}</a></li>").format(sentence, record._name, record.id, self.env._("Open"))

    def _get_close_blockers(self):
        """Say what is missing before the case can be closed; an empty list means nothing."""
        self.ensure_one()
        if self.state not in {"open", "continued"}:
            return [self.env._("The case %(case)s is already closed.", case=self.name)]
        return [sentence for sentence, _record in self._list_missing()]

    def _list_missing(self):
        """What is missing for closing: a sentence and the record to be mended, or none when the reader does not see it."""
        missing = [] if self.class_id else [(self.env._("Choose the class of the case."), self)]
        for volume in self.volume_ids.filtered("holder_id"):
            # Who holds the paper is told to whoever sees the case.
            person = volume.sudo().holder_id.name
            sentence = self.env._("Volume %(number)s is charged out to %(person)s.", number=volume.number, person=person)
            missing.append((sentence, self.env["oa.document"]))
        # A document that the reader may not see still keeps the case open.
        # Found, not read through the case: what stands in its cache then belongs to the reader.
        for document in self.env["oa.document"].sudo().search([("case_id", "in", self.ids)]):
            own = document._get_case_close_blockers()
            if document.is_visible:
                missing += [(sentence, document) for sentence in own]
            elif own:
                missing.append((self.env._("A document that you do not see is not finished."), self.env["oa.document"]))
        return missing

    def action_close(self):
        """Close the cases; refuse with the list of what is missing."""
        self.check_access("write")
        for case in self:
            if blockers := case._get_close_blockers():
                raise UserError("\n".join(blockers))
        today = fields.Date.context_today(self)
        self._write_system({"state": "closed", "closed_on": today, "closed_by_id": self.env.uid})
        self.env["oa.journal.entry"]._log(self, "case_close")

    def action_open_documents(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("oa_registry.oa_document_action")
        return {**action, "domain": [("case_id", "=", self.id)], "context": {"default_case_id": self.id}}

    def _creation_message(self):
        return self.env._("The case is opened.")

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Cases are not deleted."))
