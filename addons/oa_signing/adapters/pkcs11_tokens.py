"""The one place that talks PKCS#11: one module, one lock, one login at a time.

Two sessions in two threads crash the library, so everything happens under the lock of this class.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import pkcs11
from asn1crypto import x509
from pkcs11 import exceptions as p11

from ..core import raw_signatures
from ..core.errors import KeyMissingError, PinLockedError, TokenClosedError, TokenError, TokenMissingError, WrongPinError
from ..core.specs import KeyReference, ToBeSigned, TokenKey
from .pin_counter import PinCounter

_PIN_ERRORS = (p11.PinIncorrect, p11.PinInvalid, p11.PinLenRange)
_RSA_MECHANISMS = {
    "sha256": pkcs11.Mechanism.SHA256_RSA_PKCS,
    "sha384": pkcs11.Mechanism.SHA384_RSA_PKCS,
    "sha512": pkcs11.Mechanism.SHA512_RSA_PKCS,
}


class Pkcs11Tokens:
    """All tokens of one PKCS#11 module."""

    def __init__(self, module: str, counter: PinCounter) -> None:
        self._lock = threading.Lock()
        self._counter = counter
        self._library = pkcs11.lib(module)
        # Looking through all slots takes longer than a signature.
        self._tokens: dict[str, Any] = {}
        # Tokens that sign without a PIN each time: the PIN is kept in the memory of this process, for this run only.
        self._pins: dict[str, str] = {}
        self._sessions: dict[str, Any] = {}
        # Looking for a key takes longer than signing with it.
        self._found: dict[KeyReference, Any] = {}

    def get_keys(self) -> list[TokenKey]:
        with self._lock:
            self._look_anew()
            # An empty slot shows a token, too, one that nobody has set up.
            tokens = self._library.get_tokens(token_flags=pkcs11.TokenFlag.TOKEN_INITIALIZED)
            return [key for token in tokens for key in _read_keys(token)]

    def get_attempts_left(self, token_label: str) -> int:
        return self._counter.get_attempts_left(token_label)

    def unlock(self, token_label: str) -> None:
        with self._lock:
            self._counter.reset(token_label)

    def open(self, token_label: str, pin: str) -> None:
        """Let the token sign without a PIN until it is closed or this process ends."""
        with self._lock:
            self._close_session(token_label)
            self._sessions[token_label] = self._log_in(token_label, pin)
            self._pins[token_label] = pin

    def close(self, token_label: str) -> None:
        with self._lock:
            self._pins.pop(token_label, None)
            self._close_session(token_label)

    def is_open(self, token_label: str) -> bool:
        return token_label in self._pins

    def sign(self, key: KeyReference, pin: str, items: Sequence[ToBeSigned]) -> list[bytes]:
        """All signatures with one login; without a PIN when the token was opened."""
        with self._lock:
            # A token knows one login; an opened one is logged in again when it is needed.
            if not pin:
                return self._sign_opened(key, items)
            self._close_session(key.token_label)
            with self._log_in(key.token_label, pin) as session:
                try:
                    return _sign_all(session, key, items)
                except p11.PKCS11Error as error:
                    raise TokenError(type(error).__name__, token=key.token_label) from error
                except KeyMissingError as error:
                    missing = error
            # A token that was taken out may look like one without keys until the slots are looked at anew.
            self._look_anew()
            self._find_token(key.token_label)
            raise missing

    def _sign_opened(self, key: KeyReference, items: Sequence[ToBeSigned]) -> list[bytes]:
        label = key.token_label
        if label not in self._pins:
            raise TokenClosedError(token=label)
        for is_second_try in (False, True):
            try:
                if label not in self._sessions:
                    self._sessions[label] = self._log_in(label, self._pins[label])
                if key not in self._found:
                    self._found[key] = _find_private_key(self._sessions[label], key)
                return [_sign_one(self._found[key], item) for item in items]
            except (WrongPinError, PinLockedError):
                # Somebody changed the PIN; trying the old one again would lock the token.
                del self._pins[label]
                raise
            except (p11.PKCS11Error, KeyMissingError) as error:
                # Taken out, or put in again: the old session is of no use.
                self._look_anew()
                if is_second_try and isinstance(error, KeyMissingError):
                    raise
                if is_second_try:
                    raise TokenError(type(error).__name__, token=label) from error
        raise AssertionError("unreachable")

    def _log_in(self, label: str, pin: str) -> Any:
        token = self._find_token(label)
        self._counter.begin(label)
        session = self._open(token, pin, label)
        self._counter.reset(label)
        return session

    def _close_session(self, label: str) -> None:
        self._forget_keys(label)
        session = self._sessions.pop(label, None)
        if session is not None:
            # A token that was taken out has closed it already.
            with suppress(p11.PKCS11Error):
                session.close()

    def _forget_keys(self, label: str) -> None:
        """Keys are known to one session."""
        self._found = {key: handle for key, handle in self._found.items() if key.token_label != label}

    def _look_anew(self) -> None:
        """Forget sessions and slots; opened tokens are logged in again when they sign."""
        self._sessions.clear()
        self._found.clear()
        self._tokens.clear()
        self._library.reinitialize()

    def _open(self, token: Any, pin: str, label: str) -> Any:
        try:
            return token.open(user_pin=pin)
        except _PIN_ERRORS as error:
            left = self._counter.get_attempts_left(label)
            raise WrongPinError(token=label, attempts_left=left) from error
        except p11.PinLocked as error:
            self._counter.lock(label)
            raise PinLockedError(token=label, by_token=True) from error
        except p11.PKCS11Error as error:
            # Nothing was said about the PIN, so the attempt does not count.
            self._counter.reset(label)
            raise TokenError(type(error).__name__, token=label) from error

    def _find_token(self, label: str) -> Any:
        """The token; tokens that came after the start are seen after a new look at the slots."""
        if label in self._tokens and self._is_still_there(label):
            return self._tokens[label]
        for is_second_look in (False, True):
            if is_second_look:
                self._look_anew()
            try:
                self._tokens[label] = self._library.get_token(token_label=label)
                return self._tokens[label]
            except (p11.NoSuchToken, p11.PKCS11Error):
                continue
        raise TokenMissingError(token=label)

    def _is_still_there(self, label: str) -> bool:
        """Somebody may have taken the card out and put another one in."""
        try:
            return bool(self._tokens[label].slot.get_token().label == label)
        except p11.PKCS11Error:
            return False


