import hashlib
import logging
from pathlib import Path

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ..core.closing import Finding, Stored, list_marks, verify_book, verify_closings
from ..core.errors import TimestampTokenError
from ..core.hash_chain import Flaw, Line
from ..core.timestamp_token import read_token
from .oa_register_entry import FACTS, write_plain

_logger = logging.getLogger(__name__)

_BATCH = 5000
_AT_ONCE = 20000
"""So many lines answer at once; longer books are read in the background."""
_EVENTS = 1000
_CHUNK = 1 << 20


class OaRegisterVerification(models.Model):
    """One reading of one book from end to end, with what was found."""

    _name = "oa.register.verification"
    _inherit = "oa.system.fields"
    _description = "Verification of a register"
    _order = "id desc"
    _rec_name = "register_id"
    _system_fields = frozenset(
        {"register_id", "company_id", "asked_by_id", "asked_at", "finished_at", "state", "with_files", "with_journal", "problem"}
        | {"entry_count", "file_count", "done_count"}
    )

    register_id = fields.Many2one("oa.register", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", "Administration", required=True, readonly=True, ondelete="cascade")
    asked_by_id = fields.Many2one("res.users", "Asked by", required=True, readonly=True, ondelete="restrict")
    asked_at = fields.Datetime("Asked at", required=True, readonly=True, default=fields.Datetime.now)
    finished_at = fields.Datetime("Finished at", readonly=True)
    state = fields.Selection(
        [("waiting", "Waiting"), ("running", "In progress"), ("whole", "Whole"), ("broken", "Not whole")],
        required=True,
        readonly=True,
        default="waiting",
    )
    with_files = fields.Boolean("With the files", readonly=True)
    with_journal = fields.Boolean("With the journal", readonly=True)
    entry_count = fields.Integer("Entries", readonly=True, aggregator=None)
    done_count = fields.Integer("Read", readonly=True, aggregator=None)
    file_count = fields.Integer("Files", readonly=True, aggregator=None)
    progress = fields.Integer("Progress, %", compute="_compute_progress")
    problem = fields.Char("What was found", readonly=True)

    @api.depends("done_count", "entry_count", "state")
    def _compute_progress(self):
        for verification in self:
            done = verification.done_count / verification.entry_count if verification.entry_count else 0
            verification.progress = 100 if verification.finished_at else min(99, int(100 * done))

    @api.private
    @api.model
    def _ask(self, registers, with_files=False):
        # Nobody writes outcomes by hand; the reading itself does.
        return self.sudo()._as_system().create([
            {
                "register_id": register.id, "company_id": register.company_id.id, "asked_by_id": self.env.uid,
                "with_files": with_files, "entry_count": register.entry_count,
            }
            for register in registers
        ]).with_env(self.env)  # fmt: skip

    @api.private
    def _run(self, report=None):
        """Read the book now and keep the outcome, also in the journal; `report` hears how far the reading is."""
        self.ensure_one()
        finding = self.register_id._find_flaw(report)
        count = 0
        if not finding and self.with_files:
            finding, count = self.register_id._find_file_flaw(report)
        problems = [self.register_id._explain_problem(finding)] if finding else []
        if self.with_journal and (flaw := self.register_id._find_journal_flaw()):
            problems.append(flaw)
        problem = " ".join(problems) or False
        self.sudo()._write_system(  # the outcome belongs to the book, not to the person who asked
            {
                "state": "broken" if problem else "whole",
                "problem": problem,
                "finished_at": fields.Datetime.now(),
                "file_count": count,
            }
        )
        details = problem or self.env._("%(register)s: whole", register=self.register_id.name)
        self.env["oa.journal.entry"].with_user(self.asked_by_id)._log(self.register_id, "verify", details)

    @api.model
    def _cron_verify(self):
        """Read the long books; a reading that was interrupted begins anew."""
        waiting = self.search([("state", "in", ("waiting", "running"))], order="id")
        for left, verification in zip(range(len(waiting) - 1, -1, -1), waiting, strict=True):
            verification._write_system({"state": "running", "done_count": 0})
            self.env["ir.cron"]._commit_progress(remaining=left + 1)
            verification.with_context(lang=verification.asked_by_id.lang)._run(verification._report_progress)
            verification._tell()
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                return

    def _report_progress(self, done):
        self._write_system({"done_count": done})
        self.env["ir.cron"]._commit_progress()

    def _open_progress(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("oa_registry.oa_register_verification_action")
        if len(self) == 1:
            return {**action, "res_id": self.id, "views": [(False, "form")], "view_mode": "form"}
        return {**action, "domain": [("id", "in", self.ids)]}

    def _tell(self):
        notice = self.with_context(lang=self.asked_by_id.lang)._prepare_notice()
        self.asked_by_id._bus_send("simple_notification", notice)

    def _prepare_notice(self):
        """One sentence for the person, in the shape of a notification of the web client."""
        problems = self.filtered("problem").mapped("problem")
        count = sum(self.mapped("entry_count"))
        whole = self.env._("Verified entries: %(count)s. Nothing is altered, missing or added.", count=count)
        if files := sum(self.mapped("file_count")):
            whole += " " + self.env._("Verified files: %(count)s.", count=files)
        return {
            "type": "danger" if problems else "success",
            "sticky": bool(problems),
            "title": self.env._("The register is not whole") if problems else self.env._("The register is whole"),
            "message": "\n".join(problems) or whole,
        }


class OaRegister(models.Model):
    _inherit = "oa.register"

    verification_ids = fields.One2many("oa.register.verification", "register_id", "Verifications", readonly=True)
    verified_at = fields.Datetime("Last verified", compute="_compute_verified")
    verified_state = fields.Selection([("whole", "Whole"), ("broken", "Not whole")], "Outcome", compute="_compute_verified")

    def _compute_verified(self):
        # Whether a book is whole is no secret from whoever reads the book.
        verifications_sudo = self.env["oa.register.verification"].sudo()
        found = verifications_sudo._read_group([("register_id", "in", self.ids), ("finished_at", "!=", False)], ["register_id"], ["id:max"])
        last = {register.id: verifications_sudo.browse(identifier) for register, identifier in found}
        for register in self:
            verification = last.get(register.id)
            register.verified_at = verification and verification.finished_at
            register.verified_state = verification and verification.state

    def _verify_all(self):
        """Return {register: first finding or None}, reading every line anew; called on the model it takes every register."""
        registers = self or self.with_context(active_test=False).search(Domain.TRUE)
        return {register: register._find_flaw() for register in registers}

    def _find_journal_flaw(self):
        """Say what is wrong with the journal, also against the daily lists that name its head; nothing when it is whole."""
        # Numbers and digests only.
        closings_sudo = self.env["oa.register.closing"].sudo().search([("journal_number", "!=", 0)])
        seals = self.env["oa.journal.seal"].sudo()  # as in its own verification
        problem = seals._verify({closing.journal_number: closing.journal_digest for closing in closings_sudo})
        return problem and seals._explain_problem(problem)

    def _find_flaw(self, report=None):
        """Return the first altered, missing or added list, line or event, or None."""
        self.ensure_one()
        self.env.flush_all()
        # The whole book counts, also lines whose document the reader may not see; only the number of a bad line is told.
        closings_sudo = self.env["oa.register.closing"].sudo().search([("register_id", "=", self.id)], order="id")
        lists = [Stored(closing.xml, closing.digest, closing.entry_total) for closing in closings_sudo]
        return (
            verify_closings(lists)
            or verify_book(self._read_lines(report), self.reset == "yearly", list_marks(stored.xml for stored in lists))
            or verify_book(self._read_event_lines(), False, list_marks((stored.xml for stored in lists), "events"), "event")
            or self._find_stamp_flaw(closings_sudo)
        )

    def _find_stamp_flaw(self, closings_sudo):
        for closing in closings_sudo:
            for row in closing.timestamp_ids:
                data, digest = closing._get_token(), bytes.fromhex(closing.digest)
                try:
                    is_good = read_token(data).digest == digest
                except TimestampTokenError:
                    is_good = False
                if not is_good or closing._find_timestamp_flaw(data, digest):
                    return Finding("timestamp", Flaw.ALTERED, f"{closing.day:%d.%m.%Y}", row.id)
        return None

    def _read_lines(self, report=None):
        """The lines beside the ORM's caches, a few thousand at a time in memory."""
        columns = ("id", "snapshot", "previous_digest", "digest", *FACTS.values())
        names = SQL(", ").join(SQL.identifier(name) for name in columns)
        last_id = done = 0
        while True:
            query = "SELECT %s FROM oa_register_entry WHERE register_id = %s AND id > %s ORDER BY id LIMIT %s"
            self.env.cr.execute(SQL(query, names, self.id, last_id, _BATCH))
            rows = self.env.cr.fetchall()
            for identifier, snapshot, previous_digest, digest, *values in rows:
                facts = dict(zip(FACTS, map(write_plain, values), strict=True))
                name, year, sequence = facts["number"], facts["year"], facts["sequence"]
                yield Line(name, year, sequence, snapshot, previous_digest, digest, facts, facts["series"])
                last_id = identifier
            done += len(rows)
            if report:
                report(done)
            if len(rows) < _BATCH:
                return

    def _read_event_lines(self):
        # As with the lines: the whole chain counts, whoever asks.
        events_sudo = self.env["oa.register.event"].sudo()
        position = 0
        while batch := events_sudo.search([("register_id", "=", self.id), ("position", ">", position)], order="position", limit=_EVENTS):
            for event in batch:
                yield event._to_line()
            position = batch[-1].position
            batch.invalidate_recordset(flush=False)

    def _find_file_flaw(self, report=None):
        """Hash the stored content of every file of the book's documents; return the first flaw and the number of files."""
        last_id, count = 0, 0
        domain = Domain("document_id.register_id", "=", self.id)
        files_sudo = self.env["oa.document.file"].sudo()  # digests only; no content leaves this method
        while batch := files_sudo.search(domain & Domain("id", ">", last_id), order="id", limit=200):
            for file in batch:
                count += 1
                if _hash_content(file.attachment_id) != file.sha256:
                    name = f"{file.document_id.number}, {file.name}"
                    return Finding("file", Flaw.ALTERED, name, file.id), count
            last_id = batch[-1].id
            self.env.invalidate_all()
            if report:
                report(self.entry_count)
        return None, count

    def _check_may_verify(self):
        user = self.env.user
        if not user.has_group("oa_registry.oa_registry_group_clerk") and not user.has_group("oa_registry.oa_registry_group_auditor"):
            raise AccessError(self.env._("Registers are verified by registry clerks and auditors."))
        self.check_access("read")

    def action_verify(self):
        """Answer with a sentence: the books are whole, or the first line that is not."""
        return self._verify(with_files=False)

    def action_verify_files(self):
        """The same, and the content of every file against its digest."""
        return self._verify(with_files=True)

    def _verify(self, with_files):
        self._check_may_verify()
        verifications = self.env["oa.register.verification"]._ask(self, with_files)
        is_journal_long = self.env["oa.journal.seal"]._is_long()
        if with_files or is_journal_long or sum(self.mapped("entry_count")) > _AT_ONCE:
            # The journal is one for all books: the last reading takes it in. Nobody writes outcomes by hand.
            verifications[-1:].sudo()._write_system({"with_journal": True})
            # The cron belongs to the system; people only say that there is work.
            self.env.ref("oa_registry.oa_register_verification_cron").sudo()._trigger()
            return verifications._open_progress()
        for verification in verifications:
            verification._run()
        params = self.env["oa.journal.seal"]._add_to_notice(verifications._prepare_notice())
        return {"type": "ir.actions.client", "tag": "display_notification", "params": params}

    def _explain_problem(self, problem):
        values = {"register": self.name, "number": problem.name, "sequence": problem.sequence, "year": problem.year, "day": problem.day}
        if problem.part != "entry":
            return self._explain_part(problem, values)
        if problem.flaw is Flaw.ALTERED:
            sentence = self.env._("%(register)s: entry %(number)s has been altered.", **values)
        elif problem.flaw is Flaw.ADDED:
            sentence = self.env._("%(register)s: entry %(number)s has been added beside the book.", **values)
        elif problem.day:
            sentence = self.env._("%(register)s: entry %(number)s is missing at the end of the book.", **values)
        else:
            sentence = self.env._("%(register)s: entry No. %(sequence)s of %(year)s is missing (before %(number)s).", **values)
        return sentence + (" " + self.env._("The daily list of %(day)s says otherwise.", **values) if problem.day else "")

    def _explain_part(self, problem, values):
        names = {
            "closing": self.env._("the daily list of %(number)s", **values),
            "event": self.env._("later event No. %(sequence)s (%(number)s)", **values),
            "timestamp": self.env._("the timestamp of the daily list of %(number)s", **values),
            "file": self.env._("file %(number)s", **values),
        }
        values["thing"] = names[problem.part]
        if problem.flaw is Flaw.ALTERED:
            return self.env._("%(register)s: %(thing)s has been altered.", **values)
        if problem.flaw is Flaw.ADDED:
            return self.env._("%(register)s: %(thing)s has been added.", **values)
        if problem.part == "closing":
            return self.env._("%(register)s: daily list No. %(sequence)s is missing (before that of %(number)s).", **values)
        return self.env._("%(register)s: %(thing)s is missing.", **values)


def _hash_content(attachment):
    """SHA-256 of the stored bytes, read in pieces; empty when they are gone."""
    if not attachment.store_fname:
        return hashlib.sha256(attachment.db_datas or b"").hexdigest()
    digest = hashlib.sha256()
    try:
        with Path(attachment._full_path(attachment.store_fname)).open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    except OSError:
        _logger.warning("stored content %s cannot be read", attachment.store_fname)
        return ""
    return digest.hexdigest()
