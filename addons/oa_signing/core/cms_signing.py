"""A CMS signature in two steps, shared by PAdES, CAdES and containers: signed attributes, then the whole."""

import contextlib
from datetime import UTC, datetime

from asn1crypto import cms, core, x509
from pyhanko.sign.ades.api import CAdESSignedAttrSpec, SignerAttrSpec
from pyhanko.sign.signers import ExternalSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from . import raw_signatures
from .specs import DIGEST_ALGORITHM, SignatureSpec, SignerIdentity, ToBeSigned

_NAME = "2.5.4.41"
"""id-at-name: a free text, as the European Commission's own library writes and reads claimed roles."""


def make_signer(identity: SignerIdentity, signature: bytes | int) -> ExternalSigner:
    store = SimpleCertificateStore()
    store.register_multiple([x509.Certificate.load(item) for item in identity.chain])
    certificate = x509.Certificate.load(identity.certificate)
    return ExternalSigner(certificate, store, signature_value=signature, embed_roots=False)


def choose_algorithm(spec: SignatureSpec, certificate: x509.Certificate) -> str:
    return spec.digest_algorithm or raw_signatures.choose_digest(certificate)


async def make_attributes(digest: bytes, spec: SignatureSpec, identity: SignerIdentity, *, is_pdf: bool) -> ToBeSigned:
    """What the key signs: the attributes with the digest of the content. A PDF carries the signer's time itself."""
    certificate = x509.Certificate.load(identity.certificate)
    algorithm = choose_algorithm(spec, certificate)
    settings = PdfCMSSignedAttributes(
        signing_time=None if is_pdf else datetime.now(UTC).replace(microsecond=0),
        cades_signed_attrs=_claim_roles(spec.claimed_roles),
    )
    signer = make_signer(identity, raw_signatures.get_size(certificate))
    attributes = await signer.signed_attrs(digest, algorithm, attr_settings=settings, use_pades=True, is_pdf_sig=is_pdf)
    return ToBeSigned(attributes.dump(), algorithm, raw_signatures.get_mechanism(certificate))


async def assemble(
    to_be_signed: ToBeSigned, identity: SignerIdentity, raw_signature: bytes, timestamper: TimeStamper | None
) -> cms.ContentInfo:
    """The CMS; a signature is worth keeping without its timestamp, so a silent service does not stop it."""
    signer = make_signer(identity, raw_signature)
    attributes, algorithm = cms.CMSAttributes.load(to_be_signed.octets), to_be_signed.digest_algorithm
    if timestamper is not None:
        with contextlib.suppress(TimestampRequestError, OSError, ValueError):
            return await signer.async_sign_prescribed_attributes(algorithm, attributes, timestamper=timestamper)
    return await signer.async_sign_prescribed_attributes(algorithm, attributes)


async def ask_time(timestamper: TimeStamper | None, digest: bytes, algorithm: str = DIGEST_ALGORITHM) -> cms.ContentInfo | None:
    """A timestamp of this digest; nothing when the service is silent."""
    if timestamper is None:
        return None
    try:
        return await timestamper.async_timestamp(digest, algorithm)
    except (TimestampRequestError, OSError, ValueError):
        return None


def read_timestamp(signer_info: cms.SignerInfo) -> datetime | None:
    """Moment of the timestamp that a signature carries itself."""
    unsigned = signer_info["unsigned_attrs"]
    if not isinstance(unsigned, cms.CMSAttributes):
        return None
    for attribute in unsigned:
        if attribute["type"].native == "signature_time_stamp_token":
            return read_token_time(attribute["values"][0])
    return None


def read_token_time(token: cms.ContentInfo) -> datetime:
    moment: datetime = token["content"]["encap_content_info"]["content"].parsed["gen_time"].native
    return moment


def read_roles(signer_info: cms.SignerInfo) -> tuple[str, ...]:
    """Capacities that the signer claims."""
    signed = signer_info["signed_attrs"]
    if not isinstance(signed, cms.CMSAttributes):
        return ()
    claimed = [
        value
        for attribute in signed
        if attribute["type"].native == "signer_attributes_v2"
        for value in attribute["values"][0]["claimed_attributes"] or ()
    ]
    texts = [text for item in claimed if item["type"].dotted == _NAME for text in item["values"]]
    return tuple(str(core.load(item.dump()).native) for item in texts)


def _claim_roles(roles: tuple[str, ...]) -> CAdESSignedAttrSpec | None:
    if not roles:
        return None
    values = [core.UTF8String(role) for role in roles]
    return CAdESSignedAttrSpec(signer_attributes=SignerAttrSpec([cms.AttCertAttribute({"type": _NAME, "values": values})], []))
