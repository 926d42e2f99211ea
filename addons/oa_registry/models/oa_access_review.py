from odoo import api, fields, models
from odoo.exceptions import UserError


class OaAccessReview(models.Model):
    """Personal access to look through when somebody leaves or changes the unit: it does not survive by itself."""

    _name = "oa.access.review"
    _description = "Access to review"
    _inherit = ["oa.system.fields"]
    _order = "state desc, id desc"
    _rec_name = "user_id"
    _system_fields = frozenset({"user_id", "company_id", "cause", "state", "done_by_id", "done_at"})

    user_id = fields.Many2one("res.users", "Person", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", "Administration", required=True, readonly=True, index=True)
    cause = fields.Selection([("left", "Has left"), ("moved", "Changed the unit")], required=True, readonly=True)
    begun_at = fields.Datetime("Since", required=True, readonly=True, default=fields.Datetime.now)
    state = fields.Selection([("open", "To review"), ("done", "Reviewed")], required=True, readonly=True, default="open", index=True)
    grant_ids = fields.Many2many("oa.document.grant", compute="_compute_grant_ids", string="Personal access")
    grant_count = fields.Integer("Documents", compute="_compute_grant_ids")
    done_by_id = fields.Many2one("res.users", "Reviewed by", readonly=True)
    done_at = fields.Datetime("Reviewed at", readonly=True)

    @api.depends("user_id", "state")
    def _compute_grant_ids(self):
        domain = [("user_id", "in", self.user_id.ids), ("is_current", "=", True), ("is_denied", "=", False)]
        grants = self.env["oa.document.grant"].search(domain)
        for review in self:
            review.grant_ids = grants.filtered(
                lambda grant, review=review: (
                    grant.user_id == review.user_id
                    and grant.company_id == review.company_id
                    # What was given after the person came to the new unit belongs to the new work.
                    and (review.cause == "left" or grant.granted_at <= review.begun_at)
                )
            )
            review.grant_count = len(review.grant_ids)

    @api.model
    def _open_for(self, users, cause):
        """Begin a review for people who hold personal access and have none open."""
        # Whoever archives a user or moves an employee may not read grants.
        env_sudo = self.sudo().env
        grants = env_sudo["oa.document.grant"].search([("user_id", "in", users.ids), ("is_current", "=", True), ("is_denied", "=", False)])
        open_keys = {(review.user_id, review.company_id) for review in env_sudo["oa.access.review"].search([("state", "=", "open")])}
        wanted = dict.fromkeys((grant.user_id, grant.company_id) for grant in grants)
        # As above.
        self.sudo()._as_system().create([
            {"user_id": user.id, "company_id": company.id, "cause": cause} for user, company in wanted if (user, company) not in open_keys
        ])  # fmt: skip

    def action_withdraw_all(self):
        """Take back all personal access of the person and close the review."""
        self.check_access("write")
        for review in self:
            if blockers := review.grant_ids._get_withdraw_blockers():
                raise UserError("\n".join(blockers))
            review.grant_ids._withdraw(dict(self._fields["cause"]._description_selection(self.env))[review.cause])
        self.action_finish()

    def action_finish(self):
        """What is left stays on purpose."""
        self.check_access("write")
        self.filtered(lambda review: review.state == "open")._write_system(
            {"state": "done", "done_by_id": self.env.uid, "done_at": fields.Datetime.now()}
        )


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        leaving = self.filtered("active") if vals.get("active") is False else self.browse()
        result = super().write(vals)
        if leaving:
            self.env.registry.clear_cache()
            self.env["oa.access.review"]._open_for(leaving, "left")
        return result


class HrVersion(models.Model):
    _inherit = "hr.version"

    def write(self, vals):
        if "department_id" not in vals:
            return super().write(vals)
        # Whoever moves an employee need not see the account.
        moved = self.sudo().filtered(lambda version: version.department_id and version.department_id.id != vals["department_id"])
        users = moved.employee_id.user_id
        result = super().write(vals)
        self.env["oa.access.review"]._open_for(users, "moved")
        return result
