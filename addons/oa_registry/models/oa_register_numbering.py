from collections.abc import Iterable
from dataclasses import dataclass

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.errors import NumberTemplateError
from ..core.hash_chain import GENESIS
from ..core.numbering import SERIES_PREFIXES, Counter, NumberParts, NumberTemplate, Series, get_official_day
from .messages import get_sentence

_LOCK_SPACE = 0x6F617267
"""First half of the advisory lock's key („oarg“), so that no other addon's locks meet ours."""
_EVERY_YEAR = 9999


@dataclass
class Head:
    """Where the next line of one series of a book goes."""

    line_id: int
    digest: str
    last_year: int
    last: int | None


class OaRegister(models.Model):
    """How the book counts: series, counters, the lock, the number that comes next."""

    _inherit = "oa.register"

    series_ids = fields.One2many("oa.register.series", "register_id")
    number_preview = fields.Char("Next number", compute="_compute_number_preview")
    number_flaw = fields.Char("What is wrong", compute="_compute_number_preview")

    @api.depends("number_template", "reset", "index", "code", "algorithm", "series", "direction", "first_number", "series_ids.first_number")
    def _compute_number_preview(self):
        day = get_official_day(fields.Datetime.now())
        heads = self._origin._read_heads(
            self.env.cr, [(register_id, series, day.year) for register_id, series in self._list_shown_series()]
        )
        for register in self:
            register.number_flaw = register._get_template_flaw()
            register.number_preview = not register.number_flaw and ", ".join(
                register._preview(series, day, heads.get((register._origin.id, series))) for series in register._get_shown_series()
            )

    def _list_shown_series(self):
        return [(register._origin.id, series) for register in self for series in register._get_shown_series() if register._origin]

    def _get_shown_series(self):
        """The series whose next numbers tell how this book counts."""
        if self._get_series_sort() is Series.DIRECTION:
            return list(SERIES_PREFIXES)
        return [""]

    def _preview(self, series, day, head):
        counter = Counter(self._get_first_number(series), head and head.last, head.last_year if head else 0)
        sequence = counter.get_next(day.year, self.reset == "yearly")
        words = self.env._("kind"), self.env._("unit"), self.env._("case")
        try:
            parts = NumberParts(sequence, day, self.index or "000000", *words, SERIES_PREFIXES.get(series, ""))
            return NumberTemplate(self.number_template or "").render(parts)
        except NumberTemplateError as error:
            return get_sentence(self.env, error)

    # ------------------------------------------------------------ series
    def _get_series(self, document):
        """The series in which the document is counted."""
        # Codes that stand in the number are no secret from who registers.
        document_sudo = document.sudo()
        return {
            Series.ONE: "",
            Series.DIRECTION: document_sudo.direction,
            Series.KIND: document_sudo.kind_id.code or "",
            Series.CASE: document_sudo.case_id.name or "",
        }[self._get_series_sort()]

    def _get_first_number(self, series):
        if self._get_series_sort() is Series.ONE:
            return self.first_number or 1
        return self.series_ids.filtered(lambda own: own.code == series)[:1].first_number or 1

    def _get_series_prefix(self, direction):
        return SERIES_PREFIXES.get(direction, "")

    # ------------------------------------------------------------ lock and heads
    @api.private
    def _lock(self):
        """Hold the books to the end of the transaction; always in the same order, so that nobody waits in a circle."""
        for register_id in sorted(self.ids):
            self.env.cr.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_SPACE, register_id])

    def _get_heads(self, places: Iterable[tuple[int, str, int]]):
        """{(register id, series): Head}: the newest of what others have committed and what this transaction has written.

        The request's own snapshot is older than the lock, so a second short cursor looks at what is committed.
        """
        places = list(places)
        with self.pool.cursor() as fresh:
            committed = self._read_heads(fresh, places)
        own = self._read_heads(self.env.cr, places)
        heads = {}
        for key, one in committed.items():
            other = own.get(key, one)
            chain = max(one, other, key=lambda head: head.line_id)
            count = max(one, other, key=lambda head: (head.last_year, head.last or 0))
            heads[key] = Head(chain.line_id, chain.digest, count.last_year, count.last)
        return heads

    def _read_heads(self, cr, places):
        """The heads as the cursor sees them. Missed numbers do not move a counter."""
        places = [place for place in places if place[0]]
        if not places:
            return {}
        cr.execute(
            """SELECT place.register_id, place.series, chain.id, chain.digest, line.year, line.sequence
               FROM unnest(%s::int[], %s::text[], %s::int[]) AS place (register_id, series, year)
               LEFT JOIN LATERAL (
                   SELECT id, digest FROM oa_register_entry WHERE register_id = place.register_id ORDER BY id DESC LIMIT 1) chain ON true
               LEFT JOIN LATERAL (
                   SELECT year, sequence FROM oa_register_entry
                   WHERE register_id = place.register_id AND series = place.series AND year <= place.year AND origin <> 'missed'
                   ORDER BY year DESC, sequence DESC LIMIT 1) line ON true""",
            [list(column) for column in zip(*places, strict=True)],
        )
        return {
            (register_id, series): Head(line_id or 0, digest or GENESIS, year or 0, last)
            for register_id, series, line_id, digest, year, last in cr.fetchall()
        }

    def _get_look_year(self, year):
        """Up to which year the counter of a series is looked for."""
        return year if self.reset == "yearly" else _EVERY_YEAR

    def _is_taken(self, series, year, sequence):
        """Say whether the number is in the book, committed by others or written in this transaction."""
        query = """SELECT 1 FROM oa_register_entry WHERE register_id = %s AND series = %s AND sequence = %s AND (%s OR year = %s) LIMIT 1"""
        values = [self.id, series, sequence, self.reset == "never", year]
        with self.pool.cursor() as fresh:
            fresh.execute(query, values)
            if fresh.fetchone():
                return True
        self.env.cr.execute(query, values)
        return bool(self.env.cr.fetchone())


class OaRegisterSeries(models.Model):
    """Where one series of a book with several series begins."""

    _name = "oa.register.series"
    _description = "Series of a register"
    _order = "register_id, code"

    register_id = fields.Many2one("oa.register", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="register_id.company_id")
    direction = fields.Selection([("incoming", "Incoming"), ("outgoing", "Outgoing")])
    kind_id = fields.Many2one("oa.document.kind", ondelete="restrict")
    code = fields.Char("Series", compute="_compute_code", store=True, required=True, precompute=True)
    first_number = fields.Integer(required=True, default=1)

    _code_unique = models.Constraint("UNIQUE (register_id, code)", "This series of the register is already described.")
    _first_number_positive = models.Constraint("CHECK (first_number > 0)", "The first number is 1 or more.")

    @api.depends("direction", "kind_id.code")
    def _compute_code(self):
        for series in self:
            series.code = series.kind_id.code or series.direction or ""

    @api.depends("direction", "kind_id")
    def _compute_display_name(self):
        for series in self:
            series.display_name = series.kind_id.name or dict(self._fields["direction"]._description_selection(self.env)).get(
                series.direction
            )

    def write(self, vals):
        self._check_unused()
        result = super().write(vals)
        self._check_unused()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unused(self):
        self._check_unused()

    def _check_unused(self):
        # Books are counted whole, also lines whose document the reader may not see.
        entry_sudo = self.env["oa.register.entry"].sudo()
        for series in self:
            if entry_sudo.search_count([("register_id", "=", series.register_id.id), ("series", "=", series.code)], limit=1):
                raise UserError(self.env._("The series “%(series)s” has entries and keeps its first number.", series=series.display_name))
