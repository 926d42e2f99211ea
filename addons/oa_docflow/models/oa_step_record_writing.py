from dataclasses import replace
from datetime import UTC, datetime, timedelta

from odoo import SUPERUSER_ID, api, fields, models, tools
from odoo.tools import SQL
from psycopg2.extras import Json

from ..core import step_record
from ..core.levels import PERSONAL_LEVELS
from ..core.step_record import GENESIS, Act, File, Person, Record, Subject, Way
from .oa_step_record import FACTS

_SEAL_AFTER = timedelta(minutes=1)
_FILES = ("main", "attachment", "signing_copy", "signed", "scan")
_COLUMNS = (*FACTS, "state", "wish")
_INSERT = SQL("INSERT INTO oa_step_record (%s) VALUES ", SQL(", ").join(SQL.identifier(name) for name in _COLUMNS))


class OaStepRecord(models.Model):
    """How acts are written: one look at the heads of the chains under lock, one INSERT, however many documents there are."""

    _inherit = "oa.step.record"

    @api.private
    @api.model
    def _write_acts(self, documents, act, text="", mandate=None, **facts):
        """Record what the current person has just done to each document.

        Facts: `steps` (the route steps that were taken, one for each document at most), `opinion`, and what else was decided, by name:
        `decided(document)`.
        """
        said = self._say(act, text, facts.get("opinion", ""))
        found = self._describe_acts(documents, said, mandate, facts)
        rows = self._take_signed([{**vals, "position": position, "state": "unsealed"} for vals, position in found])
        records = self._insert(rows)
        if records:
            cron_id = self.env["ir.model.data"]._xmlid_to_res_id("oa_docflow.ir_cron_seal_acts")
            # Whoever acts wakes the job that seals; a minute later it finds the acts of others, too.
            self.env["ir.cron.trigger"].sudo().create({"cron_id": cron_id, "call_at": fields.Datetime.now() + _SEAL_AFTER})
        return records

    def _take_place(self):
        """Put a record that the person has signed at the end of its chain."""
        self.ensure_one()
        position = int(step_record.read(self.xml)["chain/position"])
        self.env.cr.execute("UPDATE oa_step_record SET position = %s, state = 'signed' WHERE id = %s", [position, self.id])
        self.invalidate_recordset(["position", "state"], flush=False)

    def _is_next(self):
        """Say whether nothing has happened to the document since the record was prepared."""
        self.ensure_one()
        return self._read_heads(self.document_id)[self.document_id.id][1] == self.previous_digest

    @api.model
    def _read_heads(self, documents):
        """Position and digest of the last act of each document; others who act on it wait, and begin anew."""
        self.env.cr.execute(
            """
            SELECT document.id, coalesce(last.position, 0), coalesce(last.digest, %s)
              FROM oa_document document
              LEFT JOIN LATERAL (
                   SELECT position, digest FROM oa_step_record
                    WHERE document_id = document.id AND position > 0 ORDER BY position DESC LIMIT 1
              ) last ON TRUE
             WHERE document.id = ANY(%s) ORDER BY document.id FOR NO KEY UPDATE OF document
            """,
            [GENESIS, documents.ids],
            log_exceptions=False,
        )
        return {row_id: (position, digest) for row_id, position, digest in self.env.cr.fetchall()}

    def _insert(self, rows):
        if not rows:
            return self.browse()
        values = SQL(", ").join(SQL("%s", tuple(_to_column(name, row.get(name)) for name in _COLUMNS)) for row in rows)
        self.env.cr.execute(SQL("%s%s RETURNING id", _INSERT, values))
        records = self.browse(row_id for (row_id,) in self.env.cr.fetchall())
        self.env["oa.document"].browse({row["document_id"] for row in rows}).invalidate_recordset(["act_ids"], flush=False)
        return records

    # ------------------------------------------------------------ what a record says
    def _describe_acts(self, documents, said, mandate, facts):
        """Pairs of column values and position, in the order of the documents; `said`: the act without its moment and level."""
        steps, decide = facts.get("steps"), facts.get("decided") or (lambda _document: {})
        # A record tells the whole act, whatever the person may look up.
        documents_sudo, steps_sudo = documents.sudo(), (steps if steps is not None else self.env["oa.route.step"]).sudo()
        step_of = {step.document_id.id: step for step in steps_sudo}
        heads, person, signed_at = self._read_heads(documents_sudo), self._describe_person(mandate, steps_sudo), self._find_moments()
        for document in documents_sudo:
            step = step_of.get(document.id, steps_sudo.browse())
            position, previous = heads[document.id][0] + 1, heads[document.id][1]
            level = self._find_level(document, step, said.code)
            moment = (level in PERSONAL_LEVELS and signed_at.get(document.id)) or _now()
            decided = tuple((name, value) for name, value in decide(document.with_env(self.env)).items() if value)
            act = replace(said, at=_write_moment(moment), level=level, facts=decided)
            way = self._describe_way(document, step)
            record = Record(document.company_id.name, self._describe_subject(document, way), person, act, way)
            xml = step_record.write(record, position, previous)
            yield {
                "document_id": document.id, "company_id": document.company_id.id, "act": act.code, "opinion": act.opinion,
                "user_id": self.env.uid, "holder_id": int(person.acting_for or 0), "capacity": person.capacity,
                "mandate_digest": person.mandate_digest, "at": moment, "comment": step_record.clean(act.text), "step_id": step.id,
                "level": act.level, "content_digest": record.subject.content_digest, "xml": xml, "previous_digest": previous,
                "digest": step_record.compute_digest(xml),
            }, position  # fmt: skip

    def _find_level(self, document, step, act):
        """What the step asks for; outside of routes, the procedure or the administration. Jobs have no signature of their own."""
        if self.env.uid == SUPERUSER_ID:
            return "logged"
        return step.signature_level or document._get_act_level(act)

    def _say(self, act, text, opinion):
        return Act(act, self._name_acts().get(act, act), "", opinion=opinion, text=text or "")

    def _describe_person(self, mandate, steps):
        # Everybody who acts is named; whoever comes next is named by the activity, so that all are read together.
        user_sudo = self.env.user.sudo().with_prefetch((self.env.user | steps.route_id.step_ids.user_id).ids)
        facts = {"reference": str(user_sudo.id), "name": self._name_person(user_sudo), "login": user_sudo.login}
        if not mandate:
            return Person(**facts, capacity=user_sudo._get_capacity())
        mandate_sudo = mandate.sudo()  # by which order one acts for whom is no secret
        return Person(
            **facts,
            capacity=mandate._get_capacity(),
            acting_for=str(mandate_sudo.holder_id.id),
            acting_for_name=mandate_sudo.holder_id.name,
            mandate=mandate_sudo.order_number or "",
            mandate_digest=mandate_sudo.order_digest or "",
        )

    def _name_person(self, user):
        """What the program does by itself says so."""
        return self.env.company._in_official_language().env._("The system, by itself") if user._is_superuser() else user.name

    def _describe_way(self, document, step):
        route = step.route_id or document.route_id
        procedure = route.procedure_id or document.procedure_id
        if not procedure:
            return Way()
        version = route.procedure_version or procedure.version
        return Way(procedure.name, procedure.code or "", version, route.round, step.name or "")

    def _describe_subject(self, document, way):
        content = document.approved_hash or (document.route_id.content_hash if way.round else "")
        files = document.file_ids.filtered(lambda file: file.state == "current" and file.role in _FILES)
        return Subject(
            reference=str(document.id),
            kind=document.kind_id.name or "",
            title=document.subject or "",
            number=document.number or "",
            uri=document.uri or "",
            content_digest=content or "",
            files=tuple(File(file.role, file.name, file.sha256) for file in files.sorted("id")),
        )

    @api.model
    @tools.ormcache()
    def _name_acts(self):
        """The acts in the language of the administration, whoever acts."""
        return dict(self.with_context(lang=self.env.company._get_official_language())._list_acts())


def _to_column(name, value):
    if name == "wish":
        return Json(value) if value else None
    return value or (0 if name == "position" else None)


def _now():
    moment = datetime.now(UTC).replace(tzinfo=None)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _write_moment(moment):
    return f"{moment.isoformat(timespec='milliseconds')}Z"
