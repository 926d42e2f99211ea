"""The token port as the rest of the product sees it: a socket."""

import base64
from collections.abc import Sequence

from ..core.specs import KeyReference, ToBeSigned, TokenKey
from . import wire

TIMEOUT = 60.0


class TokenClient:
    def __init__(self, socket_path: str) -> None:
        self._path = socket_path

    def ping(self) -> int:
        answer, _blobs = wire.call(self._path, {"operation": "ping"}, timeout=10)
        return int(answer["keys"])

    def get_keys(self) -> list[TokenKey]:
        answer, _blobs = wire.call(self._path, {"operation": "keys"}, timeout=TIMEOUT)
        return [
            TokenKey(
                item["token_label"],
                item["key_label"],
                base64.b64decode(item["certificate"]),
                tuple(base64.b64decode(part) for part in item["chain"]),
            )
            for item in answer["keys"]
        ]

    def sign(self, key: KeyReference, pin: str, items: Sequence[ToBeSigned]) -> list[bytes]:
        message = {
            "operation": "sign",
            "token_label": key.token_label,
            "key_label": key.key_label,
            "pin": pin,
            "digest_algorithms": [item.digest_algorithm for item in items],
        }
        _answer, signatures = wire.call(self._path, message, [item.octets for item in items], timeout=TIMEOUT)
        return signatures

    def get_attempts_left(self, token_label: str) -> int:
        answer, _blobs = wire.call(self._path, {"operation": "attempts", "token_label": token_label}, timeout=10)
        return int(answer["attempts_left"])

    def unlock(self, token_label: str) -> None:
        wire.call(self._path, {"operation": "unlock", "token_label": token_label}, timeout=10)

    def open(self, token_label: str, pin: str) -> None:
        wire.call(self._path, {"operation": "open", "token_label": token_label, "pin": pin}, timeout=TIMEOUT)

    def close(self, token_label: str) -> None:
        wire.call(self._path, {"operation": "close", "token_label": token_label}, timeout=10)

    def is_open(self, token_label: str) -> bool:
        answer, _blobs = wire.call(self._path, {"operation": "is_open", "token_label": token_label}, timeout=10)
        return bool(answer["is_open"])
