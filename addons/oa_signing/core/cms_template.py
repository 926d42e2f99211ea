"""CMS containers of one certificate, encoded once: only the digest, the signature and the timestamp differ from file to file."""

import secrets
from dataclasses import dataclass

from asn1crypto import x509

from . import raw_signatures
from .cms_signing import assemble, choose_algorithm, make_attributes
from .specs import Mechanism, SignatureSpec, SignerIdentity, ToBeSigned

_SEQUENCE, _SET, _OCTETS = 0x30, 0x31, 0x04
_SIGNED_ATTRIBUTES, _UNSIGNED_ATTRIBUTES, _EXPLICIT = 0xA0, 0xA1, 0xA0
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_TIMESTAMP_TOKEN = bytes.fromhex("060b2a864886f70d010910020e")
_DIGEST_SIZES = {"sha256": 32, "sha384": 48, "sha512": 64}
_MAX_TEMPLATES = 64


_templates: "dict[tuple[SignerIdentity, str, tuple[str, ...]], CmsTemplate]" = {}


@dataclass(frozen=True)
class CmsTemplate:
    """The parts that never change; joining them costs nearly nothing."""

    certificate: x509.Certificate
    algorithm: str
    mechanism: Mechanism
    attributes_before: bytes
    attributes_after: bytes
    head: bytes
    signer_head: bytes
    signature_algorithm: bytes

    def make_to_be_signed(self, digest: bytes) -> ToBeSigned:
        """What the key signs for the digest of one file."""
        return ToBeSigned(self.attributes_before + digest + self.attributes_after, self.algorithm, self.mechanism)

    def make_container(self, attributes: bytes, signature: bytes, timestamp: bytes = b"") -> bytes:
        signer = [
            self.signer_head,
            bytes([_SIGNED_ATTRIBUTES]) + attributes[1:],
            self.signature_algorithm,
            encode(_OCTETS, signature),
        ]
        if timestamp:
            signer.append(encode(_UNSIGNED_ATTRIBUTES, encode(_SEQUENCE, _TIMESTAMP_TOKEN, encode(_SET, timestamp))))
        signed_data = encode(_SEQUENCE, self.head, encode(_SET, encode(_SEQUENCE, *signer)))
        return encode(_SEQUENCE, _SIGNED_DATA, encode(_EXPLICIT, signed_data))


def encode(tag: int, *parts: bytes) -> bytes:
    """One DER value."""
    size = sum(map(len, parts))
    if size < 128:
        length = bytes([size])
    else:
        body = size.to_bytes((size.bit_length() + 7) // 8, "big")
        length = bytes([128 + len(body)]) + body
    return b"".join((bytes([tag]), length, *parts))


async def get_template(identity: SignerIdentity, spec: SignatureSpec) -> CmsTemplate:
    key = (identity, spec.digest_algorithm, spec.claimed_roles)
    if key not in _templates:
        if len(_templates) >= _MAX_TEMPLATES:
            _templates.clear()
        _templates[key] = await _make_template(identity, spec)
    return _templates[key]


async def _make_template(identity: SignerIdentity, spec: SignatureSpec) -> CmsTemplate:
    """Let pyHanko make one container, then take it apart."""
    certificate = x509.Certificate.load(identity.certificate)
    digest = secrets.token_bytes(_DIGEST_SIZES[choose_algorithm(spec, certificate)])
    to_be_signed = await make_attributes(digest, spec, identity, is_pdf=True)
    before, after = to_be_signed.octets.split(digest)
    content = await assemble(to_be_signed, identity, secrets.token_bytes(raw_signatures.get_size(certificate)), None)
    data = content["content"]
    (info,) = data["signer_infos"]
    return CmsTemplate(
        certificate=certificate,
        algorithm=to_be_signed.digest_algorithm,
        mechanism=to_be_signed.mechanism,
        attributes_before=before,
        attributes_after=after,
        head=b"".join(data[name].dump() for name in ("version", "digest_algorithms", "encap_content_info", "certificates")),
        signer_head=b"".join(info[name].dump() for name in ("version", "sid", "digest_algorithm")),
        signature_algorithm=info["signature_algorithm"].dump(),
    )
