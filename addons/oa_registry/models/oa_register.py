from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.errors import NumberTemplateError
from ..core.numbering import NumberParts, NumberTemplate, get_next_sequence, get_official_day
from .messages import get_sentence

DIRECTIONS_OF = {"official": ("incoming", "outgoing"), "incoming": ("incoming",), "outgoing": ("outgoing",), "internal": ("internal",)}


class OaRegister(models.Model):
    """A book with a numbering of its own."""

    _name = "oa.register"
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
        [
            ("official", "Incoming and outgoing in one series"),
            ("incoming", "Incoming"),
            ("outgoing", "Outgoing"),
            ("internal", "Internal"),
        ],
        required=True,
        default="internal",
    )
    number_template = fields.Char(required=True, default="{seq}/{dd.MM.yyyy}")
    reset = fields.Selection(
        [("yearly", "Every year on 1 January"), ("never", "Never")], "Numbering restarts", required=True, default="yearly"
    )
    number_preview = fields.Char("Next number", compute="_compute_number_preview")
    entry_count = fields.Integer("Entries", compute="_compute_entry_figures")
    last_number = fields.Char(compute="_compute_entry_figures")

    _code_unique = models.Constraint("UNIQUE (company_id, code)", "This code of a register is already used.")
    _index_unique = models.UniqueIndex("(index) WHERE index IS NOT NULL", "This register index is already used.")

    @api.constrains("number_template", "reset", "index")
    def _check_number_template(self):
        for register in self:
            try:
                template = NumberTemplate(register.number_template)
                template.check_reset(register.reset == "yearly")
            except NumberTemplateError as error:
                raise ValidationError(get_sentence(self.env, error)) from error
            if register.index and not (register.index.isascii() and register.index.isdigit() and int(register.index)):
                raise ValidationError(self.env._("The register index holds digits only, for example 000911."))

    @api.depends("number_template", "reset", "index", "code")
    def _compute_number_preview(self):
        day = get_official_day(fields.Datetime.now())
        heads = self._read_heads(self.env.cr, day.year)
        for register in self:
            last = heads.get(register._origin.id, (None, None, None))[2]
            parts = NumberParts(
                get_next_sequence(last), day, register.index or "000000", self.env._("kind"), self.env._("unit"), self.env._("case")
            )
            try:
                register.number_preview = NumberTemplate(register.number_template or "").render(parts)
            except NumberTemplateError as error:
                register.number_preview = get_sentence(self.env, error)

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

    def _read_heads(self, cr, year):
        """Return {register id: (id of the last line, its digest, last sequence of the series)} as the cursor sees them."""
        registers = self._origin
        if not registers:
            return {}
        cr.execute(
            """SELECT register.id, line.id, line.digest, series.sequence
               FROM oa_register register
               JOIN LATERAL (SELECT id, digest FROM oa_register_entry WHERE register_id = register.id ORDER BY id DESC LIMIT 1) line ON true
               LEFT JOIN LATERAL (
                   SELECT max(sequence) AS sequence FROM oa_register_entry
                   WHERE register_id = register.id AND (register.reset = 'never' OR year = %s)) series ON true
               WHERE register.id = ANY(%s)""",
            [year, registers.ids],
        )
        return {row[0]: row[1:] for row in cr.fetchall()}

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