def _find_private_key(session: Any, key: KeyReference) -> Any:
    try:
        return session.get_key(label=key.key_label, object_class=pkcs11.ObjectClass.PRIVATE_KEY)
    except (p11.NoSuchKey, p11.MultipleObjectsReturned) as error:
        raise KeyMissingError(token=key.token_label, key=key.key_label) from error


def _sign_all(session: Any, key: KeyReference, items: Sequence[ToBeSigned]) -> list[bytes]:
    private_key = _find_private_key(session, key)
    return [_sign_one(private_key, item) for item in items]


def _sign_one(private_key: Any, item: ToBeSigned) -> bytes:
    if private_key.key_type == pkcs11.KeyType.EC:
        # Software tokens know only the raw mechanism.
        return raw_signatures.to_der(private_key.sign(item.digest, mechanism=pkcs11.Mechanism.ECDSA))
    return bytes(private_key.sign(item.octets, mechanism=_RSA_MECHANISMS[item.digest_algorithm]))


def _read_keys(token: Any) -> Iterator[TokenKey]:
    """Pairs of labels and certificates that may sign; certificates are public, no PIN is needed."""
    with token.open() as session:
        found = [
            (item[pkcs11.Attribute.LABEL], bytes(item[pkcs11.Attribute.VALUE]))
            for item in session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE})
        ]
    authorities = tuple(der for _label, der in found if x509.Certificate.load(der).ca)
    for label, der in found:
        if der not in authorities:
            yield TokenKey(token.label, label, der, authorities)
