"""How long the proofs of a signed PDF hold, and how they are renewed before they end.

What protects a file is its newest timestamp; what lies under it was proved when that timestamp was made. So only the
newest one has an end and an algorithm that matter, and a new one over everything moves both on.
"""

from io import BytesIO

from asn1crypto import cms, crl, ocsp, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore

from . import raw_signatures
from .augmentation import add_document_timestamp, augment, describe, detect_levels
from .errors import NotSignedError
from .evidence import Collector, Evidence, read_certificates, read_timestamp_token
from .life import Life
from .pdf_guard import open_pdf
from .ports import Helpers
from .specs import Level, Signed
from .verdicts import name_digest

_DIGEST_BITS = {"md5": 18, "sha1": 61, "sha224": 112, "sha256": 128, "sha384": 192, "sha512": 256}
_RSA_BITS = ((15360, 256), (7680, 192), (3072, 128), (2048, 112), (1024, 80))


def measure(data: bytes) -> Life:
    """The life of the shortest-lived signature of a PDF that no later timestamp covers."""
    reader = open_pdf(data)
    signatures = list(reader.embedded_regular_signatures)
    if not signatures:
        raise NotSignedError()
    stamps = list(reader.embedded_timestamp_signatures)
    last = max((stamp.signed_revision for stamp in stamps), default=-1)
    lives = [_measure_container(stamp.signed_data, is_timestamp=True) for stamp in stamps if stamp.signed_revision == last]
    for signature in signatures:
        if signature.signed_revision > last:
            token = read_timestamp_token(signature.signed_data)
            lives.append(_measure_container(token or signature.signed_data, is_timestamp=token is not None))
    shortest, weakest = min(lives, key=lambda life: life.until), min(lives, key=lambda life: life.bits)
    return Life(shortest.until, weakest.algorithm, weakest.bits, shortest.is_timestamp)


def _measure_container(container: cms.SignedData, *, is_timestamp: bool) -> Life:
    certificate, _others = read_certificates(container)
    digest = container["signer_infos"][0]["digest_algorithm"]["algorithm"].native
    words = f"{name_digest(digest)}, {raw_signatures.describe_key(certificate)}"
    bits = min(_DIGEST_BITS.get(digest, 0), measure_key(certificate))
    return Life(certificate.not_valid_after, words, bits, is_timestamp)


def measure_key(certificate: x509.Certificate) -> int:
    key = certificate.public_key
    if key.algorithm == "ec":
        return int(key.bit_size) // 2
    return next((bits for size, bits in _RSA_BITS if key.bit_size >= size), 0)


async def renew(data: bytes, helpers: Helpers) -> Signed:
    """Evidence for what protects the file now, and one more timestamp over everything.

    The certificates of the signers may have ended long ago: what proves them lies in the file already.
    """
    levels = detect_levels(open_pdf(data))
    if not levels:
        raise NotSignedError()
    if min(level.rank for level in levels.values()) < Level.LT.rank:
        return await augment(data, helpers, Level.LTA)
    collector, evidence = Collector(helpers), Evidence()
    for token in _list_newest_tokens(open_pdf(data)):
        evidence = evidence.join(await collector.collect(token, is_timestamp=True))
    return describe(await add_document_timestamp(_store(data, evidence), helpers.timestamper), "")


def _list_newest_tokens(reader: PdfFileReader) -> list[cms.SignedData]:
    stamps = sorted(reader.embedded_timestamp_signatures, key=lambda stamp: stamp.signed_revision)
    if stamps:
        return [stamps[-1].signed_data]
    tokens = [read_timestamp_token(signature.signed_data) for signature in reader.embedded_regular_signatures]
    return [token for token in tokens if token is not None]


def _store(data: bytes, evidence: Evidence) -> bytes:
    output = BytesIO(data)
    DocumentSecurityStore.add_dss(
        output,
        None,
        certs=[x509.Certificate.load(item) for item in evidence.certificates],
        ocsps=[ocsp.OCSPResponse.load(item) for item in evidence.ocsps],
        crls=[crl.CertificateList.load(item) for item in evidence.crls],
        strict=False,
    )
    return output.getvalue()
