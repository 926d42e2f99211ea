from odoo import models
from odoo.exceptions import UserError

from .oa_document_grant import HOLDERS

_ACCESS_FIELDS = {"access_level", "unit_id", "office_id"}


class OaDocument(models.Model):
    """Who may change who sees a document, and what is written then."""

    _inherit = "oa.document"

    def _grant(self, holders, reason, source=None, until=None):
        """Let persons, units, offices or roles see the documents; granting twice for the same reason keeps one grant."""
        self._add_grants(holders, {"reason": reason, "until_on": until or False, "is_denied": False}, source)

    def _grant_heads(self, units, reason, source=None):
        """Let the line of heads of the units see the documents while they are free: whoever answers for the work follows it."""
        free = self.filtered(lambda document: document.access_level == "free")
        free._add_grants(units, {"reason": reason, "until_on": False, "is_denied": False}, source, is_for_heads=True)

    def _deny(self, holders, reason, source=None, until=None):
        """Keep the holders from seeing the documents, whatever else lets them."""
        self._add_grants(holders, {"reason": reason, "until_on": until or False, "is_denied": True}, source)

    def _add_grants(self, holders, vals, source, is_for_heads=False):
        # The act that grants has asked for the right; the grant is written for the person.
        documents_sudo, holders_sudo = self.sudo(), holders.sudo()
        grant_model_sudo = self.env["oa.document.grant"].sudo()
        common = {
            **vals,
            "granted_by_id": self.env.uid,
            "res_model": source._name if source else False,
            "res_id": source.id if source else False,
        }
        known = {_get_key(grant) for grant in documents_sudo.grant_ids.filtered("is_current")}
        wanted = [
            {
                **common,
                "document_id": document.id,
                HOLDERS[holders._name]: holder.id,
                "principal": grant_model_sudo._get_principal(holder, document.company_id, is_for_heads),
            }
            for document in documents_sudo
            for holder in holders_sudo
        ]
        grants = grant_model_sudo.create([item for item in wanted if _get_key(item) not in known])
        for grant_holders, same in grants.grouped("display_name").items():
            action = "deny" if vals["is_denied"] else "grant"
            self.env["oa.journal.entry"]._log(same.document_id.with_env(self.env), action, f"{grant_holders}: {vals['reason']}")

    def _withdraw_grants_of(self, source, reason):
        """Take back what follows from the record and nothing else."""
        # The act that ends the source has asked for the right.
        grants_sudo = self.env["oa.document.grant"].sudo().search([("res_model", "=", source._name), ("res_id", "in", source.ids)])
        grants_sudo.with_env(self.env)._withdraw(reason)

    def _get_share_blockers(self):
        """Say why the person cannot change who sees the document; an empty list means they can."""
        self.ensure_one()
        user = self.env.user
        if user == self.author_id or user.has_group("oa_registry.oa_registry_group_head_registrar"):
            return []
        is_clerk = user.has_group("oa_registry.oa_registry_group_clerk")
        if self.access_level == "free":
            return [] if is_clerk else [self.env._("Access is granted by the author of the document and by the registry.")]
        # A person who was let in to a restricted document does not let others in.
        if is_clerk and user == self.registered_by_id:
            return []
        return [
            self.env._(
                "Access to a restricted document is granted by its author, by the clerk who registered it and by the head registrar."
            )
        ]

    def _share(self, holders, reason, is_denied, until=None):
        """Grant or deny by the will of a person, who needs the right to."""
        self.check_access("read")
        self._check_blockers("share")
        if holders._name == "res.users" and self.env.user in holders:
            raise UserError(self.env._("Nobody decides about the own access: ask the head registrar."))
        act = self._deny if is_denied else self._grant
        act(holders, reason, until=until)

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

    def write(self, vals):
        if self._is_system() or self.env.su or not _ACCESS_FIELDS & set(vals):
            return super().write(vals)
        changed = self.filtered(lambda document: document._changes_access(vals))
        changed._check_blockers("share")
        result = super().write(vals)
        if "access_level" in vals and changed:
            levels = dict(self._fields["access_level"]._description_selection(self.env))
            self.env["oa.journal.entry"]._log(changed, "access_level", levels[vals["access_level"]])
        return result

    def _changes_access(self, vals):
        return any(
            self._fields[name].convert_to_write(self[name], self) != vals[name]
            for name in _ACCESS_FIELDS & set(vals)
            if self[name] or vals[name]
        )


def _get_key(grant):
    """What makes two grants the same, of a row or of values that will become one."""
    names = ("document_id", "principal", "reason", "is_denied", "until_on", "res_model", "res_id")
    return tuple((value.id if isinstance(value, models.BaseModel) else value) or False for value in (grant[name] for name in names))
