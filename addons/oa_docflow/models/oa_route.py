from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import routing
from ..core.errors import RoutingError
from ..core.routing import Act
from .locks import moving

ROUTE_STATES = [
    ("running", "Running"),
    ("returned", "Returned"),
    ("recalled", "Recalled"),
    ("changed", "Content changed"),
    ("refused", "Signature refused"),
    ("done", "Done"),
]


class OaRoute(models.Model):
    """One round of one document: a copy of the procedure's steps with the persons who play the parts."""

    _name = "oa.route"
    _description = "Route of a document"
    _order = "document_id, round desc"
    _rec_name = "document_id"

    document_id = fields.Many2one("oa.document", required=True, index=True, ondelete="restrict", readonly=True)
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    procedure_id = fields.Many2one("oa.procedure", ondelete="restrict", readonly=True)
    procedure_version = fields.Integer(readonly=True)
    round = fields.Integer(required=True, default=1, readonly=True)
    state = fields.Selection(ROUTE_STATES, required=True, default="running", readonly=True)
    content_hash = fields.Char(required=True, readonly=True)
    started_at = fields.Datetime(required=True, default=fields.Datetime.now, readonly=True)
    started_by_id = fields.Many2one("res.users", required=True, default=lambda self: self.env.user, readonly=True, ondelete="restrict")
    step_ids = fields.One2many("oa.route.step", "route_id")

    _round_unique = models.Constraint("UNIQUE (document_id, round)", "This round has already begun.")

    @api.private
    def _start(self, document):
        """Begin the next round of this document from the first step."""
        procedure = document.procedure_id
        steps = [step._prepare_route_step_vals(document) for step in procedure.step_ids]
        self._check_persons(steps)
        # Routes are written by the flow, the author only starts them.
        return moving(self.sudo()).create(
            {
                "document_id": document.id,
                "company_id": document.company_id.id,
                "procedure_id": procedure.id,
                "procedure_version": procedure.version,
                "round": len(document.route_ids) + 1,
                "content_hash": document._compute_content_hash(),
                "started_by_id": self.env.uid,
                "step_ids": [fields.Command.create(vals) for vals in steps],
            }
        )

    def _check_persons(self, steps):
        missing = [vals["name"] for vals in steps if not vals["user_id"]]
        if missing:
            raise UserError(
                self.env._(
                    "Nobody plays this part in the administration: %(steps)s. Ask the administrator to appoint a person.",
                    steps=", ".join(missing),
                )
            )

    @api.private
    def _advance(self):
        """Open the next step of each route; return the routes whose last agreement has just been given."""
        agreed = self.browse()
        for route in self:
            steps = route.step_ids._to_core()
            opening = routing.next_steps(steps)
            if not opening and routing.is_complete(steps):
                route._close("done")
            if opening and opening[0].act is not Act.COORDINATE and route.document_id.state == "in_coordination":
                agreed |= route
            route.step_ids.filtered(lambda step, keys={step.key for step in opening}: step.id in keys)._open()
        return agreed

    def _close(self, state):
        # Routes are closed by the flow.
        routes = moving(self.sudo())
        routes.write({"state": state})
        routes.step_ids.filtered(lambda step: step.state in ("planned", "waiting")).write({"state": "cancelled"})

    def _check_plan(self):
        for route in self:
            try:
                routing.check_plan(route.step_ids._to_core())
            except RoutingError as error:
                raise UserError(
                    self.env._(
                        "The procedure has no steps yet. Ask the administrator to complete it in Configuration.",
                    )
                ) from error
