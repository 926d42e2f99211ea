"""Keys kept by a provider that speaks the protocol of the Cloud Signature Consortium (1.0.4), through pyHanko.

PIN, code and activation data live for one call; the provider authorises the very digests that are signed (SCAL 2).
"""

import asyncio
import json
import os
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
from pyhanko.sign.general import SigningError as PyHankoSigningError
from pyhanko.sign.signers.csc_signer import (
    CSCAuthorizationInfo,
    CSCAuthorizationManager,
    CSCCredentialInfo,
    CSCServiceSessionInfo,
    CSCSigner,
    fetch_certs_in_csc_credential,
)

from ..core.errors import RemoteAccessError, RemoteError, RemoteRefusedError, RemoteSettingError, RemoteTimeoutError
from ..core.remote import ProviderSettings, RemoteAnswer, RemoteCredential, RemoteOutcome, check_address
from ..core.specs import ToBeSigned

MAX_ANSWER = 1 << 20
MAX_CREDENTIALS = 200
_SECRET_NAME = re.compile(r"[a-z0-9_]{1,40}")

Result = TypeVar("Result")


def read_secret(name: str) -> str:
    """The secret of a provider by its name: from the environment of this process, or a file of its secrets folder."""
    if not name:
        return ""
    if not _SECRET_NAME.fullmatch(name):
        raise RemoteSettingError("secret name")
    if value := os.environ.get(f"OA_REMOTE_SECRET_{name.upper()}"):
        return value
    folder = os.environ.get("OA_SECRETS_DIR") or os.environ.get("CREDENTIALS_DIRECTORY")
    try:
        if folder:
            return (Path(folder) / name).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise RemoteSettingError("secret") from error
    raise RemoteSettingError("secret")


class CscRemote:
    """One provider, as its settings say."""

    def __init__(self, settings: ProviderSettings) -> None:
        check_address(settings.url)
        self._settings = settings

    def list_credentials(self) -> list[RemoteCredential]:
        return self._run(self._list_credentials)

    def send_code(self, credential_id: str) -> None:
        self._run(lambda http: self._post(http, "credentials/sendOTP", {"credentialID": credential_id}))

    def sign(self, credential_id: str, pin: str, code: str, items: Sequence[ToBeSigned]) -> RemoteAnswer:
        async def sign(http: "_Http") -> RemoteAnswer:
            info = await fetch_certs_in_csc_credential(http.session, http.describe(credential_id), int(self._settings.timeout))
            signer = _make_signer(http, self._post, info, credential_id, _Person(pin, code), len(items))
            raw = await asyncio.gather(*(signer.async_sign_raw(item.octets, item.digest_algorithm) for item in items))
            return RemoteAnswer("", tuple(RemoteOutcome("signed", bytes(signature)) for signature in raw))

        return self._run(sign)

    def poll(self, handle: str) -> RemoteAnswer:
        raise RemoteError("this provider signs at once")

    async def _list_credentials(self, http: "_Http") -> list[RemoteCredential]:
        found = await self._post(http, "credentials/list", {"userID": self._settings.user_id} if self._settings.user_id else {})
        names = [str(item) for item in found.get("credentialIDs") or ()][:MAX_CREDENTIALS]
        credentials = []
        for name in names:
            info = await fetch_certs_in_csc_credential(http.session, http.describe(name), int(self._settings.timeout))
            if info.response_data.get("key", {}).get("status", "enabled") == "enabled":
                credentials.append(_describe(name, info))
        return credentials

    async def _post(self, http: "_Http", endpoint: str, body: dict[str, Any]) -> dict[str, Any]:
        session_info = http.describe("")
        async with http.session.post(
            session_info.endpoint_url(endpoint), headers=session_info.auth_headers, json=body, allow_redirects=False
        ) as answer:
            data = await answer.content.read(MAX_ANSWER)
            if answer.status in (401, 403):
                raise RemoteAccessError(str(answer.status))
            if answer.status == 204:
                return {}
            message = _read_object(data)
            if answer.status != 200:
                # Never the body: it may repeat what was sent.
                raise RemoteRefusedError(str(answer.status), reason=str(message.get("error", ""))[:80])
            return message

    def _run(self, act: Callable[["_Http"], Awaitable[Result]]) -> Result:
        try:
            return asyncio.run(self._act(act))
        except TimeoutError as error:
            raise RemoteTimeoutError() from error
        except aiohttp.ClientError as error:
            raise RemoteError(type(error).__name__) from error
        except PyHankoSigningError as error:
            cause = error.__cause__
            if isinstance(cause, aiohttp.ClientResponseError) and cause.status in (401, 403):
                raise RemoteAccessError(str(cause.status)) from error
            if isinstance(cause, aiohttp.ClientResponseError):
                raise RemoteRefusedError(str(cause.status)) from error
            raise RemoteError(type(cause or error).__name__) from error

    async def _act(self, act: Callable[["_Http"], Awaitable[Result]]) -> Result:
        limit = aiohttp.ClientTimeout(total=self._settings.timeout)
        async with asyncio.timeout(self._settings.timeout), aiohttp.ClientSession(timeout=limit, trust_env=False) as session:
            http = _Http(session, self._settings.url.rstrip("/"))
            if self._settings.secret_name:
                http.token = await self._get_token(http)
            return await act(http)

    async def _get_token(self, http: "_Http") -> str:
        """The secret itself when it is a ready token, else what the provider gives for it (OAuth 2, client credentials)."""
        secret = read_secret(self._settings.secret_name)
        if not self._settings.client_id:
            return secret
        body = {"grant_type": "client_credentials", "client_id": self._settings.client_id, "client_secret": secret}
        async with http.session.post(f"{http.url}/oauth2/token", data=body, allow_redirects=False) as answer:
            if answer.status != 200:
                raise RemoteAccessError(str(answer.status))
            return str(_read_object(await answer.content.read(MAX_ANSWER)).get("access_token") or "")


