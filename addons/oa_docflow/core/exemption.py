"""Which parts of the way of a document went on paper, and what an exemption from electronic turnover may cover."""

from dataclasses import dataclass, replace
from enum import StrEnum

ON_PAPER = frozenset({"paper", "mixed"})
PAPER_CHANNELS = frozenset({"desk", "post", "courier", "fax"})


class Part(StrEnum):
    """A part of the way that an exemption may leave on paper."""

    DRAFTING = "drafting"
    COORDINATION = "coordination"
    SIGNING = "signing"
    STORAGE = "storage"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an own document."""

    carrier: str = "electronic"
    signing_method: str = ""
    paper_disposition: str = ""
    is_coordination_skipped: bool = False
    """Its kind is coordinated by a procedure, and this document has no route."""

    def sign_by_hand(self) -> "Facts":
        """The same document when its procedure has it signed on paper."""
        return replace(self, signing_method="hand")


def find_paper_parts(facts: Facts) -> tuple[Part, ...]:
    """The parts of an own document that were or will be done on paper."""
    is_on_paper = facts.carrier in ON_PAPER
    found = {
        Part.DRAFTING: is_on_paper,
        Part.COORDINATION: is_on_paper and facts.is_coordination_skipped,
        Part.SIGNING: facts.signing_method == "hand",
        Part.STORAGE: (is_on_paper or facts.signing_method == "hand") and facts.paper_disposition == "kept",
    }
    return tuple(part for part, is_found in found.items() if is_found)
