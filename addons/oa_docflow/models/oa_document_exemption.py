from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.exemption import ON_PAPER, PAPER_CHANNELS, Facts, Part, find_paper_parts

_PAPER_FIELDS = {"carrier", "signing_method", "paper_disposition"}


class OaDocument(models.Model):
    """A step on paper is refused unless an exemption in force covers it; the document is registered and scanned all the same."""

    _inherit = "oa.document"

    exemption_id = fields.Many2one(
        "oa.exemption", "Exemption from electronic turnover", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    paper_warning = fields.Text(compute="_compute_paper_warning")

    @api.depends("carrier", "signing_method", "paper_disposition", "kind_id", "direction", "company_id", "procedure_id", "state")
    def _compute_paper_warning(self):
        for document in self:
            waits = document.state == "draft" and document.kind_id and document.direction != "incoming"
            document.paper_warning = "\n".join(document._get_paper_blockers()) if waits else False

    def _get_paper_facts(self):
        return Facts(
            carrier=self.carrier or "",
            signing_method=self.signing_method or "",
            paper_disposition=self.paper_disposition or "",
            is_coordination_skipped=self.carrier in ON_PAPER and self._is_coordination_skipped(),
        )

    def _is_coordination_skipped(self):
        """Documents of this kind are coordinated by a procedure, and this one is to be registered without."""
        # Which procedures there are is no secret of a document.
        document_sudo = self.sudo()
        if document_sudo.route_id or document_sudo.procedure_id.step_ids:
            return False
        procedures = document_sudo.env["oa.procedure"]._list_for(document_sudo.kind_id, document_sudo.company_id)
        return "coordinate" in procedures.step_ids.mapped("act")

    def _get_paper_parts(self):
        """The parts that go on paper; numbers of a day without the system are entered later as they were."""
        if self.direction == "incoming" or self.reserved_entry_id:
            return ()
        return find_paper_parts(self._get_paper_facts())

    def _get_paper_blockers(self):
        """Say which steps on paper no exemption covers; an empty list means that none is refused."""
        self.ensure_one()
        uncovered = [part for part in self._get_paper_parts() if not self._find_exemption(part)]
        return [self.env["oa.exemption"]._explain_missing(self.kind_id, uncovered)] if uncovered else []

    def _find_exemption(self, part, moment=None):
        day = self._get_official_day(moment or self.registered_at)
        return self.env["oa.exemption"]._find_covering(self.company_id, self.kind_id, part, day)

    def _get_scan_blockers(self):
        if self._get_paper_parts() and not self._get_current_files("main", "scan"):
            return [self.env._("Scan the paper original and add the image: a document under an exemption is kept electronically, too.")]
        return []

    def _get_content_blockers(self, is_missed=False):
        blockers = super()._get_content_blockers(is_missed)
        return blockers if is_missed else [*blockers, *(self._get_paper_blockers() or self._get_scan_blockers())]

    def _get_draft_gaps(self):
        return super()._get_draft_gaps() + self._get_paper_blockers()

    def _register_in(self, register):
        """The exemption by which a document goes on paper is cited in it."""
        result = super()._register_in(register)
        for document in self.filtered(lambda document: not document.exemption_id):
            if parts := document._get_paper_parts():
                document._cite(document._find_exemption(parts[0]))
        return result

    def _cite(self, exemption):
        if exemption:
            self._write_kept({"exemption_id": exemption.id})

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & _PAPER_FIELDS:
            # The exemption is asked of what is in the register; a draft may still be mended.
            for document in self.filtered("register_entry_id"):
                if blockers := document._get_paper_blockers():
                    raise UserError("\n".join(blockers))
        return result


class OaDispatch(models.Model):
    """Administrations get documents electronically; paper goes to them by an exemption only."""

    _inherit = "oa.dispatch"

    def _get_send_blockers(self):
        blockers = super()._get_send_blockers()
        if self._is_paper_refused():
            blockers.append(
                self.env._(
                    "%(partner)s is an administration and gets documents electronically (art. 30 (3) and 41 of the Electronic Governance "
                    "Act). Choose another channel; on paper only by an exemption in force that covers service of “%(kind)s”.",
                    partner=self.partner_id.name,
                    kind=self.document_id.kind_id.name,
                )
            )
        return blockers

    def _is_paper_refused(self):
        if self.channel not in PAPER_CHANNELS or not self._is_to_administration():
            return False
        return not self.document_id._find_exemption(Part.SERVICE, fields.Datetime.now())

    def _is_to_administration(self):
        # What a recipient is decides the channel, whoever may read contacts.
        return self.partner_id.sudo().commercial_partner_id.oa_is_administration

    def _mark_sent(self):
        result = super()._mark_sent()
        for dispatch in self:
            if dispatch.channel in PAPER_CHANNELS and dispatch._is_to_administration() and not dispatch.document_id.exemption_id:
                dispatch.document_id._cite(dispatch.document_id._find_exemption(Part.SERVICE, dispatch.sent_at))
        return result
