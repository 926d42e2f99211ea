from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..core import step_record
from .locks import is_moving, refuse_changes, refuse_update
from .oa_opinion import OPINIONS
from .oa_procedure_step import LEVELS

RECORD_STATES = [("prepared", "Waits for the person's signature"), ("unsealed", "Waits for the seal"), ("signed", "Signed")]
FACTS = (
    "document_id", "company_id", "position", "act", "opinion", "user_id", "holder_id", "capacity", "mandate_digest", "at", "comment",
    "step_id", "level", "content_digest", "xml", "previous_digest", "digest",
)  # fmt: skip
"""What a record that counts never changes."""


class OaStepRecord(models.Model):
    """One act on one document as a signed XML that stands alone, linked to the act before it.

    What a person signs is prepared first and takes its place in the chain when the signature is there; nothing else is ever changed.
    """

    _name = "oa.step.record"
    _description = "Record of an act"
    _order = "document_id, position, id"
    _log_access = False

    document_id = fields.Many2one("oa.document", required=True, index=True, ondelete="restrict", readonly=True)
    company_id = fields.Many2one("res.company", "Administration", required=True, index=True, readonly=True)
    position = fields.Integer("Act No.", required=True, readonly=True, aggregator=None)
    act = fields.Selection("_list_acts", required=True, readonly=True)
    opinion = fields.Selection(OPINIONS, readonly=True)
    user_id = fields.Many2one("res.users", "Person", required=True, index=True, ondelete="restrict", readonly=True)
    holder_id = fields.Many2one("res.users", "In the place of", ondelete="restrict", readonly=True)
    capacity = fields.Char(readonly=True)
    mandate_digest = fields.Char("Digest of the mandate", readonly=True)
    at = fields.Datetime("Moment", required=True, readonly=True)
    comment = fields.Text("Words of the person", readonly=True)
    step_id = fields.Many2one("oa.route.step", index="btree_not_null", ondelete="restrict", readonly=True)
    level = fields.Selection(LEVELS, "Level of signature", required=True, readonly=True)
    content_digest = fields.Char("Digest of the content", readonly=True)
    state = fields.Selection(RECORD_STATES, required=True, readonly=True)
    xml = fields.Text("XML", required=True, readonly=True, prefetch=False)
    previous_digest = fields.Char("Digest of the act before", required=True, readonly=True)
    digest = fields.Char(required=True, readonly=True)

    _position_unique = models.UniqueIndex("(document_id, position) WHERE position > 0", "This place in the chain is taken already.")
    _unsealed_index = models.Index("(company_id, id) WHERE state = 'unsealed'")
    _prepared_index = models.Index("(user_id) WHERE state = 'prepared'")

    def init(self):
        super().init()
        refuse_changes(self.env.cr, self._table, when="OLD.position > 0")
        # The one thing that an update may say is that the seal is there.
        changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in FACTS)
        refuse_update(
            self.env.cr, self._table, when=f"OLD.position > 0 AND ({changed} OR OLD.state <> 'unsealed' OR NEW.state <> 'signed')"
        )

    @api.model
    def _list_acts(self):
        return self.env["oa.journal.entry"]._fields["action"]._description_selection(self.env)

    @api.depends("position", "act", "document_id")
    def _compute_display_name(self):
        names = dict(self._list_acts())
        for record in self:
            # Whoever reads an act may know to which document it belongs.
            record.display_name = f"{names.get(record.act, record.act)}: {record.document_id.sudo().display_name}"

    def _read_record(self):
        """What the XML says, by path."""
        self.ensure_one()
        return step_record.read(self.xml)

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise AccessError(self.env._("Acts are recorded by the buttons on the document, they are not written by hand."))

    def write(self, vals):
        if not is_moving(self.env):
            raise AccessError(self.env._("An act that was recorded is not changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if not is_moving(self.env) or any(record.position for record in self):
            raise AccessError(self.env._("An act that was recorded is not deleted."))
