"""The lines of the books: numbers and digests as registration makes them."""

from dataclasses import replace

from ...models.oa_register_entry_allotment import GENESIS, _Head, _Visit


class Books:
    """The heads of the sample's books; every one begins empty."""

    def __init__(self, env):
        self.entries = env["oa.register.entry"]
        self.subject = env["oa.document"].new({})
        self.heads, self.years, self.parts = {}, {}, {}

    def write(self, paper, facts):
        """The values of the next line of the paper's book."""
        register, day = paper.kind.register, paper.at.date()
        head = self.heads.setdefault(register.id, _Head(0, GENESIS, None))
        if register.reset == "yearly" and self.years.get(register.id) != day.year:
            self.years[register.id], head.sequence = day.year, None
        numbered = _Numbered(self._get_parts(register), paper)
        return self.entries._prepare_vals(numbered, register, facts, _Visit(paper.at, day), head)

    def _get_parts(self, register):
        if register.id not in self.parts:
            self.parts[register.id] = self.subject._get_number_parts(register, 1, None)
        return self.parts[register.id]


class _Numbered:
    """Answers for the document when its number is written."""

    def __init__(self, parts, paper):
        self.parts, self.paper = parts, paper

    def _get_number_parts(self, register, sequence, day):
        paper = self.paper
        case = paper.case.name if paper.case else ""
        return replace(self.parts, sequence=sequence, day=day, kind=paper.kind.code, unit=paper.unit.code, case=case)
