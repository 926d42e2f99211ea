"""One file of the corpus and the verdict that it must get."""

from dataclasses import dataclass

from oa_signing.core.specs import Outcome

VALID, INVALID, UNKNOWN = Outcome.VALID, Outcome.INVALID, Outcome.INDETERMINATE


@dataclass(frozen=True)
class Case:
    """A file and what has to be said of it; the code is one of those that explain the outcome."""

    name: str
    data: bytes
    outcome: Outcome
    code: str = ""
    original: bytes | None = None
