from dataclasses import dataclass
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.errors import RegistryError
from ..core.hash_chain import ORIGIN_RESERVED
from ..core.numbering import Counter, NumberParts, NumberTemplate, Series, get_official_day
from .messages import get_sentence
from .oa_register_entry import DIRECTIONS

MOST_NUMBERS = 500
_LONGEST_AHEAD = timedelta(days=31)
RESERVED_SUBJECT = "Запазен номер за работа на хартия"
"""What the book says of a number whose document is not known yet; the book itself is in Bulgarian."""


@dataclass(frozen=True)
class BlockRequest:
    """What numbers are reserved and why."""

    direction: str
    count: int
    day: date
    reason: str
    kind_id: int = 0
    unit_id: int = 0


class OaRegisterBlock(models.Model):
    """Numbers reserved for a day on paper: lines of the book that wait for their documents."""

    _name = "oa.register.block"
    _inherit = "oa.append.only"
    _description = "Paper block"
    _order = "id desc"
    _rec_names_search = ["name", "reason"]

    name = fields.Char("Numbers", required=True, readonly=True)
    register_id = fields.Many2one("oa.register", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", "Administration", required=True, readonly=True, ondelete="restrict")
    direction = fields.Selection(DIRECTIONS, required=True, readonly=True)
    kind_id = fields.Many2one("oa.document.kind", readonly=True, ondelete="restrict")
    unit_id = fields.Many2one("hr.department", readonly=True, ondelete="restrict")
    day = fields.Date("For the day", required=True, readonly=True)
    at = fields.Datetime("Reserved at", required=True, readonly=True)
    by_id = fields.Many2one("res.users", "Reserved by", required=True, readonly=True, ondelete="restrict")
    reason = fields.Char(required=True, readonly=True)
    entry_ids = fields.One2many("oa.register.entry", "block_id", "Numbers of the block", readonly=True)
    event_ids = fields.One2many("oa.register.event", "block_id", "Events", readonly=True)


class OaRegister(models.Model):
    """Reserving numbers for a day on paper."""

    _inherit = "oa.register"

    block_ids = fields.One2many("oa.register.block", "register_id", "Paper blocks", readonly=True)

    @api.private
    def _reserve(self, request):
        """Write the numbers into the book at once, as lines that wait for their documents; return the block."""
        self.ensure_one()
        if blockers := self._get_reserve_blockers(request):
            raise UserError("\n".join(blockers))
        # The line of the book is written for the person, who has no right to create lines.
        register, entry_sudo = self.sudo(), self.env["oa.register.entry"].sudo()
        self.env.flush_all()
        register._lock()
        series = register._get_block_series(request)
        visit = entry_sudo._open_visit([(register, series)])
        head = visit.heads[register.id, series]
        counter = Counter(register._get_first_number(series), head.last, head.last_year)
        first = counter.get_next(request.day.year, register.reset == "yearly")
        block = self.env["oa.register.block"].sudo().create(register._prepare_block_vals(request, visit, first))  # as the lines
        shared = {
            "block_id": block.id,
            "series": series,
            "origin": ORIGIN_RESERVED,
            "direction": request.direction,
            "kind": block.kind_id.name,
            "subject": RESERVED_SUBJECT,
            "registered_by_id": self.env.uid,
        }
        entries = entry_sudo.create([
            entry_sudo._seal(
                register,
                shared,
                register._get_block_parts(request, first + offset),
                visit,
                {"first": first} if not offset and counter.begins_late() else {},
            )
            for offset in range(request.count)
        ])  # fmt: skip
        details = {"first": first, "last": first + request.count - 1, "day": request.day.isoformat(), "digest": entries[-1].digest}
        self.env["oa.register.event"]._record([
            {"kind": "reservation", "register_id": self.id, "block_id": block.id, "reason": request.reason, "details": details}
        ])  # fmt: skip
        self.env["oa.journal.entry"]._log(self, "reserve_block", f"{block.name}: {request.reason}")
        return block.with_env(self.env)

    def _get_reserve_blockers(self, request=None):
        """Say why no numbers can be reserved; without a request: only what nothing in the request can mend."""
        self.ensure_one()
        blockers = []
        if not self.env.user.has_group("oa_registry.oa_registry_group_head_registrar"):
            blockers.append(self.env._("Numbers are reserved by the head registrar."))
        if not self.active or self.algorithm in {"case", "manual"}:
            blockers.append(self.env._("Numbers of the register “%(register)s” are not reserved.", register=self.name))
        return blockers + (self._get_request_blockers(request) if request and not blockers else [])

    def _get_request_blockers(self, request):
        blockers = []
        today = get_official_day(fields.Datetime.now())
        if not 0 < request.count <= MOST_NUMBERS:
            blockers.append(self.env._("Reserve between 1 and %(most)s numbers.", most=MOST_NUMBERS))
        if not today <= request.day <= today + _LONGEST_AHEAD or request.day.year != today.year:
            blockers.append(self.env._("Numbers are reserved for today or for a day of the next month in the same year."))
        if not self._accepts(request.direction):
            blockers.append(self.env._("The register does not take documents of this direction."))
        if not request.reason:
            blockers.append(self.env._("Say why the numbers are reserved."))
        try:
            for token in NumberTemplate(self.number_template).get_missing(self._get_block_parts(request, 1)):
                blockers.append(self.env._("The number needs a value for {%(token)s}. Choose it for the block.", token=token))
        except RegistryError as error:
            blockers.append(get_sentence(self.env, error))
        if self._get_series_sort() is Series.KIND and not request.kind_id:
            blockers.append(self.env._("The register counts by document kind: choose the kind."))
        return blockers

    def _get_block_series(self, request):
        kind = self.env["oa.document.kind"].browse(request.kind_id or [])
        return {Series.KIND: kind.code or "", Series.DIRECTION: request.direction}.get(self._get_series_sort(), "")

    def _get_block_parts(self, request, sequence):
        kind = self.env["oa.document.kind"].browse(request.kind_id or [])
        unit = self.env["hr.department"].browse(request.unit_id or [])
        prefix = self._get_series_prefix(request.direction)
        return NumberParts(sequence, request.day, self.index or "", kind.code or "", unit.registry_code or "", "", prefix)

    def _prepare_block_vals(self, request, visit, first):
        template = NumberTemplate(self.number_template)
        ends = [template.render(self._get_block_parts(request, sequence)) for sequence in (first, first + request.count - 1)]
        return {
            "name": " – ".join(dict.fromkeys(ends)),
            "register_id": self.id,
            "company_id": self.company_id.id,
            "direction": request.direction,
            "kind_id": request.kind_id or False,
            "unit_id": request.unit_id or False,
            "day": request.day,
            "at": visit.moment,
            "by_id": self.env.uid,
            "reason": request.reason,
        }
