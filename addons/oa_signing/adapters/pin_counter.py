"""Wrong PINs per token, kept beside the socket so that a restart forgives nothing."""

import json
import os
from pathlib import Path

from ..core.errors import PinLockedError

MAX_ATTEMPTS = 3


class PinCounter:
    """Counts before a PIN is tried: a process killed in between has used up the attempt."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get_attempts_left(self, token_label: str) -> int:
        return max(0, MAX_ATTEMPTS - self._read().get(token_label, 0))

    def begin(self, token_label: str) -> None:
        if not self.get_attempts_left(token_label):
            raise PinLockedError(token=token_label)
        counts = self._read()
        counts[token_label] = counts.get(token_label, 0) + 1
        self._write(counts, is_lasting=True)

    def reset(self, token_label: str) -> None:
        counts = self._read()
        if counts.pop(token_label, None) is not None:
            self._write(counts)

    def lock(self, token_label: str) -> None:
        self._write({**self._read(), token_label: MAX_ATTEMPTS}, is_lasting=True)

    def _read(self) -> dict[str, int]:
        try:
            return dict(json.loads(self._path.read_text()))
        except FileNotFoundError:
            return {}

    def _write(self, counts: dict[str, int], *, is_lasting: bool = False) -> None:
        """An attempt is on the disk before the PIN is tried; a pardon may be lost with the power."""
        part = self._path.with_suffix(".part")
        with part.open("w") as stream:
            json.dump(counts, stream)
            stream.flush()
            if is_lasting:
                os.fsync(stream.fileno())
        part.replace(self._path)
