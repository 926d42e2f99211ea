"""A prepared signature fits one purpose, one time span and nothing else."""

import json

import pytest
from oa_signing.core.errors import StateExpiredError, StateForgedError
from oa_signing.core.sealing import seal, unseal

SECRET = b"of this server"
STATE = {"expires_at": 1000.0, "field": "Signature1"}


def test_sealed_state_comes_back() -> None:
    assert unseal(seal(STATE, "line 1", SECRET), "line 1", SECRET, now=999) == STATE


@pytest.mark.parametrize(("binding", "secret"), [("line 2", SECRET), ("line 1", b"of another")])
def test_state_for_somebody_else_is_refused(binding: str, secret: bytes) -> None:
    with pytest.raises(StateForgedError):
        unseal(seal(STATE, "line 1", SECRET), binding, secret, now=999)


def test_changed_state_is_refused() -> None:
    message = json.loads(seal(STATE, "line 1", SECRET))
    message["body"] = message["body"].replace("Signature1", "Signature2")

    with pytest.raises(StateForgedError):
        unseal(json.dumps(message), "line 1", SECRET, now=999)


@pytest.mark.parametrize("text", ["", "{}", "[]", "null"])
def test_rubbish_is_refused(text: str) -> None:
    with pytest.raises(StateForgedError):
        unseal(text, "line 1", SECRET, now=999)


def test_old_state_is_refused() -> None:
    with pytest.raises(StateExpiredError):
        unseal(seal(STATE, "line 1", SECRET), "line 1", SECRET, now=1001)
