"""The token service: keys of one PKCS#11 module behind a Unix socket."""

import base64
from pathlib import Path
from typing import Protocol

from ..core.errors import ProtocolError
from ..core.ports import TokenPort
from ..core.specs import DIGEST_ALGORITHMS, KeyReference, ToBeSigned
from . import wire
from .pin_counter import PinCounter
from .socket_server import SocketServer

MAX_BATCH = 1000


class _Operation(Protocol):
    def __call__(self, message: wire.Message, blobs: list[bytes]) -> tuple[wire.Message, list[bytes]]: ...


class TokenService:
    """Answers messages with the help of a token port."""

    def __init__(self, tokens: TokenPort) -> None:
        self._tokens = tokens
        self._operations: dict[str, _Operation] = {
            "ping": lambda message, blobs: ({"keys": len(self._tokens.get_keys())}, []),
            "keys": self._get_keys,
            "sign": self._sign,
            "attempts": self._get_attempts,
            "unlock": self._unlock,
            "open": self._open,
            "close": self._close,
            "is_open": self._is_open,
        }

    def handle(self, message: wire.Message, blobs: list[bytes], _files: list[int]) -> tuple[wire.Message, list[bytes]]:
        operation = self._operations.get(str(message.get("operation")))
        if operation is None:
            raise ProtocolError("operation")
        return operation(message, blobs)

    def _get_keys(self, message: wire.Message, blobs: list[bytes]) -> tuple[wire.Message, list[bytes]]:
        keys = [
            {
                "token_label": key.token_label,
                "key_label": key.key_label,
                "certificate": base64.b64encode(key.certificate).decode(),
                "chain": [base64.b64encode(item).decode() for item in key.chain],
            }
            for key in self._tokens.get_keys()
        ]
        return {"keys": keys}, []

    def _sign(self, message: wire.Message, blobs: list[bytes]) -> tuple[wire.Message, list[bytes]]:
        if not 0 < len(blobs) <= MAX_BATCH:
            raise ProtocolError("batch")
        key = KeyReference(str(message["token_label"]), str(message["key_label"]))
        algorithms = message["digest_algorithms"]
        if len(algorithms) != len(blobs) or not set(algorithms) <= set(DIGEST_ALGORITHMS):
            raise ProtocolError("digest")
        items = [ToBeSigned(blob, algorithm) for blob, algorithm in zip(blobs, algorithms, strict=True)]
        return {}, self._tokens.sign(key, str(message["pin"]), items)

    def _get_attempts(self, message: wire.Message, blobs: list[bytes]) -> tuple[wire.Message, list[bytes]]:
        return {"attempts_left": self._tokens.get_attempts_left(str(message["token_label"]))}, []

    def _unlock(self, message: wire.Message, blobs: list[bytes]) -> tuple[wire.Message, list[bytes]]:
        self._tokens.unlock(str(message["token_label"]))
        return {}, []

    def _open(self, message: wire.Message, blobs: list[bytes]) -> tuple[wire.Message, list[bytes]]:
        self._tokens.open(str(message["token_label"]), str(message["pin"]))
        return {}, []

    def _close(self, message: wire.Message, blobs: list[bytes]) -> tuple[wire.Message, list[bytes]]:
        self._tokens.close(str(message["token_label"]))
        return {}, []

    def _is_open(self, message: wire.Message, blobs: list[bytes]) -> tuple[wire.Message, list[bytes]]:
        return {"is_open": self._tokens.is_open(str(message["token_label"]))}, []


def make_server(socket_path: Path, module: str) -> SocketServer:
    # Only this process loads the PKCS#11 library.
    from .pkcs11_tokens import Pkcs11Tokens

    counter = PinCounter(socket_path.with_suffix(".attempts.json"))
    return SocketServer(socket_path, TokenService(Pkcs11Tokens(module, counter)).handle)
