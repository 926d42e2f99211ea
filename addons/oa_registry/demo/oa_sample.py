import random
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .sample.bulk import REBUILD_FROM, without_indexes, without_triggers
from .sample.people import create_correspondents
from .sample.scene import SHARES, build_offices
from .sample.story import Story
from .sample.writer import Writer

BATCH = 5000
ANNULLED = 0.002
MOST_ANNULLED = 300


class OaSample(models.AbstractModel):
    """A database with many documents, for trials of speed: invented, but like the real ones, and with whole books."""

    _name = "oa.sample"
    _description = "Sample of many documents"

    @api.private
    @api.model
    def _build(self, count, seed=1, companies=None, with_files=0, say=lambda text: None):
        """Add so many documents, so many of a hundred with a file; the same seed tells the same story.

        Without companies: those of the demo, and only there.
        """
        if not companies:
            self._check_is_demo()
            companies = self.env["res.company"].search([("oa_default_office_id", "!=", False)], order="id", limit=len(SHARES))
        # The sample belongs to nobody; it is written by the system as a whole.
        build = _Build(self.sudo().env, count, seed, with_files, say)
        build.run(companies.sudo(), self._decorate)
        self.env.invalidate_all()

    def _check_is_demo(self):
        """Never fill the books of an administration that works with them."""
        demo = self.env.ref("oa_registry.user_vidin_clerk", raise_if_not_found=False)
        if not demo or not self.env["ir.module.module"].sudo().search_count([("name", "=", "oa_registry"), ("demo", "=", True)]):
            raise UserError(self.env._("This is not a database of the demo. A sample of invented documents is added to a demo only."))

    @api.model
    def _decorate(self, paper, rng):
        """Hook: what else happens with a document; called before its rows are written."""


class _Build:
    def __init__(self, env, count, seed, with_files, say):
        self.env, self.count, self.seed, self.with_files, self.say = env, count, seed, with_files, say
        self.rng = random.Random(seed)  # noqa: S311 - invented data
        self.began = time.monotonic()

    def run(self, companies, decorate):
        env, count = self.env, self.count
        self.offices = build_offices(env, companies, self.seed)
        env.flush_all()
        self.annulled = []
        with without_triggers(env.cr):
            names = self._create_correspondents()
            writer = Writer(env, self.rng, names, self.with_files)
            if count < REBUILD_FROM:
                self._write(writer, decorate)
            else:
                tables = [table.name for table in writer.tables] + [env["oa.register.entry"]._table]
                with without_indexes(env.cr, tables, self._tell):
                    self._write(writer, decorate)
        env.invalidate_all()
        self._annul()
        self._close_books()
        self._tell(f"statistics of {len(writer.tables)} tables")
        for table in writer.tables:
            env.cr.execute(f'ANALYZE "{table.name}"')  # pylint: disable=sql-injection
        self._tell(f"{count} documents are written")

    def _tell(self, text):
        self.say(f"{time.monotonic() - self.began:6.0f} s  {text}")

    def _create_correspondents(self):
        share = min(max(self.count // 20, 60), 20_000)
        for office, part in zip(self.offices, SHARES, strict=False):
            office.correspondents = create_correspondents(self.env, office, share * part // 100, self.rng)
        ids = [partner for office in self.offices for partner in office.correspondents]
        self.env.cr.execute("SELECT id, name FROM res_partner WHERE id = ANY(%s)", [ids])
        return dict(self.env.cr.fetchall())

    def _write(self, writer, decorate):
        story = Story(self.offices, self.count, self.rng, self._get_last_day())
        document_ids, case_ids = writer.documents.take_ids(self.count), writer.cases.take_ids(self.count)
        wanted = min(max(int(self.count * ANNULLED), 1), MOST_ANNULLED)
        for number, paper in enumerate(story.tell(document_ids, case_ids), 1):
            decorate(paper, self.rng)
            writer.write(paper)
            if len(self.annulled) * self.count < number * wanted and self._can_annul(paper):
                self.annulled.append(paper)
            if number % BATCH == 0 or number == self.count:
                writer.send()
                if number % (BATCH * 10) == 0:
                    self._tell(f"{number} of {self.count} documents")

    def _can_annul(self, paper):
        # Whoever annuls must not be the one whom the document is closed to.
        is_plain = paper.state == "registered" and not paper.is_open and not paper.case
        return is_plain and not any(grant.is_denied for grant in paper.grants)

    def _get_last_day(self):
        """The day before the first line of any book, so that no number or case of the sample is in use."""
        self.env.cr.execute("SELECT min(registered_at) FROM oa_register_entry")
        first = self.env.cr.fetchone()[0]
        return (first or fields.Datetime.now()).date() - timedelta(days=1)

    def _annul(self):
        """Numbers are annulled as people do it."""
        documents = self.env["oa.document"]
        for office in self.offices:
            mine = documents.browse([paper.id for paper in self.annulled if paper.office is office and office.registrar])
            mine.with_user(office.registrar).with_company(office.company)._annul("Регистрирано повторно.")

    def _close_books(self):
        """Nobody registers in the sample's books any more."""
        for office in self.offices:
            for register in {kind.register for kinds in office.kinds.values() for kind in kinds}:
                register.active = False
        self.env.flush_all()
