"""Failures and answers keep their meaning on the way through a socket."""

import pytest
from oa_signing.core.errors import PolicyError, SigningError, WrongPinError
from oa_signing.core.specs import DocumentVerdict, Level, Outcome, SignatureSpec, SignatureVerdict


def test_error_keeps_class_and_data_on_the_wire() -> None:
    error = SigningError.from_wire(WrongPinError(token="t", attempts_left=2).to_wire())

    assert isinstance(error, WrongPinError)
    assert error.attempts_left == 2


def test_unknown_code_is_still_a_signing_error() -> None:
    assert type(SigningError.from_wire({"code": "from.the.future"})) is SigningError


def test_weak_digest_is_no_way_to_sign() -> None:
    with pytest.raises(PolicyError):
        SignatureSpec(digest_algorithm="sha1")


def test_levels_are_ordered() -> None:
    assert [level.rank for level in (Level.B, Level.T, Level.LT, Level.LTA)] == [0, 1, 2, 3]


def test_verdict_comes_back_from_the_wire() -> None:
    signature = SignatureVerdict("Signature1", Outcome.INVALID, ("modified",), level="B-LT")
    verdict = DocumentVerdict(Outcome.INVALID, ("appended",), (signature,))

    assert DocumentVerdict.from_wire(verdict.to_wire()) == verdict
