"""CAdES beside any file (`.p7s`): the file stays as it is, the signature holds its digest."""

import hashlib
from typing import Any

from asn1crypto import cms, x509
from pyhanko.sign.general import simple_cms_attribute
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from . import states
from .cms_signing import assemble, choose_algorithm, make_attributes, read_timestamp
from .errors import MalformedCmsError, TimestampError
from .ports import Helpers
from .specs import Level, Prepared, SignatureSpec, Signed, SignerIdentity, ToBeSigned

NAME = "signature"
"""A CMS has no name for its signature; this one stands for it."""


async def prepare(data: bytes, spec: SignatureSpec, identity: SignerIdentity) -> Prepared:
    algorithm = choose_algorithm(spec, x509.Certificate.load(identity.certificate))
    digest = hashlib.new(algorithm, data).digest()
    to_be_signed = await make_attributes(digest, spec, identity, is_pdf=False)
    return Prepared(to_be_signed, digest.hex(), states.make_state(data, spec, identity, to_be_signed))


async def finish(data: bytes, state: dict[str, Any], raw_signature: bytes, timestamper: TimeStamper | None) -> Signed:
    states.check_finish(data, state, raw_signature)
    content = await assemble(ToBeSigned.from_state(state), states.read_identity(state), raw_signature, timestamper)
    return states.describe_signed(content.dump(), state, NAME, read_timestamp(content["content"]["signer_infos"][0]))


async def augment(data: bytes, helpers: Helpers, level: Level) -> Signed:
    if level.rank >= Level.T.rank:
        data = await add_timestamp(data, helpers.timestamper)
    moment = read_timestamp(read_signed_data(data)["signer_infos"][0])
    reached = Level.T if moment else Level.B
    return Signed(data, NAME, reached, {NAME: reached}, moment, "", {NAME: moment} if moment else {})


async def add_timestamp(data: bytes, timestamper: TimeStamper | None) -> bytes:
    """The same CMS with a timestamp over each signature that has none."""
    signed_data = read_signed_data(data)
    bare = [item for item in signed_data["signer_infos"] if read_timestamp(item) is None]
    if not bare:
        return data
    for item in bare:
        token = await ask_timestamp(timestamper, item["signature"].native, item["digest_algorithm"]["algorithm"].native)
        others = item["unsigned_attrs"] if isinstance(item["unsigned_attrs"], cms.CMSAttributes) else []
        item["unsigned_attrs"] = cms.CMSAttributes([*others, simple_cms_attribute("signature_time_stamp_token", token)])
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed_data}).dump())


async def ask_timestamp(timestamper: TimeStamper | None, octets: bytes, algorithm: str) -> cms.ContentInfo:
    if timestamper is None:
        raise TimestampError("not set")
    try:
        return await timestamper.async_timestamp(hashlib.new(algorithm, octets).digest(), algorithm)
    except (TimestampRequestError, OSError, ValueError) as error:
        raise TimestampError(str(error)) from error


def read_signed_data(data: bytes) -> cms.SignedData:
    try:
        content = cms.ContentInfo.load(data, strict=True)
        if content["content_type"].native != "signed_data" or not len(content["content"]["signer_infos"]):
            raise MalformedCmsError("no signature")
        signed_data: cms.SignedData = content["content"]
    except (ValueError, TypeError, KeyError) as error:
        raise MalformedCmsError(str(error)) from error
    return signed_data
