from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..core.substitution import FOR_EVER
from .locks import is_moving, refuse_changes, refuse_update

SORTS = [("substitution", "Substitution"), ("authorisation", "Authorisation")]
STATES = [("draft", "Draft"), ("active", "In force"), ("ended", "Ended")]
_KEPT = (
    "sort", "company_id", "holder_id", "substitute_id", "date_from", "date_to", "ground", "order_id", "order_number", "order_digest",
    "confirmed_at", "confirmed_by_id",
)  # fmt: skip
"""What a confirmed mandate never changes."""
_ENDING = {"state", "ended_at", "ended_by_id", "end_reason"}


class OaSubstitution(models.Model):
    """Who acts for whom, in which days, on what and by which order: a mandate that is asked at every act.

    Whoever acts for another acts in the own name, in that capacity and by a registered order; acts, journal and signature show both.
    """

    _name = "oa.substitution"
    _inherit = ["oa.guarded.thread"]
    _description = "Substitution"
    _order = "date_from desc, id desc"

    name = fields.Char(compute="_compute_name")
    sort = fields.Selection(SORTS, required=True, default="substitution")
    company_id = fields.Many2one("res.company", "Administration", required=True, readonly=True, default=lambda self: self.env.company)
    holder_id = fields.Many2one(
        "res.users", "Who is absent", required=True, index=True, ondelete="restrict", default=lambda self: self.env.user,
        domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
    )  # fmt: skip
    substitute_id = fields.Many2one(
        "res.users", "Substituted by", required=True, index=True, ondelete="restrict",
        domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
    )  # fmt: skip
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    date_to = fields.Date("To", help="An authorisation without a last day stands until it is ended.")
    ground = fields.Char(help="For example: paid leave, business trip, temporary incapacity.")
    kind_ids = fields.Many2many("oa.document.kind", string="Only for kinds", help="Empty: documents of every kind.")
    unit_ids = fields.Many2many("hr.department", string="Only for units", help="Empty: all units. Units below are included.")
    order_id = fields.Many2one(
        "oa.document", index="btree_not_null", ondelete="restrict",
        domain="[('company_id', '=', company_id), ('register_entry_id', '!=', False), ('state', '!=', 'annulled')]",
        help="The registered order by which one acts for the other.",
    )  # fmt: skip
    order_number = fields.Char("Order No.", readonly=True)
    order_digest = fields.Char("Digest of the order's entry", readonly=True)
    state = fields.Selection(STATES, required=True, default="draft", readonly=True, copy=False, index=True)
    confirmed_at = fields.Datetime(readonly=True, copy=False)
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    ended_at = fields.Datetime(readonly=True, copy=False)
    ended_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    end_reason = fields.Char(readonly=True, copy=False)
    is_today = fields.Boolean("In force today", compute="_compute_is_today", search="_search_is_today")
    can_confirm = fields.Boolean(compute="_compute_can")
    can_end = fields.Boolean(compute="_compute_can")
    blockers = fields.Text(compute="_compute_can")

    _days_in_order = models.Constraint("CHECK (date_to >= date_from)", "The last day is before the first one.")
    _nobody_for_oneself = models.Constraint("CHECK (holder_id <> substitute_id)", "Nobody acts for oneself: choose a colleague.")
    _absence_ends = models.Constraint(
        "CHECK (sort <> 'substitution' OR date_to IS NOT NULL)", "A substitution has a last day; an authorisation may go without."
    )

    def init(self):
        super().init()
        changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _KEPT)
        refuse_changes(self.env.cr, self._table, when="OLD.state <> 'draft'")
        # An update may still end what is in force.
        is_backwards = f"OLD.state = 'active' AND ({changed} OR NEW.state = 'draft')"
        refuse_update(self.env.cr, self._table, when=f"OLD.state = 'ended' OR ({is_backwards})")

    # ------------------------------------------------------------ what is shown
    @api.depends("holder_id", "substitute_id", "date_from", "date_to")
    def _compute_name(self):
        for mandate in self:
            if mandate.holder_id and mandate.substitute_id:
                mandate.name = self.env._(
                    "%(substitute)s for %(holder)s", substitute=mandate.substitute_id.name, holder=mandate.holder_id.name
                )
            else:
                mandate.name = self.env._("New substitution")

    @api.depends("name")
    def _compute_display_name(self):
        for mandate in self:
            mandate.display_name = mandate.name

    @api.depends("state", "date_from", "date_to")
    def _compute_is_today(self):
        today = self._get_today()
        for mandate in self:
            mandate.is_today = mandate.state == "active" and mandate.date_from <= today <= (mandate.date_to or FOR_EVER)

    def _search_is_today(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        today = self._get_today()
        return [("state", "=", "active"), ("date_from", "<=", today), "|", ("date_to", "=", False), ("date_to", ">=", today)]

    @api.depends("state", "holder_id", "substitute_id", "date_from", "date_to", "order_id", "kind_ids", "unit_ids")
    @api.depends_context("uid")
    def _compute_can(self):
        for mandate in self:
            mandate.can_confirm = mandate.state == "draft" and not mandate._get_manage_blockers()
            mandate.can_end = not mandate._get_end_blockers()
            mandate.blockers = "\n".join(mandate._get_confirm_blockers()) if mandate.state == "draft" and mandate.id else False

    @api.model
    def _get_today(self):
        return fields.Date.context_today(self.with_context(tz="Europe/Sofia"))

    # ------------------------------------------------------------ guards
    def write(self, vals):
        if not is_moving(self.env) and (vals.keys() & (_ENDING | {"confirmed_at", "confirmed_by_id", "order_number", "order_digest"})):
            raise AccessError(self.env._("A substitution comes into force and ends with its buttons."))
        if not is_moving(self.env) and any(mandate.state != "draft" for mandate in self):
            raise AccessError(self.env._("A confirmed substitution is not changed: end it and write a new one."))
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("state", "draft") != "draft" for vals in vals_list):
            raise AccessError(self.env._("A substitution comes into force and ends with its buttons."))
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if any(mandate.state != "draft" for mandate in self):
            raise AccessError(self.env._("A confirmed substitution is not deleted: end it."))
