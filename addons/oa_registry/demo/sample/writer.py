"""Papers become rows. The columns of every table stand here and nowhere else."""

import hashlib
from datetime import timedelta
from uuid import UUID

from ...core.search_words import make_vector
from .access import list_principals
from .books import Books
from .bulk import Table
from .pages import list_sentences, write_letter

DOCUMENT = (
    "kind_id", "direction", "state", "company_id", "office_id", "unit_id", "author_id", "subject", "received_at", "received_channel",
    "registered_at", "number", "uri", "register_id", "register_entry_id", "access_code", "case_id", "is_initiating", "reply_to_id",
    "access_level", "access_principals", "carrier", "sheet_count", "sender_number", "due_on", "waiting_for_id", "waiting_act",
    "waiting_until", "search_words", "number_words", "guid", "create_uid", "create_date", "write_uid", "write_date",
)  # fmt: skip
CORRESPONDENT = ("document_id", "partner_id", "role", "sequence")
CASE = ("name", "subject", "company_id", "class_id", "state", "opened_on", "closed_on", "closed_by_id")
GRANT = ("document_id", "user_id", "unit_id", "principal", "is_denied", "reason", "granted_by_id", "granted_at")
DISPATCH = ("document_id", "company_id", "partner_id", "channel", "state", "sent_at", "sent_by_id")
JOURNAL = ("at", "user_id", "action", "res_model", "res_id", "object_name", "document_id", "case_id", "company_id", "category", "digest")
FILE = ("document_id", "company_id", "name", "role", "version", "sha256", "size", "mimetype", "attachment_id", "added_by_id", "added_at")
WITH_TEXT = 3
"""Of ten documents so many have a text."""
ROLES = {"incoming": "sender", "outgoing": "recipient"}
CHANNELS = ("desk", "post", "email", "seos", "ssev", "courier")
CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class Writer:
    def __init__(self, env, rng, names, with_files=0):
        self.env, self.rng, self.names = env, rng, names
        self.with_files = with_files
        """How many of a hundred documents have a file."""
        self.files = Table(env["oa.document.file"], *FILE)
        self.books = Books(env)
        self.documents, self.cases = Table(env["oa.document"], *DOCUMENT), Table(env["oa.case"], *CASE)
        self.correspondents, self.grants = Table(env["oa.document.correspondent"], *CORRESPONDENT), Table(env["oa.document.grant"], *GRANT)
        self.dispatches, self.journal = Table(env["oa.dispatch"], *DISPATCH), Table(env["oa.journal.entry"], *JOURNAL)
        self.entries, self.entry_columns = None, ()
        self.entry_model, self.journal_model = env["oa.register.entry"], env["oa.journal.entry"]
        self.categories = self.journal_model._get_categories()
        self.ids = {}

    @property
    def tables(self):
        tables = (self.documents, self.cases, self.correspondents, self.grants, self.dispatches, self.journal, self.files, self.entries)
        return [table for table in tables if table]

    def send(self):
        for table in self.tables:
            table.send()
        self.ids = {}

    def write(self, paper):  # pylint: disable=method-required-super  # no Odoo model
        partner = self._choose_partner(paper)
        entry = self._write_entry(paper, partner) if paper.state != "draft" else {}
        if paper.opens_case:
            self._write_case(paper, entry["uri"])
        self._write_document(paper, entry, partner)
        if partner:
            self._write_correspondence(paper, partner)
        for grant in paper.grants:
            row = (grant.user_id, grant.unit_id, grant.principal, grant.is_denied, grant.reason, grant.granted_by, paper.at)
            self.grants.add(self._take(self.grants), paper.id, *row)
        self._log(paper, "create" if paper.state == "draft" else "register")

    def _take(self, table):
        """The next id of a table, taken from the database by the thousand."""
        try:
            return next(self.ids[table.name])
        except (KeyError, StopIteration):
            self.ids[table.name] = table.take_ids(5000)
            return next(self.ids[table.name])

    def _choose_partner(self, paper):
        if paper.kind.direction == "internal":
            return None
        partners = paper.office.correspondents
        # A few write every day, most of them once: the square makes the first ones frequent.
        return partners[int(len(partners) * self.rng.random() ** 2)]

    def _write_entry(self, paper, partner):
        facts = {
            "document_id": paper.id, "direction": paper.kind.direction, "kind": paper.kind.name, "subject": paper.subject,
            "correspondent": self.names[partner] if partner else "", "files": self._write_files(paper, partner),
            "registered_by_id": paper.clerk,
        }  # fmt: skip
        vals = self.books.write(paper, facts)
        if not self.entries:
            self.entry_columns = tuple(vals)
            self.entries = Table(self.entry_model, *vals)
        vals["id"] = self._take(self.entries)
        self.entries.add(vals["id"], *(vals[name] for name in self.entry_columns))
        return vals

    def _write_files(self, paper, partner):
        """Store a letter for some papers; what the line of the book says about it."""
        if self.rng.randrange(100) >= self.with_files:
            return []
        data, name = write_letter(paper, self.names.get(partner, ""), self.rng), f"Документ-{paper.id}.pdf"
        attachment = self.env["ir.attachment"].create(
            {"name": name, "raw": data, "mimetype": "application/pdf", "res_model": "oa.document", "res_id": paper.id}
        )
        digest = hashlib.sha256(data).hexdigest()
        row = (paper.office.id, name, "main", 1, digest, len(data), "application/pdf", attachment.id, paper.author, paper.at)
        self.files.add(self._take(self.files), paper.id, *row)
        return [{"name": name, "role": "main", "sha256": digest}]

    def _write_case(self, paper, uri):
        case = paper.case
        case.name = uri
        state, closed_by = ("closed", paper.clerk) if case.is_closed else ("open", None)
        row = (uri, paper.subject, paper.office.id, paper.kind.class_id or None, state, paper.at.date(), case.closed_on, closed_by)
        self.cases.add(case.id, *row)

    def _list_words(self, paper, partner, sender_number):
        """What the document is found by; some as if the text of a letter had been read."""
        parts = [("A", paper.subject), ("A", sender_number or ""), ("B", self.names.get(partner, "")), ("C", paper.kind.name)]
        if paper.number % 10 < WITH_TEXT:
            parts += [("D", sentence) for sentence in list_sentences(paper, "", self.rng)]
        return make_vector(parts)

    def _write_document(self, paper, entry, partner):
        rng, kind, office, at = self.rng, paper.kind, paper.office, paper.at
        is_incoming, case = kind.direction == "incoming", paper.case
        paper.name = entry.get("name", "")
        waiting_for, waiting_act, waiting_until = paper.waiting
        sender_number = f"{rng.randrange(1, 9000)}/{at:%d.%m.%Y}" if is_incoming and rng.random() < 0.4 else None
        self.documents.add(
            paper.id, kind.id, kind.direction, paper.state, office.id, office.office_id, paper.unit.id, paper.author, paper.subject,
            at - timedelta(hours=1) if is_incoming else None, rng.choice(CHANNELS) if is_incoming else None,
            entry.get("registered_at"), entry.get("name"), entry.get("uri"), kind.register.id, entry.get("id"),
            "".join(rng.choices(CODE_LETTERS, k=8)) if entry else None, case.id if case else None, False,
            paper.reply_to.id if paper.reply_to else None, "restricted" if paper.is_restricted else "free", list_principals(paper),
            "paper" if rng.random() < 0.3 else "electronic", rng.randrange(1, 12),
            sender_number, at.date() + timedelta(14) if is_incoming and kind.is_case_opening else None,
            waiting_for, waiting_act, waiting_until, self._list_words(paper, partner, sender_number),
            make_vector([("A", entry.get("name", ""))]), str(UUID(int=rng.getrandbits(128), version=4)),
            paper.author, at, paper.author, at,
        )  # fmt: skip

    def _write_correspondence(self, paper, partner):
        role = "applicant" if paper.opens_case else ROLES[paper.kind.direction]
        self.correspondents.add(self._take(self.correspondents), paper.id, partner, role, 10)
        if paper.kind.direction == "outgoing" and paper.state == "closed":
            row = (paper.id, paper.office.id, partner, self.rng.choice(CHANNELS), "delivered", paper.at, paper.clerk)
            self.dispatches.add(self._take(self.dispatches), *row)

    def _log(self, paper, action):
        row = {
            "at": paper.at, "user_id": paper.author if action == "create" else paper.clerk, "action": action, "res_model": "oa.document",
            "res_id": paper.id, "object_name": paper.name or None, "document_id": paper.id,
            "case_id": paper.case.id if paper.case else None, "company_id": paper.office.id,
        }  # fmt: skip
        digest = self.journal_model._compute_digest(row)
        self.journal.add(self._take(self.journal), *row.values(), self.categories[action], digest)
