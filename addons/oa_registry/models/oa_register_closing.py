import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..adapters.pdf_renderer import render_pdf
from ..core.closing import MOST_ROWS, Closing, Part, Row, compute_xml_digest, write_xml
from ..core.hash_chain import GENESIS
from ..core.numbering import OFFICIAL_ZONE, get_official_day
from ..core.official_day import get_day_bounds, show_moment, write_moment
from .triggers import create_trigger

_MOST_DAYS = 31
"""A book that was kept before lists were made gets its last month day by day; the first list stands for all that went before."""


class OaRegisterClosing(models.Model):
    """A book at the end of one official day; the lists of a book are a chain of their own."""

    _name = "oa.register.closing"
    _inherit = "oa.append.only"
    _description = "Daily closing list"
    _order = "day desc, register_id, id desc"
    _rec_names_search = ["register_id.name", "last_number"]

    register_id = fields.Many2one("oa.register", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", "Administration", required=True, readonly=True, ondelete="restrict")
    day = fields.Date(required=True, readonly=True)
    number = fields.Integer("List No.", required=True, readonly=True, aggregator=None)
    entry_count = fields.Integer("Entries of the day", readonly=True)
    first_number = fields.Char("First number", readonly=True)
    last_number = fields.Char("Last number", readonly=True)
    annulment_count = fields.Integer("Annulled on the day", readonly=True)
    event_count = fields.Integer("Later events of the day", readonly=True)
    entry_total = fields.Integer("Entries in all", required=True, readonly=True, aggregator=None)
    entry_digest = fields.Char("Digest of the last entry", required=True, readonly=True)
    last_entry_id = fields.Many2one("oa.register.entry", "Last entry", readonly=True, ondelete="restrict")
    event_total = fields.Integer("Later events in all", readonly=True, aggregator=None)
    event_digest = fields.Char("Digest of the last event", readonly=True)
    last_event = fields.Integer("Place of the last event", readonly=True, aggregator=None)
    journal_number = fields.Integer("Seal of the journal", readonly=True, aggregator=None)
    journal_digest = fields.Char("Digest of the journal", readonly=True)
    previous_digest = fields.Char("Digest of the previous list", required=True, readonly=True)
    digest = fields.Char("SHA-256 of the list", required=True, readonly=True)
    xml = fields.Text("XML", required=True, readonly=True)
    pdf_digest = fields.Char("SHA-256 of the PDF", required=True, readonly=True)
    attachment_id = fields.Many2one("ir.attachment", "PDF", required=True, readonly=True, ondelete="restrict")
    made_at = fields.Datetime("Made at", required=True, readonly=True)
    made_by_id = fields.Many2one("res.users", "Made by", required=True, readonly=True, ondelete="restrict")

    _day_unique = models.Constraint("UNIQUE (register_id, day)", "This day of the register is already closed.")
    _number_unique = models.Constraint("UNIQUE (register_id, number)", "This day of the register is already closed.")
    _company_index = models.Index("(company_id, day DESC)")

    def init(self):
        super().init()
        cr = self.env.cr
        cr.execute("""
            CREATE OR REPLACE FUNCTION oa_registry_refuse_closing() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF EXISTS (SELECT 1 FROM oa_register_closing WHERE attachment_id = OLD.id) THEN
                    RAISE EXCEPTION 'The daily closing list % is never changed', OLD.name;
                END IF;
                RETURN NEW;
            END $$
        """)
        create_trigger(
            cr, "ir_attachment", "closing", "UPDATE", "oa_registry_refuse_closing",
            condition="OLD.res_model = 'oa.register.closing' AND (NEW.checksum IS DISTINCT FROM OLD.checksum"
            " OR NEW.res_model IS DISTINCT FROM OLD.res_model OR NEW.res_id IS DISTINCT FROM OLD.res_id)",
        )  # fmt: skip

    @api.depends("register_id", "day")
    def _compute_display_name(self):
        for closing in self:
            closing.display_name = f"{closing.register_id.code} {closing.day:%d.%m.%Y}" if closing.day else False

    @api.private
    @api.model
    def _close_days(self, registers):
        """Make the lists of all days that are over and have lines or later events; yield each one."""
        for register, days in self._get_open_days(registers).items():
            for day in days[-_MOST_DAYS:] if not register._get_last_closing() else days:
                if closing := self._close(register, day):
                    yield closing

    @api.model
    def _get_open_days(self, registers):
        """Return {register: days that are over and not closed, oldest first}, one query for all books."""
        self.env.flush_all()
        today = get_day_bounds(get_official_day(fields.Datetime.now()))[0]
        self.env.cr.execute(self._get_open_days_query(), {"registers": registers.ids, "end": today, "zone": OFFICIAL_ZONE.key})
        found = {}
        for register_id, day in self.env.cr.fetchall():
            found.setdefault(registers.browse(register_id), []).append(day)
        return found

    @api.model
    def _get_open_days_query(self):
        return """
            SELECT register.id, added.day
            FROM oa_register register
            LEFT JOIN LATERAL (
                SELECT last_entry_id, last_event FROM oa_register_closing
                WHERE register_id = register.id ORDER BY number DESC LIMIT 1) closing ON true
            JOIN LATERAL (
                SELECT (registered_at AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date AS day FROM oa_register_entry
                WHERE register_id = register.id AND id > COALESCE(closing.last_entry_id, 0) AND registered_at < %(end)s
                UNION
                SELECT (at AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date FROM oa_register_event
                WHERE register_id = register.id AND position > COALESCE(closing.last_event, 0) AND at < %(end)s) added ON true
            WHERE register.id = ANY(%(registers)s)
            ORDER BY 1, 2"""

    @api.private
    @api.model
    def _close(self, register, day):
        """Make the list of one day that is over; nothing when the day added nothing or somebody is still writing."""
        end = get_day_bounds(day)[1]
        if end > fields.Datetime.now() or not self._waits_for_nobody(register, end):
            return self.browse()
        previous = register._get_last_closing()
        entries, last_entry_id = self._read_entries(register, previous, end)
        events, last_event = self._read_events(register, previous, end)
        if not entries.count and not events.count:
            return self.browse()
        moment = fields.Datetime.now()
        closing = Closing(
            administration=register.company_id.name,
            register_id=register.id,
            register_code=register.code,
            register_name=register.name,
            day=day,
            number=previous.number + 1,
            previous_digest=previous.digest or GENESIS,
            made_at=write_moment(moment),
            entries=entries,
            events=events,
            journal=self._read_journal(),
        )
        places = {"last_entry_id": last_entry_id, "last_event": last_event, "made_at": moment, "register_id": register.id}
        return self._store(closing, {**places, "company_id": register.company_id.id, "made_by_id": self.env.uid})

    def _waits_for_nobody(self, register, end):
        """Let whoever is registering finish; say whether this transaction sees all that was written until then."""
        with self.env.cr.savepoint(flush=False) as savepoint:
            register._lock()
            # The lock was only a queue to stand in: nobody has to wait while the list is made.
            savepoint.rollback()
        query = "SELECT COALESCE(max(id), 0) FROM oa_register_entry WHERE register_id = %s AND registered_at < %s"
        with self.pool.cursor() as fresh:
            fresh.execute(query, [register.id, end])
            committed = fresh.fetchone()[0]
        self.env.cr.execute(query, [register.id, end])
        return self.env.cr.fetchone()[0] >= committed

    def _read_entries(self, register, previous, end):
        """Return the lines since the previous list, and the id of the last one."""
        self.env.cr.execute(
            """SELECT id, name, digest, registered_at FROM oa_register_entry
               WHERE register_id = %(register)s AND id > %(after)s AND id <= (
                   SELECT max(id) FROM oa_register_entry WHERE register_id = %(register)s AND registered_at < %(end)s)
               ORDER BY id""",
            {"register": register.id, "after": previous.last_entry_id.id or 0, "end": end},
        )
        found = self.env.cr.fetchall()
        rows = tuple(Row(name, digest, write_moment(at)) for _id, name, digest, at in found)
        return _make_part(rows, previous.entry_total, previous.entry_digest), found[-1][0] if found else previous.last_entry_id.id

    def _read_events(self, register, previous, end):
        """Return what happened later to lines of the book since the previous list, and the place of the last event."""
        self.env.cr.execute(
            """SELECT event.position, COALESCE(line.name, block.name, ''), event.digest, event.at, event.kind
               FROM oa_register_event event
               LEFT JOIN oa_register_entry line ON line.id = event.entry_id
               LEFT JOIN oa_register_block block ON block.id = event.block_id
               WHERE event.register_id = %(register)s AND event.position > %(after)s AND event.position <= (
                   SELECT max(position) FROM oa_register_event WHERE register_id = %(register)s AND at < %(end)s)
               ORDER BY event.position""",
            {"register": register.id, "after": previous.last_event, "end": end},
        )
        found = self.env.cr.fetchall()
        rows = tuple(Row(name, digest, write_moment(at), kind) for _place, name, digest, at, kind in found)
        return _make_part(rows, previous.event_total, previous.event_digest), found[-1][0] if found else previous.last_event

    def _get_event_names(self):
        return dict(self.env["oa.register.event"]._fields["kind"]._description_selection(self.env))

    def _read_journal(self):
        """The newest seal of the journal: the list holds it outside, too."""
        # The journal is one for all; its head tells nothing of what is in it.
        head = self.env["oa.journal.seal"].sudo()._get_head()
        return Part(total=head["number"], head=head["digest"]) if head else Part()

    def _store(self, closing, vals):
        xml = write_xml(closing)
        digest = compute_xml_digest(xml)
        pdf = self._render_list(closing, digest)
        rows = closing.entries.rows
        # Nobody holds the right to write lists; the day that is over writes them.
        self_sudo = self.sudo()
        attachment = self_sudo.env["ir.attachment"].create(
            {
                "name": f"{closing.register_code} {closing.day:%d.%m.%Y}.pdf",
                "raw": pdf,
                "mimetype": "application/pdf",
                "res_model": self._name,
            }
        )
        return self_sudo.create({
            **vals,
            "day": closing.day,
            "number": closing.number,
            "entry_count": closing.entries.count,
            "first_number": rows[0].name if rows else False,
            "last_number": rows[-1].name if rows else False,
            "annulment_count": sum(row.kind == "annulment" for row in closing.events.rows),
            "event_count": closing.events.count,
            "entry_total": closing.entries.total,
            "entry_digest": closing.entries.head,
            "event_total": closing.events.total,
            "event_digest": closing.events.head,
            "journal_number": closing.journal.total,
            "journal_digest": closing.journal.head if closing.journal.total else False,
            "previous_digest": closing.previous_digest,
            "digest": digest,
            "xml": xml,
            "pdf_digest": hashlib.sha256(pdf).hexdigest(),
            "attachment_id": attachment.id,
        }).with_env(self.env)  # fmt: skip

    def _render_list(self, closing, digest):
        values = {"closing": closing, "digest": digest, "moment": show_moment, "made_by": self.env.user, "kinds": self._get_event_names()}
        html = self.env["ir.qweb"]._render("oa_registry.oa_register_closing_list", values)
        return render_pdf(str(html), f"Дневен приключвателен лист {closing.register_code} {closing.day:%d.%m.%Y}")


def _make_part(rows, total, head):
    shown = rows if len(rows) <= MOST_ROWS else ()
    return Part(shown, len(rows), total + len(rows), rows[-1].digest if rows else head or GENESIS)


class OaRegister(models.Model):
    """The lists of a book."""

    _inherit = "oa.register"

    closing_ids = fields.One2many("oa.register.closing", "register_id", "Daily lists", readonly=True)
    closing_count = fields.Integer("Daily lists count", compute="_compute_closed_on")
    closed_on = fields.Date("Closed until", compute="_compute_closed_on")

    def _compute_closed_on(self):
        # Until which day a book is closed is no secret; the list itself has its readers.
        closings_sudo = self.env["oa.register.closing"].sudo()
        found = closings_sudo._read_group([("register_id", "in", self.ids)], ["register_id"], ["day:max", "__count"])
        figures = {register.id: (day, count) for register, day, count in found}
        for register in self:
            register.closed_on, register.closing_count = figures.get(register.id, (False, 0))

    def _get_last_closing(self):
        # Lists go on one after the other whoever asks for the next.
        return self.env["oa.register.closing"].sudo().search([("register_id", "=", self.id)], order="number DESC", limit=1)

    def action_close_days(self):
        """Make the lists of the days that are over now."""
        if not self.env.user.has_group("oa_registry.oa_registry_group_head_registrar"):
            raise AccessError(self.env._("Days are closed by the head registrar."))
        self.check_access("read")
        closings = self.env["oa.register.closing"].browse(closing.id for closing in self.env["oa.register.closing"]._close_days(self))
        for closing in closings:
            self.env["oa.journal.entry"]._log(closing, "closing", closing.display_name)
        message = self.env._("Daily lists made: %(count)s.", count=len(closings))
        nothing = self.env._("Every day that is over is already closed.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if closings else "info",
                "message": message if closings else nothing,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_open_closings(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("oa_registry.oa_register_closing_action")
        return {**action, "domain": [("register_id", "in", self.ids)]}