@dataclass
class _Http:
    session: aiohttp.ClientSession
    url: str
    token: str = ""

    def describe(self, credential_id: str) -> CSCServiceSessionInfo:
        return CSCServiceSessionInfo(self.url, credential_id, self.token or None)


@dataclass(frozen=True, repr=False)
class _Person:
    """What the person typed; for this call only."""

    pin: str
    code: str


class _Authorisation(CSCAuthorizationManager):
    """Asks the provider to authorise exactly these digests."""

    def __init__(self, http: _Http, post: Callable[..., Awaitable[dict[str, Any]]], info: CSCCredentialInfo, credential_id: str) -> None:
        super().__init__(http.describe(credential_id), info)
        self._http, self._post = http, post
        self.person = _Person("", "")

    async def authorize_signature(self, hash_b64s: list[str]) -> CSCAuthorizationInfo:
        body = self.format_csc_auth_request(hash_b64s=hash_b64s, pin=self.person.pin or None, otp=self.person.code or None)
        return self.parse_csc_auth_response(await self._post(self._http, "credentials/authorize", body))


def _make_signer(  # noqa: PLR0913 - what one order consists of
    http: _Http, post: Callable[..., Awaitable[dict[str, Any]]], info: CSCCredentialInfo, credential_id: str, person: _Person, count: int
) -> CSCSigner:
    authorisation = _Authorisation(http, post, info, credential_id)
    authorisation.person = person
    return CSCSigner(http.session, authorisation, batch_size=min(count, max(1, info.max_batch_size)), embed_roots=False)


def _describe(name: str, info: CSCCredentialInfo) -> RemoteCredential:
    needs = {part: info.response_data.get(part, {}).get("presence") in ("true", "optional", True) for part in ("PIN", "OTP")}
    chain = tuple(certificate.dump() for certificate in info.chain)
    return RemoteCredential(name, info.signing_cert.dump(), chain, needs["PIN"], needs["OTP"])


def _read_object(data: bytes) -> dict[str, Any]:
    try:
        message = json.loads(data)
    except ValueError as error:
        raise RemoteError("answer") from error
    if not isinstance(message, dict):
        raise RemoteError("answer")
    return message
