"""Prepare, sign elsewhere, finish, augment: with a real token and live services."""

from collections.abc import Callable

import pytest
from oa_signing.adapters.document_engine import DocumentEngine
from oa_signing.adapters.token_client import TokenClient
from oa_signing.core.errors import PayloadChangedError, RevocationDataMissingError, SignatureMismatchError, TimestampError
from oa_signing.core.specs import KeyReference, Level, Outcome, SignatureSpec, Signed
from papers import make_pdf
from signing_pki import DEAD_URL, Pki

Sign = Callable[..., Signed]


def test_file_is_signed_with_timestamp_then_completed(sign: Sign, engine: DocumentEngine) -> None:
    signed = sign()
    complete = engine.augment(signed.data, signed.field_name)

    assert (signed.level, complete.level) == (Level.T, Level.LT)
    assert complete.data.startswith(signed.data)
    assert engine.validate(complete.data).outcome == Outcome.VALID


def test_completed_file_is_valid_without_network(complete: Signed, pki: Pki) -> None:
    assert pki.make_engine(hosts=()).validate(complete.data).outcome == Outcome.VALID


def test_without_timestamp_service_the_file_is_signed_and_healed_later(sign: Sign, pki: Pki, engine: DocumentEngine) -> None:
    deaf = pki.make_engine(timestamp_url=DEAD_URL)
    signed = sign(engine=deaf)

    assert (signed.level, signed.pending) == (Level.B, "timestamp")
    with pytest.raises(TimestampError):
        deaf.augment(signed.data, signed.field_name)
    healed = engine.augment(signed.data, signed.field_name)
    assert healed.level == Level.LT
    assert engine.validate(healed.data).outcome == Outcome.VALID


def test_silent_provider_leaves_the_signature_as_it_is(sign: Sign, pki: Pki) -> None:
    signed = sign()

    same = pki.make_engine(hosts=("not.asked.example",)).augment(signed.data, signed.field_name)

    assert (same.level, same.pending) == (Level.T, RevocationDataMissingError.code)


def test_second_person_signs_over_the_first(complete: Signed, sign: Sign, engine: DocumentEngine) -> None:
    second = sign(complete.data, "vidin.sg")
    both = engine.augment(second.data, second.field_name)
    verdict = engine.validate(both.data)

    assert both.levels == {"Signature1": Level.LT, "Signature2": Level.LT}
    assert [item.signer_name for item in verdict.signatures] == ["Радостина Пейчева Ангелова", "Мая Христова Йорданова"]
    assert verdict.outcome == Outcome.VALID


def test_state_between_the_steps_is_small(engine: DocumentEngine, pki: Pki) -> None:
    data = make_pdf(pages=200)

    prepared = engine.prepare(data, SignatureSpec(), pki.get_identity("vidin.governor"))

    assert len(str(prepared.state)) < len(data)
    assert len(str(prepared.state)) < 120_000


def test_signature_of_another_key_never_gets_into_a_file(engine: DocumentEngine, pki: Pki, token: TokenClient) -> None:
    data = make_pdf()
    prepared = engine.prepare(data, SignatureSpec(), pki.get_identity("vidin.governor"))
    (foreign,) = token.sign(KeyReference("vidin.sg", "sign"), pki.pins["vidin.sg"], [prepared.to_be_signed])

    with pytest.raises(SignatureMismatchError):
        engine.finish(data, prepared.state, foreign)


def test_file_that_changed_in_between_is_not_signed(engine: DocumentEngine, pki: Pki, token: TokenClient) -> None:
    prepared = engine.prepare(make_pdf("1 000"), SignatureSpec(), pki.get_identity("vidin.governor"))
    (raw,) = token.sign(KeyReference("vidin.governor", "sign"), pki.pins["vidin.governor"], [prepared.to_be_signed])

    with pytest.raises(PayloadChangedError):
        engine.finish(make_pdf("9 000"), prepared.state, raw)
