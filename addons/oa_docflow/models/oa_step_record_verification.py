from odoo import api, models
from odoo.exceptions import AccessError

from ..core import step_record
from ..core.routing import BEFORE_ACTS, SIGNING_ACTS
from ..core.step_record import Flaw, Problem, Stored
from .oa_step_record_writing import _write_moment

_BATCH = 2000


class OaStepRecord(models.Model):
    """Do the recorded acts still say what they said when they were written?"""

    _inherit = "oa.step.record"

    @api.private
    @api.model
    def _verify(self):
        """Return the first altered, missing or added record of all administrations, or None; it reads beside the ORM's caches."""
        self.env.flush_all()
        return step_record.verify(self._read_stored()) or self._find_lost_act() or self._find_flawed_signature()

    @api.model
    def _read_stored(self):
        last = (0, 0, 0)
        while True:
            self.env.cr.execute(
                """
                SELECT id, document_id, position, xml, previous_digest, digest, act, opinion, user_id, holder_id, capacity, mandate_digest,
                       at, comment, level, content_digest
                  FROM oa_step_record
                 WHERE position > 0 AND (document_id, position, id) > %s ORDER BY document_id, position, id LIMIT %s
                """,
                [last, _BATCH],
            )
            rows = self.env.cr.fetchall()
            for row in rows:
                yield _to_stored(row)
            if len(rows) < _BATCH:
                return
            last = rows[-1][1], rows[-1][2], rows[-1][0]

    @api.model
    def _find_lost_act(self):
        """A step that was taken since acts are recorded, whose record is gone."""
        query = """
            SELECT step.document_id FROM oa_route_step step
             WHERE step.act = ANY(%s) AND step.acted_at >= (SELECT date_trunc('second', min(at)) FROM oa_step_record WHERE position > 0)
               AND NOT EXISTS (SELECT 1 FROM oa_step_record record WHERE record.step_id = step.id AND record.position > 0)
             ORDER BY step.id LIMIT 1
        """
        self.env.cr.execute(query, [[*BEFORE_ACTS, *SIGNING_ACTS]])
        found = self.env.cr.fetchone()
        return Problem(Flaw.MISSING, 0, found[0], 0) if found else None

    @api.model
    def _find_flawed_signature(self):
        """Hook: a record that does not agree with its signature, or a signature without its record."""

    @api.model
    def _explain_problem(self, problem):
        """The problem as a sentence."""
        # Numbers only: whoever verifies need not see the document.
        document_sudo = self.env["oa.document"].sudo().browse(problem.chain).exists()
        values = {"document": document_sudo.number or f"#{problem.chain}", "position": problem.position}
        if problem.flaw is Flaw.ADDED:
            return self.env._("Acts on %(document)s: act No. %(position)s has been added beside the chain.", **values)
        if problem.flaw is Flaw.ALTERED:
            return self.env._("Acts on %(document)s: act No. %(position)s has been altered.", **values)
        if problem.position:
            return self.env._("Acts on %(document)s: an act before No. %(position)s is missing.", **values)
        return self.env._("Acts on %(document)s: the record of an act is missing.", **values)

    @api.model
    def action_verify(self):
        """Answer with a sentence: the acts are whole, or the first one that is not."""
        user = self.env.user
        if not user.has_group("oa_registry.oa_registry_group_clerk") and not user.has_group("oa_registry.oa_registry_group_auditor"):
            raise AccessError(self.env._("Acts are verified by registry clerks and auditors."))
        problem, count = self._verify(), self._count_acts()
        message = self._explain_problem(problem) if problem else self.env._("Verified acts: %(count)s. Nothing is altered.", count=count)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if problem else "success",
                "sticky": bool(problem),
                "title": self.env._("The acts are not whole") if problem else self.env._("The acts are whole"),
                "message": message,
            },
        }

    @api.private
    @api.model
    def _count_acts(self):
        self.env.cr.execute("SELECT count(*) FROM oa_step_record WHERE position > 0")
        return self.env.cr.fetchone()[0]


def _to_stored(row):
    key, chain, position, xml, previous, digest, act, opinion, user, holder, capacity, mandate, at, comment, level, content = row
    current = {
        "act/code": act, "act/opinion": opinion or "", "act/at": _write_moment(at), "act/text": comment or "", "act/level": level,
        "person/reference": str(user), "person/actingFor/reference": str(holder) if holder else "", "person/capacity": capacity or "",
        "person/actingFor/mandateDigest": mandate or "", "document/contentDigest": content or "",
    }  # fmt: skip
    return Stored(key, chain, position, xml, previous, digest, current)
