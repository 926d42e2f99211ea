from markupsafe import Markup
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .oa_document_kind import ACCESS_LEVELS
from .text_array import TextArray


class OaDocument(models.Model):
    """Who may see a document: an array of principals that one index answers."""

    _inherit = "oa.document"

    access_level = fields.Selection(
        ACCESS_LEVELS, "Access", required=True, compute="_compute_access_level", store=True, readonly=False, precompute=True
    )
    access_principals = TextArray(compute="_compute_access_principals", store=True, exportable=False)
    grant_ids = fields.One2many("oa.document.grant", "document_id", "Explicit access", readonly=True, copy=False)
    journal_ids = fields.One2many("oa.journal.entry", "document_id", readonly=True, copy=False)
    is_visible = fields.Boolean(compute="_compute_is_visible", search="_search_is_visible", exportable=False)
    access_explanation = fields.Html("Who sees this and why", compute="_compute_access_explanation", sanitize=False, exportable=False)

    _principals_index = models.Index("USING gin (access_principals)")

    @api.depends("kind_id")
    def _compute_access_level(self):
        for document in self:
            document.access_level = document.kind_id.access_level or document.access_level or "free"

    @api.depends(
        "access_level",
        "author_id",
        "company_id",
        "unit_id",
        "register_entry_id",
        "case_id.state",
        "grant_ids.principal",
        "grant_ids.is_denied",
    )
    def _compute_access_principals(self):
        for document in self:
            document.access_principals = sorted({principal for principal, _rule in document._get_access_rules()})

    def _get_access_rules(self):
        """Hook: pairs (principal, why); a principal that begins with „!“ is denied whatever else it is granted."""
        self.ensure_one()
        # The rules are the same whoever asks.
        document_sudo, env = self.sudo(), self.env
        rules = [(f"u:{document_sudo.author_id.id}", env._("author"))]
        if registered_by := document_sudo.register_entry_id.registered_by_id:
            rules.append((f"u:{registered_by.id}", env._("registered the document")))
        company_id = document_sudo.company_id.id
        rules.append((f"r:{company_id}:head_registrar", env._("head registrar: keeps the registers")))
        if document_sudo.access_level == "free":
            rules.append((f"r:{company_id}:overview", env._("free access: role with an overview of the administration")))
            if document_sudo.unit_id:
                rules.append((f"d:{document_sudo.unit_id.id}", env._("free access: the document's unit")))
            if document_sudo.case_id.state in {"closed", "archived"}:
                rules.append((f"r:{company_id}:archivist", env._("archivist: the case is closed")))
        for grant in document_sudo.grant_ids:
            rules.append((f"{'!' if grant.is_denied else ''}{grant.principal}", grant.reason))
        return rules

    @api.depends("access_principals")
    @api.depends_context("uid")
    def _compute_is_visible(self):
        # The condition itself is the check; asking it under the rules would ask it twice.
        visible_ids = set(self.sudo()._search([("id", "in", self.ids), ("is_visible", "=", True)])) if self.ids else set()
        for document in self:
            document.is_visible = document.id in visible_ids or not document.id

    def _search_is_visible(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return Domain.custom(to_sql=self._principals_to_sql)

    def _principals_to_sql(self, model, alias, query):
        # The uid decides, also under sudo: access checks ask with the superuser's rights and the person's uid.
        principals = list(self.env["res.users"].browse(self.env.uid)._get_access_principals())
        denied = [f"!{principal}" for principal in principals]
        column = SQL.identifier(alias, "access_principals", to_flush=model._fields["access_principals"])
        return SQL(
            "(%(column)s && %(mine)s::text[] AND NOT %(column)s && %(denied)s::text[])", column=column, mine=principals, denied=denied
        )

    def _grant(self, users, reason, source=None):
        """Let the persons see the documents; granting twice for the same reason keeps one grant."""
        self._add_grants(users, reason, source, is_denied=False)

    def _deny(self, users, reason, source=None):
        """Keep the persons from seeing the documents, whatever else lets them."""
        self._add_grants(users, reason, source, is_denied=True)

    def _add_grants(self, users, reason, source, is_denied):
        # The act that grants has asked for the right; the grant is written for the person.
        known = {(grant.document_id, grant.user_id, grant.reason, grant.is_denied) for grant in self.sudo().grant_ids}
        # The act that grants has asked for the right; the grant is written for the person.
        grants = (
            self.env["oa.document.grant"]
            .sudo()
            .create(
                [
                    {
                        "document_id": document.id,
                        "user_id": user.id,
                        "principal": f"u:{user.id}",
                        "is_denied": is_denied,
                        "reason": reason,
                        "granted_by_id": self.env.uid,
                        "res_model": source._name if source else False,
                        "res_id": source.id if source else False,
                    }
                    for document in self
                    for user in users
                    if (document, user, reason, is_denied) not in known
                ]
            )
        )
        for grant in grants:
            details = f"{grant.user_id.name}: {reason}"
            self.env["oa.journal.entry"]._log(grant.document_id.with_env(self.env), "deny" if is_denied else "grant", details)

    def _get_share_blockers(self):
        """Say why the person cannot change explicit access; an empty list means they can."""
        self.ensure_one()
        user = self.env.user
        if user == self.author_id or user.has_group("oa_registry.oa_registry_group_clerk"):
            return []
        return [self.env._("Access is granted by the author of the document and by the registry.")]

    def _share(self, users, reason, is_denied):
        """Grant or deny by the will of a person, who needs the right to."""
        self.check_access("read")
        self._check_blockers("share")
        if is_denied:
            self._deny(users, reason)
        else:
            self._grant(users, reason)

    def action_share(self):
        self.ensure_one()
        self._check_blockers("share")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Grant or deny access"),
            "res_model": "oa.document.share",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_document_id": self.id},
        }

    @api.depends("access_principals")
    @api.depends_context("lang")
    def _compute_access_explanation(self):
        for document in self:
            rows = Markup().join(
                Markup("<tr class='{}'><td>{}</td><td>{}</td><td>{}</td></tr>").format(
                    "text-danger" if principal.startswith("!") else "",
                    self.env._("denied") if principal.startswith("!") else self.env._("sees"),
                    self._name_principal(principal.lstrip("!")),
                    rule,
                )
                for principal, rule in document._get_access_rules()
            )
            head = Markup("<thead><tr><th></th><th>{}</th><th>{}</th></tr></thead>").format(self.env._("Who"), self.env._("Why"))
            document.access_explanation = Markup("<table class='table table-sm o_oa_access'>{}<tbody>{}</tbody></table>").format(head, rows)

    def _name_principal(self, principal):
        """Name the persons behind a principal."""
        # Everybody who sees the document may know who else does.
        env_sudo = self.sudo().env
        sort, *rest = principal.split(":")
        if sort == "u":
            return env_sudo["res.users"].browse(int(rest[0])).name
        if sort == "d":
            return env_sudo["hr.department"].browse(int(rest[0])).name
        group = env_sudo.ref(f"oa_registry.oa_registry_group_{rest[1]}")
        people = group.all_user_ids.filtered(lambda user: int(rest[0]) in user.company_ids.ids)
        return f"{group.name}: {', '.join(people.mapped('name'))}"
