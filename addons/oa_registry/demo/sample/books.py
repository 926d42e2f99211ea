"""The lines of the books: numbers and digests as registration makes them."""

from dataclasses import replace
from types import SimpleNamespace

from ...core.hash_chain import GENESIS
from ...models.oa_register_entry_allotment import Visit, Wish
from ...models.oa_register_numbering import Head

NO_CASE = SimpleNamespace(name="")


class Books:
    """The heads of the sample's books; every one begins empty."""

    def __init__(self, env):
        self.env, self.entries = env, env["oa.register.entry"]
        self.subject = env["oa.document"].new({})
        self.heads, self.parts = {}, {}

    def write(self, paper, facts):  # pylint: disable=method-required-super  # no Odoo model
        """The values of the next line of the paper's book."""
        register, day = paper.kind.register, paper.at.date()
        numbered = _Numbered(self._get_parts(register, paper.kind.direction), paper)
        series = register._get_series(numbered)
        heads = self.heads.setdefault(register.id, {})
        if (register.id, series) not in heads:
            digest = next((head.digest for head in heads.values()), GENESIS)
            heads[register.id, series] = Head(0, digest, 0, None)
        return self.entries._prepare_vals(numbered, series, facts, Wish(register.id, self.env), Visit(paper.at, day, heads))

    def _get_parts(self, register, direction):
        """What is common to the numbers of a book."""
        key = register.id, direction
        if key not in self.parts:
            self.subject.direction = direction
            self.parts[key] = self.subject._get_number_parts(register, 1, None)
        return self.parts[key]


class _Numbered:
    """Answers for the document when its number is written."""

    def __init__(self, parts, paper):
        self.parts, self.direction, self.kind_id, self.case_id = parts, paper.kind.direction, paper.kind, paper.case or NO_CASE
        self.unit = paper.unit.code

    def sudo(self):
        return self

    def _get_number_parts(self, _register, sequence, day):
        return replace(self.parts, sequence=sequence, day=day, kind=self.kind_id.code, unit=self.unit, case=self.case_id.name)
