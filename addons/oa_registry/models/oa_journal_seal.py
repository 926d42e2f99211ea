"""How the journal is sealed: writers wait for nobody, a job closes the rows of transactions that have ended.

Rows are taken in the order (transaction, row). A transaction older than every running one can bring no more rows, so nothing
slips in behind a seal, however long somebody's work took.
"""

from odoo import api, fields, models
from odoo.tools import SQL

from ..core import journal_chain
from ..core.hash_chain import GENESIS, Flaw
from ..core.journal_chain import Thing
from .oa_journal_entry_writing import FACTS

_LOCK_SPACE = 0x6F616A6F
"""First half of the advisory lock's key („oajo“)."""
_BATCH = 2000
_AT_ONCE = 50000
"""So many rows are verified while somebody waits."""


class OaJournalSeal(models.Model):
    """A list of journal rows with their digests, chained to the list before it."""

    _name = "oa.journal.seal"
    _inherit = "oa.append.only"
    _description = "Seal of the journal"
    _order = "number desc"
    _rec_name = "number"

    number = fields.Integer(required=True, readonly=True, aggregator=None)
    at = fields.Datetime("Moment", required=True, readonly=True)
    first_id = fields.Integer("First row", readonly=True, aggregator=None)
    last_id = fields.Integer("Last row", readonly=True, aggregator=None)
    count = fields.Integer("Rows", required=True, readonly=True)
    lines = fields.Text("Digests of the rows", readonly=True, prefetch=False)
    previous_digest = fields.Char(required=True, readonly=True)
    digest = fields.Char(required=True, readonly=True)

    _number_unique = models.Constraint("UNIQUE (number)", "This seal exists already.")

    def init(self):
        super().init()
        # Where the next seal goes on; the numbers of transactions need more than four bytes.
        for name in ("after_txid", "after_id", "floor_id"):
            self.env.cr.execute(
                SQL("ALTER TABLE oa_journal_seal ADD COLUMN IF NOT EXISTS %s bigint NOT NULL DEFAULT 0", SQL.identifier(name))
            )

    @api.model
    def _cron_seal(self):
        """Seal what has been written since the last run."""
        # The job belongs to nobody; the journal seals itself.
        while sealed := self.sudo()._seal_finished():
            self.env["ir.cron"]._commit_progress(sealed)

    @api.private
    @api.model
    def _seal_finished(self):
        """Seal up to some thousand rows of finished transactions; return how many."""
        self.env.cr.execute("SELECT pg_try_advisory_xact_lock(%s, 0)", [_LOCK_SPACE])
        if not self.env.cr.fetchone()[0]:
            return 0
        head = self._read_head()
        horizon = self._read_horizon()
        if horizon < head["after_txid"]:
            head = self._begin_anew(head)
        rows = self._read_rows(
            SQL("%s AND txid < %s", self._open_rows(head), horizon), SQL("ORDER BY txid, id LIMIT %s", _BATCH)
        )  # fmt: skip
        if rows:
            last = rows[-1]
            self._write_seal(head, rows, {"after_txid": last["txid"], "after_id": last["id"], "floor_id": head["floor_id"]})
        return len(rows)

    def _begin_anew(self, head):
        """After a restore on another server transactions are counted from the beginning: all restored rows belong to one last seal."""
        rows = self._read_rows(self._open_rows(head), SQL("ORDER BY txid, id"))
        self.env.cr.execute("SELECT coalesce(max(last_id), 0) FROM oa_journal_seal")
        floor = max([self.env.cr.fetchone()[0], *(row["id"] for row in rows)])
        # Rows are numbered on after a restore, so the highest number of the old rows divides old from new.
        self._write_seal(head, rows, {"after_txid": 0, "after_id": 0, "floor_id": floor})
        return self._read_head()

    def _write_seal(self, head, rows, position):
        at = fields.Datetime.now()
        number = head["number"] + 1
        lines = journal_chain.write_lines((row["id"], row["digest"]) for row in rows)
        ids = [row["id"] for row in rows]
        vals = {
            "number": number, "at": at, "count": len(rows), "first_id": min(ids, default=None), "last_id": max(ids, default=None),
            "lines": lines, "previous_digest": head["digest"],
            "digest": journal_chain.compute_seal_digest(head["digest"], number, fields.Datetime.to_string(at), lines), **position,
        }  # fmt: skip
        # Two who seal in the same second: the second begins its request anew and finds the first one's seal.
        self.env.cr.execute(
            SQL(
                "INSERT INTO oa_journal_seal (%s) VALUES %s ON CONFLICT DO NOTHING",
                SQL(", ").join(map(SQL.identifier, vals)), tuple(vals.values()),
            ),
            log_exceptions=False,
        )  # fmt: skip

    # ------------------------------------------------------------ reading
    @api.model
    def _get_head(self):
        """Number, moment and digest of the newest seal, or None: what a closing list repeats."""
        head = self._read_head()
        return {name: head[name] for name in ("number", "at", "digest")} if head["number"] else None

    def _read_head(self):
        self.env.cr.execute("""
            SELECT number, at, digest, after_txid, after_id, floor_id FROM oa_journal_seal ORDER BY number DESC LIMIT 1
        """)
        found = self.env.cr.dictfetchone()
        return found or {"number": 0, "at": None, "digest": GENESIS, "after_txid": 0, "after_id": 0, "floor_id": 0}

    def _read_horizon(self):
        self.env.cr.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return self.env.cr.fetchone()[0]

    def _open_rows(self, head):
        return SQL("id > %s AND (txid, id) > (%s, %s)", head["floor_id"], head["after_txid"], head["after_id"])

    def _read_rows(self, where, rest):
        """Rows as the database has them, beside the ORM's caches."""
        columns = SQL(", ").join(SQL.identifier(name) for name in ("id", "txid", "digest", *FACTS))
        self.env.cr.execute(SQL("SELECT %s FROM oa_journal_entry WHERE %s %s", columns, where, rest))
        return self.env.cr.dictfetchall()

    def _read_unmarked(self, after_id, limit):
        """Rows of a version that wrote no digests."""
        return self._read_rows(SQL("digest IS NULL AND id > %s", after_id), SQL("ORDER BY id LIMIT %s", limit))

    # ------------------------------------------------------------ verification
    @api.model
    def _verify(self, known_heads=()):
        """Return the first altered, missing or added row, seal or removal, or None; seals first what can be sealed.

        `known_heads`: pairs (number, digest) that were noted elsewhere, such as in closing lists; a cut end is found by them.
        """
        seal_sudo = self.sudo()  # everything is compared, whatever the reader may see
        while seal_sudo._seal_finished():
            pass
        head = seal_sudo._read_head()
        unsealed = seal_sudo._to_rows(seal_sudo._read_rows(seal_sudo._open_rows(head), SQL("ORDER BY id")))
        removals = self.env["oa.journal.removal"]._read_removals()
        problem = journal_chain.verify(seal_sudo._read_seals(), unsealed.values(), removals)
        return problem or seal_sudo._find_added(head, len(unsealed)) or seal_sudo._find_lost_head(known_heads)

    def _read_seals(self):
        number = 0
        while True:
            self.env.cr.execute(
                "SELECT number, at, lines, previous_digest, digest FROM oa_journal_seal WHERE number > %s ORDER BY number LIMIT 50",
                [number],
            )
            if not (found := self.env.cr.dictfetchall()):
                return
            listed = [[row_id for row_id, _digest in journal_chain.read_lines(seal["lines"] or "")] for seal in found]
            rows = self._to_rows(self._read_rows(SQL("id = ANY(%s)", [row_id for ids in listed for row_id in ids]), SQL()))
            for seal, ids in zip(found, listed, strict=True):
                own = {row_id: rows[row_id] for row_id in ids if row_id in rows}
                seal.update(at=fields.Datetime.to_string(seal["at"]), lines=seal["lines"] or "")
                yield journal_chain.Seal(**seal, rows=own)
            number = found[-1]["number"]

    def _to_rows(self, found):
        compute = self.env["oa.journal.entry"]._compute_digest
        return {row["id"]: journal_chain.Row(row["id"], row["digest"] or "", compute(row)) for row in found}

    def _find_added(self, head, unsealed_count):
        """A row that stands in no list although its transaction is older than the last seal."""
        self.env.cr.execute("SELECT (SELECT count(*) FROM oa_journal_entry) - (SELECT coalesce(sum(count), 0) FROM oa_journal_seal)")
        surplus = self.env.cr.fetchone()[0] - unsealed_count + self.env["oa.journal.removal"]._count_removed()
        if not surplus:
            return None
        self.env.cr.execute(
            SQL(
                "SELECT min(id) FROM oa_journal_entry WHERE NOT (%s) AND id NOT IN"
                " (SELECT split_part(line, ':', 1)::int FROM oa_journal_seal, regexp_split_to_table(lines, '\n') line WHERE lines <> '')",
                self._open_rows(head),
            )
        )
        return journal_chain.Problem(Flaw.ADDED, Thing.ROW, self.env.cr.fetchone()[0] or 0)

    def _find_lost_head(self, known_heads):
        known = dict(known_heads)
        if not known:
            return None
        self.env.cr.execute("SELECT number, digest FROM oa_journal_seal WHERE number = ANY(%s)", [list(known)])
        found = dict(self.env.cr.fetchall())
        for number in sorted(known):
            if found.get(number) != known[number]:
                return journal_chain.Problem(Flaw.ALTERED if number in found else Flaw.MISSING, Thing.SEAL, number)
        return None

    @api.model
    def _explain_problem(self, problem):
        """The problem as a sentence."""
        flaws = {Flaw.ALTERED: self.env._("altered"), Flaw.MISSING: self.env._("missing"), Flaw.ADDED: self.env._("added beside the chain")}
        things = {Thing.ROW: self.env._("row"), Thing.SEAL: self.env._("seal"), Thing.REMOVAL: self.env._("removal")}
        return self.env._(
            "Journal: %(thing)s No. %(number)s is %(flaw)s.", thing=things[problem.thing], number=problem.number, flaw=flaws[problem.flaw]
        )

    @api.model
    def _add_to_notice(self, notice):
        """Say beside the registers whether the journal is whole."""
        if problem := self.env["oa.register"]._find_journal_flaw():
            sentences = [notice["message"]] if notice["type"] == "danger" else []
            title = self.env._("The journal is not whole")
            return {**notice, "type": "danger", "sticky": True, "title": title, "message": "\n".join([*sentences, problem])}
        number = self._read_head()["number"]
        whole = self.env._("The journal is whole: %(count)s rows, seal No. %(number)s.", count=self._count_sealed(), number=number)
        return {**notice, "message": f"{notice['message']}\n{whole}"}

    @api.private
    @api.model
    def _is_long(self):
        """Say whether verifying it takes longer than somebody waits."""
        return self._count_sealed() > _AT_ONCE

    def _count_sealed(self):
        self.env.cr.execute("SELECT coalesce(sum(count), 0) FROM oa_journal_seal")
        return self.env.cr.fetchone()[0]
