from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..core.principals import DENIED
from .oa_document_kind import ACCESS_LEVELS
from .text_array import TextArray


class AccessRule(NamedTuple):
    """Who sees a document by which rule; a principal that begins with „!“ is denied whatever else it is granted."""

    principal: str
    name: str
    grant: models.Model | None = None


class OaDocument(models.Model):
    """Who may see a document: an array of principals that one index answers.

    `oa_document_sharing` says who may change it, `oa_document_explanation` tells people why.
    """

    _inherit = "oa.document"

    access_level = fields.Selection(
        ACCESS_LEVELS, "Access", required=True, compute="_compute_access_level", store=True, readonly=False, precompute=True
    )
    access_principals = TextArray(compute="_compute_access_principals", store=True, exportable=False)
    grant_ids = fields.One2many("oa.document.grant", "document_id", "Explicit access", readonly=True, copy=False)
    journal_ids = fields.One2many("oa.journal.entry", "document_id", readonly=True, copy=False)
    is_visible = fields.Boolean(compute="_compute_is_visible", search="_search_is_visible", exportable=False)
    is_listed = fields.Boolean("Its line in the book is seen", compute="_compute_is_listed", search="_search_is_listed", exportable=False)

    _principals_index = models.Index("USING gin (access_principals)")

    @api.depends("kind_id")
    def _compute_access_level(self):
        for document in self:
            document.access_level = document.kind_id.access_level or document.access_level or "free"

    @api.depends(
        "access_level",
        "author_id",
        "company_id",
        "office_id",
        "unit_id",
        "register_entry_id",
        "case_id.state",
        "grant_ids.principal",
        "grant_ids.is_denied",
        "grant_ids.withdraws_id",
    )
    def _compute_access_principals(self):
        for document in self:
            document.access_principals = sorted({rule.principal for rule in document._get_access_rules()})

    def _get_access_rules(self):
        """Hook: all rules of the document."""
        self.ensure_one()
        # The rules are the same whoever asks.
        document_sudo = self.sudo()
        grants = document_sudo.grant_ids.filtered("is_current")
        if document_sudo.access_level != "free":
            grants = grants.filtered(lambda grant: not grant._is_for_heads())
        return [
            *document_sudo._get_standing_rules(),
            *(AccessRule(f"{DENIED if grant.is_denied else ''}{grant.principal}", "grant", grant) for grant in grants),
        ]

    def _get_standing_rules(self):
        """What follows from the document itself."""
        rules = [AccessRule(f"u:{self.author_id.id}", "author")]
        if registered_by := self.register_entry_id.registered_by_id:
            rules.append(AccessRule(f"u:{registered_by.id}", "registered"))
        company_id, office_id = self.company_id.id, self.register_entry_id and self.office_id.id
        rules.append(AccessRule(f"r:{company_id}:head_registrar", "keeper"))
        if self.access_level != "free":
            return [*rules, AccessRule(f"m:{office_id}", "book")] if office_id else rules
        rules.append(AccessRule(f"r:{company_id}:overview", "overview"))
        if office_id:
            rules.append(AccessRule(f"o:{office_id}", "office"))
        if self.unit_id:
            rules.append(AccessRule(f"d:{self.unit_id.id}", "unit"))
        if self.case_id.state in {"closed", "archived"}:
            rules.append(AccessRule(f"r:{company_id}:archivist", "archive"))
        return rules

    @api.depends("access_principals")
    @api.depends_context("uid")
    def _compute_is_visible(self):
        visible_ids = self._ask_for("is_visible")
        for document in self:
            document.is_visible = document.id in visible_ids or not document.id

    @api.depends("access_principals")
    @api.depends_context("uid")
    def _compute_is_listed(self):
        listed_ids = self._ask_for("is_listed")
        for document in self:
            document.is_listed = document.id in listed_ids or not document.id

    def _ask_for(self, name):
        """Ids for which the condition holds; an archived draft is seen by the same people as before."""
        # The condition itself is the check; asking it under the rules would ask it twice.
        everything_sudo = self.sudo().with_context(active_test=False)
        return set(everything_sudo._search([("id", "in", self.ids), (name, "=", True)])) if self.ids else set()

    def _search_is_visible(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return Domain.custom(to_sql=self._principals_to_sql)

    def _search_is_listed(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return Domain.custom(to_sql=self._book_principals_to_sql)

    def _principals_to_sql(self, model, alias, query):
        # The uid decides, also under sudo: access checks ask with the superuser's rights and the person's uid.
        return self._match_principals(model, alias, self.env["res.users"].browse(self.env.uid)._get_access_principals())

    def _book_principals_to_sql(self, model, alias, query):
        return self._match_principals(model, alias, self.env["res.users"].browse(self.env.uid)._get_book_principals())

    def _match_principals(self, model, alias, principals):
        denied = [f"{DENIED}{principal}" for principal in principals]
        column = SQL.identifier(alias, "access_principals", to_flush=model._fields["access_principals"])
        return SQL(
            "(%(column)s && %(mine)s::text[] AND NOT %(column)s && %(denied)s::text[])",
            column=column,
            mine=list(principals),
            denied=denied,
        )
