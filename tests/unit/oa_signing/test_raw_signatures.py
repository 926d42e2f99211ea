"""Two spellings of one ECDSA signature: DER inside, r and s side by side from some signing programs; nothing else."""

import warnings

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import ec
from oa_signing.adapters.dummy import DummyAuthority, DummyCard
from oa_signing.core import raw_signatures
from oa_signing.core.errors import SignatureMismatchError

OCTETS = "Заповед № 45".encode()
CURVES = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1()}


@pytest.fixture(scope="module")
def authority() -> DummyAuthority:
    with warnings.catch_warnings(action="ignore"):
        return DummyAuthority()


@pytest.fixture(params=CURVES)
def card(authority: DummyAuthority, request: pytest.FixtureRequest) -> DummyCard:
    return DummyCard(authority, "Радостина Ангелова", curve=CURVES[request.param])


def get_width(certificate: x509.Certificate) -> int:
    return {256: 64, 384: 96}[certificate.public_key.bit_size]


def test_both_spellings_become_the_same_signature_that_fits(card: DummyCard) -> None:
    certificate, signature = x509.Certificate.load(card.certificate), card.sign(OCTETS)
    side_by_side = raw_signatures.to_side_by_side(signature, certificate)
    assert len(side_by_side) == get_width(certificate)

    for spelling in (signature, side_by_side):
        normal = raw_signatures.normalise(certificate, spelling)
        assert normal == signature
        raw_signatures.verify(certificate, OCTETS, normal, raw_signatures.choose_digest(certificate))


def test_small_numbers_keep_their_leading_zeros(card: DummyCard) -> None:
    certificate = x509.Certificate.load(card.certificate)
    half = get_width(certificate) // 2
    side_by_side = (1).to_bytes(half, "big") + (0x80).to_bytes(half, "big")

    assert raw_signatures.normalise(certificate, side_by_side) == bytes.fromhex("3007 020101 02020080")


def test_nothing_else_is_taken(card: DummyCard) -> None:
    certificate, signature = x509.Certificate.load(card.certificate), card.sign(OCTETS)
    side_by_side = raw_signatures.to_side_by_side(signature, certificate)
    long_form = b"\x30\x81" + signature[1:]

    for other in (b"", side_by_side[:-1], side_by_side + b"\0", side_by_side * 2, signature + b"\0", signature[:-1], long_form):
        with pytest.raises(SignatureMismatchError):
            raw_signatures.normalise(certificate, other)


def test_numbers_in_the_wrong_order_fit_no_key(card: DummyCard) -> None:
    certificate = x509.Certificate.load(card.certificate)
    side_by_side = raw_signatures.to_side_by_side(card.sign(OCTETS), certificate)
    half = len(side_by_side) // 2

    normal = raw_signatures.normalise(certificate, side_by_side[half:] + side_by_side[:half])

    with pytest.raises(SignatureMismatchError):
        raw_signatures.verify(certificate, OCTETS, normal, raw_signatures.choose_digest(certificate))


def test_what_a_key_on_numbers_answers_stays_as_it_is(authority: DummyAuthority) -> None:
    card = DummyCard(authority, "Радостина Ангелова")
    signature = card.sign(OCTETS)

    assert raw_signatures.normalise(x509.Certificate.load(card.certificate), signature) == signature
