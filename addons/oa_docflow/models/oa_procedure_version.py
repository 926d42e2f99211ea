from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .locks import is_moving, moving, refuse_changes, refuse_update

VERSION_STATES = [("draft", "Draft"), ("published", "Published"), ("retired", "Replaced")]
_CONTENT = (
    "name", "code", "version", "lineage", "company_id", "legal_ground", "resolver_function", "kind_id", "register_id", "class_id",
    "template_id", "note", "digest", "published_at", "published_by_id",
)  # fmt: skip
FREE = {"active", "sequence", "is_usual"}
"""What may be changed on a published version: whether and where lists show it, and whether it is the usual one."""


class OaProcedure(models.Model):
    """Each row is one version. A published one never changes: whoever wants it otherwise writes and publishes the next one."""

    _inherit = "oa.procedure"

    state = fields.Selection(VERSION_STATES, required=True, default="draft", readonly=True, copy=False, index=True)
    lineage = fields.Char(
        readonly=True, copy=False, index=True, help="The same for all versions of one procedure, in every administration."
    )
    digest = fields.Char(readonly=True, copy=False)
    published_at = fields.Datetime(readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    version_ids = fields.One2many("oa.procedure", compute="_compute_version_ids", string="Versions")
    version_count = fields.Integer(compute="_compute_version_ids")
    running_count = fields.Integer("Running documents", compute="_compute_running_count")
    differences = fields.Html("Against the version before", compute="_compute_differences", sanitize=False)

    _version_unique = models.Constraint("UNIQUE (company_id, lineage, version)", "This version exists already.")

    def init(self):
        super().init()
        # What was there before versions is in use: it is the published one.
        self.env.cr.execute("UPDATE oa_procedure SET state = 'published', lineage = gen_random_uuid()::text WHERE lineage IS NULL")
        changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _CONTENT)
        refuse_changes(self.env.cr, self._table, when="OLD.state <> 'draft'")
        # A published version may still be put aside.
        refuse_update(self.env.cr, self._table, when=f"OLD.state <> 'draft' AND ({changed} OR NEW.state = 'draft')")

    @api.depends("lineage")
    def _compute_version_ids(self):
        for procedure in self:
            procedure.version_ids = procedure._find_versions()
            procedure.version_count = len(procedure.version_ids)

    def _find_versions(self):
        """All versions of this procedure in its administration, the newest first."""
        self.ensure_one()
        domain = [("lineage", "=", self.lineage), ("lineage", "!=", False), ("company_id", "=", self.company_id.id)]
        return self.with_context(active_test=False).search(domain, order="version desc")

    def _compute_running_count(self):
        # How many documents are on their way is no secret; which ones, is.
        routes_sudo = self.env["oa.route"].sudo()
        counts = dict(routes_sudo._read_group([("procedure_id", "in", self.ids), ("state", "=", "running")], ["procedure_id"], ["__count"]))
        for procedure in self:
            procedure.running_count = counts.get(procedure, 0)

    # ------------------------------------------------------------ guards
    @api.model_create_multi
    def create(self, vals_list):
        if not is_moving(self.env) and any(vals.get("state", "draft") != "draft" for vals in vals_list):
            raise AccessError(self.env._("A procedure begins as a draft and is published with its button."))
        return super().create([{"lineage": str(uuid4()), **vals} for vals in vals_list])

    def write(self, vals):
        if vals.keys() & {"state", "lineage", "version", "digest", "published_at", "published_by_id"} and not is_moving(self.env):
            raise AccessError(self.env._("Versions are made and published with the buttons."))
        if vals.keys() - FREE and not is_moving(self.env):
            self.check_access("write")
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        self._check_draft()

    def _check_draft(self):
        for procedure in self.filtered(lambda procedure: procedure.state != "draft"):
            raise UserError(
                self.env._(
                    "“%(procedure)s”, version %(version)s, is published and never changes. Press “New version”.",
                    procedure=procedure.name, version=procedure.version,
                )
            )  # fmt: skip

    # ------------------------------------------------------------ moves
    def action_new_version(self):
        """A draft of the next version, or the draft that is being written already."""
        self.ensure_one()
        self.check_access("write")
        return self._get_form_of(self._make_draft())

    def _make_draft(self):
        newest = self._find_versions()[:1]
        if newest.state == "draft":
            return newest
        return moving(self).copy({"name": self.name, "version": newest.version + 1, "lineage": self.lineage}).with_env(self.env)

    def _bring_next_version(self, vals):
        """Write and publish the next version at once; a draft that somebody is writing is not touched."""
        self.ensure_one()
        if self._find_versions()[:1].state == "draft":
            raise UserError(
                self.env._("A new version of “%(procedure)s” is being written. Publish or delete it first.", procedure=self.name)
            )
        self.check_access("write")
        draft = self._make_draft()
        draft.write(vals)
        draft._publish()

    def _get_form_of(self, procedure):
        return {
            "type": "ir.actions.act_window",
            "res_model": "oa.procedure",
            "res_id": procedure.id,
            "views": [(False, "form")],
        }

    def action_publish(self):
        """From now on documents begin by this version; those on their way keep theirs."""
        self.check_access("write")
        self._publish()

    def _publish(self):
        for procedure in self:
            if blockers := procedure._get_publish_blockers():
                raise UserError("\n".join(blockers))
        facts = {"state": "published", "published_at": fields.Datetime.now(), "published_by_id": self.env.uid}
        for procedure in self:
            earlier = procedure._find_versions().filtered(lambda version: version.state == "published")
            moving(earlier).write({"state": "retired"})
            moving(procedure).write({**facts, "digest": procedure._compute_plan_digest()})
        moving(self.step_ids | self.env["oa.procedure.step"]).write({"is_frozen": True})
        moving(self.term_ids | self.env["oa.procedure.term"]).write({"is_frozen": True})
        self.env["oa.journal.entry"]._log(self, "procedure_publish", lambda procedure: f"{procedure.name}, {procedure.version}")

    def _get_publish_blockers(self):
        """Hook: say why this version cannot be published now; an empty list means it can."""
        self.ensure_one()
        if self.state != "draft":
            return [self.env._("This version is published already.")]
        return []

    def action_view_versions(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("oa_docflow.oa_procedure_action")
        context = {"active_test": False}
        return {**action, "domain": [("id", "in", self._find_versions().ids)], "context": context, "name": self.env._("Versions")}

    def _get_current(self):
        """The version by which a document begins today."""
        self.ensure_one()
        return self if self.state == "published" else self._find_versions().filtered(lambda version: version.state == "published")


class OaProcedureStep(models.Model):
    """Steps of a published version never change."""

    _name = "oa.procedure.step"
    _inherit = ["oa.procedure.step", "oa.procedure.part"]


class OaProcedureTerm(models.Model):
    """Terms of a published version never change."""

    _name = "oa.procedure.term"
    _inherit = ["oa.procedure.term", "oa.procedure.part"]
