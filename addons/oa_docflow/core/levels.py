"""How strongly an act is signed, and whether a signature reaches what was asked.

One table: whoever signs more strongly than asked has signed well enough. A logged act and the seal are the administration's own
business, a signature by hand stands on paper; at the levels between them the act counts when the person has signed it.
"""

from enum import StrEnum


class Level(StrEnum):
    """What a step or a procedure may ask for."""

    LOGGED = "logged"
    INTERNAL = "internal"
    ADVANCED = "advanced"
    QUALIFIED = "qualified"
    SEAL = "seal"
    HAND = "hand"


RANK = {Level.LOGGED: 0, Level.SEAL: 0, Level.HAND: 0, Level.INTERNAL: 1, Level.ADVANCED: 2, Level.QUALIFIED: 3}
"""What is asked of a person, from nothing to the most."""
PERSONAL_LEVELS = frozenset(level.value for level, rank in RANK.items() if rank)
"""At these levels an act counts when the person has signed it; at the others the administration seals its record."""


def level_of(issuer: str, *, is_qualified: bool, is_seal: bool = False, internal_issuers: str = "") -> Level:
    """What a signature with this certificate is.

    :param internal_issuers: the own certificate authorities of the administration, one in a line, as certificates name them
    """
    if is_seal:
        return Level.SEAL
    if is_qualified:
        return Level.QUALIFIED
    own = {line.strip() for line in internal_issuers.splitlines() if line.strip()}
    return Level.INTERNAL if issuer.strip() in own else Level.ADVANCED


def reaches(made: str, asked: str) -> bool:
    """Say whether a signature of the one level is enough where the other was asked."""
    return RANK[Level(made)] >= RANK[Level(asked)]
