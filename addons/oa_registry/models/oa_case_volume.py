from odoo import api, fields, models
from odoo.exceptions import UserError


class OaCaseVolume(models.Model):
    """A volume (том) of a case: from which line of the contents it begins, where it stands and who holds it."""

    _name = "oa.case.volume"
    _inherit = "oa.system.fields"
    _description = "Volume of a case"
    _order = "case_id, number"
    _system_fields = frozenset({"case_id", "company_id", "number", "first_position", "holder_id", "charged_at", "due_on"})

    case_id = fields.Many2one("oa.case", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", "Administration", required=True, readonly=True, ondelete="restrict")
    number = fields.Integer("Volume", required=True, readonly=True, aggregator=None)
    first_position = fields.Integer("From No.", required=True, readonly=True, aggregator=None)
    last_position = fields.Integer("To No.", compute="_compute_figures")
    sheet_count = fields.Integer("Sheets", compute="_compute_figures")
    location = fields.Char("Place of keeping")
    holder_id = fields.Many2one("res.users", "Charged out to", readonly=True, index="btree_not_null", ondelete="restrict")
    charged_at = fields.Datetime("Charged out at", readonly=True)
    due_on = fields.Date("To be returned by", readonly=True)

    _number_unique = models.Constraint("UNIQUE (case_id, number)", "This volume has just been begun by somebody else.")

    @api.depends("number", "case_id")
    def _compute_display_name(self):
        for volume in self:
            volume.display_name = self.env._("%(case)s, volume %(number)s", case=volume.case_id.display_name, number=volume.number)

    @api.depends("first_position", "case_id")
    def _compute_figures(self):
        # The paper volume is what it is, whoever sees which of its documents.
        lines = self.case_id._list_contents()
        sheets = self.env["oa.document"].sudo().browse(line.document_id for line in lines)
        count_of = {document.id: document.sheet_count for document in sheets}
        starts = {}
        for volume in self.sudo().case_id.volume_ids:  # as above
            starts.setdefault(volume.case_id.id, []).append(volume.first_position)
        for volume in self:
            own = [line for line in lines if line.case_id == volume.case_id.id and line.position >= volume.first_position]
            end = min((start for start in starts.get(volume.case_id.id, ()) if start > volume.first_position), default=None)
            own = [line for line in own if end is None or line.position < end]
            volume.last_position = own[-1].position if own else 0
            volume.sheet_count = sum(count_of[line.document_id] for line in own if line.is_here)

    def action_charge(self):
        """Ask to whom the volume is handed and until when."""
        self.ensure_one()
        self.case_id._refuse(self._get_charge_blockers())
        return self.env["oa.case.act"]._open("charge", self.env._("Charge the volume out"), volume_id=self.id)

    def _get_charge_blockers(self):
        """Say why the volume cannot be charged out; an empty list means it can."""
        self.ensure_one()
        if self.holder_id:
            # Who holds the paper is told to whoever sees the case.
            return [self.env._("The volume is with %(person)s. Take it back first.", person=self.sudo().holder_id.name)]
        return self.case_id._get_keeper_blockers()

    def _charge(self, holder, due_on, reason=""):
        self.ensure_one()
        self.check_access("write")
        self.case_id._refuse(self._get_charge_blockers())
        if not self.case_id.with_user(holder).has_access("read"):
            raise UserError(self.env._("%(person)s does not see this case and cannot be given its paper.", person=holder.name))
        if due_on and due_on < fields.Date.context_today(self):
            raise UserError(self.env._("The day of return is over. Choose a later one."))
        self._write_system({"holder_id": holder.id, "charged_at": fields.Datetime.now(), "due_on": due_on})
        self._record_event("charge", holder, reason)

    def action_return(self):
        """Note that the volume is back."""
        self.check_access("write")
        for volume in self:
            volume.case_id._refuse(volume.case_id._get_keeper_blockers())
            if not volume.holder_id:
                raise UserError(self.env._("The volume is not charged out."))
            volume._record_event("return", volume.holder_id)
        self._write_system({"holder_id": False, "charged_at": False, "due_on": False})

    def _record_event(self, kind, holder=None, reason=""):
        for volume in self:
            self.env["oa.case.event"]._record([
                {
                    "kind": kind, "to_case_id": volume.case_id.id, "company_id": volume.company_id.id, "volume_id": volume.id,
                    "holder_id": holder and holder.id, "reason": reason,
                }
            ])  # fmt: skip
            names = [self.env._("volume %(number)s", number=volume.number), holder and holder.sudo().name, reason]  # who holds it is told
            self.env["oa.journal.entry"]._log(volume.case_id, f"volume_{kind}", ", ".join(name for name in names if name))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Volumes are not deleted; the contents list names them."))


class OaCase(models.Model):
    _inherit = "oa.case"

    volume_ids = fields.One2many("oa.case.volume", "case_id", "Volumes", readonly=True)
    volume_count = fields.Integer("Volumes count", compute="_compute_volume_count")

    def _compute_volume_count(self):
        counts = dict(self.env["oa.case.volume"]._read_group([("case_id", "in", self.ids)], ["case_id"], ["__count"]))
        for case in self:
            case.volume_count = counts.get(case, 0)

    def action_begin_volume(self):
        """Ask with which line the next volume begins."""
        self.ensure_one()
        self._refuse(self._get_volume_blockers())
        first = len(self._list_contents()) + 1 if self.volume_ids else 1
        return self.env["oa.case.act"]._open("volume", self.env._("Begin a volume"), case_id=self.id, first_position=first)

    def _get_volume_blockers(self):
        """Say why no volume can be begun; an empty list means it can."""
        self.ensure_one()
        if self.state not in {"open", "continued"}:
            return [self.env._("Case %(case)s is closed. Continue it first.", case=self.name)]
        return self._get_keeper_blockers()

    def _begin_volume(self, first_position, location=""):
        """Everything from this line of the contents on stands in a new volume."""
        self.ensure_one()
        self.check_access("write")
        self._refuse(self._get_volume_blockers())
        last = self.volume_ids.sorted("number")[-1:]
        least, most = (last.first_position + 1 if last else 1), len(self._list_contents()) + 1
        if not last and first_position != 1:
            raise UserError(self.env._("The first volume begins with No. 1."))
        if not least <= first_position <= max(most, least):
            raise UserError(self.env._("The volume can begin from No. %(least)s to No. %(most)s.", least=least, most=max(most, least)))
        # Volumes are begun only by this act, which has asked for the right to write the case.
        volume = self.env["oa.case.volume"].sudo()._as_system().create({
            "case_id": self.id, "company_id": self.company_id.id, "number": last.number + 1, "first_position": first_position,
            "location": location,
        }).with_env(self.env)  # fmt: skip
        volume._record_event("volume")
        return volume
