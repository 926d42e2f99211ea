"""What providers answered a while ago: one memory per worker, bounded, and for checks only.

Who signs or completes a file asks anew: proofs must be younger than the signature. A check that asks about the same
certificates all day need not.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from asn1crypto import crl, ocsp

Answer: TypeAlias = ocsp.OCSPResponse | crl.CertificateList

LONGEST = timedelta(minutes=30)
"""However long an answer calls itself fresh: a revocation has to be seen soon."""
SILENCE = timedelta(minutes=1)
MAX_COUNT = 1000
MAX_BYTES = 32 << 20


@dataclass(frozen=True)
class _Kept:
    answer: Answer
    until: datetime
    size: int


class RevocationMemory:
    """Answers until they end, and hosts that did not answer, so that nobody waits for them again at once."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._silent: dict[str, datetime] = {}
        self._size = 0
        # Requests to providers wait in threads.
        self._lock = threading.Lock()

    def find(self, key: Hashable) -> Answer | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept.until > self._now():
                return kept.answer if kept else None
            self._forget(key)
            return None

    def keep(self, key: Hashable, answer: Answer, size: int) -> None:
        """An answer that does not say how long it is fresh is not kept."""
        now, fresh_until = self._now(), read_end(answer)
        if fresh_until is None or fresh_until <= now or size > MAX_BYTES:
            return
        with self._lock:
            self._forget(key)
            self._kept[key] = _Kept(answer, min(fresh_until, now + LONGEST), size)
            self._size += size
            while self._size > MAX_BYTES or len(self._kept) > MAX_COUNT:
                self._forget(next(iter(self._kept)))

    def note_silence(self, host: str) -> None:
        self._silent[host] = self._now() + SILENCE

    def is_silent(self, host: str) -> bool:
        return host in self._silent and self._silent[host] > self._now()

    def _forget(self, key: Hashable) -> None:
        if kept := self._kept.pop(key, None):
            self._size -= kept.size


def read_end(answer: Answer) -> datetime | None:
    """Until when an answer calls itself fresh; the earliest end when it speaks of several certificates."""
    if isinstance(answer, crl.CertificateList):
        return _to_moment(answer["tbs_cert_list"]["next_update"].native)
    if answer["response_status"].native != "successful":
        return None
    ends = [_to_moment(item["next_update"].native) for item in answer.response_data["responses"]]
    known = [end for end in ends if end]
    return min(known) if known and len(known) == len(ends) else None


def _to_moment(value: object) -> datetime | None:
    return value if isinstance(value, datetime) else None
