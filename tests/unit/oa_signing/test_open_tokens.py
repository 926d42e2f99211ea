"""A token that was opened signs without a PIN, also after it was taken out and put in again; SoftHSM plays the reader."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from oa_signing.adapters.token_client import TokenClient
from oa_signing.core.errors import TokenClosedError, TokenMissingError, WrongPinError
from oa_signing.core.specs import KeyReference, ToBeSigned
from signing_pki import Pki

SEAL = KeyReference("vidin.seal", "sign")
ITEM = ToBeSigned(b"x")


@pytest.fixture
def seal(token: TokenClient) -> Iterator[TokenClient]:
    token.unlock("vidin.seal")
    yield token
    token.close("vidin.seal")


@pytest.fixture
def take_out(folder: Path) -> Iterator[Callable[[], Callable[[], None]]]:
    """Take all tokens out of their reader; the answer puts them in again."""
    tokens, away = folder / "hsm/tokens", folder / "hsm/away"

    def put_in() -> None:
        if away.exists():
            for made in tokens.iterdir():
                made.rmdir()
            tokens.rmdir()
            away.rename(tokens)

    def take_out() -> Callable[[], None]:
        tokens.rename(away)
        tokens.mkdir()
        return put_in

    yield take_out
    put_in()


def test_seal_signs_without_a_pin_after_it_was_opened(seal: TokenClient, pki: Pki) -> None:
    with pytest.raises(TokenClosedError):
        seal.sign(SEAL, "", [ITEM])

    seal.open("vidin.seal", pki.pins["vidin.seal"])

    assert seal.is_open("vidin.seal")
    assert len(seal.sign(SEAL, "", [ITEM] * 3)) == 3
    seal.close("vidin.seal")
    with pytest.raises(TokenClosedError):
        seal.sign(SEAL, "", [ITEM])


def test_wrong_pin_opens_nothing(seal: TokenClient) -> None:
    with pytest.raises(WrongPinError):
        seal.open("vidin.seal", "000000")

    assert not seal.is_open("vidin.seal")


def test_opened_seal_and_people_do_not_disturb_each_other(seal: TokenClient, pki: Pki) -> None:
    seal.open("vidin.seal", pki.pins["vidin.seal"])

    assert seal.sign(KeyReference("vidin.governor", "sign"), pki.pins["vidin.governor"], [ITEM])
    assert seal.sign(SEAL, pki.pins["vidin.seal"], [ITEM])
    assert seal.get_keys()
    assert seal.sign(SEAL, "", [ITEM])


def test_token_that_was_taken_out_is_missed_and_signs_again_when_it_is_back(
    seal: TokenClient, pki: Pki, take_out: Callable[[], Callable[[], None]]
) -> None:
    seal.open("vidin.seal", pki.pins["vidin.seal"])
    assert seal.sign(SEAL, "", [ITEM])

    put_in = take_out()
    for pin in ("", pki.pins["vidin.seal"]):
        with pytest.raises(TokenMissingError):
            seal.sign(SEAL, pin, [ITEM])
    assert seal.get_keys() == []
    put_in()

    assert seal.sign(SEAL, "", [ITEM])
    assert seal.sign(KeyReference("vidin.governor", "sign"), pki.pins["vidin.governor"], [ITEM])


def test_pin_of_an_opened_seal_is_in_no_file(seal: TokenClient, pki: Pki, folder: Path) -> None:
    seal.open("vidin.seal", pki.pins["vidin.seal"])

    assert not [path for path in folder.rglob("*.json") if pki.pins["vidin.seal"] in path.read_text()]
