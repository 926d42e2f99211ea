import hashlib
import logging
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from psycopg2 import OperationalError

from ..adapters.foreign import Task, perform
from ..core.errors import RegistryError
from ..core.mail_message import MailFacts, read_headers
from ..core.mail_triage import Verdict, judge
from .messages import get_sentence

_logger = logging.getLogger(__name__)

VERDICTS = [
    ("letter", "Letter"),
    ("duplicate", "Duplicate"),
    ("auto_reply", "Automatic reply"),
    ("bounce", "Returned message"),
    ("loop", "Loop"),
    ("flood", "Too many from one sender"),
    ("empty", "Empty"),
    ("unreadable", "Unreadable"),
    ("refused_files", "Files that are not stored"),
]
_SET_ASIDE = {"duplicate", "auto_reply", "bounce", "loop"}
"""Kept, but nobody has to look at them."""
_FLOOD, _FLOOD_WINDOW = 50, timedelta(hours=1)
_BATCH = 50
_HEAD = 256 * 1024


class OaIntakeMail(models.Model):
    """A letter that came by e-mail: kept whole as it came, then made a draft or left in the tray with the reason."""

    _name = "oa.intake.mail"
    _description = "E-mail for the registry"
    _inherit = ["mail.thread", "oa.system.fields"]
    _order = "id desc"
    _rec_name = "subject"
    _check_company_auto = True
    _system_fields = frozenset({
        "company_id", "state", "verdict", "reason", "message_id", "sha256", "content_digest", "original_id", "document_id", "twin_id",
        "size", "sender", "sender_name", "recipients", "subject", "sent_at", "received_at", "text", "file_names",
    })  # fmt: skip

    company_id = fields.Many2one("res.company", "Administration", required=True, readonly=True, index=True)
    office_id = fields.Many2one("oa.registry.office", "Registry office", required=True, check_company=True, index=True)
    state = fields.Selection(
        [
            ("received", "Being read"),
            ("waiting", "To be looked at"),
            ("drafted", "Draft made"),
            ("set_aside", "Set aside"),
            ("refused", "Not acknowledged"),
        ],
        required=True,
        readonly=True,
        default="received",
        index=True,
    )
    verdict = fields.Selection(VERDICTS, readonly=True)
    reason = fields.Text(readonly=True)
    subject = fields.Char(readonly=True)
    sender = fields.Char("From", readonly=True, index=True)
    sender_name = fields.Char("Sender's name", readonly=True)
    recipients = fields.Char("To", readonly=True)
    sent_at = fields.Datetime(readonly=True)
    received_at = fields.Datetime(readonly=True, required=True, default=fields.Datetime.now)
    message_id = fields.Char("Identifier of the message", readonly=True, index=True)
    sha256 = fields.Char("SHA-256", readonly=True, required=True, index=True)
    content_digest = fields.Char(readonly=True, index="btree_not_null", help="The same for a letter that is sent twice.")
    size = fields.Integer("Size in bytes", readonly=True, aggregator=None)
    text = fields.Text(readonly=True)
    file_names = fields.Text("Attached files", readonly=True)
    original_id = fields.Many2one("ir.attachment", readonly=True, ondelete="restrict")
    document_id = fields.Many2one("oa.document", readonly=True, index="btree_not_null", ondelete="restrict")
    twin_id = fields.Many2one("oa.intake.mail", "The same letter", readonly=True, ondelete="set null")

    @api.depends("subject")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for mail in self:
            mail.display_name = (mail.subject or "").strip() or self.env._("Letter without a subject")

    # ------------------------------------------------------------ coming in
    @api.model
    def _find_office(self, model, data):
        """The office to which the letter is addressed; with this model as the fallback every letter has one."""
        addresses = self.env["oa.registry.office"]._map_addresses()
        for address in read_headers(data[:_HEAD]).recipients:
            if office := addresses.get(address):
                return office
        if model == self._name:
            company = self.env.company
            return company.oa_default_office_id or self.env["oa.registry.office"].search([("company_id", "=", company.id)], limit=1)
        return self.env["oa.registry.office"]

    @api.private
    @api.model
    def _receive(self, office, data):
        """Keep the letter as it came, whatever it is; reading it is for later."""
        facts = read_headers(data[:_HEAD])
        # Letters come from outside; nobody who hands one over holds a right to the tray.
        model_sudo = self.sudo()._as_system().with_context(mail_create_nolog=True, mail_create_nosubscribe=True, tracking_disable=True)
        mail = model_sudo.create({
            **_prepare_facts(facts),
            "company_id": office.company_id.id,
            "office_id": office.id,
            "sha256": hashlib.sha256(data).hexdigest(),
            "size": len(data),
        })  # fmt: skip
        mail.original_id = self.env["ir.attachment"].sudo().create({  # as above
            "name": "original.eml", "raw": data, "mimetype": "message/rfc822", "res_model": self._name, "res_id": mail.id,
        })  # fmt: skip
        self.env.ref("oa_registry.oa_intake_mail_cron").sudo()._trigger()  # as above
        return mail

    @api.private
    @api.model
    def _receive_files(self, office, attachments):
        """Letters that were saved as files, for example from Outlook or a memory stick."""
        mails = self.browse().concat(*(self._receive(office, attachment.raw or b"") for attachment in attachments))
        return mails.with_env(self.env)

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Letters come through `_receive` only: what Odoo has parsed is no longer what was sent."""
        raise UserError(self.env._("This address takes letters as they were sent."))

    # ------------------------------------------------------------ reading
    @api.model
    def _cron_read(self):
        """Read what has come; each letter is committed by itself, a killed worker begins the last one anew."""
        progress = self.env["ir.cron"]._commit_progress
        waiting = self.search([("state", "=", "received")], order="id", limit=_BATCH)
        left = self.search_count([("state", "=", "received")])
        for mail in waiting:
            mail._as_reader()._try_read()
            left -= 1
            if not progress(1, remaining=left):
                return

    def _as_reader(self):
        """The system itself reads letters, in the language of the administration and for it alone."""
        company = self.company_id
        return self.with_user(SUPERUSER_ID).with_company(company).with_context(
            allowed_company_ids=company.ids, lang=company._get_official_language()
        )  # fmt: skip

    def _try_read(self):
        try:
            with self.env.cr.savepoint():
                self._read_letter()
        except OperationalError:
            raise
        except Exception as error:
            # A letter that breaks the reading must not keep all others; it waits in the tray.
            _logger.exception("letter %s cannot be read", self.id)
            sentence = str(error.args[0]) if isinstance(error, UserError) else self.env._("The server could not read it.")
            self._leave("waiting", "unreadable", sentence)

    def _read_letter(self):
        self.ensure_one()
        try:
            with self._open() as (facts, files):
                self._write_system({
                    **_prepare_facts(facts),
                    "text": facts.text,
                    "file_names": "\n".join(name for name, _path in files),
                    "content_digest": _compute_digest(facts, files),
                })  # fmt: skip
                self._decide(facts, files)
        except RegistryError as error:
            self._leave("waiting", "unreadable", get_sentence(self.env, error))

    def _open(self):
        """The letter read by a process of its own: its facts and its files on disk."""
        return _OpenMail(self.original_id.raw or b"")

    def _decide(self, facts, files):
        if twin := self._find_twin():
            self._write_system({"twin_id": twin.id})
            return self._leave("set_aside", "duplicate", self.env._("The same letter came at %(moment)s.", moment=twin.received_at))
        verdict = judge(facts, set(self.env["oa.registry.office"]._map_addresses()))
        if verdict is Verdict.BOUNCE:
            self._note_bounce(facts)
        if verdict is Verdict.LETTER and self._is_flood():
            return self._leave("waiting", "flood", self.env._("The sender has written more than %(most)s times in an hour.", most=_FLOOD))
        if verdict is not Verdict.LETTER:
            return self._leave("set_aside" if verdict.value in _SET_ASIDE else "waiting", verdict.value, self._explain(verdict.value))
        return self._draft_or_wait(files)

    def _draft_or_wait(self, files):
        good, refused = self._sort_files(files)
        if refused and not good:
            return self._leave("waiting", "refused_files", "\n".join(refused))
        self._make_draft(good, refused)
        return self

    def _explain(self, verdict):
        return {
            "auto_reply": self.env._("A machine has written it: an automatic reply or a circular."),
            "bounce": self.env._("A mail server returned a message of ours."),
            "loop": self.env._("It comes from an address of our own or has gone around."),
            "empty": self.env._("It has neither text nor files."),
        }[verdict]

    def _find_twin(self):
        """An earlier letter that is the same by its Message-ID, its bytes or its content."""
        domain = [("id", "<", self.id), ("company_id", "=", self.company_id.id), ("verdict", "!=", "duplicate")]
        same = [("sha256", "=", self.sha256)]
        if self.message_id:
            same = ["|", *same, ("message_id", "=", self.message_id)]
        if self.content_digest:
            same = ["|", *same, "&", ("content_digest", "=", self.content_digest), ("sender", "=", self.sender)]
        return self.search([*domain, *same], limit=1, order="id")

    def _is_flood(self):
        since = fields.Datetime.now() - _FLOOD_WINDOW
        domain = [("sender", "=", self.sender), ("received_at", ">", since)]
        return bool(self.sender) and self.search_count(domain, limit=_FLOOD + 1) > _FLOOD

    def _sort_files(self, files):
        """Which files can be stored, and why the others cannot."""
        good, refused = [], []
        for name, path in files:
            data = path.read_bytes()
            try:
                self.env["oa.document"]._judge_file(name, data)
                good.append((name, data))
            except RegistryError as error:
                refused.append(get_sentence(self.env, error))
        return good, refused

    def _leave(self, state, verdict, reason):
        self._write_system({"state": state, "verdict": verdict, "reason": reason})
        return self

    def _note_bounce(self, facts):
        """The dispatch whose message came back has failed."""
        ids = [line.split(":", 1)[1].strip() for line in facts.returned.split("\n") if line.lower().startswith("message-id:")]
        dispatches = self.env["oa.dispatch"].search([("mail_id.message_id", "in", ids), ("state", "in", ("sent", "failed"))]) if ids else []
        for dispatch in dispatches:
            dispatch._mark_failed(self.env._("The message came back: %(reason)s", reason=(facts.text or facts.subject)[:300]))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Letters that came are not deleted."))


class _OpenMail:
    """A letter in the folder of its reading; the files are gone when it is left."""

    def __init__(self, data):
        self._performing = perform(Task("parse_mail"), data)

    def __enter__(self):
        answer, folder = self._performing.__enter__()
        names = answer.pop("attachments")
        files = [(name, folder / f"attachment-{number}") for number, name in enumerate(names)]
        # The names stand for the files: whether there is an attachment is all that the verdict asks.
        return MailFacts(**{**answer, "recipients": tuple(answer["recipients"]), "attachments": tuple(names)}), files

    def __exit__(self, *details):
        return self._performing.__exit__(*details)


def _prepare_facts(facts):
    return {
        "subject": facts.subject,
        "sender": facts.sender,
        "sender_name": facts.sender_name,
        "recipients": ", ".join(facts.recipients)[:1000],
        "message_id": facts.message_id,
        "sent_at": facts.sent_at or False,
    }


def _compute_digest(facts, files):
    """What the letter says and carries; the way of the message is not in it."""
    if not facts.text and not files:
        return False
    digest = hashlib.sha256(f"{facts.subject}\0{facts.text}".encode())
    for name, path in files:
        digest.update(name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
