"""Who reads which rows, and how much of them."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .journal_actions import PLAIN

_SHOWN = {"summary": "details", "old_text": "old_value", "new_text": "new_value"}


class OaJournalEntry(models.Model):
    _inherit = "oa.journal.entry"

    object_label = fields.Char("Object", compute="_compute_object_label", search="_search_object_label")
    summary = fields.Text("Details", compute="_compute_shown", search="_search_summary")
    old_text = fields.Text("Old value", compute="_compute_shown", search="_search_old_text")
    new_text = fields.Text("New value", compute="_compute_shown", search="_search_new_text")
    is_participant = fields.Boolean(compute="_compute_is_participant", search="_search_is_participant", exportable=False)

    def _compute_object_label(self):
        # Whoever reads a row knows the number of what it is about; drafts have none, and their subject is content.
        entries_sudo = self.sudo()
        kinds_sudo = entries_sudo.env["ir.model"].search([("model", "in", self.mapped("res_model"))])
        kinds = {kind.model: kind.name for kind in kinds_sudo}
        for entry, entry_sudo in zip(self, entries_sudo, strict=True):
            document_sudo, case_sudo = entry_sudo.document_id, entry_sudo.case_id
            kind = kinds.get(entry.res_model, entry.res_model)
            if document_sudo:
                name = document_sudo.number or self.env._("Draft No. %(number)s", number=document_sudo.id)
            else:
                name = case_sudo.name or f"{kind}: {entry.object_name or ''}".removesuffix(": ")
            entry.object_label = name

    def _search_object_label(self, operator, value):
        # Numbers of documents and cases are no secret from whoever reads the row.
        matching = Domain("document_id.number", operator, value) | Domain("case_id.name", operator, value)
        return self._ask_sudo(matching | Domain("object_name", operator, value))

    def _compute_shown(self):
        """What is said about the content of a document is told to those who see the document."""
        hidden = self.env._("for those who see the document")
        readable = self if self.env.su else self._filter_readable()
        for entry, entry_sudo in zip(self, self.sudo(), strict=True):  # the columns are closed to people
            for shown, stored in _SHOWN.items():
                entry[shown] = entry_sudo[stored] if entry in readable else False
            if entry not in readable and entry_sudo.details:
                entry.summary = f"({hidden})"
            elif not entry.summary and (entry.old_text or entry.new_text):
                entry.summary = " → ".join(text.replace("\n", "; ") for text in (entry.old_text, entry.new_text) if text)

    def _filter_readable(self):
        # Only visibility is asked for the person; the rows themselves are already read.
        return self & self.sudo().search([("id", "in", self.ids), *self._get_content_domain()]).with_env(self.env)

    @api.model
    def _get_content_domain(self):
        return (
            Domain("action", "in", list(PLAIN))
            | Domain([("document_id", "=", False), ("case_id", "=", False)])
            | Domain("is_participant", "=", True)
        )

    def _search_summary(self, operator, value):
        return self._search_shown("details", operator, value)

    def _search_old_text(self, operator, value):
        return self._search_shown("old_value", operator, value)

    def _search_new_text(self, operator, value):
        return self._search_shown("new_value", operator, value)

    def _search_shown(self, name, operator, value):
        """What is hidden is not found either."""
        domain = Domain(name, operator, value)
        return self._ask_sudo(domain if self.env.su else domain & self._get_content_domain())

    def _ask_sudo(self, domain):
        # The columns are closed to people; the condition says itself what they may ask.
        return Domain.custom(to_sql=lambda model, alias, query: domain.optimize_full(model.sudo())._to_sql(model.sudo(), alias, query))

    @api.depends_context("uid")
    def _compute_is_participant(self):
        # Asked with the person's uid under borrowed rights, as the rules do.
        mine = self.sudo().search([("id", "in", self.ids), ("is_participant", "=", True)])
        for entry in self:
            entry.is_participant = entry.id in mine._ids

    def _search_is_participant(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return Domain.custom(to_sql=self._participation_to_sql)

    def _participation_to_sql(self, model, alias, query):
        """Rows of visible documents, of cases with a visible document, and own acts that concern neither."""
        document, case, user = (SQL.identifier(alias, name) for name in ("document_id", "case_id", "user_id"))
        return SQL(
            "(%(of_document)s OR (%(document)s IS NULL AND (%(of_case)s OR (%(case)s IS NULL AND %(user)s = %(uid)s))))",
            of_document=self._visible_to_sql("id", document), of_case=self._visible_to_sql("case_id", case),
            document=document, case=case, user=user, uid=self.env.uid,
        )  # fmt: skip

    def _visible_to_sql(self, name, column):
        """Two plans: who sees many documents asks row by row from the newest, who sees few looks up all rows of those."""
        # The uid decides what is visible, also under sudo.
        documents_sudo = self.env["oa.document"].sudo().with_context(active_test=False)
        query = documents_sudo._search([("is_visible", "=", True)])
        own = SQL.identifier(query.table, name)
        principals = self.env["res.users"].browse(self.env.uid)._get_access_principals()
        if documents_sudo._is_few(principals):
            return SQL("%s = ANY(ARRAY(%s))", column, query.select(own))
        query.add_where(SQL("%s = %s", own, column))
        # OFFSET keeps PostgreSQL from collecting all that the person sees before it looks at the first row.
        return SQL("EXISTS (%s OFFSET 0)", query.select(SQL("1")))
