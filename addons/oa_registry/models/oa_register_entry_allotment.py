"""How a number is taken.

Documents wait in a queue of the cursor. Just before the commit, after every other hook, one visit takes the registers'
locks, looks at the heads of the books through a second short cursor (the request's own snapshot is older than the lock) and
writes all lines in one INSERT. Work that is rolled back or killed has used no number; two clerks wait for each other only
for the length of a commit, and nobody gets a serialization failure.

A document asks for the next number, for a missed one, or for a number that was reserved for work on paper.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.hash_chain import ORIGIN_MISSED, ORIGIN_TURN, compute_digest, write_canonical
from ..core.identifiers import DocumentUri
from ..core.numbering import Counter, NumberTemplate, get_official_day

_PENDING = "oa_registry.pending"


@dataclass(frozen=True)
class Wish:
    """What one document asks of the book."""

    register_id: int
    env: api.Environment
    missed: int = 0
    """A number below the counter, when it is not the next one."""
    reason: str = ""


@dataclass(frozen=True)
class Visit:
    """One moment for all numbers taken together, and where the books stood at it."""

    moment: datetime
    day: date
    heads: dict


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
            precommit.data[_PENDING].setdefault(document.id, Wish(register.id, documents.env))

    @api.private
    @api.model
    def _ask_missed(self, document, sequence, reason):
        """Let a queued document take a missed number instead of the next one."""
        pending = self.env.cr.precommit.data[_PENDING]
        pending[document.id] = replace(pending[document.id], missed=sequence, reason=reason)

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
        registers = env_sudo["oa.register"].browse({wish.register_id for wish in pending.values()})
        own_documents = [documents.browse(ids).with_env(env) for env, ids in _group_by_env(pending).items()]
        for own in own_documents:
            own._prepare_for_number()
        facts = {document: document._prepare_entry_vals() for document in documents}
        from_paper = documents.filtered("reserved_entry_id")
        places = {document: registers.browse(pending[document.id].register_id)._get_series(document) for document in documents - from_paper}
        self.env.flush_all()
        registers._lock()
        visit = self._open_visit((registers.browse(pending[document.id].register_id), series) for document, series in places.items())
        vals_list = [
            self._prepare_vals(
                document, series, {**facts[document], "registered_by_id": pending[document.id].env.uid}, pending[document.id], visit
            )
            for document, series in places.items()
        ]
        # Nobody holds the right to create entries; the number belongs to the register, not to the person.
        entries = self.sudo().create(vals_list) | from_paper._enter_from_paper(pending, facts)
        for document, entry in zip([*places, *from_paper], entries, strict=True):
            document._take_entry(entry)
        for own in own_documents:
            own._on_registered()
        return entries

    @api.private
    @api.model
    def _open_visit(self, places):
        """Look where the books stand, under the lock; the moment of the numbers is after the lock, never before."""
        moment = fields.Datetime.now()
        day = get_official_day(moment)
        places = {(register.id, series, register._get_look_year(day.year)) for register, series in places}
        return Visit(moment, day, self.env["oa.register"]._get_heads(places))

    def _prepare_vals(self, document, series, facts, wish, visit):
        """Write the next line and move the head behind it."""
        register = self.env["oa.register"].sudo().browse(wish.register_id)  # as the line itself: for whoever queued the document
        head = visit.heads[register.id, series]
        counter = Counter(register._get_first_number(series), head.last, head.last_year)
        sequence = counter.get_next(visit.day.year, register.reset == "yearly")
        extra = {"first": sequence} if counter.begins_late() else {}
        if wish.missed:
            register._check_missed(series, wish.missed, sequence, visit.day.year)
            extra = {"missed": {"below": sequence, "reason": wish.reason}}
            sequence = wish.missed
        else:
            head.last, head.last_year = sequence, visit.day.year
        parts = document._get_number_parts(register, sequence, visit.day)
        vals = {**facts, "series": series, "origin": ORIGIN_MISSED if wish.missed else ORIGIN_TURN}
        return self._seal(register, vals, parts, visit, extra)

    @api.private
    def _seal(self, register, vals, parts, visit, extra):
        """Complete the line with number, canonical record and digest; move the chain's head behind it."""
        head = visit.heads[register.id, vals["series"]]
        name = NumberTemplate(register.number_template).render(parts)
        vals = {
            **vals,
            "register_id": register.id,
            "company_id": register.company_id.id,
            "year": parts.day.year,
            "sequence": parts.sequence,
            "name": name,
            "uri": str(DocumentUri(register.index, parts.sequence, parts.day)) if register.index else name,
            "registered_at": visit.moment,
        }
        files = vals.pop("files", [])
        vals["snapshot"] = write_canonical({**self._get_facts(vals), **extra, "files": files})
        vals["previous_digest"] = head.digest
        vals["digest"] = compute_digest(head.digest, vals["snapshot"])
        # One chain runs through all series of a book.
        for (register_id, _series), other in visit.heads.items():
            if register_id == register.id:
                other.digest = vals["digest"]
        return vals


class OaRegister(models.Model):
    _inherit = "oa.register"

    def _has_missed_numbers(self):
        """Say whether numbers lie before the first one given in turn: only a book that goes on from paper has them."""
        return self.first_number > 1 or bool(self.series_ids.filtered(lambda series: series.first_number > 1))

    def _check_missed_now(self, document, sequence):
        """Refuse at once what the visit under the lock would refuse."""
        year, series = get_official_day(fields.Datetime.now()).year, self._get_series(document)
        head = self._get_heads([(self.id, series, self._get_look_year(year))])[self.id, series]
        following = Counter(self._get_first_number(series), head.last, head.last_year).get_next(year, self.reset == "yearly")
        self._check_missed(series, sequence, following, year)

    def _check_missed(self, series, sequence, following, year):
        """Refuse a number that nobody missed: not below the counter, or in the book already."""
        if not 0 < sequence < following:
            raise UserError(
                self.env._("Number %(number)s was not missed: the next one is %(next)s. Register in turn.", number=sequence, next=following)
            )
        if self._is_taken(series, year, sequence):
            raise UserError(self.env._("Number %(number)s is in the register already.", number=sequence))


def _group_by_env(pending):
    """Return {env: ids of the documents that were queued in it}."""
    grouped = {}
    for document_id, wish in pending.items():
        grouped.setdefault(wish.env, []).append(document_id)
    return grouped
