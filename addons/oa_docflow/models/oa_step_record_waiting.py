from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.levels import PERSONAL_LEVELS
from ..core.routing import SIGNING_ACTS
from .signed_acts import Signed, do_wish, get_signing

_KEPT_DAYS = 30


class OaStepRecord(models.Model):
    """Acts that wait for the signature of their person: prepared with the wish, done with the signature."""

    _inherit = "oa.step.record"

    wish = fields.Json("What is done with the signature", groups=fields.NO_ACCESS, readonly=True, prefetch=False)

    # ------------------------------------------------------------ where acts are recorded
    @api.model
    def _take_signed(self, rows):
        """The rows that ask for no signature of the person; the others are tried out, or were signed, or are refused.

        A document that is signed or sealed bears that itself.
        """
        own = [row for row in rows if row["level"] in PERSONAL_LEVELS and row["act"] not in SIGNING_ACTS]
        signing = get_signing(self.env)
        if not own:
            return rows
        if signing is None:
            raise UserError(self.env._("This act counts only when you sign it: open the document and press its button there."))
        if isinstance(signing, Signed):
            self._take_places(signing, own)
            return [row for row in rows if row not in own]
        if len({row["document_id"] for row in signing.rows + own}) < len(signing.rows + own):
            raise UserError(self.env._("Two acts on one document are signed one after the other: choose one of them."))
        signing.rows += own
        return rows

    @api.model
    def _take_places(self, signed, rows):
        """What happens now has to be what the person has signed."""
        if signed.is_done or [row["xml"] for row in rows] != [signed.record.xml]:
            document = signed.record.document_id.display_name
            raise UserError(
                self.env._("“%(document)s” has changed since you prepared this act; look at it and act again.", document=document)
            )
        signed.record._take_place()
        signed.is_done = True

    @api.private
    @api.model
    def _prepare(self, rows, wishes):
        """Keep what the person has to sign; the same wish is kept once."""
        rows = [{**row, "position": 0, "state": "prepared", "wish": wishes[row["document_id"]]} for row in rows]
        for row in rows:
            wish = row["wish"]
            self.env.cr.execute(
                """
                DELETE FROM oa_step_record
                 WHERE state = 'prepared' AND user_id = %s AND document_id = %s AND wish->>'model' = %s AND wish->'ids' = %s::jsonb
                """,
                [self.env.uid, row["document_id"], wish["model"], str(wish["ids"])],
            )
        return self._insert(rows)

    @api.private
    def _carry_out(self):
        """Do what the person has signed."""
        self.ensure_one()
        signed = Signed(self.sudo())  # the person's own act; its words are compared
        do_wish(signed.record.wish, self.env, signed)
        if not signed.is_done:
            raise UserError(self.env._("What you signed cannot be done any more; open the document again."))

    # ------------------------------------------------------------ later
    def _check_own(self):
        # Whose act it is decides.
        if any(record.state != "prepared" or record.user_id != self.env.user for record in self.sudo()):
            raise UserError(self.env._("This act has its signature already, or is the act of somebody else."))

    def action_sign_again(self):
        """Prepare the acts anew, as the documents stand today, and open the signing dialog."""
        self._check_own()
        prepared = self.browse()
        for wish in self.sudo().mapped("wish"):  # as above
            prepared |= do_wish(wish, self.env)
        return prepared.action_sign() if prepared else None

    def action_open_document(self):
        self.ensure_one()
        return self.document_id._get_form_action()

    def action_drop(self):
        """The person does not want it any more: what nobody signed is no act."""
        self._check_own()
        self.env.cr.execute("DELETE FROM oa_step_record WHERE state = 'prepared' AND id = ANY(%s)", [self.ids])
        self.invalidate_recordset(flush=False)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @api.autovacuum
    def _gc_prepared(self):
        """What nobody signed is no act."""
        self.env.cr.execute(
            "DELETE FROM oa_step_record WHERE state = 'prepared' AND at < now() at time zone 'UTC' - make_interval(days => %s)",
            [_KEPT_DAYS],
        )

    @api.model
    def _find_moments(self):
        """At which moment an act was done that is signed now, by document."""
        signing = get_signing(self.env)
        if not isinstance(signing, Signed):
            return {}
        return {signing.record.document_id.id: signing.record.at}
