from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import routing
from ..core.errors import RoutingError
from .locks import moving

ROUTE_STATES = [
    ("running", "Running"),
    ("returned", "Returned"),
    ("recalled", "Recalled"),
    ("changed", "Content changed"),
    ("refused", "Signature refused"),
    ("sent_back", "Returned to an earlier step"),
    ("stopped", "Procedure ended"),
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
        procedure = self._choose_version(document)
        steps = [vals for step in procedure.step_ids for vals in step._prepare_route_steps(document)]
        steps = document.extra_step_ids._add_to_plan(steps)
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

    def _choose_version(self, document):
        """A document begins by the version of today, and keeps it in its later rounds."""
        procedure = document.procedure_id
        if procedure in document.route_ids.procedure_id:
            return procedure
        current = procedure._get_current()
        if not current:
            raise UserError(self.env._("The procedure “%(name)s” is not published yet.", name=procedure.name))
        if current != procedure:
            document._write_kept({"procedure_id": current.id})
        return current

    @api.private
    def _begin_at(self, step, state):
        """End this round and begin the next one at the step; what was agreed to before it stands, for the content is the same."""
        self.ensure_one()
        # As above: whoever goes back may not write routes.
        route_sudo, step_sudo = self.sudo(), step.sudo()
        again = step_sudo | route_sudo.step_ids.filtered(lambda other: other._is_behind(step_sudo))
        vals_list = [other._prepare_again_vals() for other in again]
        self._close(state)
        return moving(route_sudo).create(
            {
                "document_id": route_sudo.document_id.id,
                "company_id": route_sudo.company_id.id,
                "procedure_id": route_sudo.procedure_id.id,
                "procedure_version": route_sudo.procedure_version,
                "round": len(route_sudo.document_id.route_ids) + 1,
                "content_hash": route_sudo.content_hash,
                "started_by_id": self.env.uid,
                "step_ids": [fields.Command.create(vals) for vals in vals_list],
            }
        )

    def _check_persons(self, steps):
        """Who takes a conditional step is asked for when the condition holds."""
        self._refuse_nobody([vals["name"] for vals in steps if not vals["user_id"] and not vals["condition"]])

    def _refuse_nobody(self, missing):
        if missing:
            raise UserError(
                self.env._(
                    "Nobody plays this part in the administration: %(steps)s. Ask the administrator to appoint a person.",
                    steps=", ".join(missing),
                )
            )

    @api.private
    def _advance(self):
        """Open the next steps of each route; return the routes whose last agreement has just been given."""
        agreed = self.browse()
        for route in self:
            while taken := route._open_next().filtered(lambda step: step._is_taken_by_sending()):
                taken._record("done", "", opinion="agree")
                route.document_id._log_act("agree", "", taken._get_holder_of, steps=taken, opinion="agree")
            core = route.step_ids._to_core()
            is_in_coordination = route.document_id.state == "in_coordination"
            if is_in_coordination and routing.is_coordinated(core):
                agreed |= route
            elif not is_in_coordination and route.state == "running" and routing.is_complete(core):
                route._close("done")
        return agreed

    def _open_next(self):
        """Go on by one place; return what has been opened."""
        by_id = {step.id: step for step in self.step_ids}
        stride = routing.advance(self.step_ids._to_core(), lambda step: by_id[step.key]._holds())
        steps = {name: self.step_ids.browse() for name in ("opened", "skipped", "spared")}
        for name in steps:
            steps[name] = steps[name].union(*(by_id[step.key] for step in getattr(stride, name)))
        steps["skipped"]._leave_out("skipped")
        steps["spared"]._leave_out("spared")
        steps["opened"]._open()
        return steps["opened"]

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
