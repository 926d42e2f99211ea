from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..core.errors import NumberTemplateError
from ..core.numbering import NumberTemplate, Series
from .messages import get_sentence

DIRECTIONS_OF = {"official": ("incoming", "outgoing"), "incoming": ("incoming",), "outgoing": ("outgoing",), "internal": ("internal",)}
_KEPT = frozenset({"direction", "company_id", "index", "algorithm", "series", "first_number", "reset"})
"""How a book is counted: verification relies on it, so it stays from the first entry on."""


class OaRegister(models.Model):
    """A book with a numbering of its own."""

    _name = "oa.register"
    _inherit = ["oa.journal.mixin"]
    _description = "Register"
    _order = "company_id, sequence, code"
    _check_company_auto = True

    name = fields.Char(required=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    index = fields.Char(
        "Register index", help="Index of the unique register identifier (УРИ). Empty for registers with a free number format."
    )
    company_id = fields.Many2one("res.company", "Administration", required=True, default=lambda self: self.env.company, index=True)
    office_id = fields.Many2one("oa.registry.office", "Registry office", check_company=True)
    direction = fields.Selection(
        [("official", "Incoming and outgoing"), ("incoming", "Incoming"), ("outgoing", "Outgoing"), ("internal", "Internal")],
        required=True,
        default="internal",
    )
    number_template = fields.Char(required=True, default="{seq}/{dd.MM.yyyy}")
    algorithm = fields.Selection(
        [
            ("register", "By register: one prefix and the next number"),
            ("kind", "By document kind: a series for each kind"),
            ("case", "Under a case: sub-numbers of the case's number"),
            ("manual", "By hand: only missed numbers of a book kept before"),
        ],
        required=True,
        default="register",
    )
    series = fields.Selection(
        [("one", "One series"), ("separate", "A series for incoming, another for outgoing")],
        "Incoming and outgoing",
        required=True,
        default="one",
    )
    first_number = fields.Integer(
        required=True, default=1, help="The number with which the register goes on after the paper book; 1 for a new register."
    )
    reset = fields.Selection(
        [("yearly", "Every year on 1 January"), ("never", "Never")], "Numbering restarts", required=True, default="yearly"
    )
    entry_count = fields.Integer("Entries", compute="_compute_entry_figures")
    last_number = fields.Char(compute="_compute_entry_figures")

    _code_unique = models.Constraint("UNIQUE (company_id, code)", "This code of a register is already used.")
    _index_unique = models.UniqueIndex("(index) WHERE index IS NOT NULL", "This register index is already used.")
    _first_number_positive = models.Constraint("CHECK (first_number > 0)", "The first number is 1 or more.")

    @api.constrains("number_template", "reset", "index", "algorithm", "series", "direction")
    def _check_numbering(self):
        for register in self:
            if reason := register._get_template_flaw():
                raise ValidationError(reason)

    def _get_template_flaw(self):
        """Say why numbers cannot be made so; empty when they can."""
        self.ensure_one()
        try:
            template = NumberTemplate(self.number_template or "")
            template.check_series(self._get_series_sort())
            template.check_reset(self.reset == "yearly")
        except NumberTemplateError as error:
            return get_sentence(self.env, error)
        if self.index and not (self.index.isascii() and self.index.isdigit() and int(self.index)):
            return self.env._("The register index holds digits only, for example 000911.")
        if self.index and self._get_series_sort() is not Series.ONE:
            return self.env._("A register with an index has one series, or the same УРИ would come twice. Remove the index or the series.")
        if self.algorithm == "case" and self.reset == "yearly":
            return self.env._("Sub-numbers follow their case and never restart. Choose “Never”.")
        return ""

    def _get_series_sort(self):
        """What this book counts apart."""
        if self.algorithm in {"kind", "case"}:
            return Series(self.algorithm)
        return Series.DIRECTION if self.direction == "official" and self.series == "separate" else Series.ONE

    def write(self, vals):
        if _KEPT & set(vals):
            self._check_numbering_kept(vals)
        return super().write(vals)

    def _check_numbering_kept(self, vals):
        # A missed number and the verification of old years rely on how the book has been counted.
        for register in self.filtered("entry_count"):
            changed = [
                register._fields[name]._description_string(self.env)
                for name in sorted(_KEPT & set(vals))
                if register._fields[name].convert_to_write(register[name], register) != vals[name]
            ]
            if changed:
                raise UserError(
                    self.env._(
                        "“%(register)s” has entries and keeps its numbering: %(fields)s. Archive it and open a new register.",
                        register=register.name,
                        fields=", ".join(changed),
                    )
                )

    def _compute_entry_figures(self):
        # Books are counted whole, also lines whose document the reader may not see.
        self.env["oa.register.entry"].flush_model()
        self.env.cr.execute(
            """SELECT DISTINCT ON (register_id) register_id, name, count(*) OVER (PARTITION BY register_id)
               FROM oa_register_entry WHERE register_id = ANY(%s) ORDER BY register_id, id DESC""",
            [self.ids],
        )
        figures = {register_id: (name, count) for register_id, name, count in self.env.cr.fetchall()}
        for register in self:
            register.last_number, register.entry_count = figures.get(register.id, (False, 0))

    def _accepts(self, direction):
        """Say whether documents of this direction are written in this register."""
        return direction in DIRECTIONS_OF[self.direction]

    @api.ondelete(at_uninstall=False)
    def _unlink_only_empty(self):
        if self.filtered("entry_count"):
            raise ValidationError(self.env._("A register with entries is not deleted; archive it."))

    def action_open_entries(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("oa_registry.oa_register_entry_action"),
            "domain": [("register_id", "=", self.id)],
        }
