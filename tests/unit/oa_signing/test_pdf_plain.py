"""The quick way and the thorough way give the same answers; whatever is unusual goes the thorough way."""

import asyncio
import contextlib
import hashlib
import random
from collections.abc import Callable

import pytest
from oa_signing.adapters.document_engine import DocumentEngine
from oa_signing.adapters.token_client import TokenClient
from oa_signing.core import batches, pades, pades_plain
from oa_signing.core.errors import ActiveContentError, SignatureMismatchError, SigningError
from oa_signing.core.pdf_guard import check_plain
from oa_signing.core.pdf_plain import PlainPdf
from oa_signing.core.pdf_syntax import NotPlainError, parse_dictionary, reading, split_array
from oa_signing.core.specs import KeyReference, Level, Outcome, Prepared, SignatureSpec, Signed
from papers import make_active_pdf, make_pdf, make_stream_pdf
from signing_pki import Pki

GOVERNOR = "vidin.governor"
SPEC = SignatureSpec(level=Level.B, title="Подписано електронно от", stamp_lines=("№ 12-00-345 / 22.11.2026 г.",))


@pytest.fixture
def raw(token: TokenClient, pki: Pki) -> Callable[[Prepared], bytes]:
    return lambda prepared: token.sign(KeyReference(GOVERNOR, "sign"), pki.pins[GOVERNOR], [prepared.to_be_signed])[0]


@pytest.mark.parametrize("make", [make_pdf, make_stream_pdf])
@pytest.mark.parametrize("placement", ["", "last:bottom_left"])
def test_file_of_either_kind_is_signed_quickly_and_is_valid(
    make: Callable[[], bytes], placement: str, engine: DocumentEngine, pki: Pki, raw: Callable[[Prepared], bytes]
) -> None:
    data = make()
    spec = SignatureSpec(level=Level.B, placement=placement)
    for _turn in range(2):
        prepared = engine.prepare(data, spec, pki.get_identity(GOVERNOR))
        assert "gap" in prepared.state
        signed = engine.finish(data, prepared.state, raw(prepared))
        assert signed.data.startswith(data)
        data = signed.data

    assert engine.validate(data).outcome == Outcome.VALID
    assert len(engine.validate(data).signatures) == 2


def test_both_ways_sign_the_same_attributes(engine: DocumentEngine, pki: Pki) -> None:
    """Only the digest of the document differs: each way writes an end of its own."""
    identity = pki.get_identity(GOVERNOR)
    quick = asyncio.run(pades_plain.prepare(make_pdf(), SPEC, identity))
    thorough = asyncio.run(pades.prepare_thoroughly(make_pdf(), SPEC, identity))

    octets = [item.to_be_signed.octets.replace(bytes.fromhex(item.document_digest), b"?") for item in (quick, thorough)]

    assert octets[0] == octets[1]


def test_digest_that_is_shown_is_the_digest_of_the_file_inside_the_signature(
    engine: DocumentEngine, pki: Pki, raw: Callable[[Prepared], bytes]
) -> None:
    data = make_pdf()
    prepared = engine.prepare(data, SPEC, pki.get_identity(GOVERNOR))
    signed = engine.finish(data, prepared.state, raw(prepared))

    assert prepared.state["base_sha256"] == hashlib.sha256(data).hexdigest()
    assert hashlib.sha256(signed.data[: len(data)]).hexdigest() == prepared.state["base_sha256"]
    assert bytes.fromhex(prepared.document_digest) in prepared.to_be_signed.octets


def test_raw_signature_of_another_key_gets_into_no_file_of_a_batch(engine: DocumentEngine, pki: Pki, token: TokenClient) -> None:
    prepared = engine.prepare(make_pdf(), SPEC, pki.get_identity(GOVERNOR))
    (foreign,) = token.sign(KeyReference("vidin.sg", "sign"), pki.pins["vidin.sg"], [prepared.to_be_signed])

    (outcome,) = engine.finish_many([batches.Finishing(prepared.state, foreign)])

    assert isinstance(outcome, SignatureMismatchError)


@pytest.mark.parametrize("level", [Level.LT, Level.LTA])
def test_batch_is_completed_with_shared_answers_and_is_valid_without_network(
    level: Level, engine: DocumentEngine, pki: Pki, raw: Callable[[Prepared], bytes]
) -> None:
    files = [make_pdf(f"Писмо {number}") for number in range(3)]
    prepared = engine.prepare_many([(file, SPEC) for file in files], pki.get_identity(GOVERNOR))
    states = [item for item in prepared if isinstance(item, Prepared)]
    signed = engine.finish_many([batches.Finishing({**item.state, "level": "B-T"}, raw(item)) for item in states])
    whole = [file + item.data for file, item in zip(files, signed, strict=True) if isinstance(item, Signed)]

    complete = engine.complete_many(whole, level)

    for file, item in zip(whole, complete, strict=True):
        assert isinstance(item, Signed)
        assert (item.level, item.pending) == (level, "")
        verdict = pki.make_engine(hosts=()).validate(file + item.data)
        assert (verdict.outcome, verdict.signatures[0].level) == (Outcome.VALID, str(level))


def test_one_bad_file_of_a_batch_is_its_own_answer(engine: DocumentEngine, pki: Pki) -> None:
    files = [make_pdf(), b"", b"no PDF", make_active_pdf("javascript"), make_pdf("second")]

    outcomes = engine.prepare_many([(file, SPEC) for file in files], pki.get_identity(GOVERNOR))

    codes = [item.code if isinstance(item, SigningError) else "" for item in outcomes]
    assert codes == ["", "payload.empty", "payload.not_pdf", ActiveContentError.code, ""]


def test_active_content_is_never_plain() -> None:
    for action in ("javascript", "launch"):
        with pytest.raises(NotPlainError):
            check_plain(PlainPdf(make_active_pdf(action)))


def test_damaged_files_are_refused_and_never_guessed_at(pki: Pki) -> None:
    """Random damage: the quick reader refuses or reads what the thorough one reads, and never crashes."""
    chance = random.Random(7)
    for make in (make_pdf, make_stream_pdf):
        data = make()
        for _number in range(300):
            broken = bytearray(data)
            for _hit in range(chance.randint(1, 4)):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            with contextlib.suppress(NotPlainError), reading():
                pdf = PlainPdf(bytes(broken))
                check_plain(pdf)
                pdf.count_pages()


def test_values_end_where_they_end() -> None:
    text = rb"<< /A (a \) (nested) % no comment) /B [1 0 R <41> << /C /D >>] % comment >>" + b"\n/E 12 0 R /F true >>"

    assert parse_dictionary(text) == {
        b"A": rb"(a \) (nested) % no comment)",
        b"B": b"[1 0 R <41> << /C /D >>]",
        b"E": b"12 0 R",
        b"F": b"true",
    }
    assert split_array(b"[1 0 R (x] y) /N]") == [b"1 0 R", b"(x] y)", b"/N"]


@pytest.mark.parametrize("text", [b"<< /A 1", b"<< /A", b"<< /A#42 1 >>", b"<< /A 1 /A 2 >>", b"[1 >>", b"<< 1 2 >>", b"(never"])
def test_unusual_text_is_not_plain(text: bytes) -> None:
    with pytest.raises(NotPlainError):
        (split_array if text.startswith(b"[") else parse_dictionary)(text)
