"""The service of remote keys: the only process that speaks with providers and knows their secrets."""

import base64
from pathlib import Path

from ..core.errors import ProtocolError
from ..core.remote import ProviderSettings, RemoteAnswer, RemotePort
from ..core.specs import Mechanism, ToBeSigned
from . import wire
from .csc_remote import CscRemote
from .socket_server import SocketServer

MAX_BATCH = 200
PROTOCOLS = {"csc": CscRemote}


def make_port(settings: ProviderSettings) -> RemotePort:
    maker = PROTOCOLS.get(settings.protocol)
    if maker is None:
        raise ProtocolError("protocol")
    return maker(settings)


def handle(message: wire.Message, blobs: list[bytes], _files: list[int]) -> tuple[wire.Message, list[bytes]]:
    operation = str(message.get("operation"))
    if operation == "ping":
        return {"protocols": sorted(PROTOCOLS)}, []
    port = make_port(ProviderSettings(**message["settings"]))
    match operation:
        case "credentials":
            return {"credentials": _describe_credentials(port)}, []
        case "send_code":
            port.send_code(str(message["credential_id"]))
            return {}, []
        case "sign":
            return _sign(port, message, blobs)
        case "poll":
            return _describe(port.poll(str(message["handle"])))
    raise ProtocolError("operation")


def _sign(port: RemotePort, message: wire.Message, blobs: list[bytes]) -> tuple[wire.Message, list[bytes]]:
    if not 0 < len(blobs) <= MAX_BATCH:
        raise ProtocolError("batch")
    items = [
        ToBeSigned(octets, str(kind["digest_algorithm"]), Mechanism(kind["mechanism"]))
        for octets, kind in zip(blobs, message["items"], strict=True)
    ]
    return _describe(port.sign(str(message["credential_id"]), str(message["pin"]), str(message["code"]), items))


def _describe(answer: RemoteAnswer) -> tuple[wire.Message, list[bytes]]:
    states = [outcome.state for outcome in answer.outcomes]
    return {"handle": answer.handle, "states": states}, [outcome.signature for outcome in answer.outcomes]


def _describe_credentials(port: RemotePort) -> list[dict[str, object]]:
    return [
        {
            "credential_id": item.credential_id,
            "certificate": base64.b64encode(item.certificate).decode(),
            "chain": [base64.b64encode(part).decode() for part in item.chain],
            "needs_pin": item.needs_pin,
            "needs_code": item.needs_code,
        }
        for item in port.list_credentials()
    ]


def make_server(socket_path: Path) -> SocketServer:
    return SocketServer(socket_path, handle)
