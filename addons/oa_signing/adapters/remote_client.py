"""The remote port as the rest of the product sees it: a socket, with the provider's settings sent along."""

import base64
from collections.abc import Sequence

from ..core.remote import ProviderSettings, RemoteAnswer, RemoteCredential, RemoteOutcome
from ..core.specs import ToBeSigned
from . import wire

RESERVE = 15.0
"""Seconds that the service has besides the provider's own limit."""


class RemoteClient:
    def __init__(self, socket_path: str, settings: ProviderSettings) -> None:
        self._path, self._settings = socket_path, settings

    def list_credentials(self) -> list[RemoteCredential]:
        answer, _blobs = self._ask("credentials")
        return [
            RemoteCredential(
                item["credential_id"],
                base64.b64decode(item["certificate"]),
                tuple(base64.b64decode(part) for part in item["chain"]),
                bool(item["needs_pin"]),
                bool(item["needs_code"]),
            )
            for item in answer["credentials"]
        ]

    def send_code(self, credential_id: str) -> None:
        self._ask("send_code", credential_id=credential_id)

    def sign(self, credential_id: str, pin: str, code: str, items: Sequence[ToBeSigned]) -> RemoteAnswer:
        kinds = [{"digest_algorithm": item.digest_algorithm, "mechanism": str(item.mechanism)} for item in items]
        blobs = [item.octets for item in items]
        return _read(*self._ask("sign", blobs, credential_id=credential_id, pin=pin, code=code, items=kinds))

    def poll(self, handle: str) -> RemoteAnswer:
        return _read(*self._ask("poll", handle=handle))

    def _ask(self, operation: str, blobs: Sequence[bytes] = (), **values: object) -> tuple[wire.Message, list[bytes]]:
        message = {"operation": operation, "settings": self._settings.to_wire(), **values}
        return wire.call(self._path, message, blobs, timeout=self._settings.timeout + RESERVE)


def _read(answer: wire.Message, blobs: list[bytes]) -> RemoteAnswer:
    outcomes = tuple(RemoteOutcome(str(state), blob) for state, blob in zip(answer["states"], blobs, strict=True))
    return RemoteAnswer(str(answer["handle"]), outcomes)
