from odoo import api, fields, models
from odoo.exceptions import UserError

from .locks import moving
from .signed_acts import person_signs


class OaSubstitution(models.Model):
    """How a mandate comes into force and ends, and what is handed over then."""

    _inherit = "oa.substitution"

    def _get_manage_blockers(self):
        """Say why the person has nothing to decide here: one decides about the own absence, the management about everybody's."""
        user = self.env.user
        managers = ("oa_docflow.oa_docflow_group_secretary_general", "oa_docflow.oa_docflow_group_governor")
        if user == self.holder_id or any(user.has_group(group) for group in (*managers, "oa_registry.oa_registry_group_administrator")):
            return []
        return [self.env._("Decided by the absent person, the Secretary General, the governor or the administrator.")]

    def _get_confirm_blockers(self):
        """Say why the mandate cannot come into force now; an empty list means it can."""
        self.ensure_one()
        if self.state != "draft":
            return [self.env._("This substitution was confirmed already.")]
        blockers = self._get_manage_blockers()
        if not self.order_id:
            blockers.append(self.env._("Choose the registered order by which one acts for the other."))
        # The order says by whom it was registered; whoever confirms sees it, or could not choose it.
        elif not self.order_id.register_entry_id or self.order_id.state == "annulled":
            blockers.append(self.env._("The order has to be registered and not annulled."))
        if self.date_from < self._get_today():
            blockers.append(self.env._("A mandate gives no right backwards: it begins today at the earliest."))
        substitute_sudo = self.substitute_id.sudo()  # where a colleague works is no secret
        if self.company_id not in substitute_sudo.company_ids or not substitute_sudo.active:
            blockers.append(self.env._("The substitute does not work in this administration."))
        return blockers + self._get_clashes()

    def _get_clashes(self):
        """What else is in force in these days and does not go together with it."""
        own = self._to_mandate()
        # Whether somebody is absent is known to all colleagues.
        others = self.sudo().search([
            ("state", "=", "active"), ("company_id", "=", self.company_id.id), ("id", "not in", self.ids),
            "|", ("holder_id", "in", (self.holder_id | self.substitute_id).ids), ("substitute_id", "=", self.holder_id.id),
        ])  # fmt: skip
        sentences = []
        for other in others:
            mandate = other._to_mandate()
            facts = {"person": other.holder_id.name, "other": other.substitute_id.name, "days": other._get_days()}
            if own.clashes(mandate):
                sentences.append(self.env._("%(person)s is substituted by %(other)s already: %(days)s.", **facts))
            elif mandate.holder_id == own.substitute_id and own.meets(mandate):
                sentences.append(self.env._("%(person)s is absent too (%(days)s) and hands nothing on to %(other)s.", **facts))
            elif mandate.substitute_id == own.holder_id and own.meets(mandate):
                sentences.append(self.env._("%(other)s acts for %(person)s in these days (%(days)s): end that first.", **facts))
        return sentences

    def _get_days(self):
        first, last = f"{self.date_from:%d.%m.%Y}", self.date_to and f"{self.date_to:%d.%m.%Y}"
        return f"{first}–{last}" if last else self.env._("from %(day)s", day=first)

    @person_signs
    def action_confirm(self):
        """Let the mandate come into force; from its first day the substitute gets what waits for the absent person."""
        self.check_access("write")
        for mandate in self:
            # Two who confirm for one person in the same second: the second begins its request anew and sees the first one's.
            self.env.cr.execute("UPDATE res_users SET write_date = write_date WHERE id = %s", [mandate.holder_id.id], log_exceptions=False)
            if blockers := mandate._get_confirm_blockers():
                raise UserError("\n".join(blockers))
            entry_sudo = mandate.order_id.sudo().register_entry_id  # number and digest are told by the order itself
            moving(mandate).write({
                "state": "active", "confirmed_at": fields.Datetime.now(), "confirmed_by_id": self.env.uid,
                "order_number": entry_sudo.name, "order_digest": entry_sudo.digest,
            })  # fmt: skip
            mandate._tell(self.env._("You act for %(holder)s: %(days)s.", holder=mandate.holder_id.name, days=mandate._get_days()))
        self.env.registry.clear_cache()
        self._log("substitution")
        self._hand_over()

    def _get_end_blockers(self):
        """Say why the mandate cannot be ended now; an empty list means it can."""
        self.ensure_one()
        if self.state != "active":
            return [self.env._("Only a substitution that is in force is ended.")]
        return self._get_manage_blockers()

    def action_end(self):
        """Ask why the mandate ends before its day."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("End the substitution"),
            "res_model": "oa.substitution.end",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_substitution_id": self.id},
        }

    @api.private
    @person_signs
    def _end(self, reason):
        self.check_access("write")
        if blockers := [blocker for mandate in self for blocker in mandate._get_end_blockers()]:
            raise UserError("\n".join(blockers))
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the substitution ends."))
        self._write_end(reason)
        for mandate in self:
            mandate._tell(self.env._("You do not act for %(holder)s any more: %(reason)s", holder=mandate.holder_id.name, reason=reason))

    def _write_end(self, reason):
        moving(self).write({"state": "ended", "ended_at": fields.Datetime.now(), "ended_by_id": self.env.uid, "end_reason": reason})
        self.env.registry.clear_cache()
        self._log("substitution_end", reason)
        for mandate in self:
            self.env["oa.document"]._withdraw_grants_of(mandate, self.env._("The substitution has ended."))
        self._hand_over()

    def _tell(self, sentence):
        # Whoever decides need not be allowed to read the account of the substitute.
        self.message_post(body=sentence, partner_ids=self.substitute_id.sudo().partner_id.ids, message_type="notification")

    def _log(self, action, reason=""):
        self.env["oa.journal.entry"]._log(
            self, action, lambda mandate: "; ".join(filter(None, (mandate.name, mandate._get_days(), mandate.order_number, reason)))
        )

    @api.model
    def _cron_turn_over(self):
        """End what has run out and hand over what waits for whoever is absent, also when an earlier run was missed."""
        self.search([("state", "=", "active"), ("date_to", "<", self._get_today())])._write_end(self.env._("The last day has passed."))
        self.search([("is_today", "=", True)])._hand_over()

    def _hand_over(self):
        """Give what waits for the absent persons, or for who acted for them, to whose turn it is now."""
        # The flow hands over; whoever decides about an absence need not see the documents.
        holders = self.sudo().holder_id
        for model in ("oa.task.opinion", "oa.task", "oa.task.extension", "oa.document"):
            records_sudo = self.env[model].sudo()
            records_sudo.search(records_sudo._get_held_domain(holders))._refresh_turns()
