from odoo import api, fields, models
from odoo.exceptions import UserError

from .locks import moving

_HEADS = ("oa_docflow.oa_docflow_group_director", "oa_docflow.oa_docflow_group_secretary_general", "oa_docflow.oa_docflow_group_governor")
_ABOVE = _HEADS[1:]


class OaDocument(models.Model):
    """Acquaintance lists: who has to read a document, and who has."""

    _inherit = "oa.document"

    acquaintance_ids = fields.One2many("oa.acquaintance", "document_id", string="Acquaintance list")
    acquaintance_count = fields.Integer("To be acquainted", compute="_compute_acquaintance")
    acquaintance_read_count = fields.Integer("Acquainted", compute="_compute_acquaintance")
    my_acquaintance_id = fields.Many2one("oa.acquaintance", "My acquaintance", compute="_compute_acquaintance")
    can_acquaint = fields.Boolean(compute="_compute_can_acquaint")

    @api.depends("acquaintance_ids.state")
    @api.depends_context("uid")
    def _compute_acquaintance(self):
        for document in self:
            rows = document.acquaintance_ids.filtered(lambda row: row.state != "ended")
            document.acquaintance_count = len(rows)
            document.acquaintance_read_count = len(rows.filtered(lambda row: row.state == "read"))
            document.my_acquaintance_id = rows.filtered("can_confirm")[:1]

    @api.depends("state", "access_level")
    @api.depends_context("uid")
    def _compute_can_acquaint(self):
        for document in self:
            document.can_acquaint = not document._get_acquaint_blockers()

    def _get_acquaint_blockers(self):
        """Say why the person cannot send the document for acquaintance now; an empty list means they can."""
        self.ensure_one()
        if not self.number or self.state in ("annulled", "in_coordination", "returned"):
            return [self.env._("Only a registered document is sent for acquaintance.")]
        user = self.env.user
        if any(user.has_group(group) for group in _ABOVE) or user == self.author_id:
            return []
        if self.access_level != "free":
            # Who was let in to a restricted document does not let others in.
            return self._get_share_blockers()
        if user.has_group("oa_registry.oa_registry_group_clerk") or user.has_group(_HEADS[0]):
            return []
        # Names of colleagues are no secret of the document.
        tasks = self.sudo().task_ids
        if user in tasks.responsible_id | tasks.assigner_id:
            return []
        return [self.env._("A document is sent for acquaintance by its author, the registry, the heads and those who work on it.")]

    def _raise_acquaint_blockers(self):
        if blockers := [blocker for document in self for blocker in document._get_acquaint_blockers()]:
            raise UserError("\n".join(blockers))

    def action_acquaint(self):
        self._raise_acquaint_blockers()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send for acquaintance"),
            "res_model": "oa.document.acquaint",
            "view_mode": "form",
            "target": "new",
            "context": {"default_document_ids": self.ids},
        }

    def action_confirm_reading(self):
        """Say that one has read the documents."""
        rows = self.env["oa.acquaintance"].search([
            ("document_id", "in", self.ids), ("user_id", "=", self.env.uid), ("state", "=", "waiting"),
        ])  # fmt: skip
        rows.action_confirm()

    @api.private
    def _ask_acquaintance(self, people, note="", until=None):
        """Ask each of the people to read each document; whoever is asked already or has read it is passed over."""
        self._raise_acquaint_blockers()
        rows_sudo = moving(self.env["oa.acquaintance"].sudo())  # what was asked is written by the flow
        known = {(row.document_id.id, row.user_id.id) for row in rows_sudo.search([
            ("document_id", "in", self.ids), ("user_id", "in", people.ids), ("state", "!=", "ended"),
        ])}  # fmt: skip
        units, told = self._find_units(people), self.env["oa.calendar.day"]._explain_day(until)
        rows = rows_sudo.create([
            {"document_id": document.id, "user_id": person.id, "unit_id": units.get(person.id), "asked_by_id": self.env.uid,
             "note": note or False, "until": until or False, "term_explanation": told}
            for document in self for person in people if (document.id, person.id) not in known
        ])  # fmt: skip
        by_document = rows.grouped("document_id")
        for user_ids in {frozenset(own.user_id.ids) for own in by_document.values()}:
            same = self.browse([document.id for document, own in by_document.items() if frozenset(own.user_id.ids) == user_ids])
            same._grant(self.env["res.users"].browse(user_ids), self.env._("For acquaintance"), source=rows[:1])
        rows._refresh_turns()
        people = {document.id: ", ".join(own.user_id.mapped("name")) for document, own in by_document.items()}
        words = [f"{until:%d.%m.%Y}" if until else "", note or ""]
        rows.document_id.with_env(self.env)._log_acts(
            "acquaint_ask", lambda document: "; ".join(filter(None, [people[document.id], *words]))
        )
        return rows.sudo(False)  # the right of the flow ends here

    def _find_units(self, people):
        # Where a colleague works is no secret.
        employees_sudo = self.env["hr.employee"].sudo()
        found = employees_sudo.search([("user_id", "in", people.ids), ("company_id", "in", self.company_id.ids)])
        return {employee.user_id.id: employee.department_id.id for employee in found}

    # ------------------------------------------------------------ print
    def action_print_acquaintance(self):
        return {"type": "ir.actions.act_url", "url": f"/oa_docflow/document/{self.id}/acquaintance", "target": "new"}

    @api.private
    def _get_acquaintance_pdf(self):
        """The list with names, positions and moments, for the case."""
        self.ensure_one()
        return self._render_pdf(str(self._render_acquaintance_list()), self.env._("Acquaintance list"))

    def _render_acquaintance_list(self):
        # Names and positions of colleagues are printed for whoever sees the document.
        document_sudo = self.sudo()
        rows = document_sudo.acquaintance_ids.sorted(lambda row: (row.unit_id.name or "", row.user_id.name))
        told = sorted({(row.until, row.term_explanation) for row in rows if row.term_explanation})
        return self.env["ir.qweb"].with_context(lang="bg_BG")._render(
            "oa_docflow.acquaintance_list",
            {
                "document": document_sudo,
                "company": document_sudo.company_id,
                "rows": rows,
                "terms": [{"day": f"{until:%d.%m.%Y}", "lines": words.splitlines()} for until, words in told],
                "format_moment": self._format_sheet_moment,
                "printed_on": f"{self.env['oa.calendar.day']._get_today():%d.%m.%Y}",
            },
        )  # fmt: skip

    def _format_sheet_moment(self, moment):
        return f"{fields.Datetime.context_timestamp(self.with_context(tz='Europe/Sofia'), moment):%d.%m.%Y %H:%M:%S}" if moment else ""
