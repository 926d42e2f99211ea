from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.principals import Principal, Sort

HOLDERS = {"res.users": "user_id", "hr.department": "unit_id", "oa.registry.office": "office_id", "res.groups": "group_id"}
"""To whom access is given: models of the holders and the fields that keep them."""


class OaDocumentGrant(models.Model):
    """An explicit grant or denial of access to one document, with its reason.

    A row is never changed: what is taken back or has run out gets a row that withdraws it.
    """

    _name = "oa.document.grant"
    _inherit = "oa.append.only"
    _description = "Access grant"
    _order = "id"

    document_id = fields.Many2one("oa.document", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="document_id.company_id", string="Administration")
    access_level = fields.Selection(related="document_id.access_level", string="Access")
    user_id = fields.Many2one("res.users", "Person", readonly=True, ondelete="restrict", index=True)
    unit_id = fields.Many2one("hr.department", readonly=True, ondelete="restrict", index="btree_not_null")
    office_id = fields.Many2one("oa.registry.office", "Registry office", readonly=True, ondelete="restrict", index="btree_not_null")
    group_id = fields.Many2one("res.groups", "Role", readonly=True, ondelete="restrict")
    principal = fields.Char(required=True, readonly=True)
    is_denied = fields.Boolean("Denied", readonly=True)
    reason = fields.Char(required=True, readonly=True)
    until_on = fields.Date("Until", readonly=True, index="btree_not_null")
    withdraws_id = fields.Many2one("oa.document.grant", readonly=True, ondelete="restrict")
    withdrawal_ids = fields.One2many("oa.document.grant", "withdraws_id", "Withdrawn by", readonly=True)
    is_current = fields.Boolean("In force", compute="_compute_is_current", search="_search_is_current")
    res_model = fields.Char("Follows from", readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    granted_by_id = fields.Many2one(
        "res.users", "Granted by", required=True, readonly=True, ondelete="restrict", default=lambda self: self.env.uid
    )
    granted_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    effect = fields.Selection(
        [("grant", "Sees"), ("deny", "Does not see"), ("withdrawn", "Withdrawn"), ("withdrawal", "Withdrawal")],
        compute="_compute_is_current",
    )

    _source_index = models.Index("(res_id, res_model) WHERE res_id IS NOT NULL")
    _withdraws_unique = models.Constraint("UNIQUE (withdraws_id)", "This access is already withdrawn.")

    @api.depends("user_id", "principal")
    def _compute_display_name(self):
        for grant in self:
            # Who sees a grant may know whom it is for.
            holder = grant.sudo()._get_holder()
            name = holder.display_name if holder else grant.principal
            grant.display_name = self._name_heads(name) if grant._is_for_heads() else name

    @api.depends("withdraws_id", "withdrawal_ids", "is_denied")
    def _compute_is_current(self):
        for grant in self:
            # Whether a row still counts does not depend on who asks.
            is_withdrawn = bool(grant.sudo().withdrawal_ids)
            grant.is_current = not grant.withdraws_id and not is_withdrawn
            grant.effect = "withdrawal" if grant.withdraws_id else "withdrawn" if is_withdrawn else "deny" if grant.is_denied else "grant"

    def _search_is_current(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [("withdraws_id", "=", False), ("withdrawal_ids", "=", False)]

    def _is_for_heads(self):
        return Principal.parse(self.principal).sort is Sort.HEADS

    @api.model
    def _name_heads(self, unit_name):
        return self.env._("Heads above “%(unit)s”", unit=unit_name)

    def _get_holder(self):
        return self.user_id or self.unit_id or self.office_id or self.group_id

    def _get_source(self):
        """The record from which the access follows, when the reader may see it."""
        if not self.res_model or self.res_model not in self.env:
            return None
        source = self.env[self.res_model].browse(self.res_id).exists()
        return source if source and source.has_access("read") else None

    def _get_withdraw_blockers(self):
        """Say why the person cannot take the rows back; an empty list means they can."""
        blockers = []
        user = self.env.user
        own = set(user._get_access_principals())
        for grant in self:
            blockers += grant.document_id._get_share_blockers()
            if not grant.is_current:
                blockers.append(self.env._("The access of %(holder)s is already withdrawn.", holder=grant.display_name))
            if grant.is_denied and grant.principal in own:
                blockers.append(self.env._("Nobody decides about the own access: ask the head registrar."))
            elif grant.is_denied and grant.granted_by_id != user and not user.has_group("oa_registry.oa_registry_group_head_registrar"):
                blockers.append(self.env._("A denial is lifted by the person who wrote it or by the head registrar."))
        return list(dict.fromkeys(blockers))

    def action_withdraw(self):
        """Ask why the access is taken back."""
        self.check_access("read")
        if blockers := self._get_withdraw_blockers():
            raise UserError("\n".join(blockers))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Withdraw access"),
            "res_model": "oa.document.withdraw",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_grant_ids": self.ids},
        }

    def _withdraw_by_hand(self, reason):
        """Take back by the will of a person, who needs the right to."""
        self.check_access("read")
        if blockers := self._get_withdraw_blockers():
            raise UserError("\n".join(blockers))
        self._withdraw(reason)

    def _withdraw(self, reason):
        """Take back what is still in force; the act that does so has asked for the right."""
        # Nobody may write grants by hand.
        current_sudo = self.sudo().filtered("is_current")
        current_sudo.create([grant._prepare_withdrawal_vals(reason) for grant in current_sudo])
        journal = self.env["oa.journal.entry"]
        for holder, grants in current_sudo.grouped("display_name").items():
            journal._log(grants.document_id.with_env(self.env), "access_withdrawn", f"{holder}: {reason}")

    def _prepare_withdrawal_vals(self, reason):
        kept = ("document_id", "user_id", "unit_id", "office_id", "group_id")
        return {name: self[name].id for name in kept} | {
            "principal": self.principal,
            "is_denied": self.is_denied,
            "reason": reason,
            "withdraws_id": self.id,
            "granted_by_id": self.env.uid,
        }

    @api.model
    def _cron_withdraw_expired(self):
        """Access until a day ends with that day."""
        today = fields.Date.context_today(self.with_context(tz="Europe/Sofia"))
        self.search([("is_current", "=", True), ("until_on", "<", today)])._withdraw(self.env._("The period has ended."))

    @api.model
    def _get_principal(self, holder, company, is_for_heads=False):
        """The word under which the holder sees documents."""
        if holder._name == "res.groups":
            roles = {self.env.ref(xml_id).id: role for role, xml_id in self.env["res.users"]._get_access_roles().items()}
            return f"r:{company.id}:{roles[holder.id]}"
        unit_sort = Sort.HEADS if is_for_heads else Sort.UNIT_BELOW
        sorts = {"res.users": Sort.PERSON, "hr.department": unit_sort, "oa.registry.office": Sort.OFFICE}
        return str(Principal(sorts[holder._name], holder.id))

    @api.model
    def _name_principals(self, words):
        """Name whom the words stand for."""
        # Everybody who sees the document may know who else does.
        env_sudo = self.sudo().env
        roles = env_sudo["res.users"]._get_access_roles()
        models_by_sort = {
            "u": "res.users",
            "d": "hr.department",
            "t": "hr.department",
            "h": "hr.department",
            "o": "oa.registry.office",
            "m": "oa.registry.office",
        }
        names = {}
        for word in words:
            principal = Principal.parse(word)
            record = (
                env_sudo.ref(roles[principal.role]) if principal.role else env_sudo[models_by_sort[principal.sort]].browse(principal.id)
            )
            names[word] = self._name_heads(record.name) if principal.sort is Sort.HEADS else record.name
        return names
