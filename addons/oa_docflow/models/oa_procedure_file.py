import base64
import re

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import plan as plans
from ..core.errors import PlanError
from .locks import moving


class OaProcedure(models.Model):
    """The file in which a procedure travels: its plan as XML under the seal of the administration."""

    _inherit = "oa.procedure"

    sealed_file = fields.Binary(readonly=True, copy=False, attachment=True)

    def action_export(self):
        """Download the sealed file; the first export seals it."""
        self.ensure_one()
        self.check_access("write")
        if blockers := self._get_seal_blockers():
            raise UserError("\n".join(blockers))
        if not self.sealed_file:
            self._seal()
        self.env["oa.journal.entry"]._log(self, "procedure_export", lambda procedure: f"{procedure.name}, {procedure.version}")
        url = f"/web/content/oa.procedure/{self.id}/sealed_file/{self._get_file_stem()}.xml?download=true"
        return {"type": "ir.actions.act_url", "url": url, "target": "self"}

    def _get_file_stem(self):
        words = re.sub(r"[^\w-]+", "-", self.name, flags=re.UNICODE).strip("-")[:60]
        return f"procedure-{words}-{self.version}"

    def _write_file(self):
        return plans.to_xml(self._to_plan(), self.company_id.name)

    def _keep_file(self, data):
        moving(self).write({"sealed_file": base64.b64encode(data)})

    @api.model
    def _read_file(self, data):
        """The plan in a file and its author; a file that is none is refused with what to do."""
        try:
            return plans.from_xml(data)
        except PlanError as error:
            if error.fault == "entities":
                message = self.env._("The file brings a document type or entities and is not opened. Ask its sender for a new export.")
            else:
                message = self.env._(
                    "The file is no procedure of this system, or of a later version of it. Ask its sender for a new export."
                )
            raise UserError(message) from error

    @api.model
    def _import_plan(self, plan, company):
        """A draft of this plan: the next version of the procedure that is here already, or its first one."""
        earlier = self.with_context(active_test=False).search(
            [("lineage", "=", plan.lineage), ("company_id", "=", company.id)], order="version desc", limit=1
        )
        if earlier.state == "draft":
            raise UserError(self.env._("A draft of “%(name)s” is being written here; publish or delete it first.", name=earlier.name))
        vals, _missing = self._fit_plan(plan, company)
        version = earlier.version + 1 if earlier else 1
        draft = moving(self).create({**vals, "version": version, "is_usual": earlier.is_usual, "sequence": earlier.sequence or 10})
        self.env["oa.journal.entry"]._log(draft, "procedure_import", lambda procedure: f"{procedure.name}, {procedure.version}")
        return draft.with_env(self.env)
