"""How a number is taken.

Documents wait in a queue of the cursor. Just before the commit, after every other hook, one visit takes the registers'
locks, looks at the heads of the books through a second short cursor (the request's own snapshot is older than the lock) and
writes all lines in one INSERT. Work that is rolled back or killed has used no number; two clerks wait for each other only
for the length of a commit, and nobody gets a serialization failure.
"""

from dataclasses import dataclass
from datetime import date, datetime

from odoo import api, fields, models

from ..core.hash_chain import GENESIS, compute_digest, write_canonical
from ..core.identifiers import DocumentUri
from ..core.numbering import NumberTemplate, get_next_sequence, get_official_day

_PENDING = "oa_registry.pending"
_LOCK_SPACE = 0x6F617267
"""First half of the advisory lock's key („oarg“), so that no other addon's locks meet ours."""


@dataclass
class _Head:
    """Where the next line of one book goes."""

    line_id: int
    digest: str
    sequence: int | None


@dataclass(frozen=True)
class _Visit:
    """One moment for all numbers taken together."""

    moment: datetime
    day: date


class OaRegisterEntry(models.Model):
    _inherit = "oa.register.entry"

    @api.model
    def _queue(self, documents, register):
        """Let the documents take their numbers at the end of this transaction."""
        precommit = self.env.cr.precommit
        if _PENDING not in precommit.data:
            precommit.data[_PENDING] = {}
            precommit.add(self._allot_last)
        for document in documents:
            precommit.data[_PENDING].setdefault(document.id, (register.id, documents.env))

    @api.model
    def _is_queued(self, document):
        return document.id in self.env.cr.precommit.data.get(_PENDING, ())

    def _allot_last(self):
        # Chatter and tracking have hooks of their own; the lock is held from the allotment to the commit.
        self.env.cr.precommit.add(self._allot_pending)

    @api.model
    def _allot_pending(self):
        """Take the numbers of all waiting documents now; return their entries."""
        pending = self.env.cr.precommit.data.pop(_PENDING, None)
        if not pending:
            return self.browse()
        # The line of the book is written for whoever queued the document, of whatever administration.
        env_sudo = self.sudo().env
        documents = env_sudo["oa.document"].browse(pending)
        registers = env_sudo["oa.register"].browse({register_id for register_id, _env in pending.values()})
        own_documents = [documents.browse(ids).with_env(env) for env, ids in _group_by_env(pending).items()]
        for own in own_documents:
            own._prepare_for_number()
        facts = {document.id: document._prepare_entry_vals() for document in documents}
        self.env.flush_all()
        self._lock(registers)
        moment = fields.Datetime.now()
        visit = _Visit(moment, get_official_day(moment))
        heads = self._get_heads(registers, visit.day.year)
        vals_list = []
        for document in documents:
            register_id, env = pending[document.id]
            register = registers.browse(register_id)
            vals_list.append(
                self._prepare_vals(document, register, {**facts[document.id], "registered_by_id": env.uid}, visit, heads[register_id])
            )
        # Nobody holds the right to create entries; the number belongs to the register, not to the person.
        entries = self.sudo().create(vals_list)
        for entry in entries:
            entry.document_id._take_entry(entry)
        for own in own_documents:
            own._on_registered()
        return entries

    def _lock(self, registers):
        for register_id in sorted(registers.ids):
            self.env.cr.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_SPACE, register_id])

    def _get_heads(self, registers, year):
        """The newest head of each book: committed by others or written earlier in this transaction."""
        with self.pool.cursor() as fresh:
            committed = registers._read_heads(fresh, year)
        own = registers._read_heads(self.env.cr, year)
        nothing = (0, GENESIS, None)
        return {
            register.id: _Head(*max(committed.get(register.id, nothing), own.get(register.id, nothing), key=lambda head: head[0]))
            for register in registers
        }

    def _prepare_vals(self, document, register, facts, visit, head):
        """Write the next line and move the head behind it."""
        head.sequence = get_next_sequence(head.sequence)
        parts = document._get_number_parts(register, head.sequence, visit.day)
        name = NumberTemplate(register.number_template).render(parts)
        vals = {
            **facts,
            "register_id": register.id,
            "company_id": register.company_id.id,
            "year": visit.day.year,
            "sequence": head.sequence,
            "name": name,
            "uri": str(DocumentUri(register.index, head.sequence, visit.day)) if register.index else name,
            "registered_at": visit.moment,
        }
        files = vals.pop("files")
        vals["snapshot"] = write_canonical({**self._get_facts(vals), "files": files})
        vals["previous_digest"] = head.digest
        vals["digest"] = head.digest = compute_digest(head.digest, vals["snapshot"])
        return vals


def _group_by_env(pending):
    """Return {env: ids of the documents that were queued in it}."""
    grouped = {}
    for document_id, (_register_id, env) in pending.items():
        grouped.setdefault(env, []).append(document_id)
    return grouped
