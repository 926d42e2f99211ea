"""One field that looks everywhere: number, subject, correspondents and the text of the files.

The words of a document stand in one column with one index, cut to their stems by `core/search_words`. A list shows the newest thousand of
what is found, the best of them first: so it costs the same however many are found. For rare words the index of words is asked first and
the rights are asked of what it finds; for words of every tenth document PostgreSQL walks from the newest on until the thousand are full.
"""

from markupsafe import Markup
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..core.search_excerpt import ExcerptFinder
from ..core.search_words import make_vector, read_question
from .text_vector import TextVector

RANKED = 1000
"""So many of what is found are compared with each other and shown."""
RARE = 5_000
"""Up to so many documents it is quicker to look at all that hold the words than to cross them with all that a person sees."""
STATISTICS = 1000
"""How many common words PostgreSQL remembers: for them it walks from the newest on, for the rest it takes the index of words."""
_BATCH = 1000
_LOOKED_AT = 50_000
"""Characters of a text that are looked through for the line that is shown."""
_WEIGHTS = [0.05, 0.2, 0.5, 1.0]
"""Text of the files, note and kind, correspondents, subject and numbers."""


class OaDocument(models.Model):
    _name = "oa.document"
    _inherit = "oa.document"

    search_text = fields.Char("Everywhere", compute="_compute_search_text", search="_search_search_text", exportable=False)
    search_words = TextVector("Words", compute="_compute_search_words", store=True, groups=".", exportable=False)
    number_words = TextVector("Words of the number", compute="_compute_number_words", store=True, groups=".", exportable=False)
    search_excerpt = fields.Html("Found in the text", compute="_compute_search_excerpt", sanitize=False, exportable=False)

    _search_words_index = models.Index("USING gin (search_words)")
    _number_words_index = models.Index("USING gin (number_words)")
    _search_missing_index = models.Index("(id) WHERE search_words IS NULL")

    def init(self):
        super().init()
        self.env.cr.execute(SQL("ALTER TABLE oa_document ALTER COLUMN search_words SET STATISTICS %s", SQL(str(STATISTICS))))

    # ------------------------------------------------------------ the words of a document
    @api.depends(
        "subject",
        "kind_id",
        "sender_number",
        "note",
        "topic",
        "correspondent_ids.partner_id",
        "correspondent_ids.their_number",
        "text_ids.content",
    )
    def _compute_search_words(self):
        for document in self:
            document.search_words = make_vector(document._list_search_parts())

    @api.depends("number")
    def _compute_number_words(self):
        # A column of its own: the number comes under the lock of the book, where nothing else should be read.
        for document in self:
            document.number_words = make_vector([("A", document.number or "")])

    def _list_search_parts(self):
        """Hook: texts with their weight by which the document is found, beside its number."""
        self.ensure_one()
        people = self.correspondent_ids
        yield from (("A", text) for text in (self.subject, self.sender_number, *people.mapped("their_number")) if text)
        yield from (("B", name) for name in people.partner_id.mapped("name") if name)
        yield from (("C", text) for text in (self.kind_id.name, self.note, self.topic) if text)
        yield from (("D", text.content) for text in self.text_ids if text.content)

    @api.model
    def _cron_index_words(self):
        """Give words to documents that came without, and the new name to those of correspondents that were renamed."""
        progress, names = self.env["ir.cron"]._commit_progress, ("search_words", "number_words")
        documents = self.with_context(active_test=False)
        while batch := documents.browse(self._list_without_words()):
            for name in names:
                self.env.add_to_compute(self._fields[name], batch)
            batch._recompute_recordset(names)
            if not progress(len(batch), remaining=1):
                return
            self.env.invalidate_all()
        self._index_renamed()

    @api.model
    def _list_without_words(self):
        self.env.cr.execute(SQL("SELECT id FROM oa_document WHERE search_words IS NULL ORDER BY id DESC LIMIT %s", _BATCH))
        return [row[0] for row in self.env.cr.fetchall()]

    @api.model
    def _index_renamed(self):
        progress, field = self.env["ir.cron"]._commit_progress, self._fields["search_words"]
        correspondents = self.env["oa.document.correspondent"]
        for partner in self.env["res.partner"].with_context(active_test=False).search([("oa_is_renamed", "=", True)]):
            last_id = 0
            while found := correspondents.search([("partner_id", "=", partner.id), ("id", ">", last_id)], order="id", limit=_BATCH):
                last_id = found[-1].id
                self.env.add_to_compute(field, found.document_id)
                found.document_id._recompute_recordset(["search_words"])
                progress(len(found))
            partner._write_renamed(is_renamed=False)
            if not progress(1):
                return

    # ------------------------------------------------------------ the question
    def _compute_search_text(self):
        self.search_text = False

    def _search_search_text(self, operator, value):
        if operator not in {"ilike", "=", "in"}:
            return NotImplemented
        texts = [text for text in ([value] if isinstance(value, str) else value or []) if text]
        return Domain.AND(Domain.custom(to_sql=self._make_search_condition(text)) for text in texts)

    def _make_search_condition(self, text):
        question = read_question(text)
        if not question:
            # Words that are in every text, or no words at all: only the subject can answer.
            return lambda model, alias, _query: SQL("%s ILIKE %s", SQL.identifier(alias, "subject"), f"%{text}%")
        return lambda model, alias, _query: model._match_words(alias, question)

    def _match_words(self, alias, question):
        words, number = (SQL.identifier(alias, name, to_flush=self._fields[name]) for name in ("search_words", "number_words"))
        conditions = _list_conditions(words, number, question)
        found = SQL("(%s)", SQL(" AND ").join(conditions))
        return found if not self._is_rare(question) else SQL("%s = ANY(ARRAY(%s))", SQL.identifier(alias, "id"), self._list_found(question))

    def _is_rare(self, question):
        """Say whether PostgreSQL expects few documents with the words; its statistics know the common ones by name."""
        if not self.env.su and self._is_few(self._get_reach_principals()):
            # The search begins with what the person sees; two lists of documents would be compared row by row.
            return False
        [(plan,)] = self.env.execute_query(SQL("EXPLAIN (FORMAT JSON) %s", self._list_found(question)))
        return plan[0]["Plan"]["Plan Rows"] <= RARE

    def _list_found(self, question):
        words, number = (SQL.identifier(self._table, name, to_flush=self._fields[name]) for name in ("search_words", "number_words"))
        conditions = _list_conditions(words, number, question)
        return SQL("SELECT id FROM %s WHERE %s", SQL.identifier(self._table), SQL(" AND ").join(conditions))

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **options):
        text = _find_text(domain) if limit else ""
        if text and not order:
            # The count of a list, which says what the list shows.
            return super()._search(domain, offset, min(limit, RANKED), order, **options)
        if not text or order != self._order or not (question := read_question(text)):
            return super()._search(domain, offset, limit, order, **options)
        window = super()._search(domain, 0, RANKED, order, **options)
        if window.is_empty():
            return window
        return self.browse(self._rank(window, question)[offset : offset + limit])._as_query()

    def _rank(self, window, question):
        """The best first, the newest of equals first."""
        asked = " & ".join([*([question.words] if question.words else []), *(f"({within})" for within, _own in question.numbers)])
        own = " | ".join(f"({own})" for _within, own in question.numbers)
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM oa_document WHERE id IN (%(window)s)
                   ORDER BY ts_rank(%(weights)s::real[], search_words, %(asked)s::tsquery)
                            + CASE WHEN number_words @@ %(own)s::tsquery THEN 2 ELSE 0 END DESC,
                            registered_at DESC NULLS FIRST, id DESC""",
                window=window.subselect(),
                weights=_WEIGHTS,
                asked=asked,
                own=own,
            )
        )
        return [row[0] for row in rows]

    # ------------------------------------------------------------ where it was found
    @api.depends_context("oa_registry_search", "uid")
    def _compute_search_excerpt(self):
        excerpts = self._find_excerpts(self.env.context.get("oa_registry_search"))
        for document in self:
            document.search_excerpt = excerpts.get(document.id, False)

    def _find_excerpts(self, asked):
        """A line of the text around the first word that was asked for."""
        finder = ExcerptFinder(asked if isinstance(asked, str) else " ".join(map(str, asked or [])))
        if not self.ids or not finder:
            return {}
        # Who reads the document reads its files.
        texts = self.env["oa.document.text"].search([("document_id", "in", self.ids), ("state", "in", ("read", "recognised"))])
        if not texts:
            return {}
        self.env.cr.execute(
            SQL(
                "SELECT document_id, left(content, %s) FROM oa_document_text WHERE id = ANY(%s) ORDER BY id DESC",
                _LOOKED_AT,
                list(texts.ids),
            )
        )
        found = ((document_id, finder.find(content or "")) for document_id, content in self.env.cr.fetchall())
        return {document_id: Markup("…%s<mark>%s</mark>%s…") % line for document_id, line in found if line}


class ResPartner(models.Model):
    """A new name has to reach the documents of the correspondent."""

    _inherit = "res.partner"

    oa_is_renamed = fields.Boolean("New name for search", readonly=True, copy=False, groups=".", exportable=False)

    _oa_renamed_index = models.Index("(id) WHERE oa_is_renamed")

    def write(self, vals):
        renamed = self.filtered(lambda partner: partner.name != vals["name"]) if "name" in vals else self.browse()
        result = super().write(vals)
        # Most contacts write no letters; those that do are many documents, so a job takes them.
        used = self.env["oa.document.correspondent"].sudo().search([("partner_id", "in", renamed.ids)], limit=1)
        if used:
            renamed._write_renamed(is_renamed=True)
            # Whoever renames a contact may not read the settings of jobs.
            self.env.ref("oa_registry.oa_document_words_cron").sudo()._trigger()
        return result

    def _write_renamed(self, *, is_renamed):
        self.flush_recordset(["oa_is_renamed"])
        self.env.cr.execute(SQL("UPDATE res_partner SET oa_is_renamed = %s WHERE id = ANY(%s)", is_renamed, list(self.ids)))
        self.invalidate_recordset(["oa_is_renamed"])


def _find_text(domain):
    """What was typed into the field that looks everywhere; several facets are one question."""
    texts = []
    for condition in Domain(domain).iter_conditions():
        if condition.field_expr == "search_text":
            texts += [condition.value] if isinstance(condition.value, str) else list(condition.value or [])
    return " ".join(filter(None, texts))


def _list_conditions(words, number, question):
    """Every word and every number has to be there; a number may also be that of the document."""
    conditions = [SQL("%s @@ %s::tsquery", words, question.words)] if question.words else []
    return conditions + [SQL("(%s @@ %s::tsquery OR %s @@ %s::tsquery)", words, within, number, own) for within, own in question.numbers]
