from odoo import api, fields, models


class OaCaseAct(models.TransientModel):
    """Asks for the reason of an act on a case, and for what else the act needs."""

    _name = "oa.case.act"
    _description = "Act on a case"

    act = fields.Selection(
        [
            ("merge", "Merge"),
            ("move", "Move documents"),
            ("continue", "Continue"),
            ("undo", "Undo an event"),
            ("volume", "Begin a volume"),
            ("charge", "Charge a volume out"),
        ],
        required=True,
        readonly=True,
    )
    case_id = fields.Many2one("oa.case", readonly=True)
    document_ids = fields.Many2many("oa.document", string="Documents", readonly=True)
    event_id = fields.Many2one("oa.case.event", readonly=True)
    volume_id = fields.Many2one("oa.case.volume", readonly=True)
    way = fields.Selection([("move", "To another case"), ("remove", "Out of the case, into none")], default="move", required=True)
    target_case_id = fields.Many2one("oa.case", "Into case", domain="[('state', 'in', ('open', 'continued')), ('id', '!=', case_id)]")
    first_position = fields.Integer("Begins with No.", default=1)
    location = fields.Char("Place of keeping")
    holder_id = fields.Many2one("res.users", "To whom", domain="[('share', '=', False)]")
    due_on = fields.Date("To be returned by")
    reason = fields.Char()

    @api.model
    def _open(self, act, title, **vals):
        defaults = {f"default_{name}": value for name, value in {"act": act, **vals}.items()}
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": defaults,
        }

    def action_confirm(self):
        self.ensure_one()
        getattr(self, f"_confirm_{self.act}")()
        return {"type": "ir.actions.act_window_close"}

    def _confirm_merge(self):
        self.case_id._merge(self.target_case_id, self.reason)

    def _confirm_move(self):
        target = self.target_case_id if self.way == "move" else self.env["oa.case"]
        self.document_ids._put_into_case(target, self.reason)

    def _confirm_continue(self):
        self.case_id._continue(self.reason)

    def _confirm_undo(self):
        self.event_id._undo(self.reason)

    def _confirm_volume(self):
        self.case_id._begin_volume(self.first_position, self.location)

    def _confirm_charge(self):
        self.volume_id._charge(self.holder_id, self.due_on, self.reason or "")
