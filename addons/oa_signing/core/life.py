"""The answer to: how long do the proofs of this file hold?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self


@dataclass(frozen=True)
class Life:
    """Until when the proofs of a file hold, and how strong the weakest of what protects it is."""

    until: datetime
    algorithm: str
    bits: int
    """Security of the weakest part, in bits (NIST SP 800-57)."""
    is_timestamp: bool
    """A timestamp protects the file; else it is the certificate of a signer alone."""

    def to_wire(self) -> dict[str, Any]:
        return {"until": self.until.isoformat(), "algorithm": self.algorithm, "bits": self.bits, "is_timestamp": self.is_timestamp}

    @classmethod
    def from_wire(cls, message: dict[str, Any]) -> Self:
        until = datetime.fromisoformat(message["until"])
        return cls(until, str(message["algorithm"]), int(message["bits"]), bool(message["is_timestamp"]))
